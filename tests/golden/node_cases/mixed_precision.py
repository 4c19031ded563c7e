"""tf.contrib.mixed_precision: managers of loss scales, and the optimizer that asks one."""

_M = "M = tf.contrib.mixed_precision ;; "
CASES = [
    _M + "o = M.ExponentialUpdateLossScaleManager(8., 2, 3, 3., .5) ;; [o.update_loss_scale(b), o.get_loss_scale().name]",
    _M + "o = M.FixedLossScaleManager(3) ;; [o.update_loss_scale(b), o.get_loss_scale()]",
    _M + "M.FixedLossScaleManager(.5)",
] + [
    "skip = 'gradients/' ;; " + _M + "v = tf.get_variable('v', [4, 3], initializer=tf.zeros_initializer()%s) ;; "
    "o = M.LossScaleOptimizer(tf.train.MomentumOptimizer(.1, .9), M.%s) ;; "
    "o.apply_gradients(o.compute_gradients(tf.reduce_sum(%s)), tf.train.get_or_create_global_step())" % (kind, manager, loss)
    for kind in ("", ", use_resource=True")
    for manager in ("ExponentialUpdateLossScaleManager(8., 2)", "FixedLossScaleManager(8.)")
    for loss in ("v * v", "tf.gather(v, i)")
    # A node within gradients/ has another name where a resource is gathered from.
    if not (kind and "gather" in loss)
]
