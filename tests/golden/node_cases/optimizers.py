"""What optimizers build: dense and sparse steps on reference and resource variables, slots, counters, schedules."""

_REF = "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer()) ;; "
_RESOURCE = "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer(), use_resource=True) ;; "
_DENSE = "%s.apply_gradients([(x, v)])"
_SPARSE = "%s.apply_gradients([(tf.IndexedSlices(y, i), v)])"
_MAKERS = [
    "tf.train.GradientDescentOptimizer(.1)",
    "tf.train.MomentumOptimizer(.1, .9)",
    "tf.train.MomentumOptimizer(.1, .9, use_nesterov=True)",
    "tf.train.AdamOptimizer()",
    "tf.train.AdagradOptimizer(.1)",
    "tf.train.AdagradDAOptimizer(.1, tf.train.get_or_create_global_step())",
    "tf.train.AdadeltaOptimizer()",
    "tf.train.RMSPropOptimizer(.1)",
    "tf.train.RMSPropOptimizer(.1, momentum=.5, centered=True)",
    "tf.train.FtrlOptimizer(.1)",
    "tf.train.FtrlOptimizer(.1, l2_shrinkage_regularization_strength=.1)",
    "tf.train.ProximalGradientDescentOptimizer(.1)",
    "tf.train.ProximalAdagradOptimizer(.1)",
]
CASES = [kind + grad % maker for maker in _MAKERS for kind in (_REF, _RESOURCE) for grad in (_DENSE, _SPARSE)]

# Hyperparameters are float32; a variable of another type makes casts.
_DOUBLE = "v = tf.get_variable('v', [4, 3], tf.float64, initializer=tf.zeros_initializer()%s) ;; g = tf.placeholder(tf.float64, [4, 3]) ;; "
for _maker in _MAKERS:
    for _resource in ("", ", use_resource=True"):
        for _grad in ("g", "tf.IndexedSlices(g, i)"):
            CASES.append(_DOUBLE % _resource + _maker + ".apply_gradients([(%s, v)])" % _grad)

# Shapes that are known only when the graph runs; rates that are tensors or functions; counters; names.
_UNKNOWN = "v = tf.get_variable('v', initializer=y, validate_shape=False, use_resource=False) ;; "
for _maker in ("AdagradOptimizer(.1)", "RMSPropOptimizer(.1)", "AdadeltaOptimizer()", "MomentumOptimizer(.1, .9)", "AdamOptimizer()"):
    CASES.append(_UNKNOWN + "tf.train.%s.apply_gradients([(y, v)])" % _maker)
for _maker in (
    "GradientDescentOptimizer(lambda: .1)",
    "GradientDescentOptimizer(tf.constant(.1))",
    "MomentumOptimizer(lambda: .1, lambda: .9)",
    "AdamOptimizer(lambda: .1, lambda: .9, lambda: .99, lambda: 1e-4)",
    "AdagradOptimizer(lambda: .1)",
    "AdadeltaOptimizer(lambda: .1, lambda: .9, lambda: 1e-4)",
    "RMSPropOptimizer(lambda: .1, lambda: .9, lambda: .5, lambda: 1e-4)",
    "FtrlOptimizer(tf.constant(.1))",
    "AdamOptimizer(tf.train.exponential_decay(.1, tf.train.get_or_create_global_step(), 10, .5))",
):
    for _kind in (_REF, _RESOURCE):
        CASES.append(_kind + _DENSE % ("tf.train." + _maker))
        if not (_kind is _RESOURCE and _maker == "GradientDescentOptimizer(lambda: .1)"):  # TensorFlow fails here: it forgets to call it
            CASES.append(_kind + _SPARSE % ("tf.train." + _maker))
