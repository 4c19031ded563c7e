"""Linear operators made of others, of spectra and of reflections: products, solutions, numbers, gradients."""

_M = (
    "O = tf.linalg; r = np.random.RandomState(1); a = P((r.randn(2, 2, 2) + 3 * np.eye(2)).astype(np.float32))\n"
    "d = P((r.rand(2, 3) + .5).astype(np.float32)); u = P(r.randn(2, 3, 2).astype(np.float32)); c = P((r.rand(3) + 1).astype(np.float32))\n"
    "f = O.LinearOperatorFullMatrix(a); g = O.LinearOperatorDiag(d, is_positive_definite=True)\n"
)
#: operator: its size
_KINDS = {
    "BlockDiag([f, g])": 5,
    "Kronecker([f, g])": 6,
    "Composition([f, O.LinearOperatorLowerTriangular(a)])": 2,
    "Adjoint(f)": 2,
    "Inversion(f)": 2,
    "LowRankUpdate(g, u)": 3,
    "LowRankUpdate(g, u, diag_update=d[:, :2], v=u * 0.5)": 3,
    "Householder(d)": 3,
    "Toeplitz(c, c * 0.3)": 3,
    "Circulant(c, input_output_dtype=tf.float32)": 3,
    "Circulant(tf.complex(c, d))": 3,
    "Circulant2D(tf.complex(u, u * 0.4), input_output_dtype=tf.complex64)": 6,
    "Circulant3D(tf.complex(u, u * 0.4), input_output_dtype=tf.complex64)": 12,
}
TOLERANCE = {"float32": (5e-4, 5e-4), "complex64": (1e-3, 1e-3)}

CASES = []
for _k, _n in _KINDS.items():
    _start = _M + "o = O.LinearOperator%s\nx = tf.cast(tf.constant(r.randn(2, %d, 4)), o.dtype); v = x[:, :, 0]\n" % (_k, _n)
    CASES += [
        _start + "out = [o.to_dense(), o.matmul(x), o.matmul(x, adjoint=True), o.matvec(v), o.diag_part(), o.trace(), o.shape_tensor()]",
        _start + "out = [o.solve(x), o.solvevec(v), o.determinant(), o.log_abs_determinant()]",
        _start + "out = [o.solve(x, adjoint=True), o.adjoint().matmul(x), o.inverse().matvec(v)]",
        _start + "out = [o.matmul(o).to_dense(), o.solve(o).matvec(v)]",
    ]
CASES += [
    "o = tf.linalg.LinearOperatorZeros(3); x = P(np.ones([3, 2], np.float32)); out = [o.matmul(x), o.to_dense(), o.trace(), o.add_to_tensor(x[:, :1] * x[:, 0])]",
    "x = P(np.ones([4, 3, 2], np.float32)); o = tf.linalg.LinearOperatorLowerTriangular(x[0] + tf.ones([3, 1]), is_square=True)\nout = o.shape_tensor()",
    "a = P(np.array([[2., 0.], [1., 3.]], np.float32)); x = P(np.ones([5, 2], np.float32)); o = tf.linalg.LinearOperatorLowerTriangular(a)\nout = [o.solvevec(x), o.solvevec(x, adjoint=True)]",
    "a = P(np.array([[2., 0.], [1., 3.]], np.float32)); x = P(np.ones([5, 2], np.float32)); o = tf.linalg.LinearOperatorFullMatrix(a)\nout = [o.solvevec(x), o.solvevec(x, adjoint=True)]",
]  # fmt: skip
