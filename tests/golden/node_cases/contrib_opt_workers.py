"""What the optimizers of tf.contrib.opt build that share variables among workers, that drop gradients, and Shampoo and AdamGS."""

_REF = "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer()) ;; "
_RESOURCE = "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer(), use_resource=True) ;; "
_DENSE = ".apply_gradients([(x, v)])"
_SPARSE = ".apply_gradients([(tf.IndexedSlices(y, i), v)])"
_COUNTED = ".apply_gradients([(x, v)], tf.train.get_or_create_global_step())"
_GS = "q = tf.train.get_or_create_global_step() ;; "
_DOUBLE = "v = tf.get_variable('v', [4, 3], tf.float64, initializer=tf.zeros_initializer()%s) ;; g = tf.placeholder(tf.float64, [4, 3]) ;; "
CASES = []
for _kind in (_REF, _RESOURCE):
    for _name in ("AdamGSOptimizer", "LazyAdamGSOptimizer"):
        for _args in ("()", "(tf.train.get_or_create_global_step(), .1)", "(n, lambda: .1, .8, .9, name='G')"):
            for _grads in (_DENSE, _SPARSE, _COUNTED):
                CASES.append(_kind + "tf.contrib.opt." + _name + _args + _grads)
    for _args in (
        "()",
        "(n, max_matrix_size=3)",
        "(n, 1, .1, .9)",
        "(n, 3, 0., .9, mat_gbar_weight=lambda t: .1 * t, learning_rate=lambda t: .3 * t)",
        "(n, 4, .1, .9, .8, .2, .5, 2, 3)",
        "(n, 768, 0., .9, 0., .2, lambda t: 1. / t)",
        "(n, gbar_decay=lambda t: .1 * t, mat_gbar_decay=lambda t: .5, mat_gbar_weight=lambda t: .1 * t)",
        "(gbar_decay=tf.constant(.1), learning_rate=tf.constant(.5), epsilon=.01, alpha=.25, name='S')",
    ):
        for _grads in (_DENSE, _SPARSE, _COUNTED):
            CASES.append(_kind + "tf.contrib.opt.ShampooOptimizer" + _args + _grads)
for _kind in (_REF, _RESOURCE):
    CASES += [
        _kind + "w = tf.get_variable('w', [5], initializer=tf.zeros_initializer()) ;; o = tf.contrib.opt.ShampooOptimizer() ;; "
        "o.apply_gradients([(x, v), (tf.ones([5]), w)])",
        _kind + "o = tf.contrib.opt.ShampooOptimizer(svd_interval=2) ;; o.apply_gradients([(x, v)]) ;; [o.get_slot_names(), o.variables()]",
    ]
CASES += [
    "v = tf.get_variable('v', [2, 3, 4], initializer=tf.zeros_initializer()) ;; "
    "tf.contrib.opt.ShampooOptimizer(max_matrix_size=3).apply_gradients([(tf.ones([2, 3, 4]), v)])",
    _DOUBLE % "" + "tf.contrib.opt.AdamGSOptimizer().apply_gradients([(g, v)])",
    _DOUBLE % ", use_resource=True" + "tf.contrib.opt.AdamGSOptimizer().apply_gradients([(tf.IndexedSlices(g, i), v)])",
    _DOUBLE % "" + "tf.contrib.opt.LazyAdamGSOptimizer().apply_gradients([(tf.IndexedSlices(g, i), v)])",
]
# A loop's nodes have their own form here: what is before it must agree.
CASES += [
    "skip = '/while' ;; v = tf.get_variable('v', [%s], initializer=tf.zeros_initializer()) ;; "
    "tf.contrib.opt.ShampooOptimizer(use_iterative_root=True, alpha=%s).apply_gradients([(tf.ones([%s]), v)])" % (shape, alpha, shape)
    for shape, alpha in (("3", .5), ("2, 2", .5))
]  # fmt: skip

