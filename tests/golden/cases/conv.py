"""Convolutions, their transposes and gradients, dilated and separable ones, morphology."""

_X = "x = P((np.arange(2 * 5 * 6 * 3).reshape(2, 5, 6, 3) %% 7 - 3.).astype(np.float32)%s)\n"
_W = "w = P((np.arange(3 * 2 * 3 * 4).reshape(3, 2, 3, 4) % 5 - 2.).astype(np.float32))\n"
_XW = _X % "" + _W
_D = "d = P((np.arange(3 * 2 * 3 * 2).reshape(3, 2, 3, 2) % 5 - 2.).astype(np.float32))\n"
_X1 = "x = P((np.arange(2 * 7 * 3).reshape(2, 7, 3) % 5 - 2.).astype(np.float32))\nw = P((np.arange(3 * 3 * 4).reshape(3, 3, 4) % 7 - 3.).astype(np.float32))\n"
_X3 = (
    "x = P((np.arange(2 * 4 * 5 * 4 * 2).reshape(2, 4, 5, 4, 2) % 7 - 3.).astype(np.float32))\n"
    "w = P((np.arange(2 * 3 * 2 * 2 * 3).reshape(2, 3, 2, 2, 3) % 5 - 2.).astype(np.float32))\n"
)
_T = "x = P((np.arange(2 * 3 * 4 * 2).reshape(2, 3, 4, 2) % 7 - 3.).astype(np.float32))\nw = P((np.arange(3 * 2 * 3 * 2).reshape(3, 2, 3, 2) % 5 - 2.).astype(np.float32))\n"
_M = "x = P((np.arange(2 * 5 * 6 * 2).reshape(2, 5, 6, 2) % 7 - 3.).astype(np.float32))\nw = P((np.arange(3 * 2 * 2).reshape(3, 2, 2) % 5 - 2.).astype(np.float32))\n"

