"""Calls of tf.train.export_meta_graph and import_meta_graph, tf.graph_util and tf.saved_model, run on any TensorFlow-like module."""

from __future__ import annotations

import os
import shutil
import tempfile

from google.protobuf import text_format

#: each sets `out`; FOLDER is an empty folder, `model` makes a small graph with collections
CASES = [
    # what is exported
    "model(); out = collections(tf.train.export_meta_graph())",
    "model(); out = nodes(tf.train.export_meta_graph())",
    "model(); m = tf.train.export_meta_graph(); out = [o.name for o in m.meta_info_def.stripped_op_list.op], "
    "m.meta_info_def.tensorflow_version, m.HasField('saver_def'), m.meta_info_def.stripped_default_attrs",
    "model(); out = collections(tf.train.export_meta_graph(export_scope='s'))",
    "model(); out = nodes(tf.train.export_meta_graph(export_scope='s'))",
    "model(); out = nodes(tf.train.export_meta_graph(export_scope='s/'))",
    "model(); m = tf.train.export_meta_graph(strip_default_attrs=True); out = nodes(m), m.meta_info_def.stripped_default_attrs",
    "model(); out = collections(tf.train.export_meta_graph(collection_list=['variables', 'ints']))",
    "model(); i = tf.MetaGraphDef.MetaInfoDef(); i.meta_graph_version = 'v1'; i.tags.append('t'); "
    "m = tf.train.export_meta_graph(meta_info_def=i); out = m.meta_info_def.meta_graph_version, list(m.meta_info_def.tags), m.meta_info_def.tensorflow_version",
    "out = nodes(tf.train.export_meta_graph()), collections(tf.train.export_meta_graph())",
    "model(); out = nodes(tf.train.export_meta_graph(graph_def=tf.GraphDef(), graph=g))",
    "out = tf.train.export_meta_graph(meta_info_def=3)",
    "out = tf.train.export_meta_graph(graph_def=3)",
    "out = tf.train.export_meta_graph(saver_def=3)",
    "out = tf.train.export_meta_graph(foo=3)",
    "with tf.device('/gpu:3'): tf.Variable(1., name='v')\n"
    "out = [sorted({n.device for n in tf.train.export_meta_graph(clear_devices=c).graph_def.node}) for c in (False, True)]",
    "v = tf.Variable(1., name='v'); s = tf.train.Saver(); tf.add_to_collection('savers', s); "
    "out = [[n.name for n in tf.train.export_meta_graph(**k).graph_def.node] for k in ({'clear_extraneous_savers': True}, "
    "{'clear_extraneous_savers': True, 'saver_def': s.saver_def})], 'savers' in tf.train.export_meta_graph().collection_def",
    "v = tf.Variable(1., name='v'); out = T(tf.train.Saver().export_meta_graph().saver_def)",
    # scopes that take something from outside
    "outside(); m = tf.train.export_meta_graph(export_scope='in'); out = nodes(m), collections(m)",
    "x = tf.placeholder(tf.float32, name='x')\nwith tf.name_scope('in'): y = x * 2.\n"
    "m = tf.train.export_meta_graph(export_scope='in'); o = tf.Graph()\nwith o.as_default(): "
    "tf.train.import_meta_graph(m, import_scope='k')",
    "x = tf.placeholder(tf.float32, name='x')\nwith tf.name_scope('in'): y = x * 2.\n"
    "m = tf.train.export_meta_graph(export_scope='in'); o = tf.Graph()\nwith o.as_default(): "
    "tf.train.import_meta_graph(m, import_scope='k', input_map={'$unbound_inputs_x': tf.constant(1.)})\nout = graph(o)",
    "x = tf.placeholder(tf.float32, name='x')\nwith tf.name_scope('in'): y = x * 2.\n"
    "out = collections(tf.train.export_meta_graph(export_scope='in', unbound_inputs_col_name='ub'))",
    # import
    "model(); m = tf.train.export_meta_graph(); o = tf.Graph()\nwith o.as_default(): r = tf.train.import_meta_graph(m)\n"
    "out = type(r).__name__, in_collections(o), [op.name for op in o.get_operations()]",
    "model(); m = tf.train.export_meta_graph(); o = tf.Graph()\nwith o.as_default(): r = tf.train.import_meta_graph(m, import_scope='q')\n"
    "out = in_collections(o), T(r.saver_def)",
    "model(); m = tf.train.export_meta_graph(); o = tf.Graph()\nwith o.as_default(), tf.name_scope('z'): tf.train.import_meta_graph(m, import_scope='q')\n"
    "out = in_collections(o)",
    "model(); m = tf.train.export_meta_graph(); o = tf.Graph()\n"
    "with o.as_default(): tf.train.import_meta_graph(m, restore_collections_predicate=lambda k: k == 'ints')\nout = in_collections(o)",
    "v = tf.Variable(1., name='v'); s = tf.train.Saver(); m = s.export_meta_graph(); o = tf.Graph()\n"
    "with o.as_default(): r = tf.train.import_meta_graph(m, import_scope='q')\nout = T(r.saver_def)",
    "tf.constant(1., name='c'); m = tf.train.export_meta_graph(); o = tf.Graph()\nwith o.as_default(): out = tf.train.import_meta_graph(m)",
    "tf.constant(1., name='c'); m = tf.train.export_meta_graph(); o = tf.Graph()\nwith o.as_default():\n"
    "  for s in (None, None, 'k', 'k', 'l/', 'l/'): tf.train.import_meta_graph(m, import_scope=s)\nout = graph(o)",
    "with tf.device('/gpu:3'): tf.constant(1., name='c')\nm = tf.train.export_meta_graph(); o = tf.Graph()\n"
    "with o.as_default(): tf.train.import_meta_graph(m, clear_devices=True)\nout = graph(o)",
    "m = tf.train.export_meta_graph(); m.collection_def['weird'].node_list.value.append('nope:0'); out = tf.train.import_meta_graph(m)",
    "m = tf.train.export_meta_graph(); m.collection_def['weird'].SetInParent(); tf.train.import_meta_graph(m); out = g.collections",
    "out = tf.train.import_meta_graph('/nonexistent/x.meta')",
    "out = tf.train.import_meta_graph(3)",
    "model(); tf.train.export_meta_graph(FOLDER + '/a/b.meta'); o = tf.Graph()\nwith o.as_default(): tf.train.import_meta_graph(FOLDER + '/a/b.meta')\n"
    "out = in_collections(o)",
    "model(); tf.train.export_meta_graph(FOLDER + '/b.txt', as_text=True); o = tf.Graph()\n"
    "with o.as_default(): tf.train.import_meta_graph(FOLDER + '/b.txt')\nout = in_collections(o), open(FOLDER + '/b.txt').read()[:15]",
    # branches
    "p = tf.placeholder(tf.bool, name='p'); x = tf.placeholder(tf.float32, name='x')\n"
    "tf.cond(p, lambda: x * 2., lambda: tf.cond(p, lambda: x + 1., lambda: x - 1.)); m = tf.train.export_meta_graph(); o = tf.Graph()\n"
    "with o.as_default():\n  tf.train.import_meta_graph(m, import_scope='q')\n"
    "  out = [(c.name, c.pred.name, c.pivot.name, c.branch) for c in o.get_collection('cond_context')], "
    "[(op.name, getattr(op._get_control_flow_context(), 'name', None)) for op in o.get_operations()], "
    "sorted(tf.train.export_meta_graph().collection_def['cond_context'].bytes_list.value) != []",
    # graph_util
    "frozen(); out = names(U.extract_sub_graph(g.as_graph_def(), ['y'])), names(U.extract_sub_graph(g.as_graph_def(), ['c']))",
    "out = U.extract_sub_graph(tf.GraphDef(), 'y')",
    "frozen(); out = U.extract_sub_graph(g.as_graph_def(), ['nope'])",
    "out = U.extract_sub_graph(3, ['y'])",
    "frozen(); out = freeze(['y', 'z'])",
    "frozen(); out = freeze(['y'], variable_names_blacklist=['v'])",
    "frozen(); out = freeze(['nope'])",
    "frozen(); out = brief(U.remove_training_nodes(g.as_graph_def()))",
    "frozen(); out = brief(U.remove_training_nodes(g.as_graph_def(), protected_nodes=['z', 'e/Identity']))",
    "x = tf.placeholder(tf.float32, name='x'); a = tf.identity(x, name='a'); k = tf.check_numerics(a, 'm', name='k'); "
    "o = tf.multiply(k, 2., name='o'); out = brief(U.remove_training_nodes(g.as_graph_def())), brief(U.remove_training_nodes(g.as_graph_def(), ['k']))",
    "x = tf.placeholder(tf.float32, [2], name='x'); out = U.tensor_shape_from_node_def_name(g, 'x'), U.tensor_shape_from_node_def_name(g, 'x:0')",
    "x = tf.placeholder(tf.float32, [2]); i = tf.placeholder(tf.int32, [2]); "
    "ts = [tf.cast(i, tf.float32), tf.cast(x, tf.int32), tf.constant('a'), tf.constant(1), tf.constant(1.), tf.dynamic_stitch([[0, 1]], [i]), "
    "tf.dynamic_stitch([[0, 1]], [x]), tf.identity(i), tf.Variable([1])]; "
    "out = [(U.must_run_on_cpu(t.op), U.must_run_on_cpu(t.op.node_def, True)) for t in ts]",
    # saved_model
    "x, y, d = small(); S.simple_save(SESSION(), d, {'x': x}, {'y': y}); o = tf.Graph()\n"
    "with o.as_default(), tf.Session() as s: m = S.load(s, ['serve'], d); out = s.run('y:0', {'x:0': [[1, 2]]}).tolist(), "
    "T(m.signature_def['serving_default']), list(m.meta_info_def.tags), T(m.saver_def), sorted(m.collection_def), files(d), graph(g)",
    "x, y, d = small(); S.simple_save(SESSION(), d, {'x': x}, {'y': y}); o = tf.Graph()\n"
    "with o.as_default(), tf.Session() as s: S.load(s, ['serve'], d, import_scope='q'); out = s.run('q/y:0', {'q/x:0': [[1, 2]]}).tolist()",
    "x, y, d = small(); S.simple_save(SESSION(), d, {'x': x}, {'y': y})\nwith tf.Session() as s: S.load(s, ['nope'], d)",
    "x, y, d = small(); S.simple_save(SESSION(), d, {'x': x}, {'y': y})\nwith tf.Session() as s: S.load(s, ['serve', 'gpu'], d)",
    "x, y, d = small(); S.simple_save(SESSION(), d, {'x': x}, {'y': y}); "
    "out = [S.contains_saved_model(p) for p in (d, FOLDER, '/nonexistent')], S.loader.maybe_saved_model_directory(d)",
    "x = tf.placeholder(tf.float32, name='x'); y = tf.identity(x, name='y'); d = FOLDER + '/m'; S.simple_save(SESSION(), d, {'x': x}, {'y': y})\n"
    "o = tf.Graph()\nwith o.as_default(), tf.Session() as s: S.load(s, ['serve'], d); out = s.run('y:0', {'x:0': 2.}).tolist(), files(d)",
    "x, y, d = small(); b = S.builder.SavedModelBuilder(d); s = SESSION()\n"
    "b.add_meta_graph_and_variables(s, ['a', 'b'], {'p': S.predict_signature_def({'x': x}, {'y': y})}, main_op=tf.no_op('main'), strip_default_attrs=True)\n"
    "g.clear_collection('saved_model_main_op'); b.add_meta_graph(['c'], legacy_init_op=tf.no_op('legacy'), clear_devices=True)\n"
    "b.save(as_text=True); out = files(d), loaded(d, {'b', 'a'}), loaded(d, ['c'])",
    "x, y, d = small(); b = S.Builder(d); b.add_meta_graph(['a'])",
    "x, y, d = small(); b = S.Builder(d); s = SESSION(); b.add_meta_graph_and_variables(s, ['a']); b.add_meta_graph_and_variables(s, ['b'])",
    "x, y, d = small(); b = S.Builder(d); b.add_meta_graph_and_variables(SESSION(), ['a'], main_op=3)",
    "x, y, d = small(); b = S.Builder(d); b.add_meta_graph_and_variables(SESSION(), ['a'], legacy_init_op='foo')",
    "x, y, d = small(); b = S.Builder(d); s = SESSION(); b.add_meta_graph_and_variables(s, ['a'], main_op=tf.no_op('m')); "
    "b.add_meta_graph(['b'], main_op=tf.no_op('n'))",
    "x, y, d = small(); b = S.Builder(d); b.add_meta_graph_and_variables(SESSION(), ['a'], assets_collection=[3])",
    "x, y, d = small(); b = S.Builder(d); b.add_meta_graph_and_variables(SESSION(), ['a'], assets_collection=[tf.constant(3)])",
    "x, y, d = small(); b = S.Builder(d); b.add_meta_graph_and_variables(SESSION(), ['a'], assets_collection=[x])",
    "x, y, d = small(); b = S.Builder(d); b.add_meta_graph_and_variables(SESSION(), ['a'], {'z': S.build_signature_def({'q': tf.TensorInfo()}, {}, 'm')})",
    "p = tf.sparse_placeholder(tf.float32, [3, 4], name='sp'); x = tf.placeholder(tf.string, [None], name='x'); "
    "i = [S.build_tensor_info(t) for t in (p, x, tf.placeholder(tf.float32, name='z'), tf.Variable(1., name='v'))]; "
    "out = [T(m) for m in i], [str(S.get_tensor_from_tensor_info(m)) for m in i[:3]]",
    "x, y, c = strings(); out = [T(m) for m in (S.regression_signature_def(x, y), S.classification_signature_def(x, c, y), "
    "S.classification_signature_def(x, None, y))]",
    "x, y, c = strings(); out = S.regression_signature_def(None, y)",
    "x, y, c = strings(); out = S.regression_signature_def(y, y)",
    "x, y, c = strings(); out = S.regression_signature_def(x, x)",
    "x, y, c = strings(); out = S.classification_signature_def(x, None, None)",
    "x, y, c = strings(); out = S.classification_signature_def(x, y, y)",
    "x, y, c = strings(); out = S.classification_signature_def(x, c, c)",
    "x, y, c = strings(); out = S.classification_signature_def(y, c, y)",
    "x, y, c = strings(); out = S.predict_signature_def({}, {'y': y})",
    "x, y, c = strings(); out = S.predict_signature_def({'x': x}, None)",
    "x, y, c = strings(); i = {'x': S.build_tensor_info(x)}; out = [S.is_valid_signature(s) for s in (S.regression_signature_def(x, y), "
    "S.predict_signature_def({'x': x}, {'y': y}), S.build_signature_def(), S.classification_signature_def(x, c, y), "
    "S.build_signature_def(i, i, 'foo'), S.build_signature_def(i, i, S.REGRESS_METHOD_NAME))]",
    "S.main_op.main_op(); out = graph(g)",
    "S.main_op_with_restore(tf.no_op('r')); out = graph(g)",
]


