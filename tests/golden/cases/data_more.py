"""More of tf.data.experimental and tf.contrib.data: values of several elements."""

_D = "E = tf.data.experimental; C = tf.contrib.data; d = tf.data.Dataset.range(10)\n"


def _next(dataset: str, runs: int) -> str:
    return f"{_D}it = tf.data.make_initializable_iterator({dataset})\ninit = it.initializer; out = it.get_next(); runs = {runs}"


_CSV = (
    _D + "import os, tempfile\npath = os.path.join(tempfile.mkdtemp(), 'a.csv')\n"
    "with open(path, 'w') as f:\n  f.write({text!r})\n"
    "it = tf.data.make_initializable_iterator(E.make_csv_dataset(path, {arguments}))\ninit = it.initializer; out = it.get_next(); runs = {runs}"
)
_TEXT = 'a,b,c,d\n1,x,2.5,3000000000\n2,y,3.5,1\n3,"z,w",4,2\n,,,5\n'
_SQL = (
    _D + "import os, sqlite3, tempfile\npath = os.path.join(tempfile.mkdtemp(), 'a.db')\n"
    "db = sqlite3.connect(path)\ndb.execute('create table t (a integer, b text, c real)')\n"
    "db.executemany('insert into t values (?, ?, ?)', [(1, 'x', 2.5), (300, 'y', -1.0), (None, None, None)])\ndb.commit(); db.close()\n"
    "it = tf.data.make_initializable_iterator(E.SqlDataset({arguments}))\ninit = it.initializer; out = it.get_next(); runs = {runs}"
)
_CLASS = "lambda x: tf.cast(x % 2, tf.int32)"

CASES = [
    _next("d.apply(C.sliding_window_batch(3, window_shift=2))", 4),
    _next("d.apply(C.sliding_window_batch(3, 4, window_stride=2))", 2),
    _next("tf.data.Dataset.from_tensor_slices(['a', 'b', 'c']).apply(C.sliding_window_batch(2))", 2),
    _next("d.apply(C.sliding_window_batch(11))", 1),
    _next("d.batch(4).apply(C.assert_element_shape([4]))", 2),
    _next("d.batch(4).apply(C.assert_element_shape([3]))", 1),
    _next("tf.data.Dataset.zip((d, d)).batch(4, True).apply(C.assert_element_shape((tf.TensorShape([4]), tf.TensorShape([None]))))", 2),
    _next(f"d.repeat().apply(E.rejection_resample({_CLASS}, [0.9, 0.1], [0.5, 0.5], seed=3))", 8),
    _next(f"d.repeat().apply(E.rejection_resample({_CLASS}, [0.9, 0.1], seed=3))", 8),
    _D + "out = C.reduce_dataset(d, C.Reducer(lambda _: np.int64(0), lambda s, x: s + x, lambda s: s))",
    _next("E.from_variant(E.to_variant(d), E.get_structure(d))", 2),
    _CSV.format(text=_TEXT, arguments="2, shuffle=False, num_epochs=1", runs=2),
    _CSV.format(text=_TEXT, arguments="3, label_name='b', shuffle=False", runs=3),
    _CSV.format(text=_TEXT, arguments="2, label_name='a', select_columns=['c', 'a'], shuffle=False", runs=2),
    _CSV.format(text=_TEXT, arguments="2, column_defaults=[tf.int64, 'none', -1.0, 0], shuffle=False", runs=1),
    _CSV.format(text="1;2\nx;3\n4;5\n", arguments="1, ['p', 'q'], [-1, -2], header=False, field_delim=';', shuffle=False, ignore_errors=True", runs=2),
    _CSV.format(text=_TEXT, arguments="2, label_name='e'", runs=1),
    _CSV.format(text=_TEXT, arguments="2, header=False", runs=1),
    _CSV.format(text=_TEXT, arguments="2, select_columns=['e']", runs=1),
    _D + "out = E.make_csv_dataset('/no such file', 2)",
    _SQL.format(arguments="'sqlite', path, 'select a, b, c from t order by rowid', (tf.int32, tf.string, tf.float64)", runs=3),
    _SQL.format(arguments="'sqlite', path, 'select a, c, a from t', (tf.uint8, tf.int64, tf.bool)", runs=2),
    _SQL.format(arguments="'sqlite', path, 'select a from t', (tf.uint8, tf.int64)", runs=1),
    _SQL.format(arguments="'sqlite', path, 'select no from t', (tf.int32,)", runs=1),
    _SQL.format(arguments="'mysql', path, 'select a from t', (tf.int32,)", runs=1),
]
