"""DeviceSpec, and how tf.device scopes merge. Each result is what the reference gives."""

import pytest

SPEC = [
    ("tf.DeviceSpec(job='w', replica=1, task=2, device_type='CPU', device_index=3).to_string()", "'/job:w/replica:1/task:2/device:CPU:3'"),
    (
        "[tf.DeviceSpec(job='w').to_string(), tf.DeviceSpec(device_type='GPU').to_string(), "
        "tf.DeviceSpec().to_string(), tf.DeviceSpec(task=0).to_string()]",
        "['/job:w', '/device:GPU:*', '', '/task:0']",
    ),
    (
        "[tf.DeviceSpec.from_string(s).to_string() for s in ('/cpu:0', '/gpu:1', '/device:GPU:*', '/job:a/task:1/cpu', "
        "'cpu:0', '', '/job:w/replica:0/task:0/device:TPU:7', '/device:gpu:0')]",
        "['/device:CPU:0', '/device:GPU:1', '/device:GPU:*', '/job:a/task:1/device:CPU:*', '/device:CPU:0', '', "
        "'/job:w/replica:0/task:0/device:TPU:7', '/device:GPU:0']",
    ),
    (
        "s = tf.DeviceSpec.from_string('/job:a/replica:1/task:2/device:GPU:3'); (s.job, s.replica, s.task, s.device_type, s.device_index)",
        "('a', 1, 2, 'GPU', 3)",
    ),
    ("tf.DeviceSpec.from_string('/nope:0')", "ValueError: Unknown attribute: 'nope' in '/nope:0'"),
    ("tf.DeviceSpec.from_string('/cpu:0/gpu:1')", "ValueError: Cannot specify multiple device types: /cpu:0/gpu:1"),
    ("tf.DeviceSpec.from_string('/cpu:0/device:GPU:1')", "ValueError: Cannot specify multiple device types: /cpu:0/device:GPU:1"),
    ("tf.DeviceSpec.from_string('/job:a:b')", "ValueError: Unknown attribute: 'job' in '/job:a:b'"),
    ("tf.DeviceSpec.from_string('/task:x')", "ValueError: invalid literal for int() with base 10: 'x'"),
    (
        "s = tf.DeviceSpec(job='a', device_type='CPU'); s.merge_from(tf.DeviceSpec(job='b', task=1)); s.to_string()",
        "'/job:b/task:1/device:CPU:*'",
    ),
    ("s = tf.DeviceSpec(job='a'); s.job = 'z'; s.task = 4; s.device_type = 'gpu'; s.to_string()", "'/job:z/task:4/device:GPU:*'"),
    ("s = tf.DeviceSpec(job='a').parse_from_string('/cpu:2'); s.to_string()", "'/device:CPU:2'"),
    (
        "(tf.DeviceSpec(job='a') == tf.DeviceSpec.from_string('/job:a'), tf.DeviceSpec(job='a') == tf.DeviceSpec(), "
        "tf.DeviceSpec(job='a') == '/job:a')",
        "(True, False, False)",
    ),
    ("hash(tf.DeviceSpec(job='a')) == hash(tf.DeviceSpec.from_string('/job:a'))", "True"),
    ("tf.DeviceSpec(replica='x')", "ValueError: invalid literal for int() with base 10: 'x'"),
]


@pytest.mark.parametrize("code, result", SPEC)
def test_spec(gives, code, result):
    assert gives(code, result)


SCOPES = [
    (
        """
with tf.device('/cpu:0'): a = tf.no_op()
a.device
""",
        "'/device:CPU:0'",
    ),
    (
        """
with tf.device('/job:w/cpu:0'):
    with tf.device('/gpu:1'): a = tf.no_op()
    with tf.device('/task:2'): b = tf.no_op()
    with tf.device(None): c = tf.no_op()
    d = tf.no_op()
[x.device for x in (a, b, c, d)]
""",
        "['/job:w/device:GPU:1', '/job:w/task:2/device:CPU:0', '', '/job:w/device:CPU:0']",
    ),
    (
        """
with tf.device('/job:a'):
    with tf.device(None):
        with tf.device('/cpu:1'): a = tf.no_op()
a.device
""",
        "'/device:CPU:1'",
    ),
    (
        """
with tf.device(lambda op: '/device:CPU:5' if op.type == 'NoOp' else ''): a, b = tf.no_op(), tf.constant(1)
[a.device, b.device]
""",
        "['/device:CPU:5', '']",
    ),
    (
        """
with tf.device('/job:x'):
    with tf.device(lambda op: '/gpu:0'): a = tf.no_op()
a.device
""",
        "'/job:x/device:GPU:0'",
    ),
    (
        """
with tf.device(lambda op: '/gpu:0'):
    with tf.device('/task:1'): a = tf.no_op()
a.device
""",
        "'/gpu:0'",
    ),
    (
        """
with tf.device(tf.DeviceSpec(job='q', task=1)): a = tf.no_op()
a.device
""",
        "'/job:q/task:1'",
    ),
    (
        """
with tf.device('cpu:0'): a = tf.no_op()
a.device
""",
        "'/device:CPU:0'",
    ),
    (
        """
with tf.device('/cpu:*'): a = tf.no_op()
a.device
""",
        "'/device:CPU:*'",
    ),
    (
        """
with tf.device('/gpu'): a = tf.no_op()
a.device
""",
        "'/device:GPU:*'",
    ),
    (
        """
with tf.device(''): a = tf.no_op()
a.device
""",
        "''",
    ),
    (
        """
with tf.device('/gpu:0'):
    with tf.device(''): a = tf.no_op()
a.device
""",
        "'/device:GPU:0'",
    ),
    (
        """
with tf.device('nonsense'): a = tf.no_op()
a.device
""",
        "ValueError: Unknown attribute: 'nonsense' in 'nonsense'",
    ),
    (
        """
with tf.device(lambda op: None): a = tf.no_op()
a.device
""",
        "TypeError: Expected binary or unicode string, got None",
    ),
    (
        """
with tf.device(lambda op: tf.DeviceSpec(job='z')): a = tf.no_op()
a.device
""",
        "'/job:z'",
    ),
    (
        """
with tf.device(3): a = tf.no_op()
a.device
""",
        "AttributeError: 'int' object has no attribute 'split'",
    ),
    ("a = tf.no_op(); a._set_device('/cpu:3'); b = a.device; a._set_device(tf.DeviceSpec(task=1)); (b, a.device)", "('/cpu:3', '/task:1')"),
    (
        """
with g.device('/cpu:2'): a = tf.constant(1.0)
(a.device, str(a))
""",
        "('/device:CPU:2', 'Tensor(\"Const:0\", shape=(), dtype=float32, device=/device:CPU:2)')",
    ),
]


@pytest.mark.parametrize("code, result", SCOPES)
def test_scopes(gives, code, result):
    assert gives(code, result)
