"""Loss scales and the optimizer that uses them."""

_E = "E = tf.train.experimental ;; "
_REF = _E + "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer()) ;; skip = 'gradients/' ;; "
_RESOURCE = _E + "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer(), use_resource=True) ;; skip = 'gradients/' ;; "
CASES = []
for _kind in (_REF, _RESOURCE):
    for _scale in ("8.", "E.DynamicLossScale(16., 3)", "'dynamic'"):
        CASES += [
            _kind
            + "o = E.MixedPrecisionLossScaleOptimizer(tf.train.MomentumOptimizer(.1, .9), %s) ;; o.apply_gradients([(x, v)])" % _scale,
            _kind + "o = E.MixedPrecisionLossScaleOptimizer(tf.train.GradientDescentOptimizer(.1), %s) ;; "
            "o.minimize(tf.reduce_sum(v * v), tf.train.get_or_create_global_step())" % _scale,
            _kind
            + "o = E.enable_mixed_precision_graph_rewrite(tf.train.AdamOptimizer(.1), %s) ;; o.apply_gradients([(tf.IndexedSlices(y, i), v)])"
            % _scale,
        ]
CASES += [
    _kind + "o = E.MixedPrecisionLossScaleOptimizer(tf.train.AdamOptimizer(.1), 'dynamic') ;; "
    "o.apply_gradients([(tf.IndexedSlices(y, i, tf.constant([4, 3])), v), (None, v)])"
    for _kind in (_REF, _RESOURCE)
]
CASES += [
    _E + "E.FixedLossScale(3)()",
    _E + "E.FixedLossScale(.5)",
    _E + "E.FixedLossScale('x')",
    _E + "E.DynamicLossScale(4., 5, 3.)()",
    _E + "E.MixedPrecisionLossScaleOptimizer(tf.train.GradientDescentOptimizer(1.), 'x')",
    _E + "E.enable_mixed_precision_graph_rewrite(3)",
    _E + "E.enable_mixed_precision_graph_rewrite(E.enable_mixed_precision_graph_rewrite(tf.train.GradientDescentOptimizer(1.)))",
]
