"""tf.contrib.nn."""

_X = "r = np.random.RandomState(1); x = P(r.randn(4, 5).astype(np.float32)); "
_S = "r = np.random.RandomState(2); w = P(r.randn(9, 4).astype(np.float32)); b = P(r.randn(9).astype(np.float32)); x = P(r.randn(5, 4).astype(np.float32)); l = P(np.array([[1], [4], [0], [8], [4]])); "

CASES = [
    _X + "y = P(r.rand(4, 5).astype(np.float32)); out = tf.contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits(x, y)",
    _X + "y = P(r.rand(4, 5).astype(np.float32)); out = tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits(x, y)",
    _X + "y = P(r.rand(4, 5).astype(np.float32)); out = tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits(x, y, dim=0)",
    _X + "out = tf.contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits(x, [1, 0, 4, 2], name='n')",
    _X + "out = tf.contrib.nn.alpha_dropout(x, .7, seed=1)",
    _X + "runs = 2; out = tf.contrib.nn.alpha_dropout(x, P(.4), [4, 1], seed=3, name='n')",
    _X + "out = tf.contrib.nn.alpha_dropout(x, 1.)",
    _X + "out = tf.contrib.nn.alpha_dropout(x, 1.5)",
    _X + "out = tf.contrib.nn.scaled_softplus(x, P(.3))",
    _X + "out = tf.contrib.nn.scaled_softplus(x, P(2.), clip=P(1.5))",
    _X + "out = tf.contrib.nn.scaled_softplus(x, 2., clip=1.5, name='n')",
    _X + "a = P(np.array([1., 2., .5, .7, 1.], np.float32)); out = tf.contrib.nn.scaled_softplus(x, a)",
    _S + "out = tf.contrib.nn.sampled_sparse_softmax_loss(w, b, l, x, 3, 9, sampled_values=(P(np.array([2, 4, 7])), P(np.full([5, 1], .3, np.float32)), P(np.array([.1, .2, .3], np.float32))))",
    _S + "out = tf.contrib.nn.sampled_sparse_softmax_loss(w, b, l, x, 3, 9, sampled_values=(P(np.array([2, 4, 7])), P(np.full([5, 1], .3, np.float32)), P(np.array([.1, .2, .3], np.float32))), remove_accidental_hits=False, name='n')",
    _S + "out = tf.contrib.nn.sampled_sparse_softmax_loss(tf.unstack(tf.reshape(w[:8], [2, 4, 4])), b[:8], P(np.array([[1], [4], [0], [7], [4]])), x, 3, 8, sampled_values=(P(np.array([2, 4, 7])), P(np.full([5, 1], .3, np.float32)), P(np.array([.1, .2, .3], np.float32))), partition_strategy='div')",
]
