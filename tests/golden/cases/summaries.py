"""Summaries of numbers, distributions, tensors and sounds: the serialized messages, byte for byte. PNG encoders differ, so images are unit tests."""

CASES = [
    "out = tf.summary.scalar('loss', P(1.5))",
    "out = tf.summary.scalar('a b', P(3))",
    "out = tf.summary.scalar('s', P(np.float64(1e300)))",
    "out = tf.summary.scalar('s', P(1.5, dtype=tf.bfloat16))",
    "out = tf.summary.scalar('loss', P(1.5), family='f')",
    "out = [tf.summary.scalar('loss', P(1.5)), tf.summary.scalar('loss', P(2.5))]",
    """
with tf.name_scope('s'):
    out = tf.summary.scalar('loss', P(1.5), family='my family')
""",
    "out = tf.summary.scalar('v', P([1., 2.]))",
    "out = tf.summary.scalar('v', tf.constant(True))",
    "out = tf.summary.histogram('h', P([0., 1., 1., 2., -3., 1e-13, 1e30, -0.5, 3.3]))",
    "out = tf.summary.histogram('h', P(np.linspace(-5, 5, 1000)))",
    "out = tf.summary.histogram('h', P(np.random.RandomState(0).randn(100, 7).astype(np.float32)))",
    "out = tf.summary.histogram('h', P([[1, 1], [2, 5]]))",
    "out = tf.summary.histogram('h', P(np.zeros([0], np.float32)))",
    "out = tf.summary.histogram('h', P(np.zeros([3], np.float32)))",
    "out = tf.summary.histogram('h', P(np.array([0, 255, 3], np.uint8)))",
    "out = tf.summary.histogram('h', P([1., np.nan]))",
    "out = tf.summary.histogram('h', P([1., np.inf]))",
    "out = tf.summary.tensor_summary('t', P([[1., 2.]]), display_name='shown', summary_description='what it is')",
    "out = tf.summary.tensor_summary('t', tf.constant(['a', 'b']))",
    "out = tf.summary.tensor_summary('t', P(3))",
    "out = tf.summary.text('t', tf.constant([['a', 'b']]))",
    "out = tf.summary.text('t', P([1.]))",
    "out = tf.summary.audio('au', P([[0., .5, -.5, 1., -1., 2., .3, -.3]]), 16000)",
    "out = tf.summary.audio('au', P([[[0., .5], [-.5, 1.]]] * 2), 8000., max_outputs=1)",
    "out = tf.summary.audio('au', P([0., .5]), 8000.)",
    "out = tf.summary.audio('au', P([[0., .5]]), P(44100.))",
    "out = tf.summary.image('im', P(np.zeros([1, 2, 2, 2], np.float32)))",
    "out = tf.summary.merge([tf.summary.scalar('a', P(1.)), tf.summary.histogram('h', P([1., 2.]))])",
    """
s = tf.summary.scalar('a', P(1.))
out = tf.summary.merge([s, s])
""",
    "out = tf.summary.merge([])",
    """
tf.summary.scalar('a', P(1.)); tf.summary.scalar('b', P(2.), collections=['mine'])
out = [tf.summary.merge_all(), tf.summary.merge_all('mine'), tf.summary.merge_all('none') is None]
""",
    """
with tf.name_scope('x'):
    tf.summary.scalar('a', P(1.))
tf.summary.scalar('b', P(2.))
out = tf.summary.merge_all(scope='x', name='all of x')
""",
]
