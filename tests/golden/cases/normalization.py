"""Moments, batch normalization, local response normalization."""

_X = "x = P((np.arange(2 * 3 * 4 * 3).reshape(2, 3, 4, 3) * 7 %% 11 - 5.).astype(np.float32)%s)\n"
_SO = "s = P([1., 2., -0.5]); o = P([0.5, 0., -1.])\n"
_MV = "m = P([0.5, -1., 2.]); v = P([1.5, 0.25, 4.])\n"

CASES = (
    [
        _X % "" + "out = tf.nn.moments(x, %s)" % a
        for a in ("[0]", "[0, 1, 2]", "[-1]", "[1, 2], keep_dims=True", "1", "[0, 3], keepdims=True", "None")
    ]
    + [
        _X % ", [None, None, 4, 3]" + "out = tf.nn.moments(x, [0, 1, 2])",
        _X % ", '?'" + "out = tf.nn.moments(x, [0, 1, 2])",
        "x = P(np.arange(6.).reshape(2, 3).astype(np.float16)); out = tf.nn.moments(x, [0])",
        "x = P([1., 2., 5.]); out = tf.nn.moments(x, [0], shift=1.)",
        _X % "" + "w = P((np.arange(24).reshape(2, 3, 4, 1) % 5 + 1.).astype(np.float32)); out = tf.nn.weighted_moments(x, [0, 1, 2], w)",
        _X % "" + "out = tf.nn.weighted_moments(x, [0, 1], 2.5, keep_dims=True)",
        "x = P(np.arange(6.).reshape(2, 3)); w = P([[1], [3]]); out = tf.nn.weighted_moments(x, [0], w)",
        _X % "" + "out = tf.nn.sufficient_statistics(x, [0, 1])",
        _X % ", [None, 3, None, 3]" + "out = tf.nn.sufficient_statistics(x, [0, 2], shift=1.5, keep_dims=True)",
        _X % "" + "c, m, v, s = tf.nn.sufficient_statistics(x, [0, 1, 2], shift=1.5); out = tf.nn.normalize_moments(c, m, v, s)",
        "out = tf.nn.normalize_moments(P(4.), P(2.), P(9.), None)",
        # batch_normalization
        _X % "" + _SO + _MV + "out = tf.nn.batch_normalization(x, m, v, o, s, 1e-3)",
        _X % ""
        + _SO
        + _MV
        + "out = [tf.nn.batch_normalization(x, m, v, None, s, 1e-3), tf.nn.batch_normalization(x, m, v, o, None, 1e-3)]",
        _X % "" + _MV + "out = tf.nn.batch_normalization(x, m, v, None, None, 1e-3)",
        "x = P(np.arange(6.).reshape(2, 3).astype(np.float16)); m = P([1., 2., 3.]); out = tf.nn.batch_normalization(x, m, m, m, m, 0.1)",
        _X % "" + _SO + _MV + "out = [tf.nn.batch_norm_with_global_normalization(x, m, v, o, s, 1e-3, b) for b in (True, False)]",
        # fused
        _X % "" + _SO + "out = tf.nn.fused_batch_norm(x, s, o)",
        _X % "" + _SO + "out = tf.nn.fused_batch_norm(x, s, o)[0]",
        _X % "" + _SO + "out = tf.nn.fused_batch_norm(x, s, o)[1:]",
        _X % "" + _SO + "y = tf.nn.fused_batch_norm(x, s, o)[0]; out = tf.gradients(y * y * y, [x, s, o])",
        _X % "" + _SO + _MV + "out = tf.nn.fused_batch_norm(x, s, o, m, v, is_training=False)[0]",
        _X % "" + _SO + _MV + "out = tf.nn.fused_batch_norm(x, s, o, m, v, is_training=False, epsilon=0.)[0]",
        _X % ", [None, None, 4, 3]" + _SO + "out = tf.nn.fused_batch_norm(x, s, o, epsilon=0.1)",
        _X % ", '?'" + _SO + "out = tf.nn.fused_batch_norm(x, s, o)[0]",
        "x = P((np.arange(24).reshape(2, 2, 2, 3) % 7).astype(np.float16)); " + _SO + "out = tf.nn.fused_batch_norm(x, s, o)[0]",
        "x = P(np.ones([1, 1, 1, 3], np.float32)); " + _SO + "out = tf.nn.fused_batch_norm(x, s, o)",
        _X % "" + _SO + _MV + "out = tf.nn.fused_batch_norm(x, s, o, m, v)",
        _X % "" + _SO + "out = list(tf.nn.fused_batch_norm(x, s, o)[0].op.outputs)[:5]",
        # others
        _X % "" + "out = [tf.nn.l2_normalize(x, a) for a in (0, 3, [1, 2])] + [tf.nn.l2_normalize(x)]",
        "x = P([0., 0., 1e-8]); out = [tf.nn.l2_normalize(x, 0), tf.nn.l2_normalize(x, 0, epsilon=1e-4)]",
        "x = P(np.arange(6.).reshape(2, 3)); out = tf.nn.l2_normalize(x, dim=1)",
    ]
    + [
        "x = P((np.arange(2 * 2 * 3 * 9).reshape(2, 2, 3, 9) * 7 %% 11 - 5.).astype(np.float32)); out = tf.nn.lrn(x%s)" % a
        for a in ("", ", depth_radius=2", ", 4, bias=1.0, alpha=0.001 / 9.0, beta=0.75", ", 1, 2., 0.5, 1.")
    ]
)
