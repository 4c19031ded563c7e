"""Programs whose gradients hold the ops that TensorFlow's gradients are made of. Each sets `y` and `xs`; run when recording only."""

from __future__ import annotations

import numpy as np


def image(*shape):
    """Numbers without equals, in a fixed order."""
    n = int(np.prod(shape))
    return ((np.arange(n) * 37 % n) / n - 0.4).astype(np.float32).reshape(shape)


_ONE = ["Sqrt:sqrt(x + 1.)", "Rsqrt:rsqrt(x + 1.)", "Reciprocal:math.reciprocal(x + 1.)", "Sigmoid:sigmoid(x)", "Tanh:tanh(x)"]
_ONE += ["%s:nn.%s(x)" % (n, n.lower()) for n in "Relu Relu6 Elu Selu Softplus Softsign".split()] + ["LeakyRelu:nn.leaky_relu(x, .3)"]

CASES = {part.split(":")[0]: "x = P(image(2, 3) * 8.); xs = [x]; y = tf.%s" % part.split(":")[1] for part in _ONE}
# Softsign's gradient has none.
CASES.update(
    {
        part.split(":")[0] + " twice": "x = P(image(2, 3)); xs = [x]; y = tf.gradients(tf.%s, x)[0] ** 2" % part.split(":")[1]
        for part in _ONE
        if part.split(":")[0] != "Softsign"
    }
)
CASES.update(
    {
        "complex": "x = P(image(3)); xs = [x]; z = tf.complex(x, x * 2. + 1.); "
        "y = tf.real(tf.sigmoid(z)) + tf.imag(tf.sqrt(z)) + tf.abs(tf.tanh(z)) + tf.real(tf.rsqrt(z)) + tf.imag(tf.math.reciprocal(z))",
        "broadcasting": "x = P(image(2, 1, 3)); w = P(image(4, 1)); b = P(np.float32(2.)); xs = [x, w, b]; y = (x * w - b / (w + 3.)) ** 2",
        "broadcasting, open shapes": "x = P(image(2, 3), [None, None]); w = P(image(1, 3), [None, 3]); xs = [x, w]; y = x * w + tf.maximum(x, w)",
        "igamma": "a = P(image(3) + 2.); x = P(image(3) + 2.); xs = [a, x]; y = tf.igamma(a, x)",
        "random gamma": "a = P(np.array([.5, 2.], np.float32)); xs = [a]; y = tf.random_gamma([3], a, seed=1)",
        "strided slices": "x = P(image(4, 5)); xs = [x]; y = tf.concat([x[1, 1:4], x[::2, 0], tf.reshape(x[..., tf.newaxis, 2:3], [-1]), x[-1]], 0)",
        "slice at an index": "x = P(image(4, 5)); i = P(np.int32(2)); xs = [x]; y = x[i] * x[i, 1]",
        "mirror padding": "x = P(image(3, 4)); xs = [x]; y = tf.concat([tf.pad(x, [[1, 2], [2, 0]], 'REFLECT'), "
        "tf.pad(x, [[1, 2], [2, 0]], 'SYMMETRIC')], 0) ** 2",
        "joining": "x = P(image(2, 3)); w = P(image(2, 2)); xs = [x, w]; y = tf.concat([x, w, x], 1) * tf.concat([w, x, x], 1) + "
        "tf.reduce_sum(tf.stack(tf.unstack(x, axis=1)))",
        "partition and stitch": "x = P(image(6)); xs = [x]; a, b = tf.dynamic_partition(x, [0, 1, 1, 0, 1, 0], 2); "
        "y = tf.dynamic_stitch([[4, 0, 1], [2, 3, 5]], [a * 2., b * b]) * image(6)",
        "transpose and reduce": "x = P(image(2, 3, 4)); xs = [x]; y = tf.reduce_prod(tf.transpose(x, [2, 0, 1]), [0, 2]) + tf.reduce_max(x)"
        " + tf.reduce_mean(x, 1)[:, 0]",
        "gathers": "x = P(image(5, 2)); xs = [x]; y = tf.gather(x, [1, 3, 1]) ** 2 + tf.gather_nd(x, [[0], [4], [4]])",
        "segments": "x = P(image(5, 2)); xs = [x]; i = [0, 0, 2]; y = tf.sparse_segment_mean(x, [1, 3, 1], i) ** 2 + "
        "tf.sparse_segment_sqrt_n(x, [4, 0, 1], i) + tf.sparse_segment_sum(x, [4, 0, 1], i)",
        "sparse tensors": "x = P(image(3)); w = P(image(2)); xs = [x, w]; a = tf.SparseTensor([[0, 0], [1, 2], [3, 1]], x, [5, 3]); "
        "b = tf.SparseTensor([[1, 2], [2, 0]], w, [5, 3]); s = tf.sparse_add(a, b); "
        "y = tf.reduce_sum(s.values ** 2) + tf.reduce_sum(tf.sparse_slice(a, [1, 0], [3, 3]).values ** 2) + "
        "tf.reduce_sum(tf.sparse_fill_empty_rows(a, 2.)[0].values ** 3)",
        "softmax": "x = P(image(2, 3)); w = P(np.abs(image(2, 3))); xs = [x, w]; y = tf.nn.softmax_cross_entropy_with_logits_v2(labels=w, logits=x) + "
        "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 2], logits=x * 2.) + tf.reduce_sum(tf.nn.log_softmax(x) * w + tf.nn.softmax(x))",
        "batch normalization": "x = P(image(2, 3, 3, 2)); s = P(np.float32([1., 2.])); o = P(np.float32([.5, -1.])); xs = [x, s, o]; "
        "y = tf.nn.fused_batch_norm(x, s, o)[0] * image(2, 3, 3, 2)",
        "batch normalization in use": "x = P(image(2, 3, 3, 2)); s = P(np.float32([1., 2.])); o = P(np.float32([.5, -1.])); xs = [x, s, o]; "
        "y = tf.nn.fused_batch_norm(x, s, o, [.1, .2], [1., 2.], is_training=False)[0] * image(2, 3, 3, 2)",
        "local response": "x = P(image(1, 2, 2, 7)); xs = [x]; y = tf.nn.lrn(x, 2, 1., .5, .75) * image(1, 2, 2, 7)",
        "bias": "x = P(image(2, 3)); b = P(image(3)); xs = [x, b]; y = tf.nn.bias_add(x, b) ** 2",
        "convolutions": "x = P(image(2, 5, 5, 2)); w = P(image(3, 3, 2, 2)); xs = [x, w]; y = tf.nn.conv2d(x, w, [1, 2, 2, 1], 'SAME') "
        "+ tf.nn.depthwise_conv2d(x, w, [1, 2, 2, 1], 'SAME')[..., :2]",
        "convolution in 3-D": "x = P(image(1, 3, 4, 4, 2)); w = P(image(2, 2, 2, 2, 1)); xs = [x, w]; y = tf.nn.conv3d(x, w, [1, 1, 1, 1, 1], 'VALID') ** 2",
        "dilation": "x = P(image(1, 4, 4, 2)); w = P(image(2, 2, 2)); xs = [x, w]; y = tf.nn.dilation2d(x, w, [1, 1, 1, 1], [1, 1, 1, 1], 'SAME') ** 2",
    }
)
for _pool in ("max", "avg"):
    for _padding in ("SAME", "VALID"):
        CASES["%s pooling %s" % (_pool, _padding)] = (
            "x = P(image(2, 5, 5, 2)); xs = [x]; y = tf.nn.%s_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], '%s') ** 2" % (_pool, _padding)
        )
    CASES["%s pooling in 3-D" % _pool] = (
        "x = P(image(1, 4, 4, 4, 2)); xs = [x]; y = tf.nn.%s_pool3d(x, [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], 'SAME') ** 2" % _pool
    )
    CASES["%s pooling twice" % _pool] = (
        "x = P(image(1, 4, 4, 2)); xs = [x]; p = tf.nn.%s_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME') ** 2; y = tf.gradients(p, x)[0] ** 2"
        % _pool
    )
    CASES["fractional %s pooling" % _pool] = (
        "x = P(image(1, 6, 6, 2)); xs = [x]; y = tf.nn.fractional_%s_pool(x, [1., 1.5, 1.5, 1.], overlapping=True, deterministic=True, seed=3, seed2=4)[0] ** 2"
        % _pool
    )
