"""tf.data: what comes out, in which order; types and static shapes; the same order and numbers under the same seeds."""

_INIT = """
D = tf.data.Dataset
E = tf.data.experimental
{body}
it = d.make_initializable_iterator()
init = it.initializer
out = it.get_next()
runs = {runs}
"""


def _case(body: str, runs: int) -> str:
    return _INIT.format(body=body, runs=runs)


_ONE = """
D = tf.data.Dataset
E = tf.data.experimental
{body}
out = d.make_one_shot_iterator().get_next()
runs = {runs}
"""

_BODIES = [
    ("d = D.range(3)", 3),
    ("d = D.range(3)", 4),
    ("d = D.range(2, 9, 3)", 3),
    ("d = D.range(9, 2, -3)", 3),
    ("d = D.range(1, 1)", 1),
    ("d = D.from_tensors((np.float32([1, 2]), {'b': 3, 'a': 'x'}))", 1),
    ("d = D.from_tensors([1, 2])", 1),
    ("d = D.from_tensor_slices({'a': [1, 2], 'b': [[3.], [4.]]})", 2),
    ("d = D.from_tensor_slices((['x', 'y'], P([1., 2.], [None])))", 2),
    ("d = D.from_tensor_slices(([1, 2], [1, 2, 3]))", 1),
    ("d = D.range(7).batch(3)", 3),
    ("d = D.range(7).batch(3, drop_remainder=True)", 2),
    ("d = D.range(7).batch(3, drop_remainder=True)", 3),
    ("d = D.range(7).batch(0)", 1),
    ("d = D.from_tensor_slices((['x', 'y', 'z'], [1., 2., 3.])).batch(2)", 2),
    ("d = D.range(3).map(lambda x: tf.ones([x], tf.float32)).batch(2)", 1),
    ("d = D.range(4).map(lambda x: tf.fill([x], x)).padded_batch(2, [None])", 2),
    ("d = D.range(4).map(lambda x: tf.fill([x], x)).padded_batch(4, [5], tf.constant(-1, tf.int64))", 1),
    ("d = D.range(4).map(lambda x: tf.fill([x], x)).padded_batch(4, [2])", 1),
    ("d = D.range(3).map(lambda x: (x, tf.fill([x], 'a'))).padded_batch(3, ([], [None]), (tf.constant(0, tf.int64), 'pad'))", 1),
    ("d = D.range(4).map(lambda x: {'k': tf.fill([x, 2], x)}).padded_batch(2, {'k': [None, 3]}, drop_remainder=True)", 2),
    ("d = D.range(3).map(lambda x: x * 2 + 1)", 3),
    ("d = D.range(3).map(lambda x: (x, tf.cast(x, tf.float32) / 2), num_parallel_calls=2)", 3),
    ("d = D.from_tensor_slices(([1, 2], [3, 4])).map(lambda a, b: {'sum': a + b, 'diff': a - b})", 2),
    ("d = D.from_tensor_slices({'a': [1, 2]}).map(lambda f: f['a'] * 10)", 2),
    ("d = D.range(2).map(lambda x: [x, x + 1])", 2),
    ("c = tf.constant(10, tf.int64); d = D.range(3).map(lambda x: x + c)", 3),
    ("c = P(np.int64(10)); d = D.range(3).map(lambda x: x + c)", 3),
    ("v = tf.get_variable('v', [], tf.int64, tf.constant_initializer(5)); d = D.range(3).map(lambda x: x + v)", 3),
    ("v = tf.get_variable('v', [], tf.int64, tf.constant_initializer(5), use_resource=True); d = D.range(3).map(lambda x: x + v)", 3),
    ("d = D.range(3).map(lambda x: tf.py_func(lambda v: v * 3, [x], tf.int64))", 3),
    ("d = D.range(3).map(lambda x: tf.cond(tf.equal(x % 2, 0), lambda: x * 10, lambda: -x))", 3),
    ("d = D.range(4).filter(lambda x: tf.equal(x % 2, 1))", 2),
    ("d = D.range(4).filter(lambda x: x)", 1),
    ("d = D.range(3).flat_map(lambda x: D.range(x))", 3),
    ("d = D.range(3).flat_map(lambda x: D.from_tensors(x).repeat(x))", 3),
    ("d = D.range(3).flat_map(lambda x: x)", 1),
    ("d = D.range(5).interleave(lambda x: D.from_tensors(x).repeat(3), cycle_length=2, block_length=2)", 15),
    ("d = D.range(1, 6).interleave(lambda x: D.from_tensors(x).repeat(x), cycle_length=3, block_length=1)", 15),
    ("d = D.range(1, 6).interleave(lambda x: D.from_tensors(x).repeat(x), cycle_length=3, block_length=2, num_parallel_calls=2)", 15),
    ("d = D.range(1, 6).apply(E.parallel_interleave(lambda x: D.from_tensors(x).repeat(x), 3, 2))", 15),
    ("d = D.range(1, 6).apply(E.parallel_interleave(lambda x: D.from_tensors(x).repeat(x), 2))", 15),
    ("d = D.range(3).repeat(2)", 6),
    ("d = D.range(3).repeat(0)", 1),
    ("d = D.range(3).repeat()", 7),
    ("d = D.range(5).take(2)", 2),
    ("d = D.range(5).take(-1)", 5),
    ("d = D.range(5).skip(3)", 2),
    ("d = D.range(5).skip(-1)", 1),
    ("d = D.range(7).shard(3, 1)", 2),
    ("d = D.range(7).shard(3, 3)", 1),
    ("d = D.range(3).concatenate(D.range(10, 12))", 5),
    ("d = D.range(3).concatenate(D.from_tensors(1))", 1),
    ("d = D.zip((D.range(3), D.range(3, 8).batch(2)))", 3),
    ("d = D.zip({'a': D.range(2), 'b': (D.range(2), D.range(2))})", 2),
    ("d = D.range(3).cache().repeat(2)", 6),
    ("d = D.range(5).prefetch(2)", 5),
    ("d = D.range(3).enumerate(5)", 3),
    ("d = D.range(3).prefetch(E.AUTOTUNE).map(lambda x: x, E.AUTOTUNE)", 3),
    ("d = D.range(7).window(3, drop_remainder=True).flat_map(lambda w: w.batch(3))", 2),
    ("d = D.range(7).window(3, 1).flat_map(lambda w: w.batch(3))", 7),
    ("d = D.range(7).window(2, 3, 2).flat_map(lambda w: w.batch(3))", 3),
    ("d = D.from_tensor_slices([[1, 2], [3, 4]]).apply(E.unbatch())", 4),
    ("d = D.range(1, 6).apply(E.parallel_interleave(lambda x: D.from_tensors(x).repeat(x), 2, 3))", 15),
    ("d = D.from_tensor_slices(([[1, 2], [3, 4]], [['a', 'b'], ['c', 'd']])).apply(E.unbatch())", 4),
    ("d = D.range(6).apply(E.group_by_window(lambda x: x % 2, lambda k, w: w.batch(2), 2))", 4),
    ("d = D.range(6).apply(E.group_by_window(lambda x: x % 2, lambda k, w: w.batch(9), window_size_func=lambda k: k + 1))", 5),
    ("d = D.range(6).apply(E.group_by_reducer(lambda x: x % 3, E.Reducer(lambda k: k, lambda s, x: s + x, lambda s: s * 10)))", 3),
    ("d = D.range(1, 8).map(lambda x: tf.fill([x], x)).apply(E.bucket_by_sequence_length(tf.size, [3, 5], [2, 2, 2]))", 4),
    (
        """d = D.range(1, 5).map(lambda x: tf.fill([x], x)).apply(
    E.bucket_by_sequence_length(lambda x: tf.shape(x)[0], [3, 5], [2, 2, 2], pad_to_bucket_boundary=True))""",
        2,
    ),
    ("d = D.range(4).apply(E.scan(tf.constant(0, tf.int64), lambda s, x: (s + x, s * 10)))", 4),
    ("d = D.range(9).apply(E.take_while(lambda x: x < 3))", 4),
    ("d = D.from_tensor_slices([1, 2, 1, 3, 2]).apply(E.unique())", 3),
    ("d = D.from_tensor_slices([1., 0., 2.]).map(lambda x: tf.check_numerics(1. / x, 'x')).apply(E.ignore_errors())", 2),
    ("d = D.from_tensor_slices([1., 0., 2.]).map(lambda x: tf.check_numerics(1. / x, 'x'))", 2),
    ("d = D.range(7).apply(E.map_and_batch(lambda x: x * 2, 3))", 3),
    ("d = D.range(7).apply(E.map_and_batch(lambda x: x * 2, 3, drop_remainder=True, num_parallel_calls=2))", 2),
    ("d = E.choose_from_datasets([D.range(3), D.range(10, 13)], D.from_tensor_slices(np.int64([0, 1, 1, 0])))", 4),
    ("d = E.sample_from_datasets([D.range(5), D.range(10, 15)], seed=3)", 10),
    ("d = E.sample_from_datasets([D.range(5), D.range(10, 15)], [.9, .1], seed=3)", 6),
    ("d = E.RandomDataset(seed=4)", 5),
    ("d = D.from_generator(lambda: iter([1, 2, 3]), tf.int32)", 3),
    ("d = D.from_generator(lambda: iter([(1, [2., 3.]), (4, [5.])]), (tf.int64, tf.float32), ([], [None]))", 2),
    ("d = D.from_generator(lambda n: iter(range(n)), tf.int64, [], args=(3,))", 3),
    ("d = D.from_generator(lambda: iter([{'a': 1, 'b': 'x'}]), {'a': tf.int32, 'b': tf.string})", 1),
    ("d = D.from_generator(lambda: iter([1, 'a']), tf.int32)", 2),
    ("d = D.from_generator(lambda: iter([[1, 2]]), tf.int32, [3])", 1),
    ("d = D.from_generator(lambda: iter([1]), tf.int32).repeat(2)", 2),
    ("d = D.from_tensors(tf.SparseTensor([[0, 0], [1, 2]], [1., 2.], [3, 4]))", 1),
    ("d = D.from_tensor_slices(tf.SparseTensor([[0, 0], [1, 2]], [1., 2.], [3, 4])).batch(2)", 2),
    ("d = D.range(3).map(lambda x: tf.SparseTensor([[x]], [x], [5])).batch(3).map(lambda s: tf.sparse_tensor_to_dense(s))", 1),
    ("d = D.from_sparse_tensor_slices(tf.SparseTensor([[0, 0], [1, 2]], [1., 2.], [2, 4]))", 2),
    # orders and numbers under seeds
    ("d = D.range(10).shuffle(10, seed=3)", 10),
    ("d = D.range(10).shuffle(4, seed=3)", 10),
    ("d = D.range(10).shuffle(4)", 10),
    ("d = D.range(6).shuffle(4, seed=3).repeat(3)", 18),
    ("d = D.range(6).shuffle(10, seed=3).repeat(2)", 12),
    ("d = D.range(6).shuffle(4, seed=3).batch(2).repeat(3)", 9),
    ("d = D.range(6).shuffle(4, seed=3, reshuffle_each_iteration=False).repeat(3)", 18),
    ("d = D.range(6).shuffle(4, seed=3, reshuffle_each_iteration=False).map(lambda x: x).repeat(2)", 12),
    ("d = D.range(6).repeat(3).shuffle(4, seed=3)", 18),
    ("d = D.range(6).apply(E.shuffle_and_repeat(4, 3, seed=5))", 18),
    ("d = D.range(6).apply(E.shuffle_and_repeat(4, seed=5))", 20),
    ("d = D.range(40).shuffle(7, seed=1).shuffle(5, seed=2)", 40),
    ("d = D.range(5).map(lambda x: tf.random_uniform([2], seed=7))", 5),
    ("d = D.range(5).map(lambda x: tf.random_uniform([2])).repeat(2)", 8),
    ("d = D.range(5).map(lambda x: tf.cast(x, tf.float32) + tf.random_normal([], seed=1))", 5),
    ("d = D.range(5).map(lambda x: tf.random_shuffle(tf.range(5), seed=2))", 5),
    ("d = D.range(4).flat_map(lambda x: D.from_tensors(tf.random_uniform([2], seed=3)))", 4),
]

