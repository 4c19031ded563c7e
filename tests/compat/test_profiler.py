"""tf.profiler counts parameters and float operations as TensorFlow 1.15.5 does; the expected numbers and reports are its own."""

import pytest

import scopeflow as tf
from scopeflow.graph import errors

P = tf.profiler
Builder = P.ProfileOptionBuilder


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [4, 8, 8, 3], name="x")
        w = tf.get_variable("w", [3, 3, 3, 5])
        c = tf.nn.bias_add(tf.nn.conv2d(x, w, [1, 2, 2, 1], "SAME", name="c"), tf.get_variable("b", [5]), name="bb")
        r = tf.nn.relu(c, name="r")
        p = tf.nn.max_pool(r, [1, 2, 2, 1], [1, 2, 2, 1], "VALID", name="p")
        with tf.variable_scope("fc"):
            k = tf.get_variable("k", [20, 7])
            d = tf.matmul(tf.reshape(p, [4, 20]), k, name="mm")
        tf.nn.softmax(d, name="s")
        tf.reduce_mean(d * d, name="m")
        tf.exp(d) + tf.sqrt(tf.abs(d))
        tf.get_variable("step", [], dtype=tf.int32, initializer=tf.zeros_initializer(), trainable=False)
        tf.nn.avg_pool(r, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        tf.nn.depthwise_conv2d(x, tf.get_variable("dw", [3, 3, 3, 2]), [1, 1, 1, 1], "SAME")
        tf.nn.moments(r, [0, 1, 2])
        tf.add_n([d, d], name="addn")
        tf.nn.l2_loss(k)
        tf.matmul(tf.ones([2, 3, 4]), tf.ones([2, 4, 5]))
        tf.nn.conv2d_transpose(c, w, [4, 8, 8, 3], [1, 2, 2, 1])
        yield graph


def _flat(node):
    return [(node.name, node.float_ops, node.total_float_ops)] + [x for c in node.children for x in _flat(c)]


def test_parameters(graph, capsys):
    found = P.profile(graph, options=Builder.trainable_variables_parameter())
    assert found.total_parameters == 334
    assert [(c.name, c.total_parameters) for c in found.children] == [("b", 5), ("dw", 54), ("fc", 140), ("w", 135)]
    report = capsys.readouterr().out
    lines = ["_TFProfRoot (--/334 params)", "  b (5, 5/5 params)", "  dw (3x3x3x2, 54/54 params)", "  fc (--/140 params)"]
    assert "\n".join([*lines, "    fc/k (20x7, 140/140 params)", "  w (3x3x3x5, 135/135 params)"]) in report
    assert "-account_type_regexes       _trainable_variables\n" in report


def test_float_operations_by_scope(graph):
    options = Builder(Builder.float_operation()).with_empty_output().build()
    found = P.profile(graph, cmd="scope", options=options)
    assert (found.total_float_ops, found.float_ops) == (66883, 0)
    assert _flat(found)[1:6] == [
        ("depthwise", 27648, 27648),
        ("c", 17280, 17280),
        ("conv2d_transpose", 17280, 17280),
        ("fc/mm", 1120, 1120),
        ("moments/SquaredDifference", 640, 640),
    ]
    counted = {name: (own, total) for name, own, total in _flat(found)}
    assert counted["L2Loss"] == (419, 419) and counted["s"] == (140, 140) and counted["addn"] == (28, 28) and counted["m"] == (28, 28)
    assert counted["fc/k/Initializer/random_uniform"] == (140, 281)
    # MatMul of more than two dimensions, Exp, Sqrt and AddV2 are not counted by the reference either.
    assert not {"MatMul", "Exp", "add"} & set(counted)


def test_float_operations_by_type(graph, capsys):
    found = P.profile(graph, cmd="op", options=Builder.float_operation())
    assert found.total_float_ops == 66883
    assert (found.children[0].name, found.children[0].float_ops, found.children[0].total_float_ops) == (
        "DepthwiseConv2dNative",
        27648,
        66883,
    )
    report = capsys.readouterr().out
    assert "DepthwiseConv2dNative    27.65k float_ops (100.00%, 41.34%)\n" in report
    assert "MatMul                   1.12k float_ops (6.99%, 1.67%)\n" in report
    assert "Mean                       668 float_ops (5.32%, 1.00%)\n" in report


def test_gradients_and_comparisons():
    from scopeflow.compat.float_operations import OpenShape, float_operations

    with tf.Graph().as_default() as graph:
        x, y, z = tf.placeholder(tf.float32, [4, 6]), tf.placeholder(tf.float32, [4, 6]), tf.placeholder(tf.float32, [6])
        counts = {tf.rsqrt(x): 48, tf.squared_difference(x, z): 48, tf.less(x, z): 24, tf.pow(x, y): 24, tf.reduce_sum(x, 1): 20}
        counts.update({tf.argmax(x): 18, tf.add_n([x, y, y]): 48, tf.matmul(x, y, transpose_a=True): 288, tf.exp(x): 0})
        images, filters = tf.placeholder(tf.float32, [2, 8, 8, 3]), tf.placeholder(tf.float32, [3, 3, 3, 5])
        for op_type, inputs, attrs, shape, expected in (
            ("Conv2DBackpropFilter", [images, tf.constant([3, 3, 3, 5]), tf.placeholder(tf.float32, [2, 4, 4, 5])], {}, "SAME", 8640),
            ("MaxPoolGrad", [images, *[tf.placeholder(tf.float32, [2, 4, 4, 3])] * 2], {"ksize": [1, 3, 3, 1]}, "SAME", 960),
            ("AvgPoolGrad", [tf.constant([2, 8, 8, 3]), tf.placeholder(tf.float32, [2, 3, 3, 3])], {"ksize": [1, 3, 3, 1]}, "VALID", 972),
        ):
            op = graph.create_op(op_type, inputs, attrs={"strides": [1, 2, 2, 1], "padding": shape, **attrs})
            counts[op.outputs[0]] = expected
        counts[tf.nn.dilation2d(images, filters[..., 0], [1, 1, 1, 1], [1, 1, 1, 1], "SAME")] = 6912
        for t, expected in counts.items():
            assert float_operations(t.op) == expected, t
        with pytest.raises(OpenShape):
            float_operations(tf.square(tf.placeholder(tf.float32, [None, 6])).op)


def test_builder():
    built = (
        Builder(Builder.float_operation())
        .with_max_depth(3)
        .with_min_parameters(5)
        .with_accounted_types(["x"])
        .with_node_names(["a"], ["b"], ["c"], ["d"])
        .order_by("params")
        .select(["params"])
        .build()
    )
    assert (built["max_depth"], built["min_params"], built["account_type_regexes"]) == (3, 5, ["x"])
    assert [built[f"{k}_name_regexes"] for k in ("start", "show", "hide", "trim")] == [["a"], ["b"], ["c"], ["d"]]
    assert Builder().with_file_output("/x").build()["output"] == "file:outfile=/x"


def test_names_and_files(graph, tmp_path):
    options = Builder(Builder.trainable_variables_parameter()).with_node_names(show_name_regexes=["fc.*"]).with_file_output(tmp_path / "r")
    assert P.profile(graph, options=options.build()).total_parameters == 140
    assert "fc/k (20x7, 140/140 params)" in (tmp_path / "r").read_text()


@pytest.mark.parametrize("cmd, options", [("scope", Builder.time_and_memory()), ("code", Builder.float_operation())])
def test_what_is_not_counted_is_refused(graph, cmd, options):
    with pytest.raises(errors.UnimplementedError, match="counts parameters and float operations"):
        P.profile(graph, cmd=cmd, options=options)
