"""tf.linalg.LinearOperator*: nodes of their methods and of what they combine to."""

_D = "D = tf.linalg.LinearOperatorDiag"
_MAKE = {
    "Diag(x)": "4,3",
    "Diag(y)": "4,3",
    "Diag(tf.complex(x, x))": None,
    "FullMatrix(tf.ones([4, 3, 3]))": "4,3",
    "FullMatrix(tf.ones([4, 3, 3]), is_positive_definite=True, is_self_adjoint=True)": "4,3",
    "LowerTriangular(tf.ones([4, 3, 3]))": "4,3",
    "LowerTriangular(y)": "4,3",
    "Identity(3)": "4,3",
    "Identity(3, batch_shape=[4])": "4,3",
    "Identity(n, batch_shape=s)": "4,3",
    "Identity(n, batch_shape=s, assert_proper_shapes=True)": "4,3",
    "ScaledIdentity(3, x)": "4,3,3",
    "ScaledIdentity(n, y)": "4,3,3",
    "Zeros(3)": "4,3",
    "Zeros(n, m, batch_shape=s, assert_proper_shapes=True)": "4,3",
    "Zeros(3, 3, batch_shape=[4], is_square=False, is_self_adjoint=False)": "4,3",
    "Composition([O.LinearOperatorFullMatrix(tf.ones([4, 3, 3])), O.LinearOperatorDiag(x)])": "4,3",
    "Adjoint(O.LinearOperatorFullMatrix(tf.ones([4, 3, 3])))": "4,3",
    "Inversion(O.LinearOperatorFullMatrix(tf.ones([4, 3, 3])))": "4,3",
    "BlockDiag([O.LinearOperatorFullMatrix(tf.ones([4, 1, 1])), O.LinearOperatorDiag(x[0, :2])])": "4,3",
    "BlockDiag([O.LinearOperatorFullMatrix(tf.ones([1, 1])), O.LinearOperatorDiag(y[:, :2])])": "4,3",
    "Kronecker([O.LinearOperatorFullMatrix(tf.ones([1, 1])), O.LinearOperatorDiag(y)])": "4,3",
    "Kronecker([O.LinearOperatorDiag(x), O.LinearOperatorFullMatrix(tf.ones([4, 1, 1]))])": "4,3",
    "LowRankUpdate(O.LinearOperatorDiag(x, is_positive_definite=True), tf.ones([4, 3, 2]))": "4,3",
    "LowRankUpdate(O.LinearOperatorDiag(y), tf.ones([3, 2]), diag_update=y[:, :2], v=tf.ones([3, 2]))": "4,3",
    "Householder(x)": "4,3",
    "Circulant(x, input_output_dtype=tf.float32)": "4,3",
    "Circulant(y, input_output_dtype=tf.float32)": "4,3",
    "Circulant2D(tf.ones([4, 1, 3]), input_output_dtype=tf.float32)": "4,3",
    "Circulant3D(tf.ones([1, 3, 1]), input_output_dtype=tf.float32)": "4,3",
    "Toeplitz(x, x)": "4,3",
    "Toeplitz(y, y)": "4,3",
}
_METHODS = (
    "to_dense() shape_tensor() batch_shape_tensor() tensor_rank_tensor() domain_dimension_tensor() range_dimension_tensor() diag_part() "
    "trace() determinant() log_abs_determinant() assert_non_singular() assert_self_adjoint() assert_positive_definite() "
    "adjoint().to_dense() inverse().to_dense() cholesky().to_dense()"
).split()

CASES = []
for _how, _dims in _MAKE.items():
    _start = "O = tf.linalg ;; op = O.LinearOperator" + _how
    CASES += [_start + " ;; op." + _m for _m in _METHODS]
    if _dims:
        _vector = "tf.ones([%s])" % _dims
        CASES += [
            "%s ;; op.%s" % (_start, _m)
            for _m in (
                "matvec(%s)" % _vector,
                "solvevec(%s)" % _vector,
                "matmul(tf.ones([%s, 2]))" % _dims,
                "matmul(tf.ones([%s, 2, 3]), adjoint=True, adjoint_arg=True)" % _dims[:-2],
                "solve(tf.ones([%s, 2]))" % _dims,
                "solve(tf.ones([%s, 2, 3]), adjoint=True, adjoint_arg=True)" % _dims[:-2],
                "add_to_tensor(tf.ones([%s, 3]))" % _dims,
            )
        ]
_PARTS = ["Diag(x)", "LowerTriangular(tf.ones([3, 3]))", "FullMatrix(tf.ones([3, 3]))", "Identity(3)", "ScaledIdentity(3, 2.0)", "Zeros(3)"]
_PARTS += ["Circulant(x[0], input_output_dtype=tf.float32)", "Householder(x[0])"]
for _a in _PARTS:
    for _b in _PARTS:
        for _what in ("matmul", "solve"):
            CASES.append(
                "O = tf.linalg ;; a = O.LinearOperator%s ;; b = O.LinearOperator%s ;; c = a.%s(b) ;; "
                "(c.name, c.is_non_singular, c.is_self_adjoint, c.is_positive_definite, c.is_square, c.to_dense())" % (_a, _b, _what)
            )
CASES += [
    "O = tf.linalg ;; O.LinearOperatorFullMatrix(u).solve(tf.ones([4, 5, 2, 3]))",
    "O = tf.linalg ;; O.LinearOperatorFullMatrix(tf.ones([5, 2, 2])).solve(tf.ones([4, 5, 2, 3]))",
    "O = tf.linalg ;; O.LinearOperatorFullMatrix(tf.ones([4, 4])).solve(tf.ones([4, 5, 4, 3]))",
    "O = tf.linalg ;; O.LinearOperatorLowerTriangular(tf.ones([2, 2])).solvevec(tf.ones([4, 2]))",
    "O = tf.linalg ;; O.LinearOperatorLowerTriangular(tf.ones([2, 2])).solvevec(tf.ones([4, 2]), adjoint=True)",
    "O = tf.linalg ;; O.LinearOperatorCirculant(tf.complex(x[0], x[0])).matvec(tf.complex(x, x))",
    "O = tf.linalg ;; O.LinearOperatorCirculant(x[0]).convolution_kernel()",
    "O = tf.linalg ;; O.LinearOperatorCirculant2D(y).block_shape_tensor()",
    "O = tf.linalg ;; O.LinearOperatorCirculant2D(x).trace()",
]
