"""Steps with tf.contrib.mixed_precision: overflowing gradients are left out and the scale shrinks, good ones make it grow."""

CASES = [
    f"""
n = tf.train.get_or_create_global_step()
v = tf.get_variable('v', initializer=[1., 2.]{kind})
o = tf.contrib.mixed_precision.LossScaleOptimizer(tf.train.MomentumOptimizer(.1, .5), tf.contrib.mixed_precision.{manager})
k = tf.get_variable('k', initializer=0, trainable=False, use_resource=True).assign_add(1)
step = o.minimize(tf.reduce_sum(v * v) * tf.where(tf.equal(k % 5, 3), 3e38, 1.), global_step=n)
with tf.control_dependencies([step]):
    out = [[x.name, x.read_value()] for x in tf.global_variables()]
runs = 12
"""
    for kind in ("", ", use_resource=True")
    for manager in ("ExponentialUpdateLossScaleManager(8., 2, 1)", "ExponentialUpdateLossScaleManager(8., 3, 2, 4., .5)", "FixedLossScaleManager(4.)")
]
