"""What the optimizers of tf.contrib.opt build: dense and sparse steps on reference and resource variables."""

_REF = "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer()) ;; "
_RESOURCE = "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer(), use_resource=True) ;; "
_DENSE = "%s.apply_gradients([(x, v)])"
_SPARSE = "%s.apply_gradients([(tf.IndexedSlices(y, i), v)])"
_MAKERS = [
    "tf.contrib.opt.AdamWOptimizer(.01)",
    "tf.contrib.opt.MomentumWOptimizer(.01, .1, .9)",
    "tf.contrib.opt.LazyAdamOptimizer()",
    "tf.contrib.opt.NadamOptimizer()",
    "tf.contrib.opt.AdaMaxOptimizer()",
    "tf.contrib.opt.LARSOptimizer(.1)",
    "tf.contrib.opt.PowerSignOptimizer()",
    "tf.contrib.opt.AddSignOptimizer()",
    "tf.contrib.opt.GGTOptimizer()",
    "tf.contrib.opt.RegAdagradOptimizer(.1)",
    "tf.contrib.opt.MovingAverageOptimizer(tf.train.GradientDescentOptimizer(.1))",
    "tf.contrib.opt.VariableClippingOptimizer(tf.train.GradientDescentOptimizer(.1), {v: [1]}, 2.)",
]
CASES = [kind + grad % maker for maker in _MAKERS for kind in (_REF, _RESOURCE) for grad in (_DENSE, _SPARSE)]
CASES = [c for c in CASES if "GGT" not in c or "IndexedSlices" not in c]

_DOUBLE = "v = tf.get_variable('v', [4, 3], tf.float64, initializer=tf.zeros_initializer()%s) ;; g = tf.placeholder(tf.float64, [4, 3]) ;; "
for _maker in _MAKERS:
    if "GGT" not in _maker:
        for _resource in ("", ", use_resource=True"):
            for _grad in ("g", "tf.IndexedSlices(g, i)"):
                CASES.append(_DOUBLE % _resource + _maker + ".apply_gradients([(%s, v)])" % _grad)

_TWO = "w = tf.get_variable('s/w', [4, 3], initializer=tf.ones_initializer()) ;; "
_SGDW = "C = tf.contrib.opt.extend_with_decoupled_weight_decay(tf.train.GradientDescentOptimizer) ;; "
for _kind in (_REF, _RESOURCE):
    CASES += [
        _kind + _TWO + "tf.contrib.opt.AdamWOptimizer(.01).apply_gradients([(x, v), (x, w)], decay_var_list=[w])",
        _kind + _TWO + "tf.contrib.opt.AdamWOptimizer(tf.constant(.01)).apply_gradients([(x, v), (x, w)])",
        _kind + _TWO + "tf.contrib.opt.AdamWOptimizer(tf.constant(.01)).apply_gradients([(tf.IndexedSlices(y, i), v)])",
        _kind + _SGDW + "C(weight_decay=.1, learning_rate=.2).apply_gradients([(x, v)])",
        _kind + _SGDW + "[C.__name__, [b.__name__ for b in C.__bases__], C(.1, learning_rate=.2).get_name()]",
        _kind + "tf.contrib.opt.LARSOptimizer(.1, skip_list=['v']).apply_gradients([(x, v)])",
        _kind + "tf.contrib.opt.LARSOptimizer(tf.constant(.1), use_nesterov=True, epsilon=1.).apply_gradients([(x, v)])",
        _kind + "tf.contrib.opt.PowerSignOptimizer(beta=0.).apply_gradients([(x, v)])",
        _kind + "tf.contrib.opt.PowerSignOptimizer(base=2., sign_decay_fn=lambda s: tf.cast(s, tf.float32)).apply_gradients([(x, v)], "
        "tf.train.get_or_create_global_step())",
        _kind + "tf.contrib.opt.PowerSignOptimizer(sign_decay_fn=lambda s: .5).apply_gradients([(x, v)])",
        _kind + "tf.contrib.opt.AddSignOptimizer(.1, 2., .5, lambda s: .5).apply_gradients([(x, v)])",
        _kind + "tf.contrib.opt.AddSignOptimizer().apply_gradients([(tf.IndexedSlices(y, i, tf.constant([4, 3])), v)])",
        _kind
        + "o = tf.contrib.opt.RegAdagradOptimizer(.1) ;; c = o.avoid_updating_slots() ;; c.__enter__() ;; o.apply_gradients([(x, v)])",
        _kind
        + "o = tf.train.GradientDescentOptimizer(.1) ;; tf.contrib.opt.MovingAverageOptimizer(o, .9, n, False).apply_gradients([(x, v)])",
        _kind + "o = tf.train.AdamOptimizer(.1) ;; tf.contrib.opt.MovingAverageOptimizer(o).minimize(tf.reduce_sum(x))",
        _kind + "o = tf.train.AdagradOptimizer(.1) ;; p = tf.contrib.opt.VariableClippingOptimizer(o, {v: [0, 1]}, 2., True, True, 'C') ;; "
        "t = p.apply_gradients([(x, v)], tf.train.get_or_create_global_step()) ;; [t, p.get_slot_names(), p.get_slot(v, 'accumulator')]",
        _kind + "o = tf.train.AdagradOptimizer(.1) ;; p = tf.contrib.opt.VariableClippingOptimizer(o, {v: [0, 1]}, 2.) ;; "
        "p.apply_gradients([(tf.IndexedSlices(y, i), v)])",
        _kind + "o = tf.contrib.opt.MultitaskOptimizerWrapper(tf.train.MomentumOptimizer(.1, .9)) ;; o.apply_gradients([(x, v)])",
        _kind + "o = tf.contrib.opt.MultitaskOptimizerWrapper(tf.train.GradientDescentOptimizer(.1)) ;; o.get_name()",
        _kind + "w = tf.get_variable('w', [5], initializer=tf.zeros_initializer()) ;; tf.contrib.opt.GGTOptimizer(window=3, name='G')"
        ".apply_gradients([(x, v), (tf.ones([5]), w)], tf.train.get_or_create_global_step())",
        _kind + "tf.contrib.opt.clip_gradients_by_global_norm([(x, v), (None, v)])",
        _kind + "tf.contrib.opt.NadamOptimizer(lambda: .1).apply_gradients([(x, v)])",
        _kind + _TWO + "tf.contrib.opt.AdaMaxOptimizer(name='M').apply_gradients([(x, v), (tf.IndexedSlices(y, i), w)])",
    ]
_SLICES = "tf.IndexedSlices(g, i, tf.constant([4, 3]))"
CASES += [
    _DOUBLE % "" + "tf.contrib.opt.%s.apply_gradients([(%s, v)])" % (_maker, _SLICES)
    for _maker in ("AddSignOptimizer()", "PowerSignOptimizer()", "AddSignOptimizer(sign_decay_fn=lambda s: np.float64(.5))")
]
CASES += [
    _REF + "tf.contrib.opt.MultitaskOptimizerWrapper(3)",
    _REF + "tf.contrib.opt.LARSOptimizer(.1, momentum=-1.)",
    _REF + "tf.contrib.opt.MovingAverageOptimizer(tf.train.GradientDescentOptimizer(.1)).swapping_saver()",
    _REF + "tf.contrib.opt.VariableClippingOptimizer(tf.train.GradientDescentOptimizer(.1), {v: 3}, 1.)",
]
