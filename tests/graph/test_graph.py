"""Graph: names, scopes, elements, collections, control dependencies, colocation, state. Each result is what the reference gives."""

import pytest

import scopeflow as tf
from scopeflow.graph.default_graph import graph_of_inputs

UNIQUE_NAMES = [
    (
        "[g.unique_name('a'), g.unique_name('a'), g.unique_name('A'), g.unique_name('a_1'), g.unique_name('a')]",
        "['a', 'a_1', 'A_2', 'a_1_1', 'a_3']",
    ),
    (
        "[g.unique_name('a', mark_as_used=False), g.unique_name('a'), g.unique_name('a', mark_as_used=False), g.unique_name('a')]",
        "['a', 'a', 'a_1', 'a_1']",
    ),
    ("[tf.no_op(name=n).name for n in ('x', 'x', 'X', 'x_1', None, 'p/q', 'p/q/')]", "ValueError: Duplicate node name in graph: 'p/q'"),
    ("tf.no_op(name='bad name')", "ValueError: 'bad name' is not a valid scope name"),
    ("tf.no_op(name='_x')", "ValueError: '_x' is not a valid scope name"),
    ("tf.no_op(name='a:b')", "ValueError: 'a:b' is not a valid scope name"),
    ("tf.no_op(name='')", "ValueError: '' is not a valid node name"),
    ("tf.no_op(name='n'); tf.no_op(name='n/')", "ValueError: Duplicate node name in graph: 'n'"),
]


@pytest.mark.parametrize("code, result", UNIQUE_NAMES)
def test_unique_names(gives, code, result):
    assert gives(code, result)


NAME_SCOPES = [
    (
        """
with tf.name_scope('a') as s:
    with tf.name_scope('b') as t: x = tf.no_op()
    with tf.name_scope('b') as u: pass
    with tf.name_scope(None) as v: y = tf.no_op()
    with tf.name_scope('') as w: z = tf.no_op()
    with tf.name_scope('c/') as q: r = tf.no_op()
    n = g.get_name_scope()
(s, t, u, v, w, q, x.name, y.name, z.name, r.name, n)
""",
        "('a/', 'a/b/', 'a/b_1/', '', '', 'c/', 'a/b/NoOp', 'NoOp', 'NoOp_1', 'c/NoOp', 'a')",
    ),
    (
        """
with tf.name_scope('a') as s: pass
with tf.name_scope(s) as t: pass
with tf.name_scope('a') as u: pass
(s, t, u, g.get_name_scope())
""",
        "('a/', 'a/', 'a_1/', '')",
    ),
    (
        """
with tf.name_scope('_x'): pass
1
""",
        "ValueError: '_x' is not a valid scope name",
    ),
    (
        """
with tf.name_scope('a'):
    with tf.name_scope('_x') as s: pass
s
""",
        "'a/_x/'",
    ),
    (
        """
with tf.name_scope('a b'): pass
1
""",
        "ValueError: 'a b' is not a valid scope name",
    ),
    (
        """
with tf.name_scope(None, 'd', []) as s: pass
with tf.name_scope('n', 'd') as t: pass
(s, t, tf.name_scope('n', 'd').name)
""",
        "('d/', 'n/', 'n')",
    ),
    (
        """
with tf.name_scope(None, None, [1]): pass
1
""",
        "ValueError: At least one of name (None) and default_name (None) must be provided.",
    ),
    (
        "tf.name_scope('a', [tf.constant(1)])",
        "TypeError: `default_name` type (<class 'list'>) is not a string type. You likely meant to pass this",
    ),
    (
        """
with g.name_scope('a') as s: pass
with g.name_scope(None) as t: pass
(s, t)
""",
        "('a/', '')",
    ),
    (
        """
h = tf.Graph()
with h.as_default(): c = tf.constant(1)
with tf.name_scope('s', values=[c]): d = tf.no_op()
(d.graph is h, tf.get_default_graph() is g)
""",
        "(True, True)",
    ),
    (
        """
h = tf.Graph()
with h.as_default(): c = tf.constant(1, name='c')
e = tf.constant(2, name='e')
with tf.name_scope('s', values=[c, e]): pass
1
""",
        'ValueError: Tensor("e:0", shape=(), dtype=int32) must be from the same graph as Tensor("c:0",',
    ),
    (
        """
with tf.name_scope('a'):
    with tf.init_scope(): x = tf.no_op()
x.name
""",
        "'a/NoOp'",
    ),
]


@pytest.mark.parametrize("code, result", NAME_SCOPES)
def test_name_scopes(gives, code, result):
    assert gives(code, result)


