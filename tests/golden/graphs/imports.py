"""Calls of tf.import_graph_def, run on any TensorFlow-like module: what they return, which nodes they make, how they fail."""

from __future__ import annotations

from google.protobuf import text_format

FLOAT = "type:DT_FLOAT"


def node(name, op, inputs=(), device="", **attrs):
    """A NodeDef as text."""
    text = 'node{name:"%s" op:"%s" device:"%s" ' % (name, op, device)
    text += "".join('input:"%s" ' % i for i in inputs)
    return text + "".join('attr{key:"%s" value{%s}} ' % item for item in sorted(attrs.items())) + "}\n"


def beside(name):
    """A colocation attribute."""
    return 'list{s:"loc:@%s"}' % name


def placeholder(name, **attrs):
    """A float placeholder."""
    return node(name, "Placeholder", dtype=FLOAT, **attrs)


def identity(name, source, **attrs):
    """An Identity."""
    return node(name, "Identity", source if isinstance(source, list) else [source], T=FLOAT, **attrs)


BASE = (
    placeholder("A")
    + placeholder("B", device="/device:CPU:0")
    + node("C", "Mul", ["A", "B:0", "^D"], T=FLOAT, _class=beside("A"))
    + node("D", "NoOp")
)
_LOOP = (
    node("n", "Placeholder", dtype="type:DT_INT32", shape="shape{}")
    + node("zero", "Const", dtype="type:DT_INT32", value="tensor{dtype:DT_INT32 tensor_shape{} int_val:0}")
    + node("enter", "Enter", ["zero"], T="type:DT_INT32", frame_name='s:"f"')
    + node("merge", "Merge", ["enter", "next"], T="type:DT_INT32", N="i:2")
    + node("limit", "Enter", ["n"], T="type:DT_INT32", frame_name='s:"f"', is_constant="b:true")
    + node("less", "Less", ["merge", "limit"], T="type:DT_INT32")
    + node("go", "LoopCond", ["less"])
    + node("switch", "Switch", ["merge", "go"], T="type:DT_INT32")
    + node("body", "Identity", ["switch:1"], T="type:DT_INT32")
    + node("one", "Const", ["^body"], dtype="type:DT_INT32", value="tensor{dtype:DT_INT32 tensor_shape{} int_val:1}")
    + node("add", "Add", ["body", "one"], T="type:DT_INT32")
    + node("next", "NextIteration", ["add"], T="type:DT_INT32")
    + node("exit", "Exit", ["switch"], T="type:DT_INT32")
)

