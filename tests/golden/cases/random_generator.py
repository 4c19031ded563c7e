"""Generators whose state is a variable: numbers, states, types, errors."""

_G = "g = tf.random.experimental.Generator.from_seed(1234); "
_DRAWS = (
    "normal([5])",
    "normal([2, 3], 1., 2.)",
    "normal([3], dtype=tf.float64)",
    "normal([3], dtype=tf.float16)",
    "normal([0])",
    "truncated_normal([5])",
    "truncated_normal([5], dtype=tf.float64)",
    "uniform([5])",
    "uniform([5], -1., 3.)",
    "uniform([5], dtype=tf.float64)",
    "uniform([5], maxval=100, dtype=tf.int32)",
    "uniform([3], -5, 100, dtype=tf.int64)",
    "uniform([3], dtype=tf.int32)",
    "uniform([3], 5, 2, dtype=tf.int32)",
    "uniform_full_int([3], tf.int32)",
    "uniform_full_int([2, 2], tf.int64)",
    "make_seeds(3)",
)

CASES = (
    ["runs = 3\n" + _G + "out = g.%s" % d for d in _DRAWS]
    + ["runs = 2\n" + _G + "x = g.uniform([3])\nwith tf.control_dependencies([x]):\n  y = g.state.read_value()\nout = [x, y]"]
    + [_G + "x = g.normal([2])\nwith tf.control_dependencies([x]):\n  y = g.normal([2])\nout = [x, y]"]
    + ["g = tf.random.experimental.Generator.from_state([-1, 7, 3], 1)\nx = g.uniform([3])\nwith tf.control_dependencies([x]):\n  y = g.state.read_value()\nout = [x, y]"]
    + ["out = tf.constant(tf.random.experimental.create_rng_state(%s, %d))" % (s, a) for a in (1, 2, 3) for s in ("1", "-1", "2 ** 40", "2 ** 70 + 5", "[1, 2]", "[1, 2, 3, 4]")]
    + ["g = tf.random.experimental.Generator.from_key_counter(5, %s, 1); out = g.state" % c for c in ("[1, 2]", "[1, 2, 3]")]
    + ["g = tf.random.experimental.Generator.from_seed(3, 2); out = g.normal([2])", "g = tf.random.experimental.Generator.from_seed(3, 7)", "out = tf.random.experimental.Generator()", "g = tf.random.experimental.Generator.from_state([1, 2], 1)"]
    + ["s = P([3]); g = tf.random.experimental.Generator.from_seed(1); out = g.normal(s)"]
)  # fmt: skip
