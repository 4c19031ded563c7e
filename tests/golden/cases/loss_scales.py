"""Steps with loss scales: overflowing gradients are left out and the scale shrinks, good ones make it grow."""

CASES = [
    f"""
n = tf.train.get_or_create_global_step()
v = tf.get_variable('v', initializer=[1., 2.]{kind})
o = tf.train.experimental.MixedPrecisionLossScaleOptimizer(tf.train.MomentumOptimizer(.1, .5), {scale})
c = tf.where(tf.equal(n % 5, 3), 3e38, 1.)
step = o.minimize(tf.reduce_sum(v * v) * c, global_step=n)
with tf.control_dependencies([step]):
    out = [[x.name, x.read_value()] for x in tf.global_variables()]
runs = 12
"""
    for kind in ("", ", use_resource=True")
    for scale in ("8.", "tf.train.experimental.DynamicLossScale(16., 3)", "tf.train.experimental.DynamicLossScale(2., 1, 4.)")
]
