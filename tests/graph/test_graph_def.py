"""GraphDef, NodeDef and TensorProto. Each result is what the reference gives."""

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.graph import graph_def

TENSOR_PROTOS = [
    (
        "[tf.make_ndarray(tf.make_tensor_proto(x)) for x in (1, 1.5, True, 'a', [1, 2], [[1.0], [2.0]], ['a', b'b'], 1j, [], 2**40)]",
        "[int321, float321.5, boolTrue, objectb'a', int32[1, 2], float32[[1.0], [2.0]], object[b'a', b'b'], "
        "complex1281j, float32[], int641099511627776]",
    ),
    (
        "[tf.make_ndarray(tf.make_tensor_proto(1, dtype=t)) for t in (tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, "
        "tf.uint16, tf.float32, tf.float64)]",
        "[int81, int161, int321, int641, uint81, uint161, float321.0, float641.0]",
    ),
    (
        "[tf.make_ndarray(tf.make_tensor_proto([1, 2], dtype=t)) for t in (tf.int8, tf.int16, tf.int32, tf.int64, "
        "tf.uint8, tf.uint16, tf.float32, tf.float64, tf.complex64, tf.complex128, tf.float16)]",
        "[int8[1, 2], int16[1, 2], int32[1, 2], int64[1, 2], uint8[1, 2], uint16[1, 2], float32[1.0, 2.0], "
        "float64[1.0, 2.0], complex64[(1+0j), (2+0j)], complex128[(1+0j), (2+0j)], float16[1.0, 2.0]]",
    ),
    (
        "[tf.make_ndarray(tf.make_tensor_proto(x, dtype=t)).astype(np.complex64) for x in (1, [1, 2]) for t in "
        "(tf.float16, tf.bfloat16, tf.complex64, tf.complex128)]",
        "[complex64(1+0j), complex64(1+0j), complex64(1+0j), complex64(1+0j), complex64[(1+0j), (2+0j)], "
        "complex64[(1+0j), (2+0j)], complex64[(1+0j), (2+0j)], complex64[(1+0j), (2+0j)]]",
    ),
    (
        "[tf.make_ndarray(tf.make_tensor_proto(np.full(3, 2, t))) for t in (np.float16, np.int8, np.uint64, np.complex128, np.bool_)]",
        "[float16[2.0, 2.0, 2.0], int8[2, 2, 2], uint64[2, 2, 2], complex128[(2+0j), (2+0j), (2+0j)], bool[True, True, True]]",
    ),
    (
        "[tf.make_ndarray(tf.make_tensor_proto(x, shape=[2, 2])) for x in (7, 'a', True, [1, 2], [1.0, 2.0, 3.0])]",
        "[int32[[7, 7], [7, 7]], object[[b'a', b'a'], [b'a', b'a']], bool[[True, True], [True, True]], int32[[1, 2], "
        "[2, 2]], float32[[1.0, 2.0], [3.0, 3.0]]]",
    ),
    ("p = tf.make_tensor_proto([1, 2]); tf.make_tensor_proto(p) is p", "True"),
    (
        "p = tf.make_tensor_proto([1.0, 2.0]); (p.dtype, [d.size for d in p.tensor_shape.dim], len(p.tensor_content), p.float_val[:])",
        "(1, [2], 8, [])",
    ),
    ("p = tf.make_tensor_proto(1.5); (p.float_val[:], p.tensor_content, len(p.tensor_shape.dim))", "([1.5], b'', 0)"),
    ("p = tf.make_tensor_proto([1.5, 1.5], shape=[2, 2]); (p.float_val[:], p.tensor_content)", "([1.5, 1.5], b'')"),
    ("p = tf.make_tensor_proto(1, shape=[3]); (p.int_val[:], p.tensor_content)", "([1], b'')"),
    ("p = tf.make_tensor_proto(['a', 'b']); (p.dtype, p.string_val[:])", "(7, [b'a', b'b'])"),
    ("tf.make_tensor_proto([1, 2], shape=[1])", "ValueError: Too many elements provided. Needed at most 1, but received 2"),
    ("tf.make_tensor_proto([1, 2], shape=[3], verify_shape=True)", "TypeError: Expected Tensor's shape: (3,), got (2,)."),
    ("tf.make_tensor_proto(None)", "ValueError: None values not supported."),
    (
        "tf.make_tensor_proto([1, 'a'])",
        "TypeError: Failed to convert object of type <class 'list'> to Tensor. Contents: [1, 'a']. Consider",
    ),
    ("tf.make_tensor_proto('a', dtype=tf.int32)", "TypeError: Expected int32, got 'a' of type 'str' instead."),
    ("p = tf.make_tensor_proto([1.0, 1.0]); p.tensor_content = b''; p.float_val.append(3.0); tf.make_ndarray(p)", "float32[3.0, 3.0]"),
]