CASES["max pooling of equals"] = (
    "x = P(np.ones([1, 4, 4, 1], np.float32)); xs = [x]; y = tf.nn.max_pool(x, [1, 3, 3, 1], [1, 1, 1, 1], 'SAME') * image(1, 4, 4, 1)"
)
CASES["max pooling with places"] = (
    "x = P(image(2, 4, 4, 2)); xs = [x]; y = tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')[0] ** 2"
)
CASES["max pooling in 3-D twice"] = (
    "x = P(image(1, 2, 4, 4, 1)); xs = [x]; p = tf.nn.max_pool3d(x, [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], 'SAME') ** 2; y = tf.gradients(p, x)[0] ** 2"
)
for _how in ("bilinear", "bicubic", "nearest_neighbor"):
    for _align in (False, True):
        CASES["resizing %s, corners aligned: %s" % (_how, _align)] = (
            "x = P(image(1, 4, 5, 2)); xs = [x]; r = lambda *s: tf.reduce_sum(tf.image.resize_%s(x, s, align_corners=%s) ** 2); "
            "y = r(7, 3) + r(4, 9)" % (_how, _align)
        )
CASES["crops"] = (
    "x = P(image(2, 4, 5, 1)); b = P(np.float32([[.1, .2, .8, .9], [.5, -.3, .2, .4]])); xs = [x, b]; "
    "y = tf.image.crop_and_resize(x, b, [1, 0], [3, 3]) ** 2 * image(2, 3, 3, 1)"
)
CASES["block LSTM cell"] = (
    "L = tf.contrib.rnn.LSTMBlockCell(2, use_peephole=True); x = P(image(3, 3)); c = P(image(3, 2)); h = P(image(3, 2) + .1); "
    "xs = [x, c, h]; tf.get_variable_scope().set_custom_getter(fixed); "
    "o, s = L(x, (c, h)); y = o * 2. + s[0] * image(3, 2)"
)
CASES["block LSTM"] = (
    "L = tf.contrib.rnn.LSTMBlockFusedCell(2, use_peephole=True); x = P(image(4, 3, 3)); "
    "xs = [x]; tf.get_variable_scope().set_custom_getter(fixed); "
    "o, s = L(x, dtype=tf.float32, sequence_length=[4, 2, 3]); y = tf.reduce_sum(o ** 2) + tf.reduce_sum(s[0] * image(3, 2))"
)
CASES["block GRU cell"] = (
    "L = tf.contrib.rnn.GRUBlockCellV2(2); x = P(image(3, 3)); h = P(image(3, 2)); xs = [x, h]; "
    "tf.get_variable_scope().set_custom_getter(fixed); "
    "y = L(x, h)[0] ** 2"
)
CASES["functions"] = (
    "inner = tf.contrib.eager.defun(lambda a, b: tf.split(a * b, [1, 2], 0)[::-1]); "
    "outer = tf.contrib.eager.defun(lambda a: tf.concat(inner(a, tf.exp(a)), 0)); x = P(image(3)); xs = [x]; y = outer(x) * outer(x + 1.)"
)
CASES["branches"] = (
    "x = P(image(3)); go = P(np.bool_(True)); xs = [x]; y = tf.cond(go, lambda: x * x, lambda: tf.exp(x)) * 2. + "
    "tf.cond(tf.logical_not(go), lambda: x * 3., lambda: tf.sin(x))"
)


def build(tf, code):
    """(feeds by name, names to fetch) of a case, built in the default graph."""
    feeds = {}

    def placeholder(value, shape=None):
        value = np.asarray(value)
        t = tf.placeholder(tf.as_dtype(value.dtype), value.shape if shape is None else shape)
        feeds[t.name] = value
        return t

    tf.set_random_seed(1)

    def fixed(getter, name, shape=None, **unused):
        return tf.constant(image(*shape))

    names = {"tf": tf, "np": np, "image": image, "P": placeholder, "fixed": fixed}
    exec(code, names)
    grads = [tf.convert_to_tensor(g) for g in tf.gradients(names["y"], names["xs"]) if g is not None]
    return feeds, [names["y"].name] + [g.name for g in grads]
