"""Small libraries of tf.contrib: metric learning, the older summaries."""

_E = "e = P(np.sin(np.arange(18, dtype=np.float32)).reshape(6, 3)); p = P(np.cos(np.arange(18, dtype=np.float32)).reshape(6, 3)); "
_L = "k = tf.constant([0, 1, 0, 2, 1, 0]); m = tf.contrib.losses.metric_learning; "

CASES = [
    _E + _L + "out = m.contrastive_loss(k > 0, e, p)",
    _E + _L + "out = [m.triplet_semihard_loss(k, e), m.triplet_semihard_loss(k, e, .1)]",
    _E + _L + "out = [m.lifted_struct_loss(k, e), m.lifted_struct_loss(k, e, .1)]",
    _E + _L + "out = [m.npairs_loss(k, e, p), m.npairs_loss(k, e, p, .5, print_losses=True)]",
    _E + _L + "s = [tf.SparseTensor(np.array([[i % 2], [2]]), tf.constant([1, 1], tf.int64), [4]) for i in range(6)]; out = m.npairs_loss_multilabel(s, e, p)",
    "d = tf.contrib.deprecated; d.scalar_summary('a/b', 1.); d.scalar_summary(['c', 'd'], [1., 2.]); out = d.merge_all_summaries()",
    _E + "w = P(np.sin(np.arange(21, dtype=np.float32) * 2).reshape(7, 3)); b = P(np.arange(7, dtype=np.float32))\n"
    "v = (tf.constant([1, 3, 5, 6], tf.int64), tf.fill([6, 1], .2), tf.constant([.1, .2, .3, .4]))\n"
    "out = [tf.contrib.nn.rank_sampled_softmax_loss(w, b, tf.constant([[0], [1], [2], [3], [4], [5]], tf.int64), e, 4, 2, 7, 1, v, t, h, 'mod') "
    "for t, h in ((.5, True), (2., False))]",
]
