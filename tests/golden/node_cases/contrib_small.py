"""Small libraries of tf.contrib: metric learning, the older summaries."""

_E = "e = tf.placeholder(tf.float32, [4, 3], name='e') ;; p = tf.placeholder(tf.float32, [4, 3], name='p') ;; "
_L = "k = tf.placeholder(tf.int32, [4], name='k') ;; m = tf.contrib.losses.metric_learning ;; "
_S = "w = [tf.SparseTensor([[0]], tf.constant([1], tf.int64), [3]) for _ in range(2)] ;; "
_D = "d = tf.contrib.deprecated ;; "
_R = (
    "w = tf.placeholder(tf.float32, [6, 3], name='w') ;; c = tf.placeholder(tf.float32, [6], name='c') ;; t = tf.ones([4, 2], tf.int64) ;; "
    "S = (tf.constant([1, 3, 4], tf.int64), tf.ones([4, 2]), tf.constant([0.1, 0.2, 0.3])) ;; R = tf.contrib.nn.rank_sampled_softmax_loss ;; "
)

CASES = [
    _E + _L + "m.contrastive_loss(k, e, p, 0.5)",
    _E + _L + "m.triplet_semihard_loss(k, e)",
    _L + "m.triplet_semihard_loss(i, y, 2.0)",
    _E + _L + "m.lifted_struct_loss(k, e, 0.5)",
    _L + "m.lifted_struct_loss(i, y)",
    _E + _L + "m.npairs_loss(k, e, p)",
    _E + _L + "m.npairs_loss(k, e, p, 0.1, print_losses=True)",
    _L + "m.npairs_loss(i, y, y)",
    _E + _L + _S + "m.npairs_loss_multilabel(w, e[:2], p[:2])",
    _E + _L + _S + "m.npairs_loss_multilabel(w, e[:2], p[:2], print_losses=True)",
    _D + "d.scalar_summary('a/b', 1.0)",
    _D + "d.scalar_summary(['a', 'b'], [1.0, 2.0], name='nn')",
    _D + "d.histogram_summary('h', x)",
    _D + "d.image_summary('i', z, max_images=2, name='k')",
    _D + "d.audio_summary('a', x, 8000.0)",
    _D + "d.audio_summary('a', x, tf.constant(8000.0), collections=['c']) ;; [tf.get_collection('c'), tf.get_collection('summaries')]",
    _D
    + "d.scalar_summary('a', 1.0) ;; d.merge_summary([d.histogram_summary('h', x)], ['c']) ;; [d.merge_all_summaries(), tf.get_collection('c')]",
    _D + "d.merge_summary([d.histogram_summary('h', x)], name='m1')",
    _D + "d.merge_all_summaries()",
    _R + "R(w, c, t, x, 3, 2, 6, 2, S, 0.5, True, 'mod')",
    _R + "R([w[:3], w[3:]], c, t, x, 3, 2, 6, 2, None, 0.5, False, 'div', name='k')",
    _R + "R([w[:2], w[2:]], c, t, x, 3, 2, 6, 2, S, 2.0, True, 'mod')",
    _R + "R(w, c, t, x, 3, 4, 6, 2, S, 0.5, True, 'mod')",
    _R + "R(w, c, t, x, 7, 4, 6, 2, S, 0.5, True, 'mod')",
    _R + "R(w, c, t, x, 3, 2, 6, 2, S, 0.0, True, 'mod')",
]
