"""tf.contrib.layers.gdn: nodes and errors."""

CASES = [
    "L = tf.contrib.layers ;; " + c
    for c in [
        "L.gdn(z)",
        "L.gdn(tf.placeholder(tf.float32, [None, 3, 2]), inverse=True, name='q')",
        "L.gdn(tf.placeholder(tf.float32, [None, 2, 3, 4, 2]), gamma_init=.5)",
        "L.gdn(tf.placeholder(tf.float32, [None, 3, 8, 8]), data_format='channels_first')",
        "L.gdn(tf.placeholder(tf.float32, [None, 3, 8]), data_format='channels_first')",
        "L.gdn(z, name='a') ;; L.gdn(z, name='a', reuse=True)",
        "L.gdn(z) ;; L.gdn(z)",
        "L.gdn(z, data_format='x')",
        "L.gdn(tf.placeholder(tf.float32, [None, None, None, None]))",
        "L.rev_block(x, x, lambda a: tf.layers.dense(a, 3), lambda a: a * 2.0, 2, is_training=False)",
    ]
]
