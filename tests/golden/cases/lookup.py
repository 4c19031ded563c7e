"""Lookup tables: fixed ones, changing ones, vocabularies."""

_FILES = """
import os, tempfile
folder = tempfile.mkdtemp()
def file(text):
    path = os.path.join(folder, 'f%d' % len(os.listdir(folder)))
    open(path, 'w').write(text)
    return path
L = tf.contrib.lookup
"""
_BODIES = [
    "out = L.HashTable(L.KeyValueTensorInitializer(['a', 'b'], [1, 2]), -1).lookup(tf.constant([['a', 'z'], ['b', 'a']]))",
    "t = L.HashTable(L.KeyValueTensorInitializer([3, 5], ['x', 'y'], tf.int64), '?'); out = [t.lookup(P(np.int64([5, 1]))), t.size()]",
    "t = L.HashTable(L.KeyValueTensorInitializer(['a'], [1.5]), 0.); out = [t.export(), t.name, str(t.key_dtype), str(t.value_dtype)]",
    "out = L.HashTable(L.KeyValueTensorInitializer(['a', 'b'], [1, 2]), -1).lookup(tf.SparseTensor([[0], [2]], ['b', 'c'], [3]))",
    "out = L.HashTable(L.KeyValueTensorInitializer(['a', 'a'], [1, 2]), -1).lookup(tf.constant('a'))",
    "out = L.HashTable(L.KeyValueTensorInitializer(['a', 'b'], [1, 2]), -1).lookup(tf.constant([1]))",
    "out = L.HashTable(L.KeyValueTensorInitializer(['a', 'b'], [1, 2]), 'no')",
    "t = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(['a', 'b'], [1, 2]), -1); out = t.lookup(tf.constant(['b']))",
    "f = file('a\\t1\\nb\\t2\\n'); out = L.HashTable(L.TextFileInitializer(f, tf.string, 0, tf.int64, 1), -1).lookup(tf.constant(['b', 'c']))",
    "f = file('a 1\\nb x\\n'); out = L.HashTable(L.TextFileInitializer(f, tf.string, 0, tf.int64, 1, delimiter=' '), -1).lookup(tf.constant('b'))",
    "f = file('a 1\\nb\\n'); out = L.HashTable(L.TextFileInitializer(f, tf.string, 0, tf.int64, 1, delimiter=' '), -1).lookup(tf.constant('b'))",
    "out = L.HashTable(L.TextFileInitializer('f', tf.string, -1, tf.int64, 1), -1)",
    "t = L.index_table_from_file(file('a\\nb\\nc\\n')); out = [t.lookup(tf.constant(['c', 'q'])), t.size()]",
    "t = L.index_table_from_file(file('a\\nb\\nc\\n'), num_oov_buckets=5); out = [t.lookup(tf.constant(['c', 'q', 'r'])), t.size()]",
    "t = L.index_table_from_file(file('a\\nb\\nc'), vocab_size=2, default_value=7); out = t.lookup(tf.constant(['a', 'b', 'c']))",
    "t = L.index_table_from_file(file('a\\nb\\n'), vocab_size=5); out = t.lookup(tf.constant(['a']))",
    "t = L.index_table_from_file('/does/not/exist'); out = t.lookup(tf.constant(['a']))",
    "t = L.index_table_from_file(file('10\\n20\\n'), key_dtype=tf.int32, num_oov_buckets=2); out = t.lookup(tf.constant([20, 7]))",
    "t = L.index_table_from_tensor(['a', 'b'], num_oov_buckets=1); out = [t.lookup(tf.constant(['b', 'z'])), t.size()]",
    "t = L.index_table_from_tensor([10, 20], dtype=tf.int64, num_oov_buckets=3); out = t.lookup(P(np.int64([20, 4])))",
    "t = L.index_table_from_tensor(['a', 'b'], 3, hasher_spec=L.StrongHashSpec([1, 2])); out = t.lookup(tf.constant(['b', 'z', 'y']))",
    "out = L.index_table_from_tensor(['a', 'b'], dtype=tf.int64)",
    "out = L.index_table_from_tensor(None)",
    "out = L.index_table_from_file('')",
    "out = L.index_table_from_file('x', num_oov_buckets=-1)",
    "t = L.index_to_string_table_from_file(file('a\\nb\\n')); out = t.lookup(P(np.int64([1, 5])))",
    "t = L.index_to_string_table_from_tensor(['a', 'b'], default_value='?'); out = t.lookup(P(np.int64([[1, 5]])))",
    "out = L.index_to_string(P(np.int64([1, 5])), ['a', 'b'])",
    "out = L.string_to_index(tf.constant(['b', 'c']), ['a', 'b'])",
    "v = tf.lookup.StaticVocabularyTable(tf.lookup.KeyValueTensorInitializer(['a'], np.int64([0])), 2); out = [v.lookup(tf.constant(['a', 'q'])), v.size()]",
    "t = L.MutableHashTable(tf.string, tf.int64, -1); init = t.insert(['x', 'y'], [5, 6]); out = [t.lookup(['y', 'q']), t.size()]",
    "t = L.MutableHashTable(tf.int64, tf.float32, [0., 9.]); init = t.insert([5], [[1., 2.]]); out = t.lookup([[5, 6]])",
    """
t = L.MutableHashTable(tf.string, tf.int64, 0)
with tf.control_dependencies([t.insert(['x', 'y'], [1, 2])]):
    with tf.control_dependencies([t.remove(tf.constant(['x', 'z']))]):
        init = t.insert(['y'], [3])
out = t.export()
""",
    "t = L.MutableDenseHashTable(tf.int64, tf.int64, -1, 0, -9); init = t.insert([5, 6], [1, 2]); out = [t.lookup([6, 7]), t.size()]",
    "t = L.MutableDenseHashTable(tf.int64, tf.int64, -1, 0, -9); out = t.insert([0], [1])",
    "t = L.MutableHashTable(tf.string, tf.int64, -1); init = t.insert(['x', 'y'], [5, 6, 7]); out = t.size()",
    "t = L.index_table_from_tensor(['a', 'b']); d = tf.data.Dataset.from_tensor_slices(['b', 'a', 'c']).map(t.lookup); "
    "it = d.make_initializable_iterator(); init = it.initializer; out = it.get_next(); runs = 3",
]
CASES = [_FILES + body for body in _BODIES]