CASES = (
    [
        _XW + "out = tf.nn.conv2d(x, w, strides=%s, padding='%s')" % (s, p)
        for s in ("1", "2", "[1, 2, 3, 1]", "[3]")
        for p in ("SAME", "VALID")
    ]
    # the reference's CPU kernels have no gradient of dilated convolutions
    + [
        _XW + "out = tf.stop_gradient(tf.nn.conv2d(x, w, strides=1, padding='%s', dilations=%s))" % (p, d)
        for d in ("2", "[1, 2, 1, 1]", "[1, 1, 2, 1]")
        for p in ("SAME", "VALID")
    ]
    + [
        _XW + "out = tf.nn.conv2d(x, w, 1, [[0, 0], [1, 2], [3, 0], [0, 0]])",
        _XW + "out = tf.nn.conv2d(x, w, [2, 1], [[0, 0], [0, 2], [1, 1], [0, 0]])",
        _XW + "out = tf.nn.conv2d(x, filters=w, strides=[1, 1, 1, 1], padding='SAME')",
        _X % ", [None, None, None, 3]" + _W + "out = tf.nn.conv2d(x, w, 2, 'SAME')",
        _X % ", '?'" + _W + "out = tf.nn.conv2d(x, w, 2, 'VALID')",
        "x = P(np.arange(2 * 5 * 6 * 3).reshape(2, 5, 6, 3) % 7 - 3.); w = P(np.arange(72).reshape(3, 2, 3, 4) % 5 - 2.); out = tf.nn.conv2d(x, w, 1, 'SAME')",
        "x = P(np.zeros([1, 2, 2, 3], np.float32)); w = P(np.zeros([3, 3, 3, 1], np.float32)); out = tf.nn.conv2d(x, w, 1, 'VALID')",
        "x = P(np.zeros([1, 4, 4, 3], np.float32)); w = P(np.zeros([3, 3, 2, 1], np.float32)); out = tf.nn.conv2d(x, w, 1, 'VALID')",
        _XW + "y = tf.nn.conv2d(x, w, 1, 'SAME'); out = tf.gradients(y * y, x)[0]",
        _XW + "y = tf.nn.conv2d(x, w, 2, 'VALID'); out = tf.gradients(y * y, w)[0]",
        # gradients as ops
        _XW
        + "g = P((np.arange(2 * 5 * 6 * 4).reshape(2, 5, 6, 4) % 3 - 1.).astype(np.float32)); out = tf.nn.conv2d_backprop_input([2, 5, 6, 3], w, g, [1, 1, 1, 1], 'SAME')",
        _XW
        + "g = P((np.arange(2 * 5 * 6 * 4).reshape(2, 5, 6, 4) % 3 - 1.).astype(np.float32)); out = tf.nn.conv2d_backprop_filter(x, [3, 2, 3, 4], g, [1, 1, 1, 1], 'SAME')",
        _XW
        + "g = P((np.arange(2 * 3 * 4).reshape(2, 1, 3, 4) % 3 - 1.).astype(np.float32)); out = tf.nn.conv2d_backprop_input(tf.shape(x), w, g, [1, 3, 2, 1], 'VALID')",
        _XW + "g = P(np.zeros([2, 2, 2, 4], np.float32)); out = tf.nn.conv2d_backprop_input([2, 5, 6, 3], w, g, [1, 1, 1, 1], 'SAME')",
        # transposes
        _T + "out = tf.nn.conv2d_transpose(x, w, [2, 6, 8, 3], 2)",
        _T + "out = tf.nn.conv2d_transpose(x, w, [2, 5, 7, 3], [1, 2, 2, 1], padding='SAME')",
        _T + "out = tf.nn.conv2d_transpose(x, w, [2, 7, 8, 3], 2, padding='VALID')",
        _T + "out = tf.nn.conv2d_transpose(x, w, tf.stack([tf.shape(x)[0], 6, 8, 3]), strides=[1, 2, 2, 1])",
        _T + "out = tf.nn.conv2d_transpose(x, w, [2, 4, 8, 3], 2, padding='VALID')",
        "x = P((np.arange(18).reshape(2, 3, 3) % 5 - 2.).astype(np.float32)); w = P((np.arange(36).reshape(3, 4, 3) % 7 - 3.).astype(np.float32))\n"
        "out = tf.nn.conv1d_transpose(x, w, [2, 6, 4], 2)",
        "x = P((np.arange(18).reshape(2, 3, 3) % 5 - 2.).astype(np.float32)); w = P((np.arange(36).reshape(3, 4, 3) % 7 - 3.).astype(np.float32))\n"
        "out = tf.nn.conv_transpose(x, w, [2, 7, 4], 2, padding='VALID')",
        # one and three dimensions
        _X1
        + "out = [tf.nn.conv1d(x, w, 1, 'SAME'), tf.nn.conv1d(x, w, stride=2, padding='VALID'), tf.stop_gradient(tf.nn.conv1d(x, w, 1, 'VALID', dilations=2))]",
        _X3 + "out = [tf.nn.conv3d(x, w, [1, 1, 1, 1, 1], 'SAME'), tf.nn.conv3d(x, w, [1, 2, 1, 2, 1], 'VALID')]",
        "x = P((np.arange(2 * 2 * 3 * 2 * 2).reshape(2, 2, 3, 2, 2) % 7 - 3.).astype(np.float32)); w = P((np.arange(72).reshape(2, 3, 2, 3, 2) % 5 - 2.).astype(np.float32))\n"
        "out = tf.nn.conv3d_transpose(x, w, [2, 4, 6, 4, 3], 2)",
        _X3
        + "g = P((np.arange(2 * 4 * 5 * 4 * 3).reshape(2, 4, 5, 4, 3) % 3 - 1.).astype(np.float32)); out = tf.nn.conv3d_backprop_filter(x, [2, 3, 2, 2, 3], g, [1] * 5, 'SAME')",
    ]
    # tf.nn.convolution
    + [
        _XW + "out = tf.nn.convolution(x, w, '%s', strides=%s, dilation_rate=%s)" % (p, s, d)
        for p in ("SAME", "VALID")
        for s, d in (("None", "None"), ("[2, 1]", "None"), ("None", "[2, 2]"), ("None", "[1, 3]"))
        if (p, d) != ("VALID", "[2, 2]")
    ]
    + [
        _X % ", [None, None, None, 3]" + _W + "out = tf.nn.convolution(x, w, 'SAME', dilation_rate=[2, 3])",
        _X1
        + "out = [tf.nn.convolution(x, w, 'SAME'), tf.nn.convolution(x, w, 'VALID', dilation_rate=[2]), tf.nn.convolution(x, w, 'SAME', strides=[2])]",
        _X3 + "out = tf.nn.convolution(x, w, 'SAME', dilation_rate=[1, 2, 1])",
        _XW + "out = [tf.nn.atrous_conv2d(x, w, r, 'SAME') for r in (1, 2, 3)]",
        _T + "out = tf.nn.atrous_conv2d_transpose(x, w, [2, 3, 4, 3], 2, 'SAME')",
        _T + "out = tf.nn.atrous_conv2d_transpose(x, w, [2, 7, 6, 3], 2, 'VALID')",
        _T + "out = tf.nn.atrous_conv2d_transpose(x, w, tf.constant([2, 3, 4, 3]), 2, 'SAME')",
        _T + "out = tf.nn.atrous_conv2d_transpose(x, w, [2, 5, 5, 3], 1, 'VALID')",
        # depthwise, separable
        _X % "" + _D + "out = [tf.nn.depthwise_conv2d(x, d, [1, 1, 1, 1], 'SAME'), tf.nn.depthwise_conv2d(x, d, [1, 2, 2, 1], 'VALID')]",
        _X % "" + _D + "out = tf.nn.depthwise_conv2d(x, d, [1, 1, 1, 1], 'SAME', rate=[2, 2])",
        _X % "" + _D + "out = tf.nn.depthwise_conv2d_native(x, d, [1, 2, 2, 1], 'SAME')",
        _X % "" + _D + "g = P((np.arange(2 * 5 * 6 * 6).reshape(2, 5, 6, 6) % 3 - 1.).astype(np.float32))\n"
        "out = [tf.nn.depthwise_conv2d_native_backprop_input([2, 5, 6, 3], d, g, [1, 1, 1, 1], 'SAME'),\n"
        "       tf.nn.depthwise_conv2d_native_backprop_filter(x, [3, 2, 3, 2], g, [1, 1, 1, 1], 'SAME')]",
        _X % ""
        + _D
        + "p = P((np.arange(24).reshape(1, 1, 6, 4) % 5 - 2.).astype(np.float32)); out = tf.nn.separable_conv2d(x, d, p, [1, 1, 1, 1], 'SAME')",
        _X % ""
        + _D
        + "p = P((np.arange(24).reshape(1, 1, 6, 4) % 5 - 2.).astype(np.float32)); out = tf.nn.separable_conv2d(x, d, p, [1, 1, 1, 1], 'VALID', rate=[2, 1])",
        _X % ""
        + _D
        + "p = P((np.arange(20).reshape(1, 1, 5, 4) % 5 - 2.).astype(np.float32)); out = tf.nn.separable_conv2d(x, d, p, [1, 1, 1, 1], 'VALID')",
        # morphology
        _M + "out = [tf.nn.dilation2d(x, w, [1, 1, 1, 1], [1, 1, 1, 1], p) for p in ('SAME', 'VALID')]",
        _M + "out = [tf.nn.dilation2d(x, w, [1, 2, 2, 1], [1, 2, 1, 1], p) for p in ('SAME', 'VALID')]",
        _M + "out = [tf.nn.erosion2d(x, w, [1, 1, 2, 1], [1, 1, 2, 1], p) for p in ('SAME', 'VALID')]",
        "x = P(np.array([[[[3], [1]], [[200], [7]]]], np.uint8)); w = P(np.array([[[1]], [[2]]], np.uint8)); out = tf.nn.dilation2d(x, w, [1, 1, 1, 1], [1, 1, 1, 1], 'SAME')",
        _X % "" + "out = tf.nn.with_space_to_batch(x, [2, 2], 'VALID', lambda a, n, p: tf.nn.max_pool(a, [1, 2, 2, 1], [1, 1, 1, 1], p))",
    ]
)
