"""Pooling."""

_X = "x = P((np.arange(2 * 5 * 6 * 3).reshape(2, 5, 6, 3) * 7 %% 11 - 5.).astype(np.float32)%s)\n"
_X1 = "x = P((np.arange(2 * 7 * 3).reshape(2, 7, 3) * 5 % 11 - 5.).astype(np.float32))\n"
_X3 = "x = P((np.arange(2 * 4 * 5 * 4 * 2).reshape(2, 4, 5, 4, 2) * 7 % 13 - 6.).astype(np.float32))\n"

CASES = (
    [
        _X % "" + "out = tf.nn.%s_pool(x, %s, %s, '%s')" % (kind, k, s, p)
        for kind in ("max", "avg")
        for k, s in (("2", "2"), ("3", "2"), ("[1, 2, 3, 1]", "[1, 1, 1, 1]"), ("[1, 3, 1, 1]", "[1, 2, 3, 1]"))
        for p in ("SAME", "VALID")
    ]
    + [
        # all equal: where the gradient of a maximum goes
        "x = P(np.ones([1, 4, 4, 1], np.float32)); out = tf.nn.max_pool(x, 2, 2, 'SAME')",
        "x = P(np.ones([1, 3, 3, 1], np.float32)); out = tf.nn.max_pool(x, 2, 1, 'SAME')",
        "x = P(np.ones([1, 3, 3, 1], np.float32)); out = tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 1, 1, 1], 'SAME')",
        "x = P(np.ones([1, 3, 3, 3, 1], np.float32)); out = tf.nn.max_pool3d(x, 2, 1, 'SAME')",
        "x = P(np.ones([1, 4, 4, 1], np.float32)); out = tf.nn.fractional_max_pool(x, [1., 1.5, 1.5, 1.], overlapping=True, deterministic=True, seed=3)",
        "x = P(np.array([[[[3], [1]], [[2], [7]]]], np.int32)); out = tf.nn.max_pool(x, 2, 1, 'SAME')",
        "x = P(np.arange(16.).reshape(1, 4, 4, 1)); out = [tf.nn.max_pool(x, 2, 2, 'SAME'), tf.nn.avg_pool(x, 3, 2, 'SAME')]",
        "x = P(np.arange(16.).reshape(1, 4, 4, 1).astype(np.float16)); out = [tf.nn.max_pool(x, 2, 2, 'SAME'), tf.nn.avg_pool(x, 3, 2, 'SAME')]",
        "x = P((np.arange(24.).reshape(1, 2, 3, 4) % 5).astype(np.float32)); out = tf.stop_gradient(tf.nn.max_pool(x, [1, 1, 1, 2], [1, 1, 1, 2], 'SAME'))",
        _X % ", [None, None, None, 3]" + "out = [tf.nn.max_pool(x, 2, 2, 'SAME'), tf.nn.avg_pool(x, 2, 2, 'VALID')]",
        _X % ", '?'" + "out = [tf.nn.max_pool(x, 2, 2, 'SAME'), tf.nn.avg_pool(x, 2, 2, 'VALID')]",
        _X % ""
        + "out = [tf.nn.max_pool2d(x, 2, 2, 'SAME'), tf.nn.avg_pool2d(x, 2, 2, 'VALID'), tf.nn.max_pool_v2(x, 2, 2, 'SAME'), tf.nn.avg_pool_v2(x, 2, 2, 'SAME')]",
        "x = P(np.zeros([1, 2, 2, 3], np.float32)); out = tf.nn.max_pool(x, 3, 1, 'VALID')",
        "x = P(np.zeros([1, 2, 2], np.float32)); out = tf.nn.max_pool(x, 3, 1, 'VALID')",
        _X % "" + "y = tf.nn.max_pool(x, 2, 2, 'SAME'); out = tf.gradients(y * y, x)[0]",
        _X % "" + "y = tf.nn.avg_pool(x, 2, 2, 'SAME'); out = tf.gradients(y * y, x)[0]",
        _X1 + "out = [tf.nn.max_pool1d(x, 2, 2, 'SAME'), tf.nn.avg_pool1d(x, 3, 1, 'SAME'), tf.nn.max_pool_v2(x, [3], [2], 'VALID')]",
        _X3 + "out = [tf.nn.max_pool3d(x, 2, 2, 'SAME'), tf.nn.max_pool3d(x, [1, 2, 3, 2, 1], [1, 1, 1, 1, 1], 'VALID')]",
        _X3 + "out = [tf.nn.avg_pool3d(x, 2, 2, 'SAME'), tf.nn.avg_pool3d(x, [1, 2, 3, 2, 1], [1, 1, 1, 1, 1], 'VALID')]",
        _X % "" + "out = tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')",
        _X % "" + "out = tf.nn.max_pool_with_argmax(x, [1, 3, 2, 1], [1, 1, 2, 1], 'VALID', Targmax=tf.int64, include_batch_in_index=True)",
        _X % "" + "out = tf.nn.max_pool_with_argmax(x, [1, 3, 3, 1], [1, 2, 2, 1], 'SAME')",
        _X % "" + "out = [tf.nn.pool(x, [2, 2], 'MAX', 'SAME'), tf.nn.pool(x, [2, 3], 'AVG', 'VALID', strides=[2, 1])]",
        _X % ""
        + "out = [tf.nn.pool(x, [2, 2], 'MAX', 'VALID', dilation_rate=[2, 2]), tf.nn.pool(x, [2, 2], 'AVG', 'VALID', dilation_rate=[1, 2])]",
        _X1 + "out = [tf.nn.pool(x, [2], 'MAX', 'SAME'), tf.nn.pool(x, [3], 'AVG', 'VALID', dilation_rate=[2])]",
        _X3 + "out = tf.nn.pool(x, [2, 2, 2], 'AVG', 'SAME', strides=[2, 1, 2])",
    ]
    + [
        "x = P((np.arange(2 * 9 * 8 * 2).reshape(2, 9, 8, 2) * 7 %% 23 - 5.).astype(np.float32))\n"
        "out = tf.nn.fractional_%s_pool(x, [1., 1.44, 1.73, 1.], pseudo_random=%s, overlapping=%s, deterministic=True, seed=%d, seed2=%d)"
        % (k, r, o, s, t)
        for k in ("max", "avg")
        for r in (True, False)
        for o, s, t in ((True, 1, 2), (False, 3, 4), (False, 5, 0))
    ]
)
