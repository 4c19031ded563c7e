"""tf.contrib.training: buckets and samplers."""

_X = "T = tf.contrib.training ;; e = tf.placeholder(tf.float32, [3], name='e') ;; v = tf.placeholder(tf.float32, [None], name='v') ;; "

CASES = [
    _X + "T.bucket([e], n, 4, 2)",
    _X
    + "T.bucket({'x': v, 'a': e}, n, [4, 2], 2, 2, 10, [5, 6], dynamic_pad=True, allow_smaller_final_batch=True, keep_input=b, shared_name='sn', name='bk')",
    _X + "T.bucket([e], n, [4, 2], 2)",
    _X + "T.bucket([e, n], n, 4, 2, keep_input=False)",
    _X
    + "T.bucket([e], n, 4, 2) ;; [(q.name, [o.name for o in q.enqueue_ops], q.close_op, q.cancel_op) for q in tf.get_collection('queue_runners')]",
    _X + "T.bucket([], n, 4, 2)",
    _X + "T.bucket([e], n, [4], 2)",
    _X + "T.bucket([e], n, 4, 2, bucket_capacities=[3])",
    _X + "T.bucket_by_sequence_length(n, [v], 4, [2, 4, 8], dynamic_pad=True)",
    _X + "T.bucket_by_sequence_length(3, {'a': e, 'b': m}, [4, 5], [2], name='n')",
    _X + "T.bucket_by_sequence_length(n, [u], 4, [2], shapes=[[None]], dynamic_pad=True)",
    _X + "T.bucket_by_sequence_length(n, [e], 4, [2, 2, 8])",
    _X + "T.bucket_by_sequence_length(n, [e], 4, [])",
    _X + "T.bucket_by_sequence_length(n, [e], 4, [1.5, 2.5])",
    _X + "T.bucket_by_sequence_length(n, [e], 4, 3)",
    _X + "T.rejection_sample([e], lambda t: t[0][0], 4, queue_threads=2)",
    _X + "T.rejection_sample([e, n], lambda t: t[0][0], 4, runtime_checks=True, name='k')",
    _X + "T.rejection_sample([x, tf.zeros([4])], lambda t: t[1], 4, enqueue_many=True, prebatch_capacity=3)",
    _X + "T.stratified_sample([e], n, [0.5, 0.5], 4, init_probs=[0.2, 0.8], queue_capacity=8, threads_per_queue=2)",
    _X + "T.stratified_sample([e], n, [0.5, 0.5], 4)",
    _X + "T.stratified_sample([y, y], i, [0.5, 0.25, 0.25], 4, enqueue_many=True, name='k')",
    _X + "T.resample_at_rate([y], v)",
    _X + "T.resample_at_rate([y, v], tf.ones([2]), scope='k', seed=3, back_prop=True)",
    _X + "T.weighted_resample([y], v, tf.constant(0.5), seed=3)",
    _X + "T.weighted_resample([y, v], v, 0.5, 'k', 0.9) ;; [tf.global_variables(), tf.local_variables(), tf.trainable_variables()]",
]
