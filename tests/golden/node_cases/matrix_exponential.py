"""tf.linalg.expm: nodes."""

CASES = [
    "tf.linalg.expm(%s)" % _m
    for _m in (
        "tf.ones([3, 3])",
        "tf.ones([2, 3, 3], tf.float64)",
        "tf.complex(x, x)[:3]",
        "tf.ones([2, 2], tf.complex128)",
        "u",
        "y",
        "tf.placeholder(tf.float32, [None, 3, 3])",
        "tf.zeros([0, 0])",
        "tf.zeros([2, 2], tf.float16)",
        "[[1, 2], [3, 4]]",
        "tf.ones([2, 2]), name='e'",
    )
]
