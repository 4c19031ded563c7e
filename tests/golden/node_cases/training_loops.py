"""Nodes of training loops, queues, summaries, datasets and tables."""

_MODEL = (
    "v = tf.get_variable('v', [2], initializer=tf.zeros_initializer()) ;; step = tf.train.get_or_create_global_step() ;; "
    "tf.Variable(1, collections=['local_variables'], name='l') ;; tf.get_variable('r', [2], use_resource=True) ;; "
    "tf.summary.scalar('s', v[0]) ;; "
)
_FEATURES = (
    "f = {'c': tf.FixedLenFeature([], tf.int64, 3), 'b': tf.VarLenFeature(tf.string), "
    "'d': tf.SparseFeature(['i', 'j'], 'v', tf.float32, [4, 5])} ;; flat = lambda d: [d[k] for k in sorted(d)] ;; "
    "flat = lambda d: [x for k in sorted(d) for x in ([d[k].values] if hasattr(d[k], 'values') else [d[k]])] ;; "
)
_HOOKS = (
    "hooks = [tf.train.StopAtStepHook(num_steps=3), tf.train.NanTensorHook(v[0]), tf.train.LoggingTensorHook(['v:0'], 5), "
    "tf.train.GlobalStepWaiterHook(0), tf.train.FinalOpsHook('v:0')] ;; import tempfile ;; "
)
CASES = [
    _MODEL + "tf.train.Scaffold().finalize() ;; None",
    _MODEL + "tf.train.Supervisor() ;; None",
    _MODEL + _HOOKS + "tf.train.MonitoredTrainingSession(checkpoint_dir=tempfile.mkdtemp(), hooks=hooks).close() ;; None",
    _MODEL + "h = [tf.train.StepCounterHook(), tf.train.SummarySaverHook(5, summary_op='s:0')] ;; "
    "tf.train.SingularMonitoredSession(hooks=h).close() ;; None",
    "n = tf.train.range_input_producer(6, num_epochs=1).dequeue() ;; tf.train.maybe_batch([n], tf.equal(n % 2, 0), 3)",
    "n = tf.train.range_input_producer(6).dequeue_many(3) ;; "
    "tf.train.maybe_shuffle_batch([n], 2, 9, 3, tf.greater(n, 1), enqueue_many=True)",
    "s = tf.SparseTensor([[0]], [1.], [3]) ;; tf.train.batch([s, tf.constant(1)], 4)[1]",
    "s = tf.SparseTensor([[0, 0]], [1.], [3, 1]) ;; tf.train.batch_join([[s], [s]], 4, enqueue_many=True).values",
    "tf.train.shuffle_batch_join([{'a': tf.constant(1)}, {'a': tf.constant(2)}], 4, 10, 2)",
    "q = tf.RandomShuffleQueue(10, 2, [tf.int32, tf.string], [[], []], names=['a', 'b'], seed=4, name='mine') ;; "
    "[q.enqueue({'a': 1, 'b': 'x'}, name='put'), q.dequeue_many(3, name='get')['a'], q.size('many'), q.close(True, 'end')]",
    _FEATURES + "flat(tf.parse_single_example(tf.placeholder(tf.string, []), f))",
    _FEATURES + "flat(tf.parse_example(tf.placeholder(tf.string, [None]), f, name='batch'))",
    "c, l = tf.parse_single_sequence_example(tf.placeholder(tf.string, []), {'c': tf.FixedLenFeature([], tf.int64, 3), "
    "'b': tf.VarLenFeature(tf.string)}, {'q': tf.FixedLenSequenceFeature([2], tf.float32), 'r': tf.VarLenFeature(tf.int64)}) ;; "
    "[c['c'], l['q'], l['r'].values]",
    "tf.data.Dataset.range(5).window(2).enumerate(3).make_initializable_iterator().get_next()",
    "tf.data.Dataset.from_tensor_slices([[1, 2]]).cache('f').reduce(0, lambda s, x: s)",
    "tf.data.Dataset.from_tensors(tf.SparseTensor([[0]], [1.], [3])).make_initializable_iterator().get_next().values",
    "d = tf.data.Dataset.range(4) ;; tf.data.experimental.sample_from_datasets([d, d], [.5, .5]).make_one_shot_iterator().get_next()",
    "tf.data.TFRecordDataset(['a', 'b'], num_parallel_reads=2).make_one_shot_iterator().get_next()",
    "tf.data.Dataset.list_files(['a*', 'b*'], shuffle=False).make_initializable_iterator().initializer",
    "tf.data.Dataset.range(3).flat_map(lambda x: tf.data.Dataset.range(x)).shuffle(9, seed=4, reshuffle_each_iteration=False)",
    "it = tf.data.Iterator.from_structure((tf.int64, tf.string), ([], [None])) ;; "
    "[it.make_initializer(tf.data.Dataset.range(3).map(lambda x: (x, ['a'])), name='mine'), it.get_next('next'), it.string_handle('h')]",
    "t = tf.contrib.lookup.index_table_from_file('v.txt', 2, 9, key_dtype=tf.int64) ;; [t.lookup(tf.placeholder(tf.int64)), t.size()]",
    "t = tf.contrib.lookup.MutableDenseHashTable(tf.int64, tf.float32, [0., 0.], -1, -2) ;; [t.insert([1], [[1., 2.]]), t.export()]",
]