ELEMENTS = [
    (
        "a = tf.constant(1, name='a'); (g.as_graph_element('a:0') is a, g.as_graph_element('a') is a.op, "
        "g.as_graph_element(a) is a, g.as_graph_element(b'a').name, g.get_tensor_by_name('a:0').name, "
        "g.get_operation_by_name('a').name)",
        "(True, True, True, 'a', 'a:0', 'a')",
    ),
    ("g.as_graph_element('zz')", "KeyError: The name 'zz' refers to an Operation not in the graph."),
    ("g.as_graph_element('zz:0')", "KeyError: The name 'zz:0' refers to a Tensor which does not exist. The operation, 'zz', does not"),
    (
        "a = tf.constant(1, name='a'); g.as_graph_element('a:5')",
        "KeyError: The name 'a:5' refers to a Tensor which does not exist. The operation, 'a', exists but",
    ),
    (
        "a = tf.constant(1, name='a'); g.as_graph_element('a:b')",
        "ValueError: The name 'a:b' looks a like a Tensor name, but is not a valid one. Tensor names must be",
    ),
    (
        "a = tf.constant(1, name='a'); g.as_graph_element('a:0:0')",
        "ValueError: The name 'a:0:0' looks a like a Tensor name, but is not a valid one. Tensor names must",
    ),
    (
        "a = tf.constant(1, name='a'); g.as_graph_element('a', allow_operation=False)",
        "ValueError: The name 'a' refers to an Operation, not a Tensor. Tensor names must be of the form",
    ),
    (
        "g.as_graph_element('zz', allow_operation=False)",
        "ValueError: The name 'zz' looks like an (invalid) Operation name, not a Tensor. Tensor names must",
    ),
    ("g.as_graph_element('a:0', allow_tensor=False)", "ValueError: Name 'a:0' appears to refer to a Tensor, not a Operation."),
    (
        "g.as_graph_element('a', allow_tensor=False, allow_operation=False)",
        "ValueError: allow_tensor and allow_operation can't both be False.",
    ),
    ("g.as_graph_element(3)", "TypeError: Can not convert a int into a Tensor or Operation."),
    ("g.as_graph_element(3, allow_operation=False)", "TypeError: Can not convert a int into a Tensor."),
    ("g.as_graph_element(None, allow_tensor=False)", "TypeError: Can not convert a NoneType into a Operation."),
    (
        "a = tf.constant(1); tf.Graph().as_graph_element(a)",
        'ValueError: Tensor Tensor("Const:0", shape=(), dtype=int32) is not an element of this graph.',
    ),
    ("a = tf.no_op(name='n'); tf.Graph().as_graph_element(a)", 'ValueError: Operation name: "n"'),
    ("a = tf.constant(1); g.as_graph_element(a, allow_tensor=False)", "TypeError: Can not convert a Tensor into a Operation."),
    ("a = tf.no_op(); g.as_graph_element(a, allow_operation=False)", "TypeError: Can not convert a Operation into a Tensor."),
    ("g.get_tensor_by_name('a')", "ValueError: The name 'a' looks like an (invalid) Operation name, not a Tensor. Tensor names must be"),
    ("g.get_tensor_by_name(3)", "TypeError: Tensor names are strings (or similar), not int."),
    ("g.get_operation_by_name('a')", "KeyError: The name 'a' refers to an Operation not in the graph."),
    ("g.get_operation_by_name(3)", "TypeError: Operation names are strings (or similar), not int."),
    (
        "a = tf.no_op(name='a'); g.get_tensor_by_name('a')",
        "ValueError: The name 'a' refers to an Operation, not a Tensor. Tensor names must be of the form",
    ),
    ("v = tf.Variable(1.0, name='v'); g.as_graph_element(v).name", "'v:0'"),
]


@pytest.mark.parametrize("code, result", ELEMENTS)
def test_elements(gives, code, result):
    assert gives(code, result)


