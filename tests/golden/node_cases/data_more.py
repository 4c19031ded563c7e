"""More of tf.data.experimental and tf.contrib.data: nodes."""

_D = "E = tf.data.experimental ;; C = tf.contrib.data ;; d = tf.data.Dataset.range(3) ;; "
_CLASS = "lambda x: tf.cast(x % 2, tf.int32)"

CASES = [
    _D + f"d.apply(E.rejection_resample({_CLASS}, [0.5, 0.5], [0.3, 0.7], seed=3)) ;; 1",
    _D + f"d.apply(E.rejection_resample({_CLASS}, [0.5, 0.5])) ;; 1",
    _D + "d.apply(C.sliding_window_batch(2, window_shift=2)).output_shapes",
    _D + "d.apply(C.sliding_window_batch(2, 3)).output_shapes",
    _D + "d.apply(C.sliding_window_batch(2, 3, 3))",
    _D + "d.batch(2).apply(C.assert_element_shape([2])).output_shapes",
    _D + "C.reduce_dataset(d, C.Reducer(lambda _: np.int64(0), lambda s, x: s + x, lambda s: s + 1))",
    _D + "E.SqlDataset('sqlite', 'x.db', 'select 1', (tf.int32, tf.string)).output_types",
    _D + "d.window(2).element_spec",
    _D + "E.get_structure(d.batch(2))",
    _D + "E.get_structure(3)",
    _D + "[E.TensorStructure(tf.int32, [2]), E.SparseTensorStructure(tf.int32, [2])]",
    _D + "tf.data.DatasetSpec.from_value(d)",
    _D + "tf.data.DatasetSpec(tf.TensorSpec([], tf.int64)).is_compatible_with(d)",
    _D + "tf.data.DatasetSpec(tf.TensorSpec([2], tf.int64)).is_compatible_with(d)",
    _D + "[tf.OptionalSpec.from_value(E.Optional.from_value(1)), E.Optional.from_value(1).value_structure]",
    _D + "E.from_variant(E.to_variant(d), E.get_structure(d)).element_spec",
    "tf.data.make_one_shot_iterator(tf.data.Dataset.range(3)).element_spec",
]
