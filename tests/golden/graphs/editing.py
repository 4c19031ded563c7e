"""Calls of tf.contrib.graph_editor, run on any TensorFlow-like module."""

from __future__ import annotations

#: each sets `out`, or changes the graph; a ... h are tensors of a small graph, `x` one more
CASES = [
    # selecting
    "out = N(ge.select_ops('s/.*', graph=g)), N(ge.select_ops('^s/c', graph=g)), N(ge.select_ts('s/.*', graph=g)), N(ge.select_ops(a.op, [d.op, e]))",
    "out = N(ge.select_ts(a, [d], e.op)), N(ge.select_ops('s', graph=g, positive_filter=lambda o: o.type == 'Mul'))",
    "out = [N(i) for i in ge.select_ops_and_ts('(?#ops)s/d', '(?#ts)s/d:', h, graph=g)]",
    "out = N(ge.filter_ts_from_regex(g, '.*d:0')), N(ge.filter_ops_from_regex(g, '^f$')), N(ge.filter_ops(g, lambda o: o.type == 'Exp')), "
    "N(ge.filter_ts(g.get_operations(), True)), N(ge.get_name_scope_ops(g, 's'))",
    "out = ge.select_ops('s')",
    "out = N(ge.make_list_of_t([a, b])), N(ge.make_list_of_op(g)), N(ge.make_list_of_t([h.op, a], ignore_ops=True)), N(ge.get_tensors(g))",
    # walks: sorted, since the reference's order comes from sets
    "out = W(ge.get_backward_walk_ops(h.op)), W(ge.get_backward_walk_ops([h], inclusive=False)), W(ge.get_backward_walk_ops(h, stop_at_ts=[d]))",
    "out = W(ge.get_backward_walk_ops([e.op], control_inputs=True)), W(ge.get_backward_walk_ops([h.op], within_ops=[h.op, f.op, e.op]))",
    "out = W(ge.get_backward_walk_ops([h.op], within_ops_fn=lambda o: o.type != 'Identity'))",
    "out = W(ge.get_forward_walk_ops(b.op)), W(ge.get_forward_walk_ops([c], inclusive=False)), W(ge.get_forward_walk_ops([b.op], stop_at_ts=[c]))",
    "out = W(ge.get_forward_walk_ops([c.op], within_ops=[c.op, d.op])), W(ge.get_forward_walk_ops([c.op], control_outputs=ge.ControlOutputs(g)))",
    "out = W(ge.get_walks_intersection_ops([c.op], [f.op])), W(ge.get_walks_union_ops([f.op], [d.op]))",
    "out = N(ge.get_consuming_ops([d])), N(ge.get_generating_ops([d, f])), W(ge.get_ops_ios([d.op]))",
    "out = [N(t) for t in ge.compute_boundary_ts([c.op, d.op])], N(ge.get_within_boundary_ops([c.op, d.op, e.op, f.op], [d.op], [f.op]))",
    # views
    "v = ge.sgv(d.op, e.op); out = N(v.inputs), N(v.outputs), N(v.ops), N(v.connected_inputs), N(v.connected_outputs)",
    "v = ge.sgv_scope('s', g); out = N(v.inputs), N(v.outputs), N(v.ops)",
    "v = ge.make_view([d.op]); out = v.input_index(c), v.output_index(d), v.is_passthrough(c), v.find_op_by_name('s/d').name, N(v.consumers()), v.op(0).name",
    "v = ge.sgv(d.op, e.op); out = N(v.remap_outputs([0]).outputs), N(v.remap_inputs([1]).inputs), N(v.remap([0], [0]).inputs), "
    "N(v.remap_outputs_make_unique().outputs), N(v.remap_inputs([0]).remap_default().inputs), N(ge.sgv().ops)",
    # copies
    "s, i = ge.copy_with_input_replacements([d.op, e.op], {c: x}); out = i.transformed(d).name, i.transformed(d.op).name, i.original(i.transformed(e)).name",
    "ge.copy_with_input_replacements([d.op, f.op], {}, dst_scope='cp')",
    "for reuse in (False, False, True): ge.copy_with_input_replacements(ge.sgv_scope('s', g), {}, dst_scope='cp', src_scope='s', reuse_dst_scope=reuse)",
    "ge.copy(ge.sgv_scope('s', g))",
    "o = tf.Graph(); ge.copy(g, o); out = G(o)",
    "o = tf.Graph(); ge.copy(ge.sgv_scope('s', g), o, dst_scope='q'); out = G(o)",
    "tf.add_to_collection('losses', d); ge.copy_with_input_replacements([d.op], {}); out = N(g.get_collection('losses'))",
    "out = ge.graph_replace(h, {d: x}).name",
    "out = [t.name for t in ge.graph_replace([h, f], {b: x}, dst_scope='z')]",
    "out = ge.graph_replace(h, {x: b})",
    # who takes what
    "out = ge.reroute_ts([x], [d]), ge.reroute_ts([c], [x], can_modify=[f.op])",
    "out = ge.swap_ts([e], [c], cannot_modify=[f.op])",
    "out = ge.reroute_ts([x], [d, e])",
    "out = ge.reroute_ts([x], [tf.constant(1)])",
    "ge.add_control_inputs(h.op, [a.op])",
    "ge.add_control_inputs(h.op, [a.op]); ge.remove_control_inputs(h.op, [a.op])",
    "ge.add_control_inputs(h.op, a.op); ge.add_control_inputs(h.op, [a.op])",
    "ge.remove_control_inputs(h.op, [a.op])",
    "out = N(ge.detach_inputs(ge.sgv(d.op))[1])",
    "out = N(ge.detach_outputs(ge.sgv(f.op))[1])",
    "s, i, o = ge.detach(ge.sgv(d.op)); out = N(i), N(o)",
    "out = N(ge.bypass(ge.sgv(h.op))[1])",
    "y = tf.negative(x, name='y'); ge.connect(ge.sgv(h.op), ge.sgv(y.op))",
    "y = tf.negative(x, name='y'); ge.reroute_inputs(ge.sgv(y.op), ge.sgv(h.op))",
    "y = tf.negative(x, name='y'); z = tf.identity(h, name='z'); ge.swap_ios(ge.sgv(y.op), ge.sgv(h.op))",
    "y = tf.negative(x, name='y'); z = tf.identity(h, name='z'); ge.reroute_ios(ge.sgv(y.op), ge.sgv(h.op))",
    "out = ge.placeholder_name(x), ge.placeholder_name(d, scope='k'), ge.placeholder_name(), ge.ph(tf.float32, [2]).name, "
    "ge.make_placeholder_from_tensor(x, scope='w').name, ge.make_placeholder_from_dtype_and_shape(tf.int32).name",
]


