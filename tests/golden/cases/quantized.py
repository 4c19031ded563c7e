"""Quantized arithmetic: values in few bits with their ranges."""

from __future__ import annotations

_X = "x = P([-5., -1., -0.3, 0., 0.25, 0.5, 1., 1.5, 3., 7.])\n"


def _quantized(name: str, values: str, low: float, high: float, dtype: str = "tf.quint8") -> str:
    return f"{name}, {name}l, {name}h = tf.quantize_v2({values}, {low}, {high}, {dtype}, mode='MIN_FIRST')\n"


_A = "rs = np.random.RandomState(3)\n" + _quantized("a", "P(rs.rand(1, 5, 4, 3).astype(np.float32) * 4 - 1)", -1.0, 3.0)
_F = _quantized("f", "P(rs.rand(2, 3, 3, 2).astype(np.float32) - 0.4)", -0.5, 0.75)
_M = "rs = np.random.RandomState(4)\n" + _quantized("a", "P(rs.randn(3, 4).astype(np.float32))", -2.0, 2.5) + _quantized("b", "P(rs.randn(4, 2).astype(np.float32))", -1.5, 1.0)

# The reference's sum rounds the ratio of the ranges to a whole number first.
TOLERANCE = {"QuantizedAdd": (1e-3, 1e-3)}
CASES = [
    *(
        _X + f"out = []\nfor T in (tf.quint8, tf.qint8, tf.quint16, tf.qint16):\n"
        f"    q, a, b = tf.quantize_v2(x, {low}, {high}, T, mode={mode!r}, round_mode={rounding!r})\n"
        f"    out += [a, b, tf.dequantize(q, a, b, mode={mode!r})]"
        for mode, rounding in (("MIN_COMBINED", "HALF_AWAY_FROM_ZERO"), ("MIN_FIRST", "HALF_AWAY_FROM_ZERO"), ("SCALED", "HALF_AWAY_FROM_ZERO"), ("SCALED", "HALF_TO_EVEN"))
        for low, high in ((-1.0, 3.0), (1.0, 2.0), (-3.0, -1.0), (0.0, 0.0))
    ),
    _X + "out = tf.quantization.quantize(x, -1., 3., tf.quint8, round_mode='HALF_TO_EVEN')[1]",
    _X + "out = tf.quantization.quantize(x, 3., -1., tf.quint8)[1]",
    _X + "out = tf.quantization.quantize(x, -1., 3., tf.float32)[1]",
    _A + "r = tf.raw_ops.QuantizedRelu(features=a, min_features=al, max_features=ah); out = [tf.dequantize(r[0], r[1], r[2], mode='MIN_FIRST'), r[1], r[2]]",
    _A + "r = tf.raw_ops.QuantizedRelu6(features=a, min_features=al, max_features=P(9.)); out = [tf.dequantize(r[0], r[1], r[2], mode='MIN_FIRST')]",
    *(
        _A + f"r = tf.nn.quantized_{kind}_pool(a, al, ah, [1, 2, 3, 1], [1, 2, 1, 1], {padding!r}); "
        "out = [tf.dequantize(r[0], r[1], r[2], mode='MIN_FIRST'), r[1], r[2]]"
        for kind in ("max", "avg")
        for padding in ("SAME", "VALID")
    ),
    *(
        _A + _F + f"c = tf.nn.quantized_conv2d(a, f, al, ah, fl, fh, [1, {s}, {s}, 1], {padding!r})\n"
        "n = tf.raw_ops.RequantizationRange(input=c[0], input_min=c[1], input_max=c[2])\n"
        "r = tf.raw_ops.Requantize(input=c[0], input_min=c[1], input_max=c[2], requested_output_min=n[0], requested_output_max=n[1], out_type=tf.quint8)\n"
        "d = tf.raw_ops.QuantizeDownAndShrinkRange(input=c[0], input_min=c[1], input_max=c[2], out_type=tf.quint8)\n"
        "out = [c[1], c[2], n[0], n[1], tf.dequantize(r[0], r[1], r[2], mode='MIN_FIRST'), d[1], d[2], tf.dequantize(d[0], d[1], d[2], mode='MIN_FIRST')]"
        for s, padding in ((1, "SAME"), (2, "VALID"), (2, "SAME"))
    ),
    _M + "m = tf.raw_ops.QuantizedMatMul(a=a, b=b, min_a=al, max_a=ah, min_b=bl, max_b=bh)\n"
    "out = [m[1], m[2], tf.dequantize(m[0], m[1], m[2], mode='MIN_FIRST')]",
    _M + "m = tf.raw_ops.QuantizedMatMul(a=a, b=b, min_a=al, max_a=ah, min_b=bl, max_b=bh, transpose_a=True, transpose_b=True)\nout = [m[1]]",
    _M + _quantized("v", "P([0.5, -1., 2., 0.1])", -1.0, 2.0)
    + "s = tf.raw_ops.QuantizedBiasAdd(input=a, bias=v, min_input=al, max_input=ah, min_bias=vl, max_bias=vh, out_type=tf.qint32)\n"
    "out = [s[1], s[2], tf.dequantize(s[0], s[1], s[2], mode='MIN_FIRST')]",
    _M + _quantized("v", "P([0.5, -1., 2., 0.1])", -1.0, 2.0)
    + "s = tf.raw_ops.QuantizedAdd(x=a, y=v, min_x=al, max_x=ah, min_y=vl, max_y=vh); p = tf.raw_ops.QuantizedMul(x=a, y=v, min_x=al, max_x=ah, min_y=vl, max_y=vh)\n"
    "out = [s[1], s[2], tf.dequantize(s[0], s[1], s[2], mode='MIN_FIRST'), p[1], p[2], tf.dequantize(p[0], p[1], p[2], mode='MIN_FIRST')]",
    _M + _quantized("c", "P(np.float32([[1., -3., 2., 0.]]))", -3.0, 2.0)
    + "j = tf.quantization.quantized_concat(0, [a, c], [al, cl], [ah, ch]); r = tf.raw_ops.QuantizedReshape(tensor=j[0], shape=[-1, 2], input_min=j[1], input_max=j[2])\n"
    "out = [j[1], j[2], tf.dequantize(r[0], r[1], r[2], mode='MIN_FIRST')]",
]  # fmt: skip
