"""Learning rates that follow the global step, moving averages, the global step itself."""

_STEP = "g = tf.train.get_or_create_global_step() ;; "
_SCHEDULES = [
    "tf.train.exponential_decay(.1, %s, 10, .5)",
    "tf.train.exponential_decay(.1, %s, 10, .5, staircase=True, name='rate')",
    "tf.train.natural_exp_decay(.1, %s, 10, .5)",
    "tf.train.natural_exp_decay(.1, %s, 10, .5, True)",
    "tf.train.inverse_time_decay(.1, %s, 10, .5)",
    "tf.train.inverse_time_decay(.1, %s, 10, .5, True)",
    "tf.train.polynomial_decay(.1, %s, 10)",
    "tf.train.polynomial_decay(.1, %s, 10, .01, 2., cycle=True)",
    "tf.train.polynomial_decay(.1, %s, tf.constant(10), .01, tf.constant(2.), name='rate')",
    "tf.train.cosine_decay(.1, %s, 10)",
    "tf.train.cosine_decay(.1, %s, 10, alpha=.2)",
    "tf.train.cosine_decay_restarts(.1, %s, 10)",
    "tf.train.cosine_decay_restarts(.1, %s, 10, t_mul=1., m_mul=.5, alpha=.2)",
    "tf.train.linear_cosine_decay(.1, %s, 10)",
    "tf.train.linear_cosine_decay(.1, %s, 10, .25, .1, .2)",
    "tf.train.noisy_linear_cosine_decay(.1, %s, 10)",
    "tf.train.noisy_linear_cosine_decay(.1, %s, 10, .5, .6, .25, .1, .2)",
    "tf.train.piecewise_constant(%s, [10, 20], [.1, .2, .3])",
    "tf.train.piecewise_constant_decay(%s, [10], [1, 2], 'rate')",
]
CASES = [_STEP + s % "g" for s in _SCHEDULES]
CASES += [s % "n" for s in _SCHEDULES]
CASES += [s % "7" for s in _SCHEDULES]
CASES += [s.replace("(.1", "(tf.placeholder(tf.float64, [])") % "n" for s in _SCHEDULES if "(.1" in s]
CASES += ["g = tf.get_variable('g', initializer=0, use_resource=True) ;; " + s % "g" for s in _SCHEDULES]
CASES += [s % "None" for s in _SCHEDULES]
CASES += [
    "tf.train.piecewise_constant(n, [10, 20], [.1, .2])",
    "tf.train.piecewise_constant(n, [10., 20.], [.1, .2, .3])",
    "tf.train.piecewise_constant(tf.cast(n, tf.float32), [10, 20], [.1, .2, .3])",
    "tf.train.piecewise_constant(tf.cast(n, tf.int64), [tf.constant(10), tf.constant(20)], [.1, .2, .3])",
    "tf.train.piecewise_constant(n, [10, 20], [.1, 2, 3])",
    "tf.train.piecewise_constant(n, [10, 20], [tf.constant(.1), tf.constant(.2), tf.constant(1)])",
    "tf.train.piecewise_constant(n, [], [.1])",
]
_A = "m = __import__(tf.train.ExponentialMovingAverage.__module__, fromlist=['moving_averages']) ;; "
for _resource in ("", ", use_resource=True"):
    _V = "v = tf.get_variable('v', [2], initializer=tf.ones_initializer()%s) ;; " % _resource
    _U = "u = tf.get_variable('u', [2], initializer=tf.ones_initializer(), trainable=False%s) ;; " % _resource
    _EMA = "e = tf.train.ExponentialMovingAverage(%s) ;; "
    CASES += [
        _V + _EMA % ".9" + "e.apply([v])",
        _V + _EMA % ".9" + "e.apply()",
        _V + _EMA % ".9, zero_debias=True" + "e.apply([v])",
        _V + _EMA % ".9, num_updates=3, name='E'" + "e.apply([v])",
        _V + _STEP + _EMA % ".9, num_updates=g" + "e.apply([v])",
        _V + _EMA % ".9" + "t = e.apply([v]) ;; [e.average(v), e.average_name(v), e.name]",
        _V + _U + _EMA % ".9" + "t = e.apply([v]) ;; [e.average(u), e.average_name(u)]",
        _V + _U + _EMA % ".9" + "t = e.apply([v]) ;; sorted((k, w.name) for k, w in e.variables_to_restore().items())",
        _V + _U + _EMA % ".9" + "t = e.apply([v, u]) ;; sorted((k, w.name) for k, w in e.variables_to_restore([v]).items())",
        _V + _EMA % ".9" + "a = e.apply([v]) ;; e.apply([v])",
        _V + _EMA % ".9" + "a = e.apply([v]) ;; e2 = tf.train.ExponentialMovingAverage(.5) ;; e2.apply([v])",
        _V + _EMA % ".9" + "t = v * 2. ;; a = e.apply([t, v]) ;; [e.average(t), e.average_name(t)]",
        _V + _EMA % ".9, zero_debias=True" + "t = v * 2. ;; a = e.apply([t, v]) ;; [e.average(t)]",
        _V + "c = tf.variable_scope('s') ;; c.__enter__() ;; " + _EMA % ".9" + "e.apply([v])",
        _V + _EMA % "tf.constant(.9)" + "e.apply([v])",
        _V + _EMA % "1.5" + "e.apply([v])",
        _V + _EMA % ".9, zero_debias=True" + "t = v * 2. ;; a = e.apply([t]) ;; e.apply([t])",
        _V + _EMA % ".9" + "t = v * 2. ;; a = e.apply([t, v]) ;; [x.name for k in ('moving_average_variables', 'trainable_variables', "
        "'variables', 'model_variables') for x in tf.get_collection(k)]",
        "tf.get_variable_scope().set_use_resource(True) ;; " + _V + _EMA % ".9, zero_debias=True" + "t = v * 2. ;; e.apply([t])",
        "v = tf.get_variable('v', [4], initializer=tf.ones_initializer(), partitioner=tf.fixed_size_partitioner(2)%s) ;; " % _resource
        + _EMA % ".9"
        + "a = e.apply(list(v)) ;; sorted((k, w.name) for k, w in e.variables_to_restore().items())",
        _V + _A + "m.assign_moving_average(v, v * 2., .9)",
        _V + _A + "m.assign_moving_average(v, v * 2., .9, zero_debias=False)",
        _V + _A + "m.assign_moving_average(v, v * 2., tf.constant(.9), False, 'moved')",
        _V + _A + "m.weighted_moving_average(v * 2., .9, tf.constant(.5))",
        _V + _A + "m.weighted_moving_average(v * 2., .9, tf.constant(.5), False, name='w')",
    ]
CASES += [
    _EMA % ".9" + "e.apply([n])",
    _EMA % ".9" + "e.apply([])",
    _EMA % ".9" + "e.apply([x])",
    _EMA % ".9" + "e.average_name(x)",
    _EMA % ".9" + "e.average(x)",
    _EMA % ".9" + "e.apply([3])",
    "tf.train.create_global_step()",
    "a = tf.train.create_global_step() ;; tf.train.create_global_step()",
    "tf.train.get_global_step()",
    _STEP + "tf.train.get_global_step()",
    "tf.train.assert_global_step(x)",
    "tf.train.assert_global_step(n)",
    "a = tf.get_variable('global_step', [2]) ;; tf.train.get_global_step()",
    "a = tf.get_variable('global_step', [2], tf.int64) ;; tf.train.get_or_create_global_step()",
    "a = tf.Variable(0, name='global_step') ;; tf.train.get_or_create_global_step()",
    "c = tf.variable_scope('s') ;; c.__enter__() ;; tf.train.get_or_create_global_step()",
    "tf.contrib.framework.get_or_create_global_step()",
]
