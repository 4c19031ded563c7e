"""tf.contrib.layers.optimize_loss, without what tf.gradients makes."""

_V = "skip = 'gradients/' ;; v = tf.get_variable('v', [], initializer=tf.zeros_initializer()) ;; g = tf.train.get_or_create_global_step() ;; "
_CALL = _V + "tf.contrib.layers.optimize_loss(%s)"
CASES = [
    _CALL % arguments
    for arguments in (
        "tf.square(v), g, .1, 'SGD'",
        "tf.square(v), g, .1, 'Adam', clip_gradients=5., summaries=['loss', 'learning_rate', 'gradients', 'gradient_norm', "
        "'global_gradient_norm']",
        "tf.square(v), None, .1, tf.train.AdagradOptimizer, gradient_noise_scale=.1, gradient_multipliers={v: 2.}, "
        "learning_rate_decay_fn=lambda r, s: tf.train.exponential_decay(r, s, 10, .5), name='opt'",
        "tf.square(v), None, None, lambda: tf.train.MomentumOptimizer(.1, .9), increment_global_step=False, summaries=[]",
        "tf.square(v), g, .1, 'Adam', clip_gradients=lambda gv: gv, update_ops=[tf.no_op()], gradient_multipliers={'v:0': .5}",
        "tf.square(v), g, tf.constant(.1), lambda r: tf.train.FtrlOptimizer(r), variables=[v]",
        "tf.square(v), g, .1, 'Momentum', clip_gradients=tf.contrib.slim.adaptive_clipping_fn(report_summary=True)",
        "tf.square(v), g, .1, 'RMSProp', clip_gradients=tf.contrib.slim.adaptive_clipping_fn(3., .9, 1., g, name='c')",
        "None, g, .1, 'SGD'",
        "x, g, .1, 'SGD'",
        "tf.square(v), g, .1, 'Foo'",
        "tf.square(v), g, -.1, 'SGD'",
        "tf.square(v), g, 'a', 'SGD'",
        "tf.square(v), g, .1, 3",
        "tf.square(v), g, None, 'SGD'",
        "tf.square(v), g, .1, 'SGD', summaries=['x']",
        "tf.square(v), g, .1, lambda r: 3",
        "tf.square(v), g, .1, 'SGD', gradient_multipliers={'w': 1.}",
        "tf.square(v), n, .1, 'SGD'",
        "tf.square(v), x, .1, 'SGD'",
    )
]