@pytest.mark.parametrize("code, result", TENSOR_PROTOS)
def test_tensor_protos(gives, code, result):
    assert gives(code, result)


GRAPH_DEFS = [
    ("d = g.as_graph_def(); (len(d.node), d.versions.producer)", "(0, 134)"),
    ("tf.constant(1.0, name='a'); tf.no_op(name='b'); [(n.name, n.op) for n in g.as_graph_def().node]", "[('a', 'Const'), ('b', 'NoOp')]"),
    ("v = [tf.no_op(), g.version][1]; tf.no_op(name='late'); [n.name for n in g.as_graph_def(from_version=v).node]", "['NoOp', 'late']"),
    (
        "x = P(tf.float32, [None, 2], name='x'); y = tf.identity(x, name='y'); [[d.size for d in s.dim] for n in "
        "g.as_graph_def(add_shapes=True).node for s in n.attr['_output_shapes'].list.shape]",
        "[[-1, 2], [-1, 2]]",
    ),
    ("P(tf.float32, name='x'); g.as_graph_def(add_shapes=True).node[0].attr['_output_shapes'].list.shape[0].unknown_rank", "True"),
    (
        "a = tf.split(tf.constant([1.0, 2.0], name='c'), 2, name='s'); b = tf.add(a[0], a[1], name='z'); list(b.op.node_def.input)",
        "['s', 's:1']",
    ),
    ("z, y = tf.no_op(name='z'), tf.no_op(name='y'); a = tf.group(z, y, name='a'); list(a.node_def.input)", "['^z', '^y']"),
    (
        "a = tf.matmul([[1.0]], [[1.0]]); sorted((k, v.WhichOneof('value')) for k, v in a.op.node_def.attr.items())",
        "[('T', 'type'), ('transpose_a', 'b'), ('transpose_b', 'b')]",
    ),
    (
        "a = tf.nn.max_pool(np.zeros([1, 2, 2, 1], np.float32), [1, 2, 2, 1], [1, 1, 1, 1], 'SAME'); "
        "(list(a.op.node_def.attr['ksize'].list.i), a.op.node_def.attr['padding'].s)",
        "([1, 2, 2, 1], b'SAME')",
    ),
    (
        "a = tf.squeeze(tf.constant([[1.0]])); (a.op.node_def.attr['squeeze_dims'].WhichOneof('value'), "
        "list(a.op.node_def.attr['squeeze_dims'].list.i))",
        "('list', [])",
    ),
    (
        "a = P(tf.int8, [3, None]); (a.op.node_def.attr['dtype'].type, [d.size for d in a.op.node_def.attr['shape'].shape.dim])",
        "(6, [3, -1])",
    ),
    (
        "a = tf.nn.lrn(np.zeros([1, 2, 2, 1], np.float32), bias=2.0); (a.op.node_def.attr['bias'].f, a.op.node_def.attr['depth_radius'].i)",
        "(2.0, 5)",
    ),
    ("a = tf.cast(1.0, tf.int32); (a.op.node_def.attr['DstT'].type, a.op.node_def.attr['Truncate'].b)", "(3, False)"),
    (
        """
with tf.device('/cpu:1'): a = tf.no_op()
a.node_def.device
""",
        "'/device:CPU:1'",
    ),
    (
        "a, b = tf.constant(1, name='a'), tf.no_op(name='b'); a.op._set_attr('_l', b._add_control_input(a.op) or "
        "a.op.node_def.attr['dtype']); (a.op.node_def.attr['_l'].type, b.node_def.input[:])",
        "(3, ['^a'])",
    ),
]


