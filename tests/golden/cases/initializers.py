"""Initializers: what they make of shapes and types, their configurations, and the errors of wrong arguments."""

_RANDOM = [
    "tf.random_uniform_initializer(-1., 2.)",
    "tf.random_uniform_initializer(0., 1., seed=3)",
    "tf.random_normal_initializer(1., 0.5)",
    "tf.truncated_normal_initializer(0., 0.5, seed=3)",
    "tf.uniform_unit_scaling_initializer(1.43)",
    "tf.variance_scaling_initializer()",
    "tf.variance_scaling_initializer(2., 'fan_out', 'normal', seed=4)",
    "tf.variance_scaling_initializer(2., 'fan_avg', 'untruncated_normal')",
    "tf.variance_scaling_initializer(0.3, 'fan_avg', 'uniform')",
    "tf.glorot_uniform_initializer()",
    "tf.glorot_normal_initializer(seed=5)",
    "tf.initializers.he_normal()",
    "tf.initializers.he_uniform(3)",
    "tf.initializers.lecun_normal(seed=2)",
    "tf.initializers.lecun_uniform()",
    "tf.contrib.layers.xavier_initializer()",
    "tf.contrib.layers.xavier_initializer(uniform=False, seed=3)",
    "tf.contrib.layers.xavier_initializer_conv2d()",
    "tf.contrib.layers.variance_scaling_initializer()",
    "tf.contrib.layers.variance_scaling_initializer(1., 'FAN_AVG', True)",
    "tf.contrib.layers.variance_scaling_initializer(mode='FAN_OUT', uniform=True)",
    "tf.keras.initializers.RandomNormal()",
    "tf.keras.initializers.RandomUniform(seed=1)",
    "tf.keras.initializers.TruncatedNormal()",
]
_OBJECTS = _RANDOM[:15] + [
    "tf.zeros_initializer(tf.int32)",
    "tf.ones_initializer()",
    "tf.constant_initializer(4, tf.int32)",
    "tf.orthogonal_initializer(2.)",
    "tf.initializers.identity()",
    "tf.contrib.framework.convolutional_orthogonal_2d(seed=2)",
    "tf.contrib.framework.convolutional_delta_orthogonal()",
    "tf.keras.initializers.RandomNormal()",
    "tf.keras.initializers.RandomUniform(seed=1)",
    "tf.keras.initializers.TruncatedNormal()",
    "tf.keras.initializers.Initializer()",
]
_NAMES = (
    "zero zeros Zeros one ones Ones constant Constant uniform random_uniform RandomUniform normal random_normal RandomNormal truncated_normal "
    "TruncatedNormal VarianceScaling orthogonal Orthogonal identity Identity glorot_uniform GlorotUniform glorot_normal GlorotNormal he_normal "
    "he_uniform lecun_normal lecun_uniform Initializer LecunNormal UniformUnitScaling nope"
).split()

