"""Fake quantization and its gradients; to integers and back."""

_X = "x = P([[-7., -6., -5.99], [-1., -.02, 0.], [.01, .024, .5], [3.3, 5.99, 7.]]); "
_ARGS = (
    "",
    ", min=0, max=6",
    ", min=-1, max=1, num_bits=4",
    ", min=-.3, max=1.1, narrow_range=True",
    ", min=1, max=3",
    ", min=-3, max=-1",
    ", min=1, max=1",
    ", num_bits=1",
    ", num_bits=16",
)
_RANGES = ("-1., 2.", "0., 6.", "-3., -1.", "0., 0.", "-.3, 1.1, num_bits=4", "-.3, 1.1, narrow_range=True")

CASES = (
    [_X + "out = tf.fake_quant_with_min_max_args(x%s)" % a for a in _ARGS]
    + [_X + "out = tf.fake_quant_with_min_max_args_gradient(tf.ones_like(x) * 2., tf.stop_gradient(x)%s)" % a for a in _ARGS[:4]]
    + [_X + "a = P(%s); b = P(%s); out = tf.fake_quant_with_min_max_vars(x, a, b%s)" % tuple((r + ", ").split(", ", 2)[:2] + [", " + r.split(", ", 2)[2] if r.count(",") > 1 else ""]) for r in _RANGES]
    + [_X + "out = list(tf.quantization.fake_quant_with_min_max_vars_gradient(tf.stop_gradient(x), tf.stop_gradient(x), %s))" % r for r in _RANGES]
    + [_X + "a = P([-1., -2., 0.]); b = P([2., 1., 6.]); out = tf.fake_quant_with_min_max_vars_per_channel(x, a, b%s)" % a for a in ("", ", num_bits=3", ", narrow_range=True")]
    + [_X + "a = P([-1., -2., 0.]); b = P([2., 1., 6.]); out = list(tf.fake_quant_with_min_max_vars_per_channel_gradient(*[tf.stop_gradient(v) for v in (x, x, a, b)]))"]
    + [_X + "out = tf.fake_quant_with_min_max_vars_per_channel(x, [0.], [1.])", _X + "out = tf.fake_quant_with_min_max_vars(x, [0.], 1.)"]
    + [_X + "out = tf.quantization.quantize_and_dequantize(x, %s)" % a for a in ("0., 0.", "-1., 1., range_given=True", "-1., 4., range_given=True, num_bits=4", "0., 5., signed_input=False, range_given=True", "0., 0., round_mode='HALF_UP'", "0., 0., narrow_range=True, num_bits=5", "2., 1., range_given=True", "0., 0., round_mode='x'")]
    + [_X + "out = tf.raw_ops.QuantizeAndDequantizeV3(input=x, input_min=-2., input_max=3., num_bits=6)"]
    + ["x = P(np.linspace(-3, 5, 9)); out = tf.quantization.quantize_and_dequantize(x, -2., 4., range_given=True)"]
)  # fmt: skip