CASES = [_case(body, runs) for body, runs in _BODIES]
CASES += [
    _ONE.format(body=body, runs=runs)
    for body, runs in [
        ("d = D.range(10).shuffle(4, seed=3).repeat(2)", 20),
        ("d = D.range(10).shuffle(4)", 10),
        ("d = D.range(3).map(lambda x: tf.random_uniform([2], seed=7))", 3),
        ("d = D.range(3).map(lambda x: tf.random_uniform([2]))", 3),
        ("d = D.from_tensor_slices(P([1, 2]))", 1),
        ("v = tf.get_variable('v', [2]); d = D.from_tensor_slices(v)", 1),
        ("d = D.from_tensor_slices([1, 2]).repeat().batch(3)", 4),
    ]
]
CASES += [
    """
it = tf.data.Iterator.from_structure((tf.int64, tf.float32), ([], [None]))
init = it.make_initializer(tf.data.Dataset.range(4).map(lambda x: (x, tf.ones([x]))))
out = it.get_next(); runs = 3
""",
    "tf.data.Iterator.from_structure(tf.int64).make_initializer(tf.data.Dataset.from_tensors(1.))",
    "tf.data.Iterator.from_structure(tf.int64, [3]).make_initializer(tf.data.Dataset.range(3))",
    "out = tf.data.Dataset.range(3).make_initializable_iterator().get_next()",
    """
one = tf.data.Dataset.range(5).make_one_shot_iterator()
it = tf.data.Iterator.from_string_handle(one.string_handle(), one.output_types, one.output_shapes)
out = [it.get_next(), one.get_next()]; runs = 2
""",
    "out = tf.data.Dataset.range(5).reduce(np.int64(0), lambda s, x: s + x)",
    "out = tf.data.Dataset.range(1, 5).reduce((np.int64(0), 1.), lambda s, x: (s[0] + x, s[1] * tf.cast(x, tf.float32)))",
    "out = tf.data.experimental.get_single_element(tf.data.Dataset.range(5).batch(9))",
    "out = tf.data.experimental.get_single_element(tf.data.Dataset.range(5))",
    "out = tf.data.experimental.get_single_element(tf.data.Dataset.range(0))",
    """
d = tf.data.Dataset.from_tensor_slices({'a': [[1, 2]], 'b': ['x']}).batch(2)
out = [str(d.output_types), str(d.output_shapes), str(d), [c.__name__ for c in tf.nest.flatten(d.output_classes)]]
""",
    """
it = tf.data.Dataset.range(3).make_one_shot_iterator()
out = [it.get_next(), it.get_next(name='mine').op.name]
""",
]

