"""convert_to_tensor, constants and registered conversions. Each result is what the reference gives."""

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.graph import conversion

VALUES = [
    (
        "[(t.dtype, t.shape.as_list()) for t in map(tf.convert_to_tensor, (1, 1.5, True, 1j, 'a', b'a', [1, 2], "
        "[[1.0], [2.0]], [], (1, 2), 2**40, [1, 2.5], [True, False], np.float64(1), np.arange(2), np.array('ab')))]",
        "[(tf.int32, []), (tf.float32, []), (tf.bool, []), (tf.complex128, []), (tf.string, []), (tf.string, []), "
        "(tf.int32, [2]), (tf.float32, [2, 1]), (tf.float32, [0]), (tf.int32, [2]), (tf.int64, []), (tf.float32, [2]), "
        "(tf.bool, [2]), (tf.float64, []), (tf.int64, [2]), (tf.string, [])]",
    ),
    (
        "[tf.convert_to_tensor(x).dtype for x in (np.int8(1), np.float16(1), np.array([1j]), np.array([b'x', b'yy']), "
        "np.array(['x'], object), np.uint16([3]), [np.float64(1), np.float64(2)], [np.int64(1)], [np.float32(1)])]",
        "[tf.int8, tf.float16, tf.complex128, tf.string, tf.string, tf.uint16, tf.float32, tf.int32, tf.float32]",
    ),
    (
        "[tf.convert_to_tensor(x, dtype=d).dtype for x, d in ((1, tf.float32), (1, 'int64'), (np.float64(1), "
        "tf.float32), ([1, 2], tf.complex64), (1, tf.float16), (1.0, tf.bfloat16), (3, tf.uint8), (True, tf.bool))]",
        "[tf.float32, tf.int64, tf.float32, tf.complex64, tf.float16, tf.bfloat16, tf.uint8, tf.bool]",
    ),
    (
        "[t.op.node_def.attr['value'].tensor.string_val[:] for t in (tf.constant(['a', b'b']), tf.constant(u'\\u00e9'), "
        "tf.constant([]), tf.constant(np.array(['ab', 'c'])))]",
        "[[b'a', b'b'], [b'\\xc3\\xa9'], [], [b'ab', b'c']]",
    ),
    (
        "[tf.convert_to_tensor(t).dtype for t in (tf.TensorShape([1, 2]), tf.TensorShape([2**31]), tf.Dimension(3))]",
        "[tf.int32, tf.int64, tf.int32]",
    ),
    ("tf.convert_to_tensor(tf.TensorShape([1, 2])).name", "'shape_as_tensor:0'"),
    ("tf.convert_to_tensor(tf.TensorShape([1, 2]), dtype=tf.int64).dtype", "tf.int64"),
    (
        "tf.convert_to_tensor(tf.TensorShape([1, 2]), dtype=tf.float32)",
        "TypeError: Cannot convert a TensorShape to dtype: <dtype: 'float32'>",
    ),
    (
        "tf.convert_to_tensor(tf.TensorShape([2**31]), dtype=tf.int32)",
        "ValueError: Cannot convert a TensorShape to dtype int32; a dimension is too large (2147483648)",
    ),
    ("tf.convert_to_tensor(tf.TensorShape([1, None]))", "ValueError: Cannot convert a partially known TensorShape to a Tensor: (1, ?)"),
    ("tf.convert_to_tensor(tf.TensorShape(None))", "ValueError: Cannot convert a partially known TensorShape to a Tensor: <unknown>"),
    ("tf.convert_to_tensor(tf.Dimension(None))", "ValueError: Cannot convert an unknown Dimension to a Tensor: ?"),
    ("tf.convert_to_tensor(tf.Dimension(3), dtype=tf.float32)", "TypeError: Cannot convert a TensorShape to dtype: <dtype: 'float32'>"),
    ("tf.convert_to_tensor(tf.Dimension(3), dtype=tf.int64).dtype", "tf.int64"),
    ("tf.convert_to_tensor([tf.Dimension(3), 2], dtype=tf.int32).shape", "TensorShape([Dimension(2)])"),
    ("tf.convert_to_tensor(tf.Variable([1.0], name='v')).name", "'v/read:0'"),
    ("tf.convert_to_tensor(tf.Variable([1.0], name='v', use_resource=True)).op.type", "'ReadVariableOp'"),
    (
        "[tf.convert_to_tensor([tf.constant(1.0), 2.0]).op.type, tf.convert_to_tensor([[tf.constant(1.0)], [2.0]]).shape.as_list()]",
        "['Pack', [2, 1]]",
    ),
    ("tf.convert_to_tensor(3, name='three').name", "'three:0'"),
    ("a = tf.constant(1.0); tf.convert_to_tensor(a, name='x') is a", "True"),
    ("tf.convert_to_tensor(bytearray(b'ab')).dtype", "tf.uint8"),
    (
        "[tf.convert_to_tensor(1, preferred_dtype=tf.float32).dtype, tf.convert_to_tensor(1.5, "
        "preferred_dtype=tf.int32).dtype, tf.convert_to_tensor(1, dtype_hint=tf.int64).dtype, "
        "tf.convert_to_tensor('a', preferred_dtype=tf.int32).dtype]",
        "[tf.float32, tf.float32, tf.int64, tf.string]",
    ),
]


