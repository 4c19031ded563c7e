"""Losses with sampled classes: values and gradients with the reference's draws."""

_D = """
r = np.random.RandomState(1)
w = P(r.randn(20, 4).astype(np.float32)); c = P(r.randn(20).astype(np.float32)); p = P(r.randn(3, 4).astype(np.float32)); q = P(np.array([[1], [7], [0]], np.int64))
"""

TOLERANCE = {"float32": (1e-5, 1e-5)}

CASES = [_D + "out = tf.nn." + c for c in (
    "nce_loss(w, c, q, p, 5, 20)",
    "nce_loss(w, c, q, p, 8, 20, remove_accidental_hits=True)",
    "sampled_softmax_loss(w, c, q, p, 5, 20, seed=3)",
    "sampled_softmax_loss(w, c, tf.tile(q, [1, 2]), p, 5, 20, num_true=2, seed=4)",
    "sampled_softmax_loss([w[:10], w[10:]], c, q, p, 6, 20, partition_strategy='div', remove_accidental_hits=False)",
    "sampled_softmax_loss(w, c, q, p, 3, 20, sampled_values=tf.nn.uniform_candidate_sampler(q, 1, 3, True, 20, seed=9))",
)]  # fmt: skip
