"""Queues: what comes out, in which order, with which static shapes; errors."""

MESSAGES = False
CASES = [
    """
q = tf.FIFOQueue(10, [tf.float32, tf.string], shapes=[[2], []])
init = q.enqueue_many([[[1., 2.], [3., 4.], [5., 6.]], ['a', 'b', 'c']])
out = q.dequeue(); runs = 3
""",
    """
q = tf.FIFOQueue(10, tf.int32, [[]])
init = q.enqueue_many([list(range(7))])
out = [q.dequeue_many(3), ]; runs = 2
""",
    """
q = tf.FIFOQueue(10, tf.int32, [[]])
with tf.control_dependencies([q.enqueue_many([[1, 2, 3]])]):
    init = q.close()
out = q.dequeue_up_to(2); runs = 2
""",
    """
q = tf.FIFOQueue(10, tf.int32, [[]])
with tf.control_dependencies([q.enqueue_many([[1, 2, 3]])]):
    init = q.close()
out = q.dequeue_many(4)
""",
    """
q = tf.FIFOQueue(10, [tf.int32, tf.float32], names=['a', 'b'])
init = q.enqueue({'a': [1, 2], 'b': 1.})
out = q.dequeue()
""",
    """
q = tf.FIFOQueue(10, tf.int32)
init = q.enqueue([[1, 2]])
out = [q.size(), q.is_closed()]
""",
    "out = tf.FIFOQueue(10, [tf.int32, tf.int32], names=['a', 'b']).enqueue([1, 2])",
    "out = tf.FIFOQueue(10, [tf.int32, tf.int32], names=['a', 'b']).enqueue({'a': 1})",
    "out = tf.FIFOQueue(10, [tf.int32], names=['a', 'b'])",
    "out = tf.FIFOQueue(10, [tf.int32], shapes=[[], []])",
    "out = tf.FIFOQueue(10, [tf.int32], shapes=[[None]])",
    "out = tf.FIFOQueue(10, [tf.int32], shapes=[[2]]).enqueue([[1, 2, 3]])",
    "out = tf.FIFOQueue(10, [tf.int32]).dequeue_many(2)",
    "out = tf.FIFOQueue(10, tf.int32, [[2]]).dequeue_many(0)",
    "out = tf.FIFOQueue(10, tf.int32, [[2]]).dequeue_many(-1)",
    """
q = tf.PaddingFIFOQueue(10, [tf.int32, tf.string], shapes=[[None], [None, 1]])
init = [q.enqueue([[1], [['a']]]), q.enqueue([[1, 2, 3], [['b'], ['c']]])]
with tf.control_dependencies([q.enqueue([[1], [['a']]])]):
    init = q.enqueue([[1, 2, 3], [['b'], ['c']]])
out = q.dequeue_many(2)
""",
    """
q = tf.PriorityQueue(10, [tf.string], [[]])
init = q.enqueue_many([np.array([3, 1, 2], np.int64), ['c', 'a', 'b']])
out = q.dequeue(); runs = 3
""",
    """
q = tf.RandomShuffleQueue(30, 2, tf.int32, [[]], seed=7)
init = q.enqueue_many([list(range(20))])
out = [q.dequeue_many(4)]; runs = 4
""",
    """
q = tf.RandomShuffleQueue(30, 2, tf.int32, [[]])
init = q.enqueue_many([list(range(20))])
out = [q.dequeue()]; runs = 6
""",
    """
q = tf.RandomShuffleQueue(30, 0, tf.int32, [[]], seed=3, shared_name='shared')
init = q.enqueue_many([list(range(9))])
out = q.dequeue_many(9)
""",
    """
a, b = tf.FIFOQueue(3, tf.int32, [[]]), tf.FIFOQueue(3, tf.int32, [[]])
init = b.enqueue(5)
out = tf.QueueBase.from_list(P(1), [a, b]).dequeue()
""",
    """
a = tf.FIFOQueue(3, tf.int32, [[]], shared_name='one')
b = tf.FIFOQueue(3, tf.int32, [[]], shared_name='one', name='other')
init = a.enqueue(5)
out = [b.dequeue(), b.queue_ref.op.name]
""",
]
CASES += [
    "a = tf.contrib.staging.StagingArea([tf.float32, tf.int32], shapes=[[2], []]); init = a.put([tf.constant([1., 2.]), tf.constant(3)]); out = a.get()",
    "a = tf.contrib.staging.StagingArea([tf.float32], names=['x']); init = a.put({'x': tf.constant(1.)}); out = [a.peek(0), a.size()]; runs = 2",
    """
a = tf.contrib.staging.StagingArea([tf.int32])
with tf.control_dependencies([a.put([tf.constant(1)])]):
    with tf.control_dependencies([a.put([tf.constant(2)])]):
        init = a.put([tf.constant(3)])
out = a.get(); runs = 3
""",
    "out = tf.contrib.staging.StagingArea([tf.float32], names=['x']).put([tf.constant(1.)])",
]
CASES += [
    """
a = tf.ConditionalAccumulator(tf.float32, shape=[2])
with tf.control_dependencies([a.apply_grad([1., 2.])]):
    init = a.apply_grad([3., 6.])
out = a.take_grad(2)
""",
    """
a = tf.ConditionalAccumulator(tf.float32, reduction_type='SUM')
with tf.control_dependencies([a.set_global_step(3)]):
    with tf.control_dependencies([a.apply_grad([1., 2.], 2)]):
        with tf.control_dependencies([a.apply_grad([5., 5.], 3)]):
            init = a.apply_grad([3., 6.], 4)
out = a.take_grad(1)
""",
    "out = tf.ConditionalAccumulator(tf.float32, [2]).apply_grad([1., 2., 3.])",
    "out = tf.ConditionalAccumulator(tf.float32, [2]).apply_grad(P([1., 2., 3.], '?'))",
    "out = tf.ConditionalAccumulator(tf.float32, [2]).take_grad(0)",
]
