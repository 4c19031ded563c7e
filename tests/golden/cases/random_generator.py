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
    + [
        # One run each: after an initialization the reference's state does not move on in the first run.
        _G + "out = g.binomial(%s)" % d
        for d in (
            "[6], [10.], [.3]", "[6], [100.], [.3]", "[2, 3], 1000., .7", "[0], [10.], [.3]", "[2, 3], [100., 20.], [.3, .4]",
            "[3, 2], [9.5], [.3, .5, .95]", "[2], [100., 50.], [.3]", "[2, 2, 3], [100., 4.], [.6, .6]", "[300], [60.], [.5]", "[3], [10.], [0.]",
            "[3], [10.], [1.]", "[3], [100.], [1.5]", "[3], [100.], [-.5]", "[3], [-5.], [.3]", "[3], [0.], [.8]", "[3], [10.], [float('nan')]",
            "[4], np.float64([1e6]), np.float64([1e-4]), tf.int64", "[4], np.float16([100]), np.float16([.3]), tf.float16", "[4], [40.], [.3], tf.float32",
            "[4], [40.], [.3], tf.float64", "[4], [40.], [.3], tf.uint8", "[4, 2], [10., 100.], [.4]", "[3], [[100.]], [.3]", "[3], [10], [.3]",
            "[20, 6], np.float32(np.arange(20) * 5.), np.float32(np.arange(20) / 20.)",
        )
    ]
    + ["s = P([3]); g = tf.random.experimental.Generator.from_seed(1); out = g.normal(s)"]
)  # fmt: skip