_TWO = "w = tf.get_variable('s/w', [4, 3], initializer=tf.ones_initializer()) ;; "
for _kind in (_REF, _RESOURCE):
    CASES += [
        _kind + "s = tf.train.get_or_create_global_step() ;; tf.train.AdamOptimizer().apply_gradients([(x, v)], global_step=s)",
        _kind + "s = tf.get_variable('s', initializer=0, use_resource=True, trainable=False) ;; "
        "tf.train.MomentumOptimizer(.1, .9).apply_gradients([(x, v)], s, 'train')",
        _kind + _TWO + "tf.train.AdamOptimizer().apply_gradients([(x, w), (x, v)])",
        _kind + _TWO + "tf.train.AdamOptimizer(name='A').apply_gradients([(x, w), (None, v)], name='B')",
        _kind + _TWO + "o = tf.train.RMSPropOptimizer(.1) ;; a = o.apply_gradients([(x, w)]) ;; o.apply_gradients([(x, v), (x, w)])",
        _kind + "a = tf.train.AdamOptimizer().apply_gradients([(x, v)]) ;; tf.train.AdamOptimizer().apply_gradients([(x, v)])",
        _kind + "o = tf.train.AdamOptimizer() ;; t = o.apply_gradients([(x, v)]) ;; [a.name for a in o.variables()] + o.get_slot_names()",
        _kind + "o = tf.train.FtrlOptimizer(.1, accum_name='acc', linear_name='lin') ;; t = o.apply_gradients([(x, v)]) ;; "
        "[o.get_slot(v, 'accum'), o.get_slot(v, 'linear'), o.get_slot(v, 'none')]",
        "d = tf.device('/cpu:0') ;; d.__enter__() ;; " + _kind + "tf.train.AdagradOptimizer(.1).apply_gradients([(x, v)])",
    ]
# Reuse: slots of a shared variable scope are not shared; making them again is an error.
_REUSED = "c = tf.variable_scope('m', reuse=%s) ;; c.__enter__() ;; "
for _maker in ("GradientDescentOptimizer(.1)", "AdamOptimizer()", "AdagradOptimizer(.1)", "FtrlOptimizer(.1)"):
    for _reuse in ("True", "tf.AUTO_REUSE"):
        CASES.append(
            "v = tf.get_variable('m/v', [4, 3], initializer=tf.zeros_initializer()) ;; "
            + _REUSED % _reuse
            + _DENSE % ("tf.train." + _maker)
        )
# Errors.
CASES += [
    "tf.train.AdagradOptimizer(.1, 0.)",
    "tf.train.AdagradDAOptimizer(.1, None, -1)",
    "tf.train.ProximalAdagradOptimizer(.1, 0.)",
    "tf.train.FtrlOptimizer(.1, initial_accumulator_value=-1.)",
    "tf.train.FtrlOptimizer(.1, learning_rate_power=.5)",
    "tf.train.FtrlOptimizer(.1, l1_regularization_strength=-1.)",
    "tf.train.FtrlOptimizer(.1, l2_regularization_strength=-1.)",
    "tf.train.FtrlOptimizer(.1, l2_shrinkage_regularization_strength=-1.)",
    _REF + "tf.train.AdamOptimizer().apply_gradients([(s, v)])",
    _REF + "tf.train.AdamOptimizer().apply_gradients([(tf.ones([3]), v)])",
    _RESOURCE + "tf.train.AdagradOptimizer(.1).apply_gradients([(tf.ones([3]), v)])",
    _REF + "tf.train.AdagradOptimizer(.1).apply_gradients([(tf.IndexedSlices(tf.placeholder(tf.float32, [None, 2]), i), v)])",
    _REF + "tf.train.AdagradOptimizer([.1, .2]).apply_gradients([(x, v)])",
    _REF + "tf.train.AdagradOptimizer(.1).apply_gradients([('a', v)])",
    _REF + "tf.train.AdagradOptimizer(.1).apply_gradients([(x, x)])",
    _REF + "tf.train.AdagradOptimizer(.1).apply_gradients([(x, 3)])",
    _REF + "tf.train.AdagradOptimizer(.1).minimize(x, var_list=[x])",
    _REF + "tf.train.AdagradOptimizer(.1).compute_gradients(tf.reduce_sum(v), var_list=['a'])",
    _REF + "tf.train.AdagradOptimizer(.1).minimize(tf.reduce_sum(x))",
    _REF + "tf.train.AdagradOptimizer(.1).minimize(n, var_list=[v])",
    _REF + "tf.train.AdagradOptimizer(.1).compute_gradients(tf.reduce_sum(v), grad_loss=n)",
    _REF + "tf.train.AdagradOptimizer(.1).apply_gradients([])",
    _REF + "tf.train.AdagradOptimizer(.1).apply_gradients([(None, v)])",
]