#: each sets `out`; `I(text, ...)` imports a GraphDef given as text
CASES = [
    "out = I(BASE)",
    "out = I(BASE, return_elements=['C', 'C:0', 'D', 'A:0'])",
    "out = I(BASE, name='')",
    "I(BASE); out = I(BASE, return_elements=['C'])",
    "I(BASE, name=''); out = I(BASE, name='', return_elements=['C'])",
    "I(BASE, name='x'); out = I(BASE, name='x', return_elements=['C'])",
    "I(BASE, name='x/'); out = I(BASE, name='x/', return_elements=['C'])",
    "with tf.name_scope('s'): out = I(BASE, return_elements=['C'])",
    "with tf.name_scope('s'): out = I(BASE, name='', return_elements=['C'])",
    # input maps
    "out = I(BASE, input_map={'A': X('x')}, return_elements=['C'])",
    "out = I(BASE, input_map={'A:0': X('x')}, return_elements=['C'])",
    "out = I(BASE, input_map={b'A': X('x')}, return_elements=['C'])",
    "out = I(BASE, input_map={'A:1': X('x')})",
    "out = I(BASE, input_map={'nope': X('x')})",
    "out = I(BASE, input_map={'^D': X('x').op})",
    "out = I(BASE, input_map={'^D': X('x')})",
    "out = I(BASE, input_map={'A': tf.constant([1], name='y')})",
    "out = I(BASE, input_map={'A': X('x').op})",
    "out = I(BASE, input_map={'A': 3.0})",
    "out = I(BASE, input_map={'A': [1.0, 2.0]})",
    "out = I(BASE, input_map={'A': 3.0}, name='')",
    "out = I(BASE, input_map={'A': X('x')}, name='')",
    "out = I(BASE, input_map={'A': 'x:0'})",
    "out = I(BASE, input_map={'C': X('x')})",
    "out = I(BASE, input_map={'A': X('x'), 'C': X('z')}, return_elements=['A:0', 'C:0', 'A'])",
    "out = I(BASE, input_map={3: X('x')})",
    "out = I(BASE, input_map=[3])",
    "out = I(node('a', 'NoOp') + node('b', 'NoOp', ['^a']), input_map={'^a': X('x')})",
    "out = I(placeholder('p') + node('b', 'NoOp', ['^p']), input_map={'p': X('x')})",
    "out = I(placeholder('p'), input_map={'p:0': X('x')}, return_elements=['p'])",
    # return elements
    "out = I(BASE, return_elements=['Z'])",
    "out = I(BASE, return_elements=['Z:0'])",
    "out = I(BASE, return_elements=['A:3'])",
    "out = I(BASE, return_elements=['A:x'])",
    "out = I(BASE, return_elements=['A:0:1'])",
    "out = I(BASE, return_elements=[3])",
    "out = I(BASE, return_elements='A')",
    "out = I(BASE, return_elements=[b'A'])",
    "out = I(BASE, return_elements=[])",
    "out = I(placeholder('p'), return_elements=['import/p'])",
    "out = I(placeholder('p'), return_elements=['^p'])",
    # arguments
    "out = tf.import_graph_def(3)",
    "out = tf.import_graph_def(None)",
    "out = tf.import_graph_def(tf.MetaGraphDef())",
    "out = tf.import_graph_def(BASE)",
    "out = I(BASE, op_dict={})",
    "out = I(BASE, name='a b')",
    "out = I('')",
    "g.finalize(); out = I(BASE)",
    # GraphDefs that do not fit
    "out = I(node('A', 'Foo'))",
    "out = I(identity('A', 'Z'))",
    "out = I(node('A', 'NoOp', ['^Z']))",
    "out = I(BASE + identity('E', 'A:4'))",
    "out = I(BASE + node('E', 'Identity', ['A'], T='type:DT_INT32'))",
    "out = I(BASE + identity('E', ['A', 'B']))",
    "out = I(BASE + identity('E', []))",
    "out = I(BASE + node('E', 'Identity', ['A']))",
    "out = I(BASE + node('E', 'Cast', ['A'], SrcT=FLOAT))",
    "out = I(BASE + identity('E', 'A', Q='i:3'))",
    "out = I(BASE + node('E', 'Identity', ['A'], T='i:1'))",
    "out = I(node('P', 'Placeholder', dtype='type:DT_STRING') + node('E', 'Relu', ['P'], T='type:DT_STRING'))",
    "out = I(BASE + BASE)",
    "out = I(node('a b', 'NoOp'))",
    "out = I(node('_a', 'NoOp'))",
    "out = I('node{name:\"a\"}')",
    "out = I(BASE + identity('E', ['^A', 'A']))",
    "out = I(identity('a', 'b') + identity('b', 'a'))",
    "out = I(placeholder('a', shape='shape{dim{size:2}dim{size:3}}') + node('b', 'MatMul', ['a', 'a'], T=FLOAT))",
    "out = I(placeholder('p') + node('r', 'MaxPool', ['p'], T=FLOAT, ksize='list{i:1 i:2}', strides='list{i:1 i:1 i:1 i:1}', "
    "padding='s:\"SAME\"'))",
    "out = I(placeholder('p') + node('r', 'MaxPool', ['p'], T=FLOAT, ksize='list{i:1 i:1 i:1 i:1}', strides='list{i:1 i:1 i:1 i:1}', "
    "padding='s:\"QQ\"'))",
    "out = I(placeholder('p') + node('r', 'ConcatV2', ['p', 'p'], T=FLOAT, N='i:1'))",
    "out = I(placeholder('a') + node('b', 'IdentityN', ['a', 'a'], T='list{type:DT_FLOAT type:DT_INT32}'))",
    "out = I(placeholder('a') + node('b', 'AddN', ['a', 'a'], T=FLOAT, N='i:3'))",
    "out = I(node('b', 'IdentityN', T='list{}'))",
    "out = I(placeholder('p') + node('as', 'Assign', ['p', 'p'], T=FLOAT))",
    # attributes
    "out = attrs(I(BASE + identity('E', 'A', _Q='i:3'), return_elements=['E']))",
    "out = attrs(I(placeholder('A') + node('E', 'MatMul', ['A', 'A'], T=FLOAT), return_elements=['E']))",
    "out = attrs(I(placeholder('p'), return_elements=['p']))",
    "out = attrs(I(placeholder('p', _output_shapes='list{shape{dim{size:2}}}'), return_elements=['p'])), "
    "g.get_tensor_by_name('import/p:0')",
    "out = I(placeholder('p', shape='shape{dim{size:3}}', _output_shapes='list{shape{dim{size:2}}}'))",
    "with g.gradient_override_map({'Relu': 'Foo'}), g.container('zz'):\n"
    "  out = attrs(I(placeholder('a') + node('b', 'Relu', ['a'], T=FLOAT), return_elements=['b']))",
    "out = attrs(I(placeholder('p') + node('r', 'Relu', ['p'], T=FLOAT, zz='i:3'), return_elements=['r'], producer_op_list=PRODUCER))",
    "out = I(placeholder('p') + node('r', 'Relu', ['p'], T=FLOAT, zz='i:4'), return_elements=['r'], producer_op_list=PRODUCER)",
    "out = I(placeholder('p'), return_elements=['p'])[0].op_def.name",
    # where the nodes are
    "with tf.device('/job:w/device:GPU:1'): out = I(BASE)",
    "n = tf.no_op('n')\nwith tf.control_dependencies([n]): out = I(BASE)",
    "x = X('x')\nwith g.colocate_with(x.op): I(BASE)\nout = [(o.name, o.colocation_groups()) for o in g.get_operations()]",
    "out = I(node('a', 'NoOp', _class=beside('zz')))",
    "out = I(node('a', 'NoOp', _class=beside('zz')), name='')",
    "out = I(placeholder('a') + identity('b', 'a', device='/device:GPU:3', _class=beside('a')))",
    "out = I(placeholder('a', device='/device:GPU:1') + identity('b', 'a', device='/device:GPU:3', _class=beside('a')))",
    "with tf.device('/job:w'):\n"
    "  out = I(placeholder('a', device='/device:GPU:1') + identity('b', 'a', device='/device:GPU:3', _class=beside('a')))",
    "with tf.device('/job:w'):\n"
    "  out = I(placeholder('a', device='/device:GPU:1') + identity('b', 'a', device='/device:GPU:3', _class=beside('b')))",
    "I(placeholder('a') + identity('b', 'a', _class=beside('a')), input_map={'a': X('x')}); "
    "out = g.get_operation_by_name('import/b').colocation_groups()",
    "out = I(placeholder('a', _class='list{s:\"foo\" s:\"loc:@b\" s:\"loc:@a\"}') + identity('b', 'a'), return_elements=['a'])[0]"
    ".get_attr('_class')",
    "X('a'); I(placeholder('a') + placeholder('a_1') + identity('b', 'a', _class=beside('a')), name=''); "
    "out = g.get_operation_by_name('b').colocation_groups()",
    "def t(): return I(placeholder('a') + node('b', 'Relu', ['a'], T=FLOAT) + node('n', 'NoOp'), input_map={'a': tf.constant(1.)}, "
    "return_elements=['b:0'])[0]\nout = tf.cond(tf.constant(True), t, lambda: tf.constant(2.))",
    # names
    "X('import/A'); out = I(BASE)",
    "X('A'); out = I(BASE, name='')",
    "X('A/b'); out = I(BASE, name='')",
    "X('q'); I(BASE, name='q'); out = I(BASE, name='q')",
    "I(BASE, name=''); out = X('A').name, X('a').name, g.unique_name('C', False)",
    "I(BASE); out = X('import/A').name, X('import').name, g.unique_name('import', False)",
    "X('A'); out = I(placeholder('a'), name='')",
    "I(BASE); out = g.version",
    # versions
    "out = I(BASE + 'versions{producer:5 min_consumer:3}'), g.graph_def_versions",
    "out = I(BASE), g.graph_def_versions",
    "out = I(BASE + 'versions{producer:500 min_consumer:300}')",
    "I(BASE + 'versions{producer:5}'); out = I(BASE + 'versions{producer:20 min_consumer:2}'), g.graph_def_versions",
    "tf.no_op(); out = I(BASE + 'versions{producer:5 min_consumer:2 bad_consumers:500}'), g.graph_def_versions",
    "I(BASE + 'versions{producer:20 min_consumer:2}'); out = I(BASE + 'versions{producer:5 bad_consumers:3}'), g.as_graph_def().versions",
    "out = I(BASE + 'versions{producer:5 bad_consumers:134}')",
    "out = I(BASE + 'versions{producer:1000}'), g.graph_def_versions",
    "out = I(BASE + 'versions{producer:-1}')",
    "out = I(placeholder('a') + node('b', 'BatchNormWithGlobalNormalization', ['a'] * 5, T=FLOAT, variance_epsilon='f:0.1', "
    "scale_after_normalization='b:true') + 'versions{producer:20}')",
    # order and loops
    "out = I(node('a', 'NoOp') + identity('b', ['p', '^a', '^a', '^p']) + placeholder('p'))",
    "out = I(LOOP)",
    "out = I(LOOP, name='', input_map={'n': tf.constant(3, name='m')})",
    "out = I(node('v', 'VariableV2', dtype=FLOAT, shape='shape{}') + node('b', 'Relu', ['v'], T=FLOAT))",
] + [
    "out = I(node('E', '%s', zq='i:3'))" % op
    for op in "Placeholder Const VariableV2 Assign RandomUniform FusedBatchNorm While PyFunc Conv2D ConcatV2 LRN Print BiasAdd AddN".split()
]