def describe(tf, code):
    """What `code` gives on `tf`, and the graph after it: {"out" or "raises", "graph"}."""

    def nodes(graph):
        return [[o.name, o.type, [t.name for t in o.inputs], sorted(c.name for c in o.control_inputs)] for o in graph.get_operations()]

    with tf.Graph().as_default() as graph:
        names = {"tf": tf, "ge": tf.contrib.graph_editor, "g": graph, "N": lambda items: [i.name for i in items], "G": nodes}
        names["W"] = lambda items: sorted(i.name for i in items)
        names["a"], names["b"] = tf.constant(1.0, name="a"), tf.placeholder(tf.float32, [2], name="b")
        with tf.name_scope("s"):
            names["c"] = tf.add(names["a"], names["b"], name="c")
            names["d"] = tf.multiply(names["c"], 2.0, name="d")
            with tf.control_dependencies([names["c"]]):
                names["e"] = tf.identity(names["d"], name="e")
        names["f"] = tf.subtract(names["e"], names["d"], name="f")
        names["h"] = tf.exp(names["f"], name="h")
        names["x"] = tf.placeholder(tf.float32, [2], name="x")
        result = {}
        try:
            exec(code, names)
            result["out"] = repr(names.get("out"))
        except Exception as error:
            result["raises"] = "%s: %s" % (type(error).__name__, error)
        result["graph"] = nodes(graph)
        return result
