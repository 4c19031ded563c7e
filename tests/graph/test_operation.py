"""Operation and Tensor: parts, attributes, static shapes, what symbolic tensors refuse. Each result is what the reference gives."""

import copy

import pytest

import scopeflow as tf

OPERATION = [
    (
        "a = tf.constant([1.0], name='a'); (a.op.name, a.op.type, a.op.outputs == [a], a.op.values() == (a,), "
        "len(a.op.inputs), a.op.control_inputs, a.op.device, a.op.graph is g)",
        "('a', 'Const', True, True, 0, [], '', True)",
    ),
    ("a = tf.constant(1.0, name='a'); repr(a.op)", "\"<tf.Operation 'a' type=Const>\""),
    ("a = tf.no_op(name='a'); str(a)", '\'name: "a"\\nop: "NoOp"\\n\''),
    ("a = tf.constant(1.0); b = a + a; (list(b.op.inputs) == [a, a], b.op.inputs[0] is a, len(b.op.inputs))", "(True, True, 2)"),
    (
        "a = tf.constant(1.0, name='a'); b = tf.identity(a, name='b'); c = tf.add(a, a, name='c'); ([o.name for o in "
        "a.consumers()], b.consumers())",
        "(['b', 'c', 'c'], [])",
    ),
    ("a = tf.no_op(name='a'); b = tf.group(a, name='b'); ([o.name for o in b.control_inputs], len(a.outputs))", "(['a'], 0)"),
    ("a = tf.no_op(name='a'); t = a.traceback[-1]; (type(t).__name__, len(t))", "('tuple', 4)"),
    (
        "a = tf.no_op(); b = tf.no_op(name='b'); a._add_control_input(b); a._add_control_inputs([b]); [o.name for o in a.control_inputs]",
        "['b']",
    ),
    (
        "a, b = tf.constant(1.0), tf.constant(2.0, name='b'); c = tf.identity(a); c.op._update_input(0, b); "
        "(c.op.inputs[0].name, [o.type for o in b.consumers()], a.consumers())",
        "('b:0', ['Identity'], [])",
    ),
    ("a = tf.constant(1.0); c = tf.identity(a); c.op._update_input(0, tf.constant(1))", "None"),
    (
        "a = tf.constant(1.0); c = tf.identity(a); c.op._update_input(5, a)",
        "OutOfRangeError: Cannot update edge. Input index [5] is greater than the number of total inputs [1].",
    ),
    ("a = tf.no_op(); a.colocation_groups()", "[b'loc:@NoOp']"),
    ("a = tf.no_op(); a._id - tf.no_op()._id", "-1"),
    (
        "a = tf.constant(1.0); tf.convert_to_tensor(a.op)",
        "TypeError: Can't convert Operation 'Const' to Tensor (target dtype=None, name=None, as_ref=False)",
    ),
    ("a = tf.no_op(); a.run()", "ValueError: Cannot execute operation using `run()`: No default session is registered. Use `with"),
    (
        "a = tf.no_op(); a.run(session=tf.Session(graph=tf.Graph()))",
        "ValueError: Cannot use the given session to execute operation: the operation's graph is different",
    ),
    (
        """
a = tf.no_op()
with tf.Session() as s: r = a.run()
r
""",
        "None",
    ),
    ("a = tf.no_op(); a._get_control_flow_context()", "None"),
    ("tf.no_op()._control_flow_context", "None"),
]


@pytest.mark.parametrize("code, result", OPERATION)
def test_operation(gives, code, result):
    assert gives(code, result)


