"""Losses with sampled classes."""

_D = "w = tf.placeholder(tf.float32, [10, 4]) ;; c = tf.placeholder(tf.float32, [10]) ;; q = tf.placeholder(tf.int64, [3, 1]) ;; p = tf.placeholder(tf.float32, [3, 4]) ;; "

CASES = [_D + c for c in (
    "tf.nn.nce_loss(w, c, q, p, 5, 10)",
    "tf.nn.nce_loss(w, c, q, p, 5, 10, remove_accidental_hits=True, name='n')",
    "tf.nn.sampled_softmax_loss(w, c, q, p, 5, 10, seed=3)",
    "tf.nn.sampled_softmax_loss([w[:5], w[5:]], c, tf.cast(tf.tile(q, [1, 2]), tf.int32), p, 5, 10, num_true=2, remove_accidental_hits=False)",
    "tf.nn.sampled_softmax_loss([w[:5], w[5:]], [c[:5], c[5:]], q, p, 5, 10, partition_strategy='div', seed=1)",
    "tf.nn.nce_loss(w, c, q, y, 5, 10, sampled_values=(tf.zeros([5], tf.int64), tf.ones([3, 1]), tf.ones([5])))",
)]  # fmt: skip