_SETUP = "q = tf.train.get_or_create_global_step() ;; g = tf.contrib.opt.%sCustomGetter('/cpu:0') ;; s = tf.variable_scope('', custom_getter=g) ;; s.__enter__() ;; "
_TWO = "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer()) ;; w = tf.get_variable('s/w', [4, 3], initializer=tf.ones_initializer()) ;; "
_OPEN = {kind: _SETUP % kind + _TWO for kind in ("AGN", "ElasticAverage", "ModelAverage")}
_AGN, _EA, _MA = (_OPEN[kind] + "s.__exit__(None, None, None) ;; " for kind in _OPEN)
_LISTS = "[[t.name for t in tf.get_collection(k)] for k in ('variables', 'local_variables', 'trainable_variables')]"
_PAIRS = "[(x, v), (tf.ones([4, 3]), w)]"
for _inner in ("tf.train.GradientDescentOptimizer(.1)", "tf.train.MomentumOptimizer(.1, .9)"):
    CASES += [
        _AGN + "o = tf.contrib.opt.AGNOptimizer(%s, 2, g, 3) ;; o.apply_gradients(%s, q) ;; %s" % (_inner, _PAIRS, _LISTS),
        _AGN + "o = tf.contrib.opt.AGNOptimizer(%s, 2, g) ;; t = o.apply_gradients(%s) ;; [o.get_init_op(0), t]" % (_inner, _PAIRS),
        _EA + "o = tf.contrib.opt.ElasticAverageOptimizer(%s, 2, g, 3) ;; o.apply_gradients(%s, q) ;; %s" % (_inner, _PAIRS, _LISTS),
        _EA
        + "o = tf.contrib.opt.ElasticAverageOptimizer(%s, 2, g, 3, .2, .5) ;; t = o.apply_gradients(%s) ;; [o.get_init_op(0), t]"
        % (_inner, _PAIRS),
        _EA + "o = tf.contrib.opt.ElasticAverageOptimizer(%s, 3, g, synchronous=True) ;; o.get_init_op(1)" % _inner,
        _EA
        + "skip = 'gradients' ;; o = tf.contrib.opt.ElasticAverageOptimizer(%s, 3, g) ;; o.compute_gradients(tf.reduce_sum(v * w)) ;; o._rho"
        % _inner,
        _EA + "o = tf.contrib.opt.ElasticAverageOptimizer(%s, 3, g) ;; sorted(o.swapping_saver()._var_list.items())" % _inner,
    ]
    CASES += [
        _MA
        + "o = tf.contrib.opt.ModelAverageOptimizer(%s, 2, %s, g, 3) ;; t = o.apply_gradients(%s, q) ;; h = o.make_session_run_hook() ;; "
        "h.begin() ;; [h._variable_init_op, t, %s]" % (_inner, chief, _PAIRS, _LISTS)
        for chief in (True, False)
    ]
CASES += [
    _AGN
    + "o = tf.contrib.opt.AGNOptimizer(tf.train.GradientDescentOptimizer(.1), 2, g) ;; h = o.make_session_run_hook(%s, 1) ;; h.begin() ;; h._variable_init_op"
    % c
    for c in (True, False)
]
CASES += [
    # Slots too come from the getter of an open scope.
    _OPEN["ElasticAverage"]
    + "tf.contrib.opt.ElasticAverageOptimizer(tf.train.MomentumOptimizer(.1, .9), 2, g).apply_gradients(%s)" % _PAIRS,
    _OPEN["AGN"] + "u = tf.get_variable('u', [2], trainable=False) ;; %s" % _LISTS,
    _OPEN["ElasticAverage"] + "u = tf.get_variable('u', [2], trainable=False) ;; u.name",
    _OPEN["ElasticAverage"] + "u = tf.get_variable('u', [2], trainable=False, collections=['local_variables']) ;; %s" % _LISTS,
    _OPEN["ModelAverage"] + "u = tf.get_variable('u', [2], trainable=False, collections=['z']) ;; %s" % _LISTS,
    _MA + "tf.contrib.opt.ModelAverageOptimizer(tf.train.GradientDescentOptimizer(.1), 2, True, g).apply_gradients([])",
    _MA + "tf.contrib.opt.ModelAverageOptimizer(tf.train.GradientDescentOptimizer(.1), 2, True, g).apply_gradients(%s)" % _PAIRS,
    _AGN + "tf.contrib.opt.AGNOptimizer(tf.train.GradientDescentOptimizer(.1), 2, g).apply_gradients([])",
]
_DROP = "skip = 'gradients/' ;; q = tf.train.get_or_create_global_step() ;; o = tf.contrib.opt.DropStaleGradientOptimizer(tf.train.MomentumOptimizer(.1, .9), 3) ;; "
CASES += [
    kind + _DROP + "p = o.compute_gradients(%s) ;; t = o.apply_gradients(p, q) ;; %s" % (loss, _LISTS)
    for kind in (_REF, _RESOURCE)
    for loss in ("tf.reduce_sum(v * v)", "tf.reduce_sum(tf.nn.embedding_lookup(v, [0, 1]))")
]