ATTRIBUTES = [
    ("a = P(tf.float32, [2, None]); (a.op.get_attr('dtype'), [d.size for d in a.op.get_attr('shape').dim])", "(tf.float32, [2, -1])"),
    ("a = tf.constant(1.0); a.op.get_attr('nope')", "ValueError: Operation 'Const' has no attr named 'nope'."),
    (
        "a = tf.matmul([[1.0]], [[1.0]], transpose_b=True); (a.op.get_attr('transpose_b'), "
        "a.op.get_attr('transpose_a'), a.op.get_attr('T'))",
        "(True, False, tf.float32)",
    ),
    ("a = tf.squeeze([[1.0]], [0]); a.op.get_attr('squeeze_dims')", "[0]"),
    (
        "a = tf.nn.max_pool(np.zeros([1, 2, 2, 1], np.float32), [1, 2, 2, 1], [1, 1, 1, 1], 'SAME'); "
        "(a.op.get_attr('ksize'), a.op.get_attr('padding'), a.op.get_attr('data_format'))",
        "([1, 2, 2, 1], b'SAME', b'NHWC')",
    ),
    ("a = tf.nn.lrn(np.zeros([1, 2, 2, 1], np.float32), bias=2.0); (a.op.get_attr('bias'), a.op.get_attr('depth_radius'))", "(2.0, 5)"),
    ("a = tf.constant([1, 2]); a.op.get_attr('value').tensor_shape.dim[0].size", "2"),
    ("v = a = tf.no_op(); a._set_attr('_x', tf.constant(5).op.node_def.attr['dtype']); a.get_attr('_x')", "tf.int32"),
    ("sorted(tf.constant(5).op.node_def.attr)", "['dtype', 'value']"),
]


@pytest.mark.parametrize("code, result", ATTRIBUTES)
def test_attributes(gives, code, result):
    assert gives(code, result)


TENSOR = [
    (
        "a = tf.constant([1.0], name='a'); (a.name, a.value_index, a.dtype, a.device, a.graph is g, a.op.name, repr(a), str(a))",
        "('a:0', 0, tf.float32, '', True, 'a', \"<tf.Tensor 'a:0' shape=(1,) dtype=float32>\", 'Tensor(\"a:0\", "
        "shape=(1,), dtype=float32)')",
    ),
    (
        "a = P(tf.int32, [None, 2], name='p'); (repr(a), str(a), a.get_shape(), a.shape.as_list())",
        "(\"<tf.Tensor 'p:0' shape=(?, 2) dtype=int32>\", 'Tensor(\"p:0\", shape=(?, 2), dtype=int32)', "
        "TensorShape([Dimension(None), Dimension(2)]), [None, 2])",
    ),
    (
        "a = P(tf.int32, name='p'); (repr(a), str(a), a._shape_as_list(), a._rank())",
        "(\"<tf.Tensor 'p:0' shape=<unknown> dtype=int32>\", 'Tensor(\"p:0\", dtype=int32)', None, None)",
    ),
    (
        "a = P(tf.int32, [None, 2]); (a._shape_as_list(), a._rank(), a._shape)",
        "([None, 2], 2, TensorShape([Dimension(None), Dimension(2)]))",
    ),
    ("a = P(tf.int32, [None, 2]); a.set_shape([3, None]); a.shape.as_list()", "[3, 2]"),
    ("a = P(tf.int32); a.set_shape([3, None]); a.set_shape(None); a.shape.as_list()", "[3, None]"),
    ("a = P(tf.int32, [3, 2]); a.set_shape([2])", "ValueError: Shapes must be equal rank, but are 2 and 1"),
    (
        "a = P(tf.int32, [3, 2]); a.set_shape([3, 4])",
        "ValueError: Dimension 1 in both shapes must be equal, but are 2 and 4. Shapes are [3,2] and [3,4].",
    ),
    (
        "a = P(tf.int32, [None, 2]); a.set_shape([3, 4])",
        "ValueError: Dimension 1 in both shapes must be equal, but are 2 and 4. Shapes are [?,2] and [3,4].",
    ),
    (
        "a = P(tf.int32, [3]); a.set_shape(tf.TensorShape([4]))",
        "ValueError: Dimension 0 in both shapes must be equal, but are 3 and 4. Shapes are [3] and [4].",
    ),
    (
        "[x for x in tf.constant([1.0])]",
        "OperatorNotAllowedInGraphError: iterating over `tf.Tensor` is not allowed in Graph execution. Use",
    ),
    ("len(tf.constant([1.0]))", "TypeError: len is not well defined for symbolic Tensors. (Const:0) Please call `x.shape` rather"),
    ("bool(tf.constant(True))", "OperatorNotAllowedInGraphError: using a `tf.Tensor` as a Python `bool` is not allowed in Graph"),
    ("1 if tf.constant(1.0) else 2", "OperatorNotAllowedInGraphError: using a `tf.Tensor` as a Python `bool` is not allowed in Graph"),
    ("1.0 in [tf.constant(1.0)]", "False"),
    ("np.asarray(tf.constant([1.0]))", "NotImplementedError: Cannot convert a symbolic Tensor (Const:0) to a numpy array."),
    ("np.array(tf.constant([1.0], name='q'))", "NotImplementedError: Cannot convert a symbolic Tensor (q:0) to a numpy array."),
    ("a = tf.constant(1.0); {a: 1}[a]", "1"),
    ("a, b = tf.constant(1.0), tf.constant(1.0); (a == b, a == a, a != b)", "(False, True, True)"),
    (
        "a = tf.split(tf.constant([1.0, 2.0]), 2, name='s'); ([t.value_index for t in a], a[1].name, "
        "a[0]._as_node_def_input(), a[1]._as_node_def_input())",
        "([0, 1], 's:1', 's', 's:1')",
    ),
    (
        "a = tf.constant(1.0); (a.experimental_ref() == a.experimental_ref(), a.experimental_ref().deref() is a, "
        "len({a.experimental_ref(), a.experimental_ref()}))",
        "(True, True, 1)",
    ),
    ("float(tf.constant(1.0))", "TypeError: float() argument must be a string or a "),
    ("int(tf.constant(1))", "TypeError: int() argument must be a string, a bytes-like object or a "),
    ("range(tf.constant(1))", "TypeError: 'Tensor' object cannot be interpreted as an integer"),
    ("tf.constant(1.0).eval()", "ValueError: Cannot evaluate tensor using `eval()`: No default session is registered. Use `with"),
    (
        "tf.constant(1.0).eval(session=tf.Session(graph=tf.Graph()))",
        "ValueError: Cannot use the given session to evaluate tensor: the tensor's graph is different from",
    ),
    ("tf.constant(1.0).foo", "AttributeError: 'Tensor' object has no attribute 'foo'"),
    ("tf.Tensor(tf.no_op(), 0, tf.float32).name", "'NoOp:0'"),
    (
        """
a = tf.constant([1.5])
with tf.Session() as s: r = (a.eval(), a.eval(session=s), a.eval({a: [2.5]}))
r
""",
        "(float32[1.5], float32[1.5], float32[2.5])",
    ),
    (
        """
with tf.Session(graph=tf.Graph()):
    with g.as_default(): tf.constant(1.0).eval()
1
""",
        "ValueError: Cannot use the default session to evaluate tensor: the tensor's graph is different from",
    ),
    (
        """
with tf.device('/cpu:0'): a = tf.constant(1.0, name='d')
str(a)
""",
        "'Tensor(\"d:0\", shape=(), dtype=float32, device=/device:CPU:0)'",
    ),
]


