"""tf.linalg.expm: every degree of its approximants, by norms; squarings; batches of both; nothing; gradients."""

TOLERANCE = {"float32": (2e-5, 1e-6), "float64": (1e-10, 1e-12)}
CASES = [
    "x = P(np.array([[0.3, -0.2], [0.7, 0.1]], np.%s) * %s); out = tf.linalg.expm(x)" % (_t, _s)
    for _t in ("float32", "float64")
    for _s in ("0.01", "0.2", "0.6", "1.5", "3.0", "7.0", "20.0", "0.0")
]
CASES += [
    "x = P(np.arange(8.0).reshape(2, 2, 2) / 2.0, [None, None, None]); out = tf.linalg.expm(x)",
    'x = P(np.arange(8.0).reshape(2, 2, 2) / 2.0, "?"); out = tf.linalg.expm(x)',
    "x = P(np.array([[1j, 2.0], [0.5, 3j]], np.complex64)); out = tf.linalg.expm(x)",
    "x = P(np.zeros([2, 0, 0], np.float32)); out = tf.linalg.expm(x)",
    "x = P(np.zeros([1, 1], np.float32)); out = tf.linalg.expm(x)",
    "out = tf.linalg.expm([[1, 2], [3, 4]])",
    "out = tf.linalg.expm(tf.zeros([2, 3]))",
]
