"""Ragged tensors."""

from __future__ import annotations

_R1 = "x = P([1., 2., 3., 4., 5., 6.], [None]); s = P(np.array([0, 2, 2, 6])); r = tf.RaggedTensor.from_row_splits(x, s)\n"
_R2 = _R1 + "r2 = tf.RaggedTensor.from_row_splits(r, P(np.array([0, 1, 3])))\n"
_D = "d = P([[1., 2., 3.], [4., 5., 6.]], [None, 3])\n"


def _parts(*expressions: str) -> str:
    """Ragged results as their parts: values and splits."""
    lines = ["out = []"]
    for e in expressions:
        lines.append(f"q = {e}")
        lines.append("out += [q.flat_values] + list(q.nested_row_splits) if isinstance(q, tf.RaggedTensor) else [q]")
    return "\n".join(lines)


CASES = [
    # made
    _R1 + _parts("tf.RaggedTensor.from_row_lengths(x, [2, 0, 4])", "tf.RaggedTensor.from_row_starts(x, [0, 2, 2])",
                 "tf.RaggedTensor.from_row_limits(x, [2, 2, 6])", "tf.RaggedTensor.from_value_rowids(x, [0, 0, 2, 2, 2, 4])",
                 "tf.RaggedTensor.from_value_rowids(x, P(np.array([0, 0, 2, 2, 2, 4])), nrows=6)"),
    _R1 + _parts("tf.RaggedTensor.from_nested_row_splits(x, [[0, 1, 3], [0, 2, 2, 6]])",
                 "tf.RaggedTensor.from_nested_row_lengths(x, [[1, 2], [2, 0, 4]])",
                 "tf.RaggedTensor.from_nested_value_rowids(x, [[0, 1, 1], [0, 0, 2, 2, 2, 2]], [3, 3])"),
    "x = P([1., 2.]); out = "
    "tf.RaggedTensor.from_row_splits(x, P(np.array([0, 3]))).row_splits",
    "x = P([1., 2.]); out = tf.RaggedTensor.from_row_splits(x, P(np.array([1, 2]))).row_splits",
    "x = P([1., 2.]); out = tf.RaggedTensor.from_row_lengths(x, P(np.array([3, -1]))).row_splits",
    "x = P([1., 2.]); out = tf.RaggedTensor.from_value_rowids(x, P(np.array([1, 0])), nrows=3).row_splits",
    _D + _parts("tf.RaggedTensor.from_tensor(d)", "tf.RaggedTensor.from_tensor(d, lengths=[1, 3])",
                "tf.RaggedTensor.from_tensor([[1., 0., 2., 0.], [0., 0., 0., 0.]], padding=0.)",
                "tf.RaggedTensor.from_tensor(tf.reshape(d, [1, 2, 3]), ragged_rank=2)",
                "tf.RaggedTensor.from_tensor(tf.reshape(d, [1, 2, 3]), lengths=[1])",
                "tf.RaggedTensor.from_tensor(tf.reshape(d, [1, 2, 3]), lengths=([2], [3, 2]))"),
    _parts("tf.RaggedTensor.from_sparse(tf.SparseTensor([[0, 0], [0, 1], [2, 0]], P([1., 2., 3.]), [3, 4]))"),
    "out = tf.RaggedTensor.from_sparse(tf.SparseTensor(P(np.array([[0, 1]])), P([1.]), [3, 4])).values",
    _parts("tf.ragged.constant([[1, 2], [], [3]])", "tf.ragged.constant([[[1., 2.]], [], [[3.], []]])",
           "tf.ragged.constant([[[1, 2]], [[3, 4], [5, 6]]], ragged_rank=1)", "tf.ragged.constant([[], []], dtype=tf.string)",
           "tf.ragged.constant([[[1, 2]], []], inner_shape=(2,))", "tf.ragged.constant([[], [[]]])", "tf.ragged.constant([1, 2])"),
    _parts("tf.ragged.range([3, 0, 2])", "tf.ragged.range([0, 5], [3, 0], [1, -2])", "tf.ragged.range(0., [1., 2.], 0.4)",
           "tf.ragged.range([1], [5, 6][0], P([2]))"),
    "out = tf.ragged.range([1, 2], [3, 4], P([0])).values",
    # methods
    _R2 + _parts("r2.to_tensor()", "r2.to_tensor(9.)", "r.to_tensor(default_value=-1.)", "r2.row_lengths(2)", "r2.row_lengths()",
                 "r2.bounding_shape()", "r2.bounding_shape(axis=[2, 0])", "r2.bounding_shape(axis=1)", "r.value_rowids()", "r.nrows()",
                 "r.row_starts()", "r.row_limits()", "r2.with_row_splits_dtype(tf.int32)"),
    _R2 + "out = list(r2.nested_value_rowids()) + list(r2.nested_row_lengths()) + [r2.to_sparse(), r.to_sparse()]",
    _D + "r = tf.RaggedTensor.from_row_splits(d, [0, 0, 2]); out = [r.to_tensor(), r.to_tensor(7.), r.to_tensor([1., 2., 3.]), r.to_sparse()]",
    # elementwise
    _R1 + _parts("r + 1.", "2. * r", "-r", "abs(r - 3.)", "r > 2.", "r / r", "r ** 2.", "tf.exp(r)", "tf.cast(r, tf.int32)", "tf.square(r)",
                 "tf.clip_by_value(r, 2., 4.)", "tf.maximum(r, 3.)", "tf.add_n([r, r])", "tf.ones_like(r)", "r // 2.", "r % 2."),
    _R1 + _parts("r + [[10.], [20.], [30.]]", "r * tf.ragged.constant([[1., 2.], [], [3., 4., 5., 6.]])", "r + tf.ragged.constant([[1.], [2.], [3.]])"),
    _R2 + _parts("r2 + [[[1.]], [[2.]]]", "r2 * r2", "r2 - tf.ragged.constant([[[1., 2.]], [[], [1., 2., 3., 4.]]])"),
    _R1 + "out = (r + tf.ragged.constant([[1.], [2.]])).values",
    _R1 + "out = (r + tf.ragged.constant([[1.], [2.], [3., 4.]])).values",
    _D + _parts("tf.RaggedTensor.from_row_splits(d, [0, 1, 2]) * [1., 2., 3.]"),
    _R1 + _parts("tf.ragged.map_flat_values(lambda v: v * 2., r)", "tf.ragged.map_flat_values(tf.add, x=r, y=2.)"),
    # joined
    _R2 + _parts("tf.concat([r, r], 0)", "tf.concat([r, r * 2.], 1)", "tf.concat([r2, r2], 2)", "tf.stack([r, r])", "tf.stack([r, r], 1)",
                 "tf.ragged.stack([r, r], axis=2)", "tf.concat([r, [[7., 8.]]], 0)", "tf.concat([r2, r2 * 2.], 1)"),
    "out = tf.ragged.stack([P([1., 2.]), P([3.])])",
    _parts("tf.ragged.stack([P([1., 2.]), P([3., 4.])])", "tf.ragged.stack([P([[1., 2.]]), P([[3.]])])", "tf.ragged.stack([P([[1., 2.]]), P([[3.]])], 1)"),
    # picked
    _R2 + _parts("tf.gather(r, [2, 0, 0])", "tf.gather(r, [[2, 0], [1, 1]])", "tf.gather(r, 2)", "tf.gather(r2, [1])", "tf.gather(r2, 0)",
                 "tf.gather(r, tf.ragged.constant([[0], [2, 1]]))", "tf.gather(x, tf.ragged.constant([[0], [2, 1]]))"),
    _R2 + _parts("tf.gather_nd(r, [[0, 1], [2, 3]])", "tf.gather_nd(r2, [[1, 1, 2]])", "tf.gather_nd(r2, [[1, 0], [0, 0]])",
                 "tf.gather_nd(r, [[2]])", "tf.gather_nd(r, [[[2]], [[0]]])"),
    _R1 + "out = tf.gather(r, P([3])).values",
    _R2 + _parts("r[0]", "r[-1]", "r[2, 1]", "r[1:]", "r[:2]", "r[::2]", "r[:, :2]", "r[:, -1:]", "r[:, 1:3]", "r[:, ::2]", "r2[1, 1]", "r2[1, 1, 2]",
                 "r2[:, :1]", "r2[..., 1:]", "r2[0, :, 1:]", "r[tf.newaxis]", "r[:, tf.newaxis]", "r2[1:, :, :1]", "r[::-1]", "r[:, ::-1]",
                 "r[P(1)]", "r[:, P(1):]", "r[:, P(-2):]"),
    _R1 + "out = r[0:1, 0]",
    _D + _parts("tf.RaggedTensor.from_row_splits(d, [0, 1, 2])[:, :, 1]", "tf.RaggedTensor.from_row_splits(d, [0, 1, 2])[:, :1, ::2]"),
    _R1 + _parts("tf.ragged.boolean_mask(r, [True, False, True])", "tf.ragged.boolean_mask(r, r > 2.)", "tf.ragged.boolean_mask(x, x > 2.)",
                 "tf.ragged.boolean_mask(tf.reshape(x, [2, 3]), [[True, False, True], [False, False, True]])"),
    _R2 + _parts("tf.ragged.boolean_mask(r2, [False, True])", "tf.ragged.boolean_mask(r2, r2 > 2.)",
                 "tf.ragged.boolean_mask(r2, tf.ragged.constant([[True], [False, True]]))"),
    _R2 + _parts("tf.where(r > 2.)", "tf.where(r2 > 2.)", "tf.where(r > 2., r, r * 10.)", "tf.where([True, False, True], r, r * 10.)"),
    _R1 + _parts("tf.batch_gather(r, tf.ragged.constant([[1, 0], [], [3]]))"),
    _R1 + _parts("tf.ragged.stack_dynamic_partitions(x, [3, 1, 0, 1, 1, 3], 5)", "tf.ragged.stack_dynamic_partitions(r, [1, 0, 1], 3)")
    + "\nout += tf.dynamic_partition(r, tf.RaggedTensor.from_row_splits(P(np.array([0, 1, 1, 0, 0, 1]), [None]), s), 2)",
    # shapes
    _R2 + _parts("tf.expand_dims(r, 0)", "tf.expand_dims(r, 1)", "tf.expand_dims(r, -1)", "tf.expand_dims(r2, 2)", "tf.size(r2)", "tf.rank(r2)",
                 "tf.tile(r, [2, 1])", "tf.tile(r, [1, 3])", "tf.tile(r2, [2, 1, 2])", "tf.tile(r2, [1, 2, 1])", "tf.one_hot(tf.cast(r, tf.int32), 3)",
                 "tf.tile(tf.expand_dims(r2, 0), P([2, 2, 2, 2]))"),
    _R1 + _parts("tf.squeeze(tf.expand_dims(r, 0), 0)", "tf.squeeze(tf.expand_dims(r, 1), [1])", "tf.squeeze(tf.expand_dims(r, 2), 2)"),
    _R1 + "out = tf.squeeze(r, 1)",
    # reduced
    _R2 + _parts("tf.reduce_sum(r, 1)", "tf.reduce_sum(r, 0)", "tf.reduce_sum(r)", "tf.reduce_mean(r, 0)", "tf.reduce_max(r, 1)", "tf.reduce_min(r2, 2)",
                 "tf.reduce_prod(r2, 1)", "tf.reduce_sum(r2, [1, 2])", "tf.reduce_sum(r2, [0, 2])", "tf.reduce_any(r > 2., 1)", "tf.reduce_all(r > 2., 1)",
                 "tf.reduce_mean(r2)", "tf.reduce_sum(r2, -1)"),
    _R1 + _parts("tf.math.unsorted_segment_sum(r, [1, 0, 1], 3)", "tf.math.unsorted_segment_max(r, [0, 0, 0], 1)",
                 "tf.math.unsorted_segment_mean(r, [0, 0, 0], 1)", "tf.math.unsorted_segment_sqrt_n(r, [0, 0, 0], 1)"),
    _parts("tf.strings.reduce_join(tf.ragged.constant([['a', 'b'], [], ['c']]), 1, separator='-')", "tf.strings.length(tf.ragged.constant([['abc', 'b'], []]))",
           "tf.strings.join([tf.ragged.constant([['a', 'b'], []]), 'x'])"),
    "out = [tf.ragged.row_splits_to_segment_ids([0, 2, 2, 3]), tf.ragged.segment_ids_to_row_splits([0, 0, 2]), "
    "tf.ragged.segment_ids_to_row_splits([0, 2], num_segments=5)]",
    # the ops themselves
    "r = tf.raw_ops.RaggedTensorToTensor(shape=[3, -1], values=P([1., 2., 3.]), default_value=P(9.), row_partition_tensors=[np.array([0, 2, 2, 3])], "
    "row_partition_types=['ROW_SPLITS']); out = r",
    "out = tf.raw_ops.RaggedTensorToTensor(shape=-1, values=P([1., 2., 3.]), default_value=P(9.), row_partition_tensors=[4, [0, 2, 2]], "
    "row_partition_types=['FIRST_DIM_SIZE', 'VALUE_ROWIDS'])",
    "v = tf.raw_ops.RaggedTensorToVariant(rt_nested_splits=[P(np.array([0, 2, 3]))], rt_dense_values=P([1, 2, 3]), batched_input=True)\n"
    "out = list(tf.raw_ops.RaggedTensorFromVariant(encoded_ragged=v, input_ragged_rank=0, output_ragged_rank=1, Tvalues=tf.int32, Tsplits=tf.int64)[0]) + "
    "[tf.raw_ops.RaggedTensorFromVariant(encoded_ragged=v, input_ragged_rank=0, output_ragged_rank=1, Tvalues=tf.int32, Tsplits=tf.int64)[1]]",
    # strings
    _parts("tf.strings.bytes_split(P(['abc', '', 'd']))", "tf.strings.bytes_split(P('abc'))", "tf.strings.bytes_split(P([['ab', 'c']]))",
           "tf.strings.split(P(['a b', ' c  d e']), result_type='RaggedTensor')", "tf.strings.split(P('a b'), result_type='RaggedTensor')",
           "tf.string_split(P(['a,b', 'c']), ',', result_type='RaggedTensor')"),
    "out = tf.strings.split(P([['a b'], ['c']]))",
    "S = P([u'h\\u00e9llo'.encode('utf-8'), b'', b'a\\xffb', u'\\U0001F600x'.encode('utf-8')])\n"
    + _parts("tf.strings.unicode_decode(S, 'UTF-8')", "tf.strings.unicode_decode(S, 'UTF-8', errors='ignore')", "tf.strings.unicode_split(S, 'UTF-8')",
             "tf.strings.unicode_decode_with_offsets(S, 'UTF-8')[1]", "tf.strings.unicode_split_with_offsets(S, 'UTF-8')[0]",
             "tf.strings.unicode_decode(S[0], 'UTF-8')", "tf.strings.unicode_decode(tf.reshape(S, [2, 2]), 'UTF-8')"),
    "out = tf.strings.unicode_decode(P([b'a\\xff']), 'UTF-8', errors='strict').values",
    _parts("tf.strings.unicode_encode(P([65, 233]), 'UTF-8')", "tf.strings.unicode_encode(P([[65, 233], [66, 67]]), 'UTF-16-BE')",
           "tf.strings.unicode_encode(tf.ragged.constant([[65], [], [128512, 66]]), 'UTF-8')",
           "tf.strings.unicode_encode(tf.ragged.constant([[[65], []], [[128512, 66]]]), 'UTF-32-BE')"),
    "out = tf.strings.unicode_script(P([0, 65, 1041, 0x4e00, 0x3042, 0x600, 0x10ffff, 0x110000, -1, 0x1f600]))",
    _parts("tf.strings.ngrams(P(['a', 'b', 'c']), 2)", "tf.strings.ngrams(P([['a', 'b', 'c'], ['d', 'e', 'f']]), [1, 2], separator='-')",
           "tf.strings.ngrams(tf.ragged.constant([['a', 'b'], ['c']]), 2, pad_values='_')",
           "tf.strings.ngrams(tf.ragged.constant([['a', 'b'], ['c'], ['d', 'e', 'f']]), 3, pad_values=('<', '>'), padding_width=1)",
           "tf.strings.ngrams(tf.ragged.constant([['a', 'b'], ['c'], []]), 3, preserve_short_sequences=True)"),
]  # fmt: skip