COLLECTIONS = [
    ("g.add_to_collection('k', 1); g.add_to_collection('k', 1); g.get_collection('k')", "[1, 1]"),
    ("g.add_to_collections(['a', 'b', 'a'], 2); g.add_to_collections('c', 3); sorted(g.get_all_collection_keys())", "['a', 'b', 'c']"),
    ("g.add_to_collection('k', 1); g.get_collection('k').append(2); g.get_collection_ref('k').append(3); g.get_collection('k')", "[1, 3]"),
    ("g.get_collection('none')", "[]"),
    ("g.get_collection_ref('none'); g.get_all_collection_keys()", "['none']"),
    (
        "x = tf.no_op(name='x/y'); g.add_to_collection('k', x); g.add_to_collection('k', 5); "
        "[len(g.get_collection('k', s)) for s in (None, 'x', 'y', '.*y', 'x/z', '')]",
        "[2, 1, 0, 1, 0, 1]",
    ),
    ("g.add_to_collection('k', 1); g.clear_collection('k'); (g.get_collection('k'), g.get_all_collection_keys())", "([], [])"),
    ("g.add_to_collection(('t',), 1); g.get_collection(('t',))", "[1]"),
    ("g.add_to_collection(('t',), 1); g.get_all_collection_keys()", "[]"),
    (
        "tf.add_to_collection('k', 1); tf.add_to_collections(['k', 'l'], 2); (tf.get_collection('k'), tf.get_collection_ref('l'))",
        "([1, 2], [2])",
    ),
    ("g.add_to_collection('k', 1); list(g.collections)", "['k']"),
    (
        "[tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.TRAINABLE_VARIABLES, tf.GraphKeys.UPDATE_OPS, "
        "tf.GraphKeys.LOSSES, tf.GraphKeys.TABLE_INITIALIZERS, tf.GraphKeys.VARIABLES]",
        "['variables', 'trainable_variables', 'update_ops', 'losses', 'table_initializer', 'variables']",
    ),
    ("g.finalize(); g.add_to_collection('k', 1)", "RuntimeError: Graph is finalized and cannot be modified."),
    ("g.finalize(); g.clear_collection('k')", "RuntimeError: Graph is finalized and cannot be modified."),
]


@pytest.mark.parametrize("code, result", COLLECTIONS)
def test_collections(gives, code, result):
    assert gives(code, result)


CONTROL_DEPENDENCIES = [
    (
        """
a, b = tf.no_op(name='a'), tf.constant(1, name='b')
with tf.control_dependencies([a, b]): c = tf.no_op()
[o.name for o in c.control_inputs]
""",
        "['a', 'b']",
    ),
    (
        """
a = tf.no_op(name='a')
with tf.control_dependencies(['a']):
    with tf.control_dependencies([a]): c = tf.no_op()
[o.name for o in c.control_inputs]
""",
        "['a']",
    ),
    (
        """
a = tf.no_op(name='a')
with tf.control_dependencies([a]):
    b = tf.constant(1, name='b')
    c = tf.identity(b)
    with tf.control_dependencies([b]): d = tf.no_op()
([o.name for o in b.op.control_inputs], [o.name for o in c.op.control_inputs], [o.name for o in d.control_inputs])
""",
        "(['a'], [], ['a', 'b'])",
    ),
    (
        """
a = tf.constant(1, name='a')
with tf.control_dependencies([a]): b = tf.identity(a)
b.op.control_inputs
""",
        "[]",
    ),
    (
        """
a = tf.no_op(name='a')
with tf.control_dependencies([a]):
    with tf.control_dependencies(None):
        b = tf.no_op()
        with tf.control_dependencies([b]): d = tf.no_op()
    c = tf.no_op()
    with tf.init_scope(): e = tf.no_op()
[[o.name for o in x.control_inputs] for x in (b, c, d, e)]
""",
        "[[], ['a'], ['NoOp'], []]",
    ),
    (
        """
v = tf.Variable(1.0, name='v')
with tf.control_dependencies([v]): c = tf.no_op()
[o.name for o in c.control_inputs]
""",
        "['v']",
    ),
    (
        """
v = tf.Variable(1.0, name='v', use_resource=True)
with tf.control_dependencies([v]): c = tf.no_op()
[o.name for o in c.control_inputs]
""",
        "['v']",
    ),
    (
        """
s = tf.IndexedSlices(tf.constant([1.0], name='val'), tf.constant([0]))
with tf.control_dependencies([s]): c = tf.no_op()
[o.name for o in c.control_inputs]
""",
        "['val']",
    ),
    (
        """
with tf.control_dependencies([3]): pass
1
""",
        "TypeError: Can not convert a int into a Tensor or Operation.",
    ),
    (
        """
with tf.control_dependencies(3): pass
1
""",
        "TypeError: 'int' object is not iterable",
    ),
    (
        """
h = tf.Graph()
with h.as_default(): c = tf.no_op(name='h')
with tf.control_dependencies([c]): pass
1
""",
        'ValueError: Operation name: "h"',
    ),
]


@pytest.mark.parametrize("code, result", CONTROL_DEPENDENCIES)
def test_control_dependencies(gives, code, result):
    assert gives(code, result)