def describe(tf, op_list, code):
    """What `code` gives on `tf`: {"out", "nodes"} or {"raises", "nodes"}; `op_list` is the class of OpList messages."""

    def load(text, **arguments):
        graph_def = tf.GraphDef()
        text_format.Merge(text, graph_def)
        return tf.import_graph_def(graph_def, **arguments)

    def attrs(ops):
        return sorted((k, text_format.MessageToString(v, as_one_line=True)) for k, v in ops[0].node_def.attr.items())

    producer = op_list()
    op = producer.op.add(name="Relu")
    op.attr.add(name="T", type="type")
    op.attr.add(name="zz", type="int").default_value.i = 3
    with tf.Graph().as_default() as graph:
        names = dict(globals(), tf=tf, g=graph, I=load, X=lambda n: tf.constant(2.0, name=n), attrs=attrs, PRODUCER=producer, LOOP=_LOOP)
        result = {}
        try:
            exec(code, names)
            result["out"] = _show(names["out"])
        except Exception as error:
            result["raises"] = "%s: %s" % (type(error).__name__, error)
        result["nodes"] = [
            [
                o.name,
                o.type,
                [t.name for t in o.inputs],
                sorted(c.name for c in o.control_inputs),
                [str(t.shape) for t in o.outputs],
                o.device,
            ]
            for o in graph.get_operations()
        ]
        return result


def _show(value):
    if isinstance(value, tuple):
        return "(" + ", ".join(_show(v) for v in value) + ")"
    if hasattr(value, "DESCRIPTOR"):
        return text_format.MessageToString(value, as_one_line=True)
    return repr(value)