_CSV = """
import os, tempfile
path = os.path.join(tempfile.mkdtemp(), 'x.csv')
open(path, 'w').write({text!r})
d = tf.data.experimental.CsvDataset(path, {arguments})
it = d.make_initializable_iterator()
init = it.initializer
out = it.get_next()
runs = {runs}
"""
CASES += [
    _CSV.format(text=text, arguments=arguments, runs=runs)
    for text, arguments, runs in [
        ("1,a\n2,b\n", "[tf.int32, tf.string]", 2),
        ("n,s\n1,a\n,b\n", "[[7], tf.string], header=True", 2),
        ('1,"a\nb"\n2,"x""y"\n', "[tf.float32, ['']]", 2),
        ("1;2;3\r\n4;5;6\r\n", "[tf.int64, tf.int64], field_delim=';', select_cols=[0, 2]", 2),
        ("1,a\n2\n", "[tf.int32, tf.string]", 2),
        (",a\n", "[tf.int32, tf.string]", 1),
        ("1\n", "[tf.int32]", 2),
    ]
]
CASES += [
    """
it = tf.data.Dataset.range(1).make_initializable_iterator()
init = it.initializer
o = tf.data.experimental.get_next_as_optional(it)
out = o.has_value(); runs = 2
""",
    "o = tf.data.experimental.Optional.from_value({'a': 1}); out = [o.has_value(), o.get_value()]",
]