COLOCATION = [
    (
        """
a = tf.constant(1, name='a')
with tf.colocate_with(a): b = tf.constant(2, name='b')
(b.op.colocation_groups(), a.op.colocation_groups(), b.op.get_attr('_class'))
""",
        "([b'loc:@a'], [b'loc:@a'], [b'loc:@a'])",
    ),
    (
        """
with tf.device('/cpu:1'): a = tf.no_op(name='a')
with tf.device('/gpu:0'):
    with tf.colocate_with(a): b = tf.no_op(name='b')
(b.device, b.colocation_groups())
""",
        "('/device:CPU:1', [b'loc:@a'])",
    ),
    (
        """
a, b = tf.no_op(name='a'), tf.no_op(name='b')
with tf.colocate_with(a):
    with tf.colocate_with(b): c = tf.no_op()
    with tf.colocate_with(b, ignore_existing=True): d = tf.no_op()
    with tf.colocate_with(None, ignore_existing=True): e = tf.no_op()
[x.colocation_groups() for x in (c, d, e)]
""",
        "[[b'loc:@a', b'loc:@b'], [b'loc:@b'], [b'loc:@NoOp_2']]",
    ),
    (
        """
a = tf.no_op(name='a')
with tf.colocate_with(a):
    with tf.device('/cpu:3'): b = tf.no_op()
b.device
""",
        "'/device:CPU:3'",
    ),
    (
        """
with tf.colocate_with(None): pass
1
""",
        "ValueError: Trying to reset colocation (op is None) but ignore_existing is not True",
    ),
    (
        """
with tf.colocate_with(tf.Variable(1.0, name='v')): b = tf.no_op()
b.colocation_groups()
""",
        "[b'loc:@v']",
    ),
    (
        """
with tf.colocate_with(5): b = tf.no_op()
b.colocation_groups()
""",
        "[b'loc:@Const']",
    ),
]


@pytest.mark.parametrize("code, result", COLOCATION)
def test_colocation(gives, code, result):
    assert gives(code, result)


STATE = [
    (
        """
with tf.container('c'): v = tf.Variable(1.0, use_resource=True)
v.handle.op.get_attr('container')
""",
        "b'c'",
    ),
    (
        """
with g.container('c'):
    with g.container('') as s: v = tf.Variable(1.0)
(s, v.op.get_attr('container'))
""",
        "('', b'')",
    ),
    ("g.finalize(); tf.no_op()", "RuntimeError: Graph is finalized and cannot be modified."),
    ("g.finalize(); g.finalized", "True"),
    ("(g.seed, tf.set_random_seed(5), g.seed, tf.get_seed(None), tf.get_seed(3))", "(None, None, 5, (5, 0), (5, 3))"),
    ("(tf.get_seed(None), tf.get_seed(4), tf.get_seed(0))", "((None, None), (87654321, 4), (87654321, 0))"),
    ("g.seed = 0; tf.get_seed(0)", "(0, 2147483647)"),
    ("g.seed = 2**31; tf.get_seed(2**31 + 5)", "(1, 6)"),
    ("g.building_function", "False"),
    ("v = g.version; tf.no_op(); tf.no_op(); g.version - v", "2"),
    ("g.graph_def_versions.producer", "134"),
    ("a = tf.constant(1); (g.is_feedable(a), g.prevent_feeding(a), g.is_feedable(a))", "(True, None, False)"),
    (
        "a = tf.constant(1); (g.is_fetchable(a), g.prevent_fetching(a.op), g.is_fetchable(a.op), g.is_fetchable(a))",
        "(True, None, False, False)",
    ),
    ("g.switch_to_thread_local()", "None"),
    (
        """
with g.gradient_override_map({'NoOp': 'Mine', 'Identity': 'Other'}): a = tf.no_op()
a.get_attr('_gradient_op_type')
""",
        "b'Mine'",
    ),
    (
        """
with g.gradient_override_map({'NoOp': 1}): a = tf.no_op()
1
""",
        "TypeError: op_type_map must be a dictionary mapping strings to strings",
    ),
    (
        """
with g.gradient_override_map([]): a = tf.no_op()
1
""",
        "TypeError: op_type_map must be a dictionary mapping strings to strings",
    ),
    ("tf.reset_default_graph()", "AssertionError: Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared"),
    ("[type(x).__name__ for x in (tf.get_default_graph(), tf.get_default_session())]", "['Graph', 'NoneType']"),
    (
        """
h = tf.Graph()
with h.as_default() as x: inner = tf.get_default_graph()
(x is h, inner is h, tf.get_default_graph() is g)
""",
        "(True, True, True)",
    ),
]


