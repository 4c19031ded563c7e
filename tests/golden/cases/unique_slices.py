"""Distinct slices along an axis; candidate samplers that learn or have a shard."""

CASES = (
    ["x = P(np.array(%s)); out = list(tf.raw_ops.%s(x=x, axis=np.array(%s, np.int64)))" % (x, f, axis)
        for f in ("UniqueV2", "UniqueWithCountsV2")
        for x, axis in (
            ("[[3, 2], [1, 2], [3, 2], [0, 0]]", "[0]"),
            ("[[3, 2, 3], [1, 2, 1]]", "[1]"),
            ("[[3, 2, 3], [1, 2, 1]]", "[-2]"),
            ("[3, 1, 3]", "[]"),
            ("[3, 1, 3]", "[0]"),
            ("[[3, 1]]", "[]"),
            ("[[3, 1]]", "[2]"),
            ("[[3, 1]]", "[0, 1]"),
        )]
    + [
        "runs = 4; out = list(tf.random.learned_unigram_candidate_sampler(np.array([[1, 2], [3, 1], [1, 1]], np.int64), 2, 4, True, 20, seed=5))",
        "runs = 4; out = list(tf.nn.learned_unigram_candidate_sampler(np.array([[1, 2], [3, 1], [1, 1]], np.int64), 2, 4, False, 20, seed=5))",
        "out = list(tf.nn.learned_unigram_candidate_sampler(np.array([[1], [3]], np.int64), 1, 5, True, 4))",
        "runs = 3; out = list(tf.nn.fixed_unigram_candidate_sampler(np.array([[1, 2]], np.int64), 2, 3, True, 4, unigrams=[float(i + 1) for i in range(12)], num_shards=3, shard=1))",
        "runs = 3; out = list(tf.nn.fixed_unigram_candidate_sampler(np.array([[1, 2]], np.int64), 2, 3, True, 6, unigrams=[float(i + 1) for i in range(10)], num_reserved_ids=2, num_shards=2, shard=1))",
        "runs = 3; out = list(tf.nn.fixed_unigram_candidate_sampler(np.array([[1, 2]], np.int64), 2, 3, False, 7, unigrams=[float(i + 1) for i in range(10)], num_reserved_ids=3, num_shards=2, shard=0))",
    ]
)  # fmt: skip