@pytest.mark.parametrize("code, result", GRAPH_DEFS)
def test_graph_defs(gives, code, result):
    assert gives(code, result)


VALUES = [
    (True, "b"),
    (np.int64(3), "i"),
    (2.5, "f"),
    ("text", "s"),
    (b"\xff", "s"),
    (tf.float32, "type"),
    (tf.TensorShape([2, None]), "shape"),
    (np.array([1.0, 2.0], np.float32), "tensor"),
    ([1, 2], "list"),
    ([tf.int8, tf.bool], "list"),
    (["a", "b"], "list"),
    ([1.5], "list"),
    ([True], "list"),
    ([tf.TensorShape([1])], "list"),
    ([], "list"),
    (None, None),
]


@pytest.mark.parametrize("value, which", VALUES)
def test_attributes_go_to_protos_and_back(value, which):
    proto = graph_def.attr_to_proto(value)
    assert proto.WhichOneof("value") == which
    back = graph_def.attr_from_proto(proto)
    if isinstance(value, (tf.TensorShape, list)):
        assert str(back) == str(value)
    else:
        np.testing.assert_array_equal(back, value)
    assert graph_def.attr_to_proto(proto) is proto


def test_attributes_of_protos():
    tensor, shape = tf.make_tensor_proto([1, 2]), tf.TensorShape([3]).as_proto()
    assert graph_def.attr_to_proto(tensor).tensor == tensor
    assert graph_def.attr_to_proto(shape).shape == shape
    function = graph_def.NameAttrList(name="f")
    assert graph_def.attr_from_proto(graph_def.attr_to_proto(function)).name == "f"
    assert graph_def.attr_to_proto(object).s.startswith(b"<class")


@pytest.mark.parametrize("dtype", ["uint32", "uint64", "float16", "bfloat16", "complex64", "complex128", "string", "bool", "int64"])
@pytest.mark.parametrize("shape", [[], [3], [2, 2], [0]])
def test_every_type_survives_a_tensor_proto(dtype, shape):
    kind = tf.as_dtype(dtype).as_numpy_dtype
    value = np.full(shape, b"x" if dtype == "string" else 1, kind)
    out = tf.make_ndarray(tf.make_tensor_proto(value, dtype=dtype))
    assert out.dtype == value.dtype
    np.testing.assert_array_equal(out, value)


@pytest.mark.parametrize("dtype, filled", [("string", b""), ("int32", 0), ("float16", 0), ("complex64", 0)])
def test_a_proto_without_values_holds_zeros(dtype, filled):
    proto = graph_def.TensorProto(dtype=tf.as_dtype(dtype).as_datatype_enum, tensor_shape=tf.TensorShape([2]).as_proto())
    assert tf.make_ndarray(proto).tolist() == [filled, filled]


def test_handles_have_no_array():
    with pytest.raises(TypeError, match="Unsupported tensor type"):
        tf.make_ndarray(graph_def.TensorProto(dtype=tf.resource.as_datatype_enum))


def test_attributes_with_a_dollar_stay_inside():
    with tf.Graph().as_default():
        op = tf.no_op()
        op._set_attr("$inner", 1)
        op._set_attr("_outer", graph_def.attr_to_proto("x"))
        assert list(op.node_def.attr) == ["_outer"]
        assert op.get_attr("_outer") == b"x"
