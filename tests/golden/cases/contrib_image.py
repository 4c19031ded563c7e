"""tf.contrib.image, resampler and sparsemax."""

# Angles are float32, for float64 images too. Splines solve a system that is not well-conditioned, and sparse warps read pixels where they say.
TOLERANCE = {"interpolate_spline(": (1e-3, 1e-4), "sparse_image_warp(": (1e-3, 1e-4), "rotate(": (2e-6, 2e-6)}

_X = "x = P(np.arange(24, dtype=np.float32).reshape(2, 4, 3, 1)); I = tf.contrib.image; "
_T = "[1., .5, -.5, .2, 1., .5, 0., .1]"

CASES = [
    _X + f"out = [I.transform(x, {_T}), I.transform(x, {_T}, 'BILINEAR'), I.transform(x, {_T}, 'BILINEAR', output_shape=[5, 2])]",
    _X + "out = I.transform(x, [[1., 0., .5, 0., 1., .5, 0., 0.], [.5, .25, 0., .1, .5, 0., .01, 0.]])",
    _X + "out = I.transform(x, [1., 0., 0., 0., 1., 0., -1., 0.], 'BILINEAR')",
    _X + "out = I.transform(x[0], [1., 0., 0., 0., 1., 0., -1., 0.])",
    f"x = np.arange(12).reshape(4, 3) * 20; out = [tf.contrib.image.transform(tf.constant(x, t), {_T}, m) for t in (tf.uint8, tf.int32, tf.int64) "
    "for m in ('NEAREST', 'BILINEAR')]",
    f"x = P(np.arange(12.).reshape(4, 3)); out = [tf.contrib.image.transform(x, {_T}), tf.contrib.image.rotate(x, 1., 'BILINEAR')]",
    f"x = P(np.arange(12.).reshape(4, 3, 1), dtype=tf.float16); out = tf.contrib.image.transform(x, {_T}, 'BILINEAR')",
    "x = P(np.arange(12, dtype=np.float32).reshape(1, 4, 3, 1)); t = P([[1., .5, -.5, .2, 1., .5, 0., .1]]); out = tf.contrib.image.transform(x, t, 'BILINEAR')",
    _X + "out = I.transform(x, tf.ones([3, 8]))",
    _X + "out = I.transform(x, tf.ones([2, 7]))",
    _X + "out = I.transform(x, [1.] * 8, output_shape=tf.constant([0, 2]))",
    _X + "out = [I.rotate(x, .5), I.rotate(x, [.5, -2.], 'BILINEAR')]",
    _X + "out = [I.translate(x, [.5, 1.], 'BILINEAR'), I.translate(x, [[1., 0.], [-1., -2.]])]",
    "I = tf.contrib.image; t = P([[1., .5, -.5, .2, 1., .5, 0., .1], [1., 2., 3., 4., 5., 6., 7., 8.]]); "
    "out = [I.compose_transforms(t, t), I.flat_transforms_to_matrices(t), I.matrices_to_flat_transforms(I.flat_transforms_to_matrices(t))]",
    "out = tf.contrib.image.angles_to_projective_transforms([.5, 1.], 4., 3.)",
    "a = P(np.array([[1, 1, 0, 1], [0, 0, 0, 1], [1, 0, 1, 1]], np.int32)); I = tf.contrib.image; "
    "out = [I.connected_components(v) for v in (a, a > 0, tf.cast(a, tf.float32), a + 1, a * 0)]",
    "out = tf.contrib.image.connected_components(tf.constant([[[1, 2, 2], [1, 1, 2]], [[2, 3, 3], [2, 0, 3]]]))",
    "out = tf.contrib.image.connected_components(tf.constant([['a', 'a', ''], ['b', '', '']]))",
    "out = tf.contrib.image.connected_components(tf.zeros([2, 0, 3]))",
    "x = P([[.5, .6, .1, .2], [.8, .15, .3, .4], [.05, .3, .9, .01]]); I = tf.contrib.image; "
    "out = [I.bipartite_match(x, 2.), I.bipartite_match(x, [-1.]), I.bipartite_match(x, -1., top_k=2), I.bipartite_match(-x, 3.), I.bipartite_match(x, 0.)]",
    "out = tf.contrib.image.bipartite_match(tf.random_uniform([5, 3], seed=1), -1.)",
    "out = tf.contrib.image.bipartite_match(tf.zeros([2, 3]), 5.)",
    "x = P(np.arange(48, dtype=np.float32).reshape(2, 4, 3, 2)); f = P(np.sin(np.arange(48, dtype=np.float32)).reshape(2, 4, 3, 2) * 2); "
    "out = tf.contrib.image.dense_image_warp(x, f)",
    "x = P(np.arange(8, dtype=np.float32).reshape(1, 1, 4, 2), [None] * 4); out = tf.contrib.image.dense_image_warp(x, tf.zeros([1, 1, 4, 2]))",
    "p = P(np.cos(np.arange(20, dtype=np.float32)).reshape(2, 5, 2)); v = P(np.sin(np.arange(10, dtype=np.float32)).reshape(2, 5, 1)); "
    "q = P(np.sin(np.arange(12, dtype=np.float32)).reshape(2, 3, 2)); I = tf.contrib.image; "
    "out = [I.interpolate_spline(p, v, q, 1), I.interpolate_spline(p, v, q, 2, .1), I.interpolate_spline(p, v, q, 3)]",
    "x = P(np.sin(np.arange(50, dtype=np.float32)).reshape(1, 5, 5, 2)); a = tf.constant([[[1.1, 1.], [3., 2.2], [2.3, 3.9]]]); b = tf.constant([[[1.5, 1.3], [3.1, 2.5], [2.2, 3.1]]]); "
    "out = [tf.contrib.image.sparse_image_warp(x, a, b, num_boundary_points=n, regularization_weight=r) for n, r in ((0, .1), (1, 0.), (2, 0.))]",
    "x = P(np.arange(24, dtype=np.float32).reshape(1, 4, 3, 2)); w = P([[[.5, .5], [-.5, 0.], [2., 3.], [2.5, 3.5], [-1., -1], [3.2, 1.], [1.7, 2.2]]]); "
    "out = tf.contrib.resampler.resampler(x, w)",
    "out = tf.contrib.resampler.resampler(tf.ones([2, 4, 3, 2]), tf.ones([1, 2, 2]))",
    "out = tf.contrib.resampler.resampler(tf.ones([2, 4, 3]), tf.ones([2, 2, 2]))",
    "out = tf.contrib.resampler.resampler(tf.ones([2, 4, 3, 1]), tf.ones([2, 2, 3]))",
    "x = P([[1., .5, -1.], [3., 3., 2.9], [-4., 0., 7.]]); p = tf.contrib.sparsemax.sparsemax(x); "
    "out = [p, tf.contrib.sparsemax.sparsemax_loss(x, p, tf.constant([[0., 1., 0.], [1., 0., 0.], [.5, 0., .5]]))]",
    "x = tf.constant([[1., float('nan'), -1.], [float('inf'), 3., 2.9], [float('-inf'), 0., .3]]); out = tf.contrib.sparsemax.sparsemax(x)",
    "x = P([[1., float('inf'), -1.], [float('-inf'), 0., .3]]); out = tf.contrib.sparsemax.sparsemax_loss(x, tf.ones([2, 3]) / 3, tf.constant([[0., 0., 1.], [0., 1., 0.]]))",
    "out = tf.user_ops.my_fact()",
]
