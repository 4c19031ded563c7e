"""What tf.SparseConditionalAccumulator builds. Its own node, whose handle is no reference here, is left out by its name."""

_A = "skip = 'hidden' ;; a = tf.SparseConditionalAccumulator(tf.float32, shape=[3, 2], name='hidden') ;; "
CASES = [
    _A + "a.apply_grad(l, y, [3, 2], n)",
    _A + "a.apply_grad(i, y)",
    _A + "a.apply_indexed_slices_grad(tf.IndexedSlices(y, i, tf.constant([3, 2])), 5, name='given')",
    _A + "list(a.take_grad(2))",
    _A + "a.take_indexed_slices_grad(2, name='given')",
    _A + "a.num_accumulated('count')",
    _A + "a.set_global_step(3)",
]