@pytest.mark.parametrize("code, result", STATE)
def test_state(gives, code, result):
    assert gives(code, result)


CREATE_OP = [
    (
        "o = g.create_op('Identity', [tf.constant(1.0)], [tf.float32], name='i', attrs={'T': "
        "tf.constant(1.0).op.node_def.attr['dtype']}); (o.name, o.type, o.outputs[0].dtype, o.outputs[0].shape, "
        "o.get_attr('T'))",
        "('i', 'Identity', tf.float32, TensorShape([]), tf.float32)",
    ),
    ("g.create_op('Identity', [3], [tf.float32])", "TypeError: Input #0 is not a tensor: 3"),
    ("g.create_op('NoOp', [], []).name", "'NoOp'"),
    ("g.create_op('NoOp', [], [], name='a/').name", "'a'"),
    (
        """
with tf.name_scope('s'): o = g.create_op('NoOp', [], [], name='a')
o.name
""",
        "'s/a'",
    ),
]


@pytest.mark.parametrize("code, result", CREATE_OP)
def test_create_op(gives, code, result):
    assert gives(code, result)


@pytest.fixture
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_default_graph_is_replaced_and_not_inside_another():
    before = tf.get_default_graph()
    tf.reset_default_graph()
    assert tf.get_default_graph() is not before and not tf.get_default_graph().get_operations()


def test_default_graphs_nest():
    outer, inner = tf.Graph().as_default(), tf.Graph().as_default()
    outer.__enter__()
    inner.__enter__()
    with pytest.raises(AssertionError, match="Nesting violated"):
        outer.__exit__(None)
    with pytest.raises(AssertionError, match="Do not use tf.reset_default_graph"):
        tf.reset_default_graph()
    inner.__exit__(None)
    outer.__exit__(None)


def test_scopes_of_attributes_and_creators(graph):
    with graph._attr_scope_with({"_a": 1, "_b": lambda op: op.name, "_none": None}):
        one = tf.no_op(name="n")
        with graph._without_overrides():
            two = tf.no_op()
        with graph._attr_scope_with({"_a": None}):
            three = tf.no_op()
    assert one.attrs == {"_a": 1, "_b": "n"} and two.attrs == {} and three.attrs == {"_b": three.name}
    with graph._variable_creator_scope(print):
        assert graph._variable_creators == [print]
    assert graph._variable_creators == []


def test_devices_and_containers_of_the_default_graph(graph):
    with tf.container("c") as name:
        assert name == "c" and graph._container == "c"
    assert graph._container == ""


def test_private_state(graph):
    graph.finalize()
    with pytest.raises(RuntimeError, match="finalized"):
        graph._check_not_finalized()
    graph._unsafe_unfinalize()
    graph._check_not_finalized()
    op = tf.no_op(name="n")
    with tf.control_dependencies([op]):
        assert graph._current_control_dependencies() == {op}
    graph._set_control_flow_context(None)
    assert graph._get_control_flow_context() is None


def test_create_op_without_a_maker(graph, monkeypatch):
    monkeypatch.setattr(tf.Graph, "op_maker", None)
    op = graph.create_op("Anything", [tf.constant(1.0)], [tf.float32, tf.int32], name="any", attrs={"k": 1})
    assert [t.dtype for t in op.outputs] == [tf.float32, tf.int32] and op.outputs[0].shape.ndims is None and op.get_attr("k") == 1


def test_inputs_of_another_graph_are_refused(graph):
    x = tf.constant(1.0)
    with tf.Graph().as_default() as other, pytest.raises(ValueError, match="must be from the same graph"):
        other.create_op("AddV2", [tf.constant(1.0), x], [tf.float32])


def test_names_of_scopes_may_be_bytes(graph):
    with graph.name_scope(b"s") as path:
        assert path == "s/"


def test_a_refused_scope_leaves_the_graph_as_it_was(graph):
    with tf.Graph().as_default() as other:
        x = tf.constant(1.0)
    with pytest.raises(ValueError, match="not a valid scope name"):
        tf.name_scope("a b", values=[x]).__enter__()
    assert tf.get_default_graph() is graph and other.get_name_scope() == ""


def test_graphs_of_inputs():
    with tf.Graph().as_default() as g:
        x, v = tf.constant(1.0), tf.Variable(1.0)
        slices = tf.IndexedSlices(x, tf.constant([0]))
    for values in ([x], [3, v], [None, slices], [x.op]):
        assert graph_of_inputs(values) is g
    with pytest.raises(ValueError, match="not from the passed-in graph"):
        graph_of_inputs([x], tf.Graph())