@pytest.mark.parametrize("code, result", VALUES)
def test_values(gives, code, result):
    assert gives(code, result)


ERRORS = [
    ("tf.convert_to_tensor(None)", "ValueError: None values not supported."),
    ("tf.convert_to_tensor(object())", "TypeError: Failed to convert object of type <class 'object'> to Tensor. Contents: <object object"),
    ("tf.convert_to_tensor({})", "TypeError: Failed to convert object of type <class 'dict'> to Tensor. Contents: {}. Consider"),
    ("tf.convert_to_tensor(1.5, dtype=tf.int32)", "TypeError: Expected int32, got 1.5 of type 'float' instead."),
    ("tf.convert_to_tensor('a', dtype=tf.float32)", "TypeError: Expected float32, got 'a' of type 'str' instead."),
    ("tf.convert_to_tensor(1, dtype=tf.string)", "TypeError: Expected string, got 1 of type 'int' instead."),
    (
        "tf.convert_to_tensor([1, 'a'])",
        "TypeError: Failed to convert object of type <class 'list'> to Tensor. Contents: [1, 'a']. Consider",
    ),
    ("tf.convert_to_tensor([1, 2.5], dtype=tf.int32)", "TypeError: Expected int32, got 2.5 of type 'float' instead."),
    (
        "tf.convert_to_tensor([[1, 2], [3]])",
        "ValueError: Argument must be a dense tensor: [[1, 2], [3]] - got shape [2], but wanted [2, 2].",
    ),
    ("tf.convert_to_tensor([[1, 2], [3]], dtype=tf.float32)", "ValueError: "),
    ("tf.convert_to_tensor(1, dtype=tf.bool)", "TypeError: Expected bool, got 1 of type 'int' instead."),
    ("tf.convert_to_tensor(1j, dtype=tf.float32)", "TypeError: Expected float32, got 1j of type 'complex' instead."),
    ("tf.convert_to_tensor(2**70)", "TypeError: Failed to convert object of type <class 'int'> to Tensor. Contents:"),
    ("tf.convert_to_tensor([None])", "TypeError: Failed to convert object of type <class 'list'> to Tensor. Contents: [None]. Consider"),
    (
        "tf.convert_to_tensor(tf.constant(1), dtype=tf.float32)",
        "ValueError: Tensor conversion requested dtype float32 for Tensor with dtype int32: <tf.Tensor",
    ),
    (
        "tf.convert_to_tensor(tf.constant(1, name='c'), dtype=tf.string, name='n')",
        "ValueError: Tensor conversion requested dtype string for Tensor with dtype int32: <tf.Tensor 'c:0'",
    ),
    ("tf.convert_to_tensor(1, dtype='nope')", "TypeError: Cannot convert value 'nope' to a TensorFlow DType."),
    ("tf.convert_to_tensor(np.array(['a']), dtype=tf.float32)", "ValueError: could not convert string to float: "),
    ("tf.convert_to_tensor(np.array([None, 1], object))", "TypeError: Expected binary or unicode string, got None"),
    (
        "tf.convert_to_tensor(np.array(['2020-01-01'], 'datetime64[D]'))",
        "TypeError: Cannot convert value dtype('<M8[D]') to a TensorFlow DType.",
    ),
    ("tf.convert_to_tensor(1.5, dtype=tf.qint8)", "TypeError: Expected qint8, got 1.5 of type 'float' instead."),
    ("tf.convert_to_tensor(tf.SparseTensor([[0]], [1.0], [1]))", "TypeError: Failed to convert object of type <class '"),
    ("tf.convert_to_tensor({1, 2})", "TypeError: Failed to convert object of type <class 'set'> to Tensor. Contents: {1, 2}. Consider"),
]