def describe(tf, code):
    """What `code` gives on `tf`: {"out": text} or {"raises": text}."""
    folder = tempfile.mkdtemp()
    with tf.Graph().as_default() as graph:
        names = _helpers(tf, graph, folder)
        try:
            exec(code, names)
            return {"out": repr(names["out"]).replace(folder, "FOLDER")}
        except Exception as error:
            return {"raises": ("%s: %s" % (type(error).__name__, error)).replace(folder, "FOLDER")}
        finally:
            shutil.rmtree(folder)


def _helpers(tf, graph, folder):
    def text(message):
        return text_format.MessageToString(message, as_one_line=True)

    def model():
        with tf.name_scope("s"):
            v = tf.Variable(1.0, name="v")
            tf.get_variable("w", [2], use_resource=True)
            y = v * 2.0
        tf.add_to_collection("t", y)
        tf.add_to_collection("t", y.op)
        tf.placeholder(tf.float32, [None], name="x")
        for key, value in (("ints", 3), ("ints", 4), ("strs", "a"), ("strs", b"b"), ("floats", 1.5), ("mixed", "a"), ("mixed", 3)):
            tf.add_to_collection(key, value)
        for key, value in (("obj", object()), ("vars", v), ("lists", [v]), ("nothing", None), ("bool", True)):
            tf.add_to_collection(key, value)
        graph.get_collection_ref("empty")
        tf.add_to_collection(tf.GraphKeys.LOSSES, y)

    def outside():
        n = tf.no_op("n")
        x = tf.placeholder(tf.float32, name="x")
        with tf.name_scope("in"):
            with tf.control_dependencies([n]), graph.colocate_with(x.op):
                y = tf.multiply(x, 2.0, name="y")
            z = tf.identity(y, name="z")
            with graph.colocate_with(y.op):
                tf.identity(z, name="w")
            with tf.control_dependencies([z]):
                tf.identity(y, name="q")

    def frozen():
        x = tf.placeholder(tf.float32, [2], name="x")
        v = tf.Variable([1.0, 2.0], name="v")
        r = tf.get_variable("r", initializer=[3.0, 4.0], use_resource=True)
        y = tf.add(x * v, r, name="y")
        e = tf.nn.embedding_lookup(r, [0], name="e")
        dead = tf.identity(x, name="dead")
        tf.identity(e, name="z")
        with tf.control_dependencies([dead]):
            tf.identity(y, name="c")

    def session():
        opened = tf.Session(graph=graph)
        with graph.as_default():
            opened.run(tf.global_variables_initializer())
        return opened

    def freeze(outputs, **options):
        frozen_def = tf.graph_util.convert_variables_to_constants(session(), graph.as_graph_def(), outputs, **options)
        values = {n.name: tf.make_ndarray(n.attr["value"].tensor).tolist() for n in frozen_def.node if n.op == "Const"}
        return [(n.name, n.op, list(n.input), sorted(n.attr)) for n in frozen_def.node], sorted(values.items())

    def small():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        w = tf.get_variable("w", [2, 3], initializer=tf.ones_initializer())
        return x, tf.matmul(x, w, name="y"), os.path.join(folder, "m")

    def strings():
        x, c = (tf.placeholder(tf.string, [None], name=n) for n in "xc")
        return x, tf.placeholder(tf.float32, name="y"), c

    def loaded(where, tags):
        with tf.Graph().as_default(), tf.Session() as opened:
            m = tf.saved_model.load(opened, tags, where)
            mains = {k: text(v) for k, v in m.collection_def.items() if "op" in k}
            return sorted(m.meta_info_def.tags), sorted(m.signature_def), sorted(mains.items()), m.meta_info_def.stripped_default_attrs

    return {
        "tf": tf,
        "g": graph,
        "T": text,
        "S": tf.saved_model,
        "U": tf.graph_util,
        "FOLDER": folder,
        "SESSION": session,
        "model": model,
        "outside": outside,
        "frozen": frozen,
        "freeze": freeze,
        "small": small,
        "strings": strings,
        "loaded": loaded,
        "files": lambda d: sorted(os.path.relpath(os.path.join(a, f), d) for a, _, fs in os.walk(d) for f in fs),
        "names": lambda d: [n.name for n in d.node],
        "brief": lambda d: [(n.name, n.op, list(n.input)) for n in d.node],
        "graph": lambda o: [
            (op.name, op.type, [t.name for t in op.inputs], sorted(c.name for c in op.control_inputs), op.device)
            for op in o.get_operations()
        ],
        "nodes": lambda m: [
            (n.name, n.op, list(n.input), sorted(n.attr), [s.decode() for s in n.attr["_class"].list.s] if "_class" in n.attr else 0)
            for n in m.graph_def.node
        ],
        "collections": lambda m: sorted((k, text(v)) for k, v in m.collection_def.items()),
        "in_collections": lambda o: sorted(
            (k, [(type(v).__name__, getattr(v, "name", v)) for v in o.get_collection(k)]) for k in o.get_all_collection_keys()
        ),
    }
