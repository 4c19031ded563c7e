"""tf.CriticalSection: what runs in it, one call after the other; its errors."""

_COUNT = "v = tf.Variable(1., use_resource=True, name='v'); c = tf.CriticalSection(name='cs')\n"
_STEP = """
def step():
    now = v.read_value()
    with tf.control_dependencies([now]):
        with tf.control_dependencies([v.assign(now * 2. + 1.)]):
            return tf.identity(now)
"""
CASES = [
    "c = tf.CriticalSection(); out = c.execute(lambda: tf.constant(1.))",
    _COUNT + _STEP + "out = c.execute(step); runs = 3",
    _COUNT + _STEP + "found = [c.execute(step) for _ in range(3)]; total = tf.add_n(found)\nwith tf.control_dependencies([total]): out = v.read_value()",
    _COUNT + "out = c.execute(lambda: {'a': v * 2., 'b': [v + 1., tf.constant(3)]})",
    _COUNT + "out = [c.name, c.execute(lambda: v * 2.).name, c.execute(lambda: v * 2., name='z').name]",
    _COUNT + "out = c.execute(lambda: c.execute(lambda: v * 2.))",
    _COUNT + "d = tf.CriticalSection(); c.execute(lambda: v * 2.); out = d.execute(lambda: v * 2.)",
    _COUNT + "d = tf.CriticalSection(); c.execute(lambda: v * 2.); out = d.execute(lambda: v * 2., exclusive_resource_access=False)",
    _COUNT
    + "d = tf.CriticalSection(); c.execute(lambda: v * 2., exclusive_resource_access=False); "
    + "out = d.execute(lambda: v * 2., exclusive_resource_access=False)",
    _COUNT + "c.execute(lambda: v * 2.); out = [len(tf.get_collection(k)) for k in ('critical_sections', 'critical_section_executions')]",
    "c = tf.CriticalSection(); out = c.execute(3)",
    "c = tf.CriticalSection(); c.execute(lambda: tf.no_op()); out = [o.name for o in tf.get_default_graph().get_operations()]",
    _COUNT + "c.execute(lambda: [v + 1., tf.constant(1)]); out = [o.name for o in tf.get_default_graph().get_operations()]",
    _COUNT + "c.execute(lambda: [v + 1., tf.constant(1)]); out = [c.name for o in tf.get_default_graph().get_operations() for c in o.control_inputs]",
    "x = P([1., 2.]); c = tf.CriticalSection(); out = c.execute(lambda: tf.exp(x) * 2.)",
]
