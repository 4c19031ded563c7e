"""Examples, CSV, raw bytes and tensors as strings."""

_MAKE = """
def _ex(**f):
    F = {}
    for k, v in f.items():
        v = v if isinstance(v, list) else [v]
        if not v: F[k] = tf.train.Feature()
        elif isinstance(v[0], bytes): F[k] = tf.train.Feature(bytes_list=tf.train.BytesList(value=v))
        elif isinstance(v[0], float): F[k] = tf.train.Feature(float_list=tf.train.FloatList(value=v))
        else: F[k] = tf.train.Feature(int64_list=tf.train.Int64List(value=v))
    return F
def ex(**f):
    return tf.train.Example(features=tf.train.Features(feature=_ex(**f))).SerializeToString()
def seq(context, **lists):
    fl = {k: tf.train.FeatureList(feature=[_ex(x=v)['x'] for v in vs]) for k, vs in lists.items()}
    return tf.train.SequenceExample(context=tf.train.Features(feature=_ex(**context)),
        feature_lists=tf.train.FeatureLists(feature_list=fl)).SerializeToString()
F, V, S, Q = tf.FixedLenFeature, tf.VarLenFeature, tf.SparseFeature, tf.FixedLenSequenceFeature
"""
_EXAMPLES = [
    "out = tf.parse_single_example(ex(a=[1., 2.], b=[b'x', b'yz'], c=5), {'a': F([2], tf.float32), 'b': V(tf.string), 'c': F([], tf.int64)})",
    "out = tf.parse_single_example(ex(a=[1., 2.]), {'a': F([2], tf.float32), 'b': V(tf.string), 'c': F([], tf.int64, 7)})",
    "out = tf.parse_single_example(ex(a=[1., 2.]), {'a': F([2, 1], tf.float32), 'c': F([2], tf.string, ['p', 'q'])})",
    "out = tf.parse_single_example(ex(a=[1., 2.]), {'c': F([], tf.int64)})",
    "out = tf.parse_single_example(ex(a=[1., 2.]), {'a': F([3], tf.float32)})",
    "out = tf.parse_single_example(ex(a=[1., 2.]), {'a': F([2], tf.int64)})",
    "out = tf.parse_single_example(ex(a=[1., 2.]), {'a': V(tf.int64)})",
    "out = tf.parse_single_example(b'not an example', {'a': F([2], tf.int64)})",
    "out = tf.parse_single_example(ex(a=[]), {'a': F([2], tf.int64, [3, 4])})",
    "out = tf.parse_single_example(ex(a=[1, 2, 3, 4]), {'a': Q([2], tf.int64, True), 'b': Q([], tf.string, True)})",
    "out = tf.parse_single_example(ex(a=[1, 2, 3]), {'a': Q([2], tf.int64, True)})",
    "out = tf.parse_single_example(ex(i=[3, 0], v=[1., 2.]), {'s': S('i', 'v', tf.float32, 5)})",
    "out = tf.parse_single_example(ex(i=[3, 0], v=[1., 2.]), {'s': S('i', 'v', tf.float32, 5, True), 'i': V(tf.int64)})",
    "out = tf.parse_single_example(ex(i=[3, 0], j=[0, 1], v=[1, 2]), {'s': S(['i', 'j'], 'v', tf.int64, [5, 6])})",
    "out = tf.parse_single_example(P(ex(a=[1., 2.])), {'a': F([2], tf.float32)}, example_names='me')",
    "out = tf.parse_single_example(ex(a=[1., 2.], b=[1]), {'a': F([2], tf.float32), 'b': V(tf.int64)}, name='mine')",
    "out = tf.parse_example([ex(a=[1., 2.], b=[b'x', b'yz']), ex(a=[3., 4.])], {'a': F([2], tf.float32), 'b': V(tf.string)})",
    "out = tf.parse_example([ex(a=[1, 2]), ex(a=[3, 4, 5, 6]), ex()], {'a': Q([2], tf.int64, True), 'b': Q([], tf.float32, True, -1.)})",
    "out = tf.parse_example([ex(a=[1, 2]), ex(a=[3, 4, 5, 6]), ex()], {'a': Q([], tf.int64, True, default_value=9)})",
    "out = tf.parse_example([ex(i=[3, 0], v=[1., 2.]), ex(i=[1], v=[4.])], {'s': S('i', 'v', tf.float32, 5)})",
    "out = tf.parse_example([ex(a=[1., 2.]), ex(a=[3.])], {'a': F([2], tf.float32)}, example_names=['first', 'second'])",
    "out = tf.parse_example([ex(a=[1., 2.]), ex()], {'a': F([2], tf.float32)})",
    "out = tf.parse_example([ex(a=[1., 2.]), ex()], {'a': F([2], tf.float32, [8., 9.]), 'z': F([], tf.string, '')})",
    "out = tf.parse_example(P(np.array([], object), [None], tf.string), {'a': F([2], tf.float32), 'b': V(tf.int64)})",
    "out = tf.parse_example([ex(a=[1., 2.])], {})",
    "out = tf.parse_example([ex(a=[1., 2.])], {'a': Q([2], tf.float32)})",
    "out = tf.parse_single_example(ex(), {'a': F([None], tf.float32)})",
    "out = tf.parse_single_example(ex(), {'a': 3})",
    """
out = tf.parse_single_sequence_example(seq(dict(c=1, d=[b'x']), q=[[1., 2.], [3., 4.], [5., 6.]], r=[[1], [2, 3], []]),
    {'c': F([], tf.int64), 'd': V(tf.string), 'e': F([], tf.float32, 2.5)}, {'q': Q([2], tf.float32), 'r': V(tf.int64)})
""",
    "out = tf.parse_single_sequence_example(seq(dict(c=1)), {'c': F([], tf.int64)}, {'q': Q([2], tf.float32)})",
    "out = tf.parse_single_sequence_example(seq(dict(c=1)), {'c': F([], tf.int64)}, {'q': Q([2], tf.float32, True), 'r': V(tf.int64)})",
    "out = tf.parse_single_sequence_example(seq(dict(c=1), q=[[1.]]), {'c': F([], tf.int64)}, {'q': Q([2], tf.float32)})",
    "out = tf.parse_single_sequence_example(seq(dict(c=1), q=[[1]]), {'c': F([], tf.int64)}, {'q': Q([1], tf.float32)}, example_name='n')",
    """
out = tf.io.parse_sequence_example([seq(dict(c=1, d=[b'x']), q=[[1., 2.], [3., 4.]], r=[[1], [2, 3]]), seq(dict(c=2), q=[[5., 6.]])],
    {'c': F([], tf.int64), 'd': V(tf.string)}, {'q': Q([2], tf.float32), 'r': V(tf.int64)})
""",
    "out = tf.parse_single_sequence_example(seq(dict(c=1)))",
]
CASES = [_MAKE + case for case in _EXAMPLES] + [
    "out = tf.decode_raw(tf.constant(b'\\x01\\x02\\x03\\x04'), tf.int16)",
    "out = tf.decode_raw(tf.constant(b'\\x01\\x02\\x03\\x04'), tf.uint16, little_endian=False)",
    "out = tf.decode_raw(tf.constant([[b'ab'], [b'cd']]), tf.uint8)",
    "out = tf.decode_raw(tf.constant([b'ab', b'c']), tf.uint8)",
    "out = tf.decode_raw(tf.constant(b'abc'), tf.float32)",
    "out = tf.decode_raw(np.array([1.5, -2.]).tobytes(), tf.float64)",
    "out = tf.decode_raw(P(np.array([], object), [None], tf.string), tf.uint8)",
    "out = tf.decode_csv(['1,2.5,a', ',,\"b,\"\"c\"'], [[7], [1.], ['']])",
    "out = tf.decode_csv('1;2.5', [[7], [1.]], field_delim=';')",
    "out = tf.decode_csv('1,2.5,x', [[7], ['']], select_cols=[0, 2])",
    "out = tf.decode_csv('1,NA', [[7], [8]], na_value='NA')",
    "out = tf.decode_csv('1,', [[7], np.array([], np.int32)])",
    "out = tf.decode_csv('1,x', [[7], [7]])",
    "out = tf.decode_csv('1', [[7], [7]])",
    "out = tf.decode_csv('1,2,3', [[7], [7]])",
    "out = tf.decode_csv('a\"b,2', [[''], [7]])",
    "out = tf.decode_csv('\"a\"b,2', [[''], [7]])",
    "out = tf.decode_csv('\"ab,2', [[''], [7]])",
    "out = tf.decode_csv('a\"b,2', [[''], [7]], use_quote_delim=False)",
    "out = tf.decode_csv('99999999999', [[7]])",
    "out = tf.decode_csv(' 5 ,6', [[7], [7]])",
    "out = tf.decode_csv('1,2', [[7], [7]], select_cols=[1, 0])",
    "out = tf.serialize_tensor(P([[1., 2.], [3., 4.]]))",
    "out = tf.serialize_tensor(tf.constant(['a', 'b']))",
    "out = tf.serialize_tensor(P(5))",
    "out = tf.parse_tensor(tf.serialize_tensor(P([[1., 2.], [3., 4.]])), tf.float32)",
    "out = tf.parse_tensor(tf.serialize_tensor(P([[1., 2.], [3., 4.]])), tf.int32)",
    "out = tf.parse_tensor('garbage', tf.int32)",
    "import zlib; out = tf.decode_compressed(zlib.compress(b'hello'), 'ZLIB')",
    "out = tf.decode_compressed(['plain', 'text'])",
    "out = tf.decode_compressed('plain', 'ZLIB')",
    """
j = tf.decode_json_example('{"features": {"feature": {"a": {"int64List": {"value": [1, 2]}}}}}')
out = tf.parse_single_example(j, {'a': tf.FixedLenFeature([2], tf.int64)})
""",
    "out = tf.decode_json_example('nonsense')",
]