@pytest.mark.parametrize("code, result", TENSOR)
def test_tensor(gives, code, result):
    assert gives(code, result)


def test_what_is_more_lenient_than_the_reference():
    with tf.Graph().as_default():
        a = tf.constant(1.0, name="a")
        assert copy.copy(a) is a and copy.deepcopy([a])[0] is a
        assert repr(a.experimental_ref()) == "<Reference wrapping <tf.Tensor 'a:0' shape=() dtype=float32>>"
        with tf.control_dependencies([a]):
            b = tf.no_op(name="b")
        assert a.op.control_outputs == [b]
        assert a.op._id_value == a.op._id
        assert a._as_tf_output() == (a.op, 0)
        b._set_control_flow_context(None)


def test_shapes_and_sizes_can_be_keys():
    assert {tf.TensorShape([1, 2]): 1, tf.Dimension(3): 2}[tf.TensorShape([1, 2])] == 1
    with pytest.raises(ValueError, match="Unable to hash unknown"):
        hash(tf.Dimension(None))


@pytest.mark.parametrize("shape", [None, [], [None, 2]])
def test_slices_know_their_dense_shape(shape):
    with tf.Graph().as_default():
        dense = None if shape is None else tf.shape(tf.placeholder(tf.float32, shape))
        slices = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0]), dense)
        assert str(slices.shape) == str(tf.TensorShape(shape))
