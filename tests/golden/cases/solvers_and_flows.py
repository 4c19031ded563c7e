"""tf.contrib.solvers, tf.contrib.integrate.odeint_fixed; bijectors of networks."""

TOLERANCE = {"float32": (5e-4, 5e-4)}
_A = "r = np.random.RandomState(2); m = r.randn(4, 4).astype(np.float32); m = m.dot(m.T) + np.eye(4, dtype=np.float32); a = tf.constant(m); b = tf.constant(r.randn(4).astype(np.float32))\nL = tf.contrib.solvers\n"
_F = (
    "B = tf.contrib.distributions.bijectors; x = P(np.random.RandomState(1).randn(2, 4).astype(np.float32))\n"
    "k = lambda shape, dtype=None, partition_info=None: tf.reshape(tf.cast(tf.range(int(np.prod(shape))), tf.float32), shape) * 0.02 - 0.1\n"
)
_Q = "y = tf.identity(f.forward(x)); out = [y, f.inverse(y), f.inverse_log_det_jacobian(y, 1), f.forward_log_det_jacobian(x, 1), [v.name for v in tf.global_variables()]]"
CASES = [
    _A + "s = L.linear_equations.conjugate_gradient(L.util.create_operator(a), b, max_iter=8); out = [s.i, s.x, s.r]",
    _A + "s = L.linear_equations.conjugate_gradient(L.util.create_operator(a), b, preconditioner=L.util.create_operator(tf.linalg.inv(a)), x=b); out = [s.i, s.x]",
    _A + "s = L.least_squares.cgls(L.util.create_operator(a[:, :2]), b); out = [s.i, s.x]",
    "x = P([[1.0], [2.0]]); u = tf.contrib.solvers.util; out = [u.dot(x, x), u.l2norm(x), u.l2norm_squared(x), u.l2normalize(x)]",
    "y = P([1.0, 0.5]); out = tf.contrib.integrate.odeint_fixed(lambda y, t: -y * tf.cast(t, tf.float32), y, np.linspace(0.0, 1.0, 5))",
    "y = P([1.0, 0.5]); out = tf.contrib.integrate.odeint_fixed(lambda y, t: -y, y, np.linspace(0.0, 1.0, 5), method='midpoint')",
    "y = tf.constant([1.0, 0.5]); out = tf.contrib.integrate.odeint_fixed(lambda y, t: -y, y, np.linspace(0.0, 1.0, 3), dt=0.2)",
    "out = tf.contrib.integrate.odeint_fixed(lambda y, t: -y, [1.0], [0.0, 1.0], method='euler')",
    _F + "f = B.RealNVP(1, B.real_nvp_default_template([5], kernel_initializer=k)); " + _Q,
    _F + "f = B.RealNVP(2, B.real_nvp_default_template([3], shift_only=True, kernel_initializer=k), is_constant_jacobian=True); " + _Q,
    _F + "f = B.MaskedAutoregressiveFlow(B.masked_autoregressive_default_template([8], kernel_initializer=k), unroll_loop=True); " + _Q.replace(" f.forward_log_det_jacobian(x, 1),", ""),
    _F + "f = B.MaskedAutoregressiveFlow(B.masked_autoregressive_default_template([8], kernel_initializer=k)); y = tf.identity(x); out = [tf.stop_gradient(f.forward(x)), f.inverse(y), f.inverse_log_det_jacobian(y, 1)]",
    _F + "out = [B.masked_dense(x, 8, num_blocks=4, exclusive=True, kernel_initializer=k), B.masked_dense(x, 8, num_blocks=2, kernel_initializer=k)]",
    _F + "out = B.RealNVP(0, None)",
]  # fmt: skip
