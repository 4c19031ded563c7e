"""tf.case: its branches, checks and errors."""

CASES = [
    "tf.case([(b, lambda: x), (n > 1, lambda: x * 2.)], default=lambda: x + 1.)",
    "tf.case([(b, lambda: x), (n > 1, lambda: x * 2.)])",
    "tf.case([(b, lambda: x), (n > 1, lambda: x * 2.)], exclusive=True, name='c')",
    "tf.case([(b, lambda: x)], exclusive=True)",
    "tf.case([(b, lambda: x)])",
    "tf.case([(b, lambda: x)], default=lambda: x, exclusive=True)",
    "tf.case({b: lambda: x, n > 1: lambda: x * 2.}, default=lambda: x + 1.)",
    "tf.case({b: lambda: x, n > 1: lambda: x * 2.}, default=lambda: x + 1., exclusive=True)",
    "tf.case([b])",
    "tf.case(3)",
    "tf.case([(b, x)])",
    "tf.case([(n, lambda: x)])",
    "tf.case([(True, lambda: x)])",
    "tf.case([(b, lambda: x)], default=x)",
    "tf.case([(b, lambda: [x, y])], default=lambda: [x, y], strict=True)",
    "tf.case(((b, lambda: x),), default=lambda: x)",
    "tf.case([(b, lambda: x)], default=lambda: n)",
    "tf.case([[b, lambda: x]], default=lambda: x)",
]