CASES = (
    ["out = %s([3, 4])" % i for i in _RANDOM]
    + ["out = [%s(s) for s in ([5], [2, 3, 4], [3, 3, 2, 4])]" % i for i in _RANDOM[4:20:3]]
    + ["out = %s([2, 3], dtype=tf.float64)" % i for i in _RANDOM[1::5]]
    + ["out = tf.get_variable('v', [3, 2], initializer=%s)" % i for i in _RANDOM[:6]]
    + ["tf.no_op()\nout = sorted(%s.get_config().items())" % i for i in _OBJECTS]
    + ["tf.no_op()\ni = %s; out = sorted(type(i).from_config(i.get_config()).get_config().items())" % i for i in _OBJECTS]
    + ["tf.no_op()\nout = str(tf.keras.initializers.serialize(%s))" % i for i in _OBJECTS[:15]]
    + ["tf.no_op()\nout = sorted(tf.keras.initializers.get(%r).get_config().items())" % n for n in _NAMES]
    + [
        "out = tf.get_variable('v', [5, 3], initializer=%s, partitioner=tf.fixed_size_partitioner(2))" % i
        for i in [
            _RANDOM[4],
            _RANDOM[9],
            _RANDOM[15],
            "tf.initializers.identity(2.)",
            "tf.ones_initializer()",
            "tf.constant_initializer(3.)",
        ]
    ]
    + [
        "out = tf.zeros_initializer()([2, 3])",
        "out = tf.zeros_initializer(tf.float64)([2, 3], dtype=tf.int32)",
        "out = tf.zeros_initializer(tf.string)([2])",
        "out = tf.zeros_initializer()(3)",
        "out = tf.zeros_initializer()([40, 40])",
        "s = P([2, 3]); out = tf.ones_initializer()(s)",
        "out = tf.ones_initializer(tf.bool)([2])",
        "out = tf.constant_initializer(3)([2], dtype=tf.int64)",
        "out = tf.constant_initializer([1, 2, 3])([2, 2])",
        "out = tf.constant_initializer(np.arange(4.).reshape(2, 2))([4])",
        "out = tf.constant_initializer(True)([2], dtype=tf.bool)",
        "out = tf.constant_initializer([1, 2, 3], verify_shape=True)([2, 2])",
        "out = tf.constant_initializer([1, 2, 3])([2, 2], verify_shape=True)",
        "out = tf.constant_initializer([1, 2, 3])([2])",
        "out = tf.constant_initializer([])([2])",
        "out = tf.constant_initializer('a')([2])",
        "out = tf.constant_initializer(0.1)([2], dtype=tf.int32)",
        "out = tf.constant_initializer({1: 2})",
        "out = tf.constant_initializer(None)",
        "out = tf.constant_initializer(tf.constant(3.))",
        "out = tf.random_uniform_initializer(0, 10, dtype=tf.int32)([5])",
        "out = tf.random_uniform_initializer()([2], dtype=tf.int32)",
        "s = P([2, 3]); out = tf.random_normal_initializer()(s)",
        "s = P([2, 3]); out = tf.glorot_uniform_initializer()(s)",
        "out = tf.random_normal_initializer(dtype=tf.int32)",
        "out = tf.truncated_normal_initializer(dtype=tf.string)",
        "out = tf.uniform_unit_scaling_initializer(dtype=tf.int32)",
        "out = tf.uniform_unit_scaling_initializer()([])",
        "out = tf.variance_scaling_initializer(scale=0.)",
        "out = tf.variance_scaling_initializer(mode='FAN_AVG')",
        "out = tf.variance_scaling_initializer(distribution='x')",
        "tf.no_op(); out = sorted(tf.variance_scaling_initializer(distribution='Uniform').get_config().items())",
        "out = tf.variance_scaling_initializer(dtype=tf.int32)",
        "out = tf.variance_scaling_initializer()([0, 3])",
        "out = tf.variance_scaling_initializer()(tf.TensorShape([3, 3, 2, 4]))",
        "out = tf.variance_scaling_initializer()((tf.Dimension(3), 4))",
        "out = tf.glorot_uniform_initializer()([])",
        "out = tf.glorot_uniform_initializer()([2, 3], dtype=tf.int32)",
        "out = tf.glorot_normal_initializer(dtype=tf.float64)([2, 3])",
        "out = tf.orthogonal_initializer()([3, 4])",
        "out = tf.orthogonal_initializer(seed=1)([4, 2])",
        "out = tf.orthogonal_initializer(2.)([2, 3, 4], dtype=tf.float64)",
        "out = tf.orthogonal_initializer()([4])",
        "out = tf.orthogonal_initializer(dtype=tf.int32)",
        "out = tf.initializers.identity(2.)([3, 4])",
        "out = tf.initializers.identity()([3, 3], dtype=tf.float64)",
        "out = tf.initializers.identity()([3])",
        "out = tf.initializers.identity(dtype=tf.int32)",
        "out = tf.contrib.framework.convolutional_orthogonal_1d()([3, 4, 4])",
        "out = tf.contrib.framework.convolutional_orthogonal_1d(seed=2)([1, 2, 4])",
        "out = tf.contrib.framework.convolutional_orthogonal_1d()([3, 4])",
        "out = tf.contrib.framework.convolutional_orthogonal_1d()([3, 4, 3])",
        "out = tf.contrib.framework.convolutional_orthogonal_2d(seed=1)([3, 3, 2, 3])",
        "out = tf.contrib.framework.convolutional_orthogonal_2d()([3, 2, 2, 3])",
        "out = tf.contrib.framework.convolutional_orthogonal_2d()([3, 2, 3])",
        "out = tf.contrib.framework.convolutional_orthogonal_3d(2.)([2, 2, 2, 1, 2])",
        "out = tf.contrib.framework.convolutional_orthogonal_3d()([1, 1, 1, 2, 2], dtype=tf.float64)",
        "i = tf.contrib.framework.convolutional_orthogonal_1d(seed=5); a = i([2, 1, 2]); out = [a, i.get_config()['seed']]",
        "out = tf.contrib.framework.convolutional_delta_orthogonal(seed=4)([3, 3, 2, 4])",
        "out = tf.contrib.framework.convolutional_delta_orthogonal(tf.float64)([2])",
        "out = tf.contrib.framework.convolutional_delta_orthogonal()([3, 4, 2])",
        "out = tf.contrib.framework.convolutional_delta_orthogonal()([2, 3, 3, 2, 2], dtype=tf.float64)",
        "out = tf.contrib.layers.variance_scaling_initializer(mode='x')",
        "out = tf.contrib.layers.variance_scaling_initializer(dtype=tf.int32)",
        "out = tf.contrib.layers.variance_scaling_initializer()([3], dtype=tf.int32)",
        "out = tf.contrib.layers.variance_scaling_initializer(mode='FAN_OUT')([])",
        "tf.no_op(); out = tf.keras.initializers.get(None)",
        "tf.no_op(); out = tf.keras.initializers.get(5)",
        "tf.no_op(); out = tf.keras.initializers.get(len).__name__",
        "tf.no_op(); out = tf.keras.initializers.get(tf.zeros_initializer).__name__",
        "tf.no_op(); out = sorted(tf.keras.initializers.get({'class_name': 'RandomNormal', 'config': {'stddev': 0.3}}).get_config().items())",
        "tf.no_op(); out = tf.keras.initializers.get({'class_name': 'nope', 'config': {}})",
        "tf.no_op(); out = tf.keras.initializers.deserialize({'x': 1})",
        "tf.no_op(); out = tf.keras.initializers.deserialize({'class_name': 'mine', 'config': {'seed': 3}}, {'mine': tf.glorot_uniform_initializer}).seed",
        "tf.no_op(); out = tf.keras.initializers.serialize(None)",
        "tf.no_op(); out = tf.keras.initializers.serialize(len)",
        "tf.no_op(); out = tf.keras.initializers.serialize(5)",
        "tf.no_op(); out = tf.keras.initializers.Initializer()([2])",
        "out = tf.glorot_normal_initializer.from_config({'bogus': 4})",
    ]
)