@pytest.mark.parametrize("code, result", ERRORS)
def test_errors(gives, code, result):
    assert gives(code, result)


CONSTANT = [
    (
        "[tf.constant(1.0, shape=[2, 2]).shape.as_list(), tf.constant([1, 2], shape=[3]).shape.as_list(), "
        "tf.constant(1, tf.int64, [0]).shape.as_list(), tf.constant([], shape=[0, 2]).dtype]",
        "[[2, 2], [3], [0], tf.float32]",
    ),
    ("tf.make_ndarray(tf.make_tensor_proto([1, 2], shape=[2, 2]))", "int32[[1, 2], [2, 2]]"),
    ("tf.constant([1, 2, 3], shape=[2])", "ValueError: Too many elements provided. Needed at most 2, but received 3"),
    ("tf.constant([1, 2], shape=[3], verify_shape=True)", "TypeError: Expected Tensor's shape: (3,), got (2,)."),
    ("tf.constant(1, shape=[2, 2], verify_shape=True)", "TypeError: Expected Tensor's shape: (2, 2), got ()."),
    ("tf.constant([1, 2], shape=[2], verify_shape=True).shape.as_list()", "[2]"),
    ("tf.constant([], shape=[2]).shape.as_list()", "[2]"),
    ("tf.constant(1, shape=[None])", "TypeError: "),
    ("tf.constant(None)", "ValueError: None values not supported."),
    ("tf.constant(tf.constant(1))", "TypeError: List of Tensors when single Tensor expected"),
    ("tf.constant([tf.constant(1)])", "TypeError: List of Tensors when single Tensor expected"),
    ("tf.constant(1, name='k').name", "'k:0'"),
    ("tf.constant(1, dtype='float_ref').dtype", "tf.float32"),
    ("tf.constant(300, tf.uint8)", "<tf.Tensor 'Const:0' shape=() dtype=uint8>"),
    ("tf.constant(2**31, tf.int32)", "<tf.Tensor 'Const:0' shape=() dtype=int32>"),
    ("tf.constant(-1, tf.uint8)", "<tf.Tensor 'Const:0' shape=() dtype=uint8>"),
    ("tf.constant(2**31).dtype", "tf.int64"),
    ("tf.constant([1, 2**40]).dtype", "tf.int64"),
    ("tf.constant(True, tf.float32)", "<tf.Tensor 'Const:0' shape=() dtype=float32>"),
    ("tf.constant([True, 1])", "<tf.Tensor 'Const:0' shape=(2,) dtype=int32>"),
    ("tf.constant([1, True])", "<tf.Tensor 'Const:0' shape=(2,) dtype=int32>"),
    ("tf.constant(np.array([1.7]), tf.int32).dtype", "tf.int32"),
    ("tf.constant(np.float64(1.7), tf.int32).dtype", "tf.int32"),
]


@pytest.mark.parametrize("code, result", CONSTANT)
def test_constant(gives, code, result):
    assert gives(code, result)


REGISTRATION = [
    (
        """
class A: pass
tf.register_tensor_conversion_function(A, lambda v, dtype=None, name=None, as_ref=False: tf.constant(1, name='low'), 200)
tf.register_tensor_conversion_function(A, lambda v, dtype=None, name=None, as_ref=False: tf.constant(2, name='high'), 50)
tf.convert_to_tensor(A()).name
""",
        "'high:0'",
    ),
    (
        """
class A: pass
tf.register_tensor_conversion_function(A, lambda v, dtype=None, name=None, as_ref=False: NotImplemented)
tf.register_tensor_conversion_function((A, frozenset), lambda v, dtype=None, name=None, as_ref=False: tf.constant(3.0, name=name))
tf.convert_to_tensor(A(), name='x').name
""",
        "'x:0'",
    ),
    (
        """
class A: pass
class B(A): pass
tf.register_tensor_conversion_function(A, lambda v, dtype=None, name=None, as_ref=False: tf.constant(3.0, name='a'))
(tf.convert_to_tensor(B()).name, tf.add(B(), 1.0).op.inputs[0].name)
""",
        "('a:0', 'Add/a:0')",
    ),
    (
        """
class A: pass
tf.register_tensor_conversion_function(A, lambda v, dtype=None, name=None, as_ref=False: 5)
tf.convert_to_tensor(A(), name='n')
""",
        "RuntimeError: n: Conversion function <function <lambda>",
    ),
    (
        """
class A: pass
tf.register_tensor_conversion_function(A, lambda v, dtype=None, name=None, as_ref=False: tf.constant(3.0))
tf.convert_to_tensor(A(), dtype=tf.int32, name='n')
""",
        "RuntimeError: n: Conversion function <function <lambda>",
    ),
    (
        """
class A: pass
tf.register_tensor_conversion_function(A, lambda v, dtype=None, name=None, as_ref=False: tf.constant(3.0))
tf.convert_to_tensor(A(), preferred_dtype=tf.int32)
""",
        "TypeError: convert_to_tensor did not convert to the preferred dtype: <dtype: 'float32'> vs <dtype:",
    ),
    ("tf.register_tensor_conversion_function(3, lambda v: v)", "TypeError: base_type must be a type or a tuple of types."),
    ("tf.register_tensor_conversion_function((int, 3), lambda v: v)", "TypeError: base_type must be a type or a tuple of types."),
    ("tf.register_tensor_conversion_function(set, 3)", "TypeError: conversion_func must be callable."),
]


