"""SyncReplicasOptimizer and the accumulators it is made of."""

_V = "v = tf.get_variable('v', [2], initializer=tf.zeros_initializer()) ;; g = tf.train.get_or_create_global_step() ;; "
_O = _V + "o = tf.train.SyncReplicasOptimizer(tf.train.%s, %s) ;; "
CASES = [
    _O % ("GradientDescentOptimizer(.1)", "1, 1") + "o.apply_gradients([(tf.ones([2]), v)], g)",
    _O % ("AdamOptimizer()", "2, name='s'") + "w = tf.get_variable('w', [3]) ;; o.apply_gradients([(tf.ones([2]), v), (None, w)], g)",
    _O % ("GradientDescentOptimizer(.1)", "1, variable_averages=tf.train.ExponentialMovingAverage(.9), variables_to_average=[v]")
    + "o.apply_gradients([(tf.ones([2]), v)], g)",
    _O % ("MomentumOptimizer(.1, .9)", "1")
    + "t = o.apply_gradients([(tf.ones([2]), v)], g) ;; [o.get_init_tokens_op(), o.get_slot_names()]",
    _O % ("MomentumOptimizer(.1, .9)", "1") + "t = o.apply_gradients([(tf.ones([2]), v)], g) ;; o.get_init_tokens_op(0)",
    _O % ("MomentumOptimizer(.1, .9)", "3, 1") + "t = o.apply_gradients([(tf.ones([2]), v)], g) ;; o.get_init_tokens_op(1)",
    _O % ("MomentumOptimizer(.1, .9)", "1") + "o.get_init_tokens_op()",
    _O % ("MomentumOptimizer(.1, .9)", "1") + "o.get_chief_queue_runner()",
    _O % ("MomentumOptimizer(.1, .9)", "1") + "o.make_session_run_hook(True).begin()",
    _O % ("MomentumOptimizer(.1, .9)", "1") + "o.apply_gradients([], g)",
    _O % ("MomentumOptimizer(.1, .9)", "1") + "o.apply_gradients([(tf.ones([2]), v)])",
    "a = tf.ConditionalAccumulator(tf.float32, [2], name='a') ;; [a.apply_grad([1., 2.], 3), a.take_grad(2), a.num_accumulated(), "
    "a.set_global_step(4), a.name, a.dtype]",
    "a = tf.ConditionalAccumulator(tf.float32, reduction_type='SUM', shared_name='b') ;; [a.apply_grad([1., 2.]), a.take_grad(n, name='t')]",
    "a = tf.ConditionalAccumulator(tf.float32, [3]) ;; a.apply_grad([1., 2.])",
    "skip = 'conditional_accumulator' ;; "
    + _O % ("MomentumOptimizer(.1, .9)", "2, 2")
    + "o.apply_gradients([(tf.IndexedSlices(tf.ones([2]), i, tf.constant([2])), v)], g)",
]
