"""Random tensors: with the graph's seed and their own, run several times, of unknown shapes; arguments that raise."""

#: of gammas, with their quotients; normals to the last places
TOLERANCE = {"tf.random_gamma(": (2e-6, 1e-7), "tf.random.gamma(": (2e-6, 1e-7)}

CASES = (
    ["runs = 3\nout = tf.%s([5], seed=%s)" % (f, s) for f in ("random_uniform", "random_normal", "truncated_normal") for s in (None, 0, 7)]
    + [
        "out = tf.%s([2, 3], dtype=tf.%s)" % (f, t)
        for f in ("random_uniform", "random_normal", "truncated_normal")
        for t in ("float16", "float64")
    ]
    + ["out = tf.cast(tf.%s([2, 3], dtype=tf.bfloat16), tf.float32)" % f for f in ("random_uniform", "random_normal", "truncated_normal")]
    + [
        "tf.set_random_seed(%s)\nout = [tf.random_uniform([2]), tf.random_uniform([2], seed=3), tf.get_seed(5), tf.get_seed(None)]" % s
        for s in (0, -1, 2**31, 2**33 + 1)
    ]
    + ["tf.no_op()\ntf.set_random_seed(%d)\nout = [tf.get_seed(0), tf.get_seed(%d)]" % (s, s) for s in (0, 1, 2**31 - 1, 2**31)]
    + [
        "a = tf.random_uniform([3]); b = tf.random_uniform([3]); out = [a, b, a + b]",
        "out = tf.random_uniform([1000], seed=11)[990:]",
        "out = tf.truncated_normal([1000], seed=11)[990:]",
        "n = P(3); out = tf.random_uniform([n, 2], -1, 1)",
        "s = P(np.array([2, 3], np.int64)); out = tf.random_normal(s)",
        "s = P([2, 3], '?'); out = tf.random_uniform(s)",
        "out = tf.random_uniform([])",
        "out = tf.random_uniform([0, 3])",
        "out = tf.random_uniform((2, tf.Dimension(3)))",
        "out = tf.random_uniform(tf.TensorShape([2, 3]))",
        "out = tf.random_uniform(5)",
        "out = tf.random_uniform([-2])",
        "out = tf.random_uniform([2.])",
        "out = tf.random_uniform([None, 3])",
        "s = P([-1, 3]); out = tf.random_uniform(s)",
        "out = tf.random_uniform([2], minval=[1., 2.], maxval=[[1.], [3.]])",
        "x = P([[1., 2.], [3., 4.]]); out = tf.random_uniform([2], minval=x[0], maxval=x[1])",
        "x = P([1., 2.]); out = tf.random_normal([3, 2], x, x * 2., seed=1)",
        "out = tf.random_uniform([2], dtype=tf.string)",
        "out = tf.random_uniform([2], dtype=tf.uint8, maxval=3)",
        "out = tf.random_uniform([2], dtype=tf.int32)",
        "out = tf.random_uniform([2], minval=[1, 2], maxval=5, dtype=tf.int32)",
        "out = tf.random_normal([2], dtype=tf.int32)",
        "runs = 3\nout = tf.random_uniform([7], 0, 10, tf.int32)",
        "runs = 2\nout = tf.random_uniform([7], -5, 10**12, tf.int64, seed=4)",
        "out = tf.random_uniform([7], -2**31, 2**31 - 1, tf.int32, seed=4)",
        "p = P(3); out = tf.random_uniform([2], p, 3, tf.int32)",
        "p = P(2); out = tf.random_uniform([2], p, 9, tf.int32)",
        "out = tf.random_uniform([0], 3, 3, tf.int32)",
        # shuffles and crops
        "runs = 3\nx = P(np.arange(10)); out = tf.random_shuffle(x)",
        "runs = 2\nx = P(np.arange(12.).reshape(6, 2), [None, 2]); out = tf.random_shuffle(x, seed=3)",
        "out = tf.random_shuffle(5)",
        "out = tf.random_shuffle([5])",
        "out = tf.random_shuffle(np.zeros([3, 0]))",
        "out = tf.random_shuffle(['a', 'b', 'c', 'd'], seed=1)",
        "out = tf.random.shuffle(tf.range(100), seed=8)",
        "runs = 3\nx = P(np.arange(40.).reshape(5, 8)); out = tf.random_crop(x, [2, 3])",
        "x = P(np.arange(60.).reshape(5, 4, 3), [None, None, 3]); out = tf.random_crop(x, [2, 2, 3], seed=3)",
        "x = P(np.arange(4.)); out = tf.random_crop(x, [4])",
        "x = P(np.arange(4.)); n = P([5]); out = tf.random_crop(x, n)",
        "out = tf.random_crop(np.zeros([4, 4, 3]), [2, 2])",
        # picks
        "runs = 3\nx = P([[0.1, 0.9, -1.], [2., 0., 0.]]); out = tf.multinomial(x, 5)",
        "x = P([[0.1, 0.9, -1.]], [None, None]); n = P(4); out = tf.multinomial(x, n, seed=2)",
        "out = tf.multinomial([[1., 2., 3.]], 5, seed=1, output_dtype=tf.int32)",
        "out = tf.random.categorical([[1., 2.]] * 7, 3, dtype=tf.int32)",
        "out = tf.random.categorical(np.array([[1., 2.]] * 7), 1)",
        "out = tf.random.categorical(np.array([[1., 2., 0.]] * 3, np.float16), 6)",
        "out = tf.multinomial([[-np.inf, 0., np.inf], [np.nan] * 3, [-np.inf] * 3, [1e4, -1e4, 1e4]], 4)",
        "out = tf.multinomial([[1., 2.]], 0)",
        "out = tf.multinomial(np.zeros([0, 3]), 2)",
        "x = P(np.zeros([3, 0], np.float32), [None, None]); out = tf.multinomial(x, 2)",
        "out = tf.multinomial([1., 2.], 5)",
        "out = tf.multinomial([[1., 2.]], [5])",
        "out = tf.multinomial([[1., 2.]], -1)",
        "n = P(-1); out = tf.multinomial([[1., 2.]], n)",
        "out = tf.multinomial([[1., 2.]], 5, output_dtype=tf.float32)",
        # gammas and Poissons
        "runs = 3\nout = tf.random_gamma([5], 0.5)",
        "runs = 2\nout = tf.random_gamma([5], [0.5, 1., 3.], [1., 2., 0.1], seed=3)",
        "out = tf.random_gamma([2, 2], [[0.2], [20.]], dtype=tf.float64)",
        "out = tf.random_gamma([6], np.float16(2.), dtype=tf.float16)",
        "out = tf.random.gamma([], [[1., 2.]], [2., 3.], seed=4)",
        "s = P([3]); a = P([[1., 2.]], [None, 2]); out = tf.random_gamma(s, a, seed=4)",
        "a = P([0.3, 1.5, 20.]); out = tf.random_gamma([4], a, seed=4)",
        "b = P([0.3, 1.5, 20.]); out = tf.random_gamma([4], 2., b, seed=4)",
        "out = tf.random_gamma([2], 1, dtype=tf.int32)",
        "out = tf.random_gamma([3], 1e-3)",
        "runs = 3\nout = tf.random_poisson(3., [5])",
        "out = tf.random_poisson([0.5, 9.9, 10., 80.], [6], seed=3)",
        "out = tf.random_poisson([0.5, 9.9, 10., 80.], [6], tf.int32, seed=3)",
        "out = tf.random.poisson(np.float32([0.5, 1e4]), [2, 2], tf.float64, seed=3)",
        "out = tf.random_poisson([3, 40], [4], tf.float16, seed=3)",
        "out = tf.random_poisson([-1., 0.], [2])",
        "l = P([[1., 2.]], [None, 2]); s = P([2]); out = tf.random_poisson(l, s, seed=3)",
        "out = tf.random_poisson(3., [2], tf.uint8)",
        # candidates
        "runs = 3\nout = tf.nn.log_uniform_candidate_sampler([[1, 2], [0, 90]], 2, 7, True, 100)",
        "runs = 3\nout = tf.nn.uniform_candidate_sampler([[1, 2], [0, 90]], 2, 7, False, 100, seed=3)",
        "c = P(np.array([[1], [5], [19]]), [None, 1]); out = tf.random.uniform_candidate_sampler(c, 1, 15, True, 20)",
        "c = P(np.array([[1], [5], [19]]), '?'); out = tf.random.log_uniform_candidate_sampler(c, 1, 19, True, 20, seed=9)",
        "out = tf.nn.log_uniform_candidate_sampler([[1, 2]], 2, 5, True, 3)",
        "c = P(np.zeros([2, 3], np.int64), [None, None]); out = tf.nn.uniform_candidate_sampler(c, 2, 5, True, 30)",
        "out = tf.nn.uniform_candidate_sampler([1, 2], 1, 5, True, 30)",
        "out = tf.nn.uniform_candidate_sampler(tf.constant([[1, 2]]), 2, 5, True, 30)",
        "out = tf.nn.all_candidate_sampler([[1, 2]], 2, 4, True)",
        "runs = 2\nout = tf.nn.fixed_unigram_candidate_sampler([[1, 2], [0, 3]], 2, 20, False, 8, unigrams=[1., 5., 2., 8., 1., 1., 3., 0.5])",
        "out = tf.nn.fixed_unigram_candidate_sampler([[1, 3]], 2, 20, False, 5, unigrams=[1., 5., 2., 8.], num_reserved_ids=1, distortion=0.75)",
        "out = tf.nn.fixed_unigram_candidate_sampler([[1, 3]], 2, 4, True, 5, unigrams=[1., 5., 2., 8., 3.], seed=5)",
        "out = tf.nn.compute_accidental_hits([[1, 2], [3, 2], [9, 9], [2, 2]], [2, 3, 1, 2], 2)",
        "c = P(np.zeros([2, 3], np.int64), [None, None]); s = P(np.array([5, 6]), [None]); out = tf.nn.compute_accidental_hits(c, s, 3)",
        # the same for the same seed
        "runs = 2\nout = tf.random.stateless_uniform([5], [1, 2])",
        "s = P([3, -4]); out = tf.random.stateless_uniform([5], s, -1., 1., tf.float64)",
        "out = tf.random.stateless_uniform([5], [1, 2], 3, 1000, tf.int32)",
        "out = tf.random.stateless_uniform([5], np.array([2**40, -1]), 3, 1000, tf.int64)",
        "out = tf.random.stateless_uniform([5], [1, 2], dtype=tf.int32)",
        "out = tf.random.stateless_uniform([5], [1, 2, 3])",
        "s = P([3, -4], [None]); out = tf.random.stateless_uniform([5], s)",
        "out = tf.random.stateless_normal([5], [1, 2], 2., 3.)",
        "out = tf.contrib.stateless.stateless_random_normal([5], [1, 2], dtype=tf.float16)",
        "out = tf.random.stateless_truncated_normal([50], [1, 2])",
        "out = tf.random.stateless_categorical([[1., 2.]] * 3, 3, [1, 2], tf.int32)",
        "out = tf.random.stateless_multinomial([[1., 2.]] * 3, 3, [5, 2])",
    ]
)