@pytest.mark.parametrize("code, result", REGISTRATION)
def test_registration(gives, code, result):
    assert gives(code, result)


VARIANTS = [
    (
        "[tf.contrib.framework.is_tensor(x) for x in (tf.constant(1), tf.SparseTensor([[0]], [1], [1]), "
        "tf.IndexedSlices(tf.constant([1]), tf.constant([0])), tf.Variable(1), 1, None)]",
        "[True, True, True, True, False, False]",
    ),
    (
        "s = tf.SparseTensor([[0]], [1.0], [1]); (tf.convert_to_tensor_or_sparse_tensor(s) is s, "
        "tf.convert_to_tensor_or_sparse_tensor(1).dtype)",
        "(True, tf.int32)",
    ),
    ("type(tf.convert_to_tensor_or_sparse_tensor(tf.SparseTensorValue([[0]], [1.0], [1]))).__name__", "'SparseTensor'"),
    (
        "tf.convert_to_tensor_or_sparse_tensor(tf.SparseTensor([[0]], [1.0], [1]), dtype=tf.int32)",
        "RuntimeError: Sparse dtype: requested = int32, actual = float32",
    ),
    (
        "s = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])); (tf.convert_to_tensor_or_indexed_slices(s) is s, "
        "tf.convert_to_tensor_or_indexed_slices(1).dtype)",
        "(True, tf.int32)",
    ),
    (
        "s = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])); tf.convert_to_tensor_or_indexed_slices(s, dtype=tf.int32)",
        "ValueError: Tensor conversion requested dtype int32 for Tensor with dtype float32:",
    ),
    ("tf.convert_to_tensor(tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0]), tf.constant([2, 1]))).op.type", "'UnsortedSegmentSum'"),
    (
        "tf.convert_to_tensor(tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0])))",
        "ValueError: Tensor conversion requested for IndexedSlices without dense_shape:",
    ),
    (
        "tf.convert_to_tensor(tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0]), tf.constant([2, 1])), dtype=tf.int32)",
        "ValueError: Tensor conversion requested dtype int32 for IndexedSlices with dtype float32",
    ),
]


@pytest.mark.parametrize("code, result", VARIANTS)
def test_variants(gives, code, result):
    assert gives(code, result)


ARRAYS = [
    (np.array([1.0, 2.0]), "float32", [1.0, 2.0]),
    (np.array([1, 2], object), "int32", [1, 2]),
    (np.array(["a"], object), "int32", TypeError),
    (np.array(["a"]), "string", [b"a"]),
    (bytearray(b"ab"), "string", b"ab"),
    (2**24 + 1, "float32", 2.0**24),
    (-3, "complex64", -3 + 0j),
    (tf.Dimension(4), "int32", 4),
    ([tf.Dimension(4)], "float32", [4.0]),
]


@pytest.mark.parametrize("value, dtype, expected", ARRAYS)
def test_arrays_of_constants(value, dtype, expected):
    if expected is TypeError:
        with pytest.raises(TypeError):
            conversion.as_array(value, tf.as_dtype(dtype))
    else:
        assert conversion.as_array(value, tf.as_dtype(dtype)).tolist() == expected


def test_conversion_as_tensorflow_itself_calls_it() -> None:
    """`ops.internal_convert_to_tensor`: the arguments come in another order than in to_tensor."""
    from scopeflow.graph.public import TABLE

    convert = TABLE["python.framework.ops.internal_convert_to_tensor"]
    with tf.Graph().as_default():
        v = tf.Variable(1.0)
        assert convert(v, tf.float32, "v", True).dtype.is_ref
        assert convert(1, name="one", preferred_dtype=tf.float32, accept_composite_tensors=True).dtype == tf.float32
