"""Linear operators: products, solutions, determinants, of every kind; adjoints, batches, gradients, errors."""

_M = "r = np.random.RandomState(1); a = P((r.randn(2, 3, 3) + 3 * np.eye(3)).astype(np.float32)); d = P((r.rand(2, 3) + .5).astype(np.float32)); x = P(r.randn(2, 3, 4).astype(np.float32)); v = P(r.randn(2, 3).astype(np.float32)); m = P((r.rand(2) + 1).astype(np.float32))\n"
_KINDS = {
    "full": "o = tf.linalg.LinearOperatorFullMatrix(a); out = o.to_dense()",
    "full one": "o = tf.linalg.LinearOperatorFullMatrix(a[0], is_non_singular=True); out = o.to_dense()",
    "spd": "o = tf.linalg.LinearOperatorFullMatrix(tf.matmul(a, a, transpose_b=True), is_positive_definite=True, is_self_adjoint=True); out = o.to_dense()",
    "lower": "o = tf.linalg.LinearOperatorLowerTriangular(a); out = o.to_dense()",
    "diag": "o = tf.linalg.LinearOperatorDiag(d); out = o.to_dense()",
    "identity": "o = tf.linalg.LinearOperatorIdentity(3); out = o.to_dense()",
    "identities": "o = tf.linalg.LinearOperatorIdentity(3, batch_shape=[2]); out = o.to_dense()",
    "scaled": "o = tf.linalg.LinearOperatorScaledIdentity(3, m); out = o.to_dense()",
}
_ASKED = (
    "o.matmul(x)", "o.matmul(x, adjoint=True)", "o.matmul(tf.matrix_transpose(x), adjoint_arg=True)", "o.matvec(v)", "o.solve(x)", "o.solve(x, adjoint=True)", "o.solvevec(v)", "o.to_dense()", "o.diag_part()",
    "o.trace()", "o.determinant()", "o.log_abs_determinant()", "o.add_to_tensor(a)", "[o.shape_tensor(), o.batch_shape_tensor(), o.domain_dimension_tensor(), o.range_dimension_tensor(), o.tensor_rank_tensor()]",
)

TOLERANCE = {"float32": (2e-4, 2e-4)}

CASES = (
    [_M + k + "\nout = " + q for name, k in _KINDS.items() for q in _ASKED if not (name == "full one" and "solve" in q)]
    + [_M + _KINDS[k] + "\nout = o.%s().to_dense()" % q for k in ("full", "lower", "diag", "spd") for q in ("adjoint", "inverse", "cholesky")]
    + [_M + _KINDS[k] + "\nout = tf.constant([o.tensor_rank, o.domain_dimension.value, o.range_dimension.value, int(bool(o.is_square)), int(bool(o.is_self_adjoint)), int(bool(o.is_non_singular)), int(bool(o.is_positive_definite))])" for k in _KINDS]
    + [
        "a = P(np.eye(3, dtype=np.float32)[:, :2]); o = tf.linalg.LinearOperatorFullMatrix(a); out = o.matmul([[1., 2.], [3., 4.]])",
        "a = P(np.eye(3, dtype=np.float32)[:, :2]); o = tf.linalg.LinearOperatorFullMatrix(a); out = o.solve([[1.], [2.], [3.]])",
        "a = P(np.eye(3, dtype=np.float32)[:, :2]); o = tf.linalg.LinearOperatorFullMatrix(a); out = o.determinant()",
        "a = P(np.eye(3, dtype=np.float32)); o = tf.linalg.LinearOperatorFullMatrix(a, is_non_singular=False); out = o.solve(a)",
        "a = P(np.eye(3)); o = tf.linalg.LinearOperatorDiag(a[0]); out = o.matmul(tf.ones([3, 1]))",
        "o = tf.linalg.LinearOperatorDiag([1, 2]); out = o.to_dense()",
        "o = tf.linalg.LinearOperatorFullMatrix([1., 2.]); out = o.to_dense()",
        "o = tf.linalg.LinearOperatorDiag([1., 2.], is_self_adjoint=False); out = o.to_dense()",
        "o = tf.linalg.LinearOperatorIdentity(3, is_square=False); out = o.to_dense()",
        "o = tf.linalg.LinearOperatorFullMatrix([[1.]], is_positive_definite=True, is_non_singular=False); out = o.to_dense()",
        "d = P([1., 0.]); o = tf.linalg.LinearOperatorDiag(d)\nwith tf.control_dependencies([o.assert_positive_definite()]):\n  out = tf.identity(d)",
    ]
)  # fmt: skip
