"""Records what real TensorFlow 1.15.5 does with GraphDefs. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/golden/record_graphs.py            everything
TF115/bin/python tests/golden/record_graphs.py imports    calls of tf.import_graph_def
TF115/bin/python tests/golden/record_graphs.py functions  a graph that calls functions
TF115/bin/python tests/golden/record_graphs.py functional_control  a graph whose branches and loops are functions
TF115/bin/python tests/golden/record_graphs.py gradients  graphs with gradients, as TensorFlow makes them
TF115/bin/python tests/golden/record_graphs.py loops      a graph of loops and branches
TF115/bin/python tests/golden/record_graphs.py editing    calls of tf.contrib.graph_editor
TF115/bin/python tests/golden/record_graphs.py meta_graphs  calls of export_meta_graph, graph_util, saved_model
TF115/bin/python tests/golden/record_graphs.py models     MetaGraphs of models in training, and a SavedModel
TF115/bin/python tests/golden/record_graphs.py loop_models  MetaGraphs of models with loops in training
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import shutil
import sys
import tempfile
import warnings
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "graphs")
sys.path[:0] = [FOLDER, os.path.dirname(FOLDER)]

import editing  # noqa: E402
import functional_control  # noqa: E402
import functions  # noqa: E402
import gradient_cases  # noqa: E402
import imports  # noqa: E402
import loop_models  # noqa: E402
import loops  # noqa: E402
import meta_graphs  # noqa: E402
import models  # noqa: E402
import numpy as np  # noqa: E402
import store  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.core.framework import op_def_pb2  # noqa: E402

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)


def record_imports():
    """imports.json: what each call of imports.CASES gives."""
    found = {code: imports.describe(tf, op_def_pb2.OpList, code) for code in imports.CASES}
    with open(os.path.join(FOLDER, "imports.json"), "w") as f:
        json.dump(found, f, indent=0, sort_keys=True)
        f.write("\n")
    print("%d calls, %d of them raise" % (len(found), sum("raises" in r for r in found.values())))


def _save(name, found):
    path = os.path.join(FOLDER, name)
    with open(path, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as f:
            f.write(json.dumps(found, sort_keys=True).encode("utf-8"))
    print("%s: %d graphs, %d bytes" % (name, len(found), os.path.getsize(path)))


def record_gradients():
    """gradients.json.gz: each graph of gradient_cases.CASES with its gradients, and the values these have."""
    found = {}
    for label, code in gradient_cases.CASES.items():
        with tf.Graph().as_default() as graph:
            feeds, fetches = gradient_cases.build(tf, code)
            with tf.Session() as session:
                values = session.run(fetches, feeds)
            found[label] = {
                "graph": base64.b64encode(graph.as_graph_def().SerializeToString(deterministic=True)).decode("ascii"),
                "feeds": {k: store.encode(v) for k, v in feeds.items()},
                "fetches": fetches,
                "values": [store.encode(np.asarray(v)) for v in values],
            }
    _save("gradients.json.gz", found)


def record_meta_graphs():
    """meta_graphs.json: what each call of meta_graphs.CASES gives."""
    found = {code: meta_graphs.describe(tf, code) for code in meta_graphs.CASES}
    with open(os.path.join(FOLDER, "meta_graphs.json"), "w") as f:
        json.dump(found, f, indent=0, sort_keys=True)
        f.write("\n")
    print("%d calls, %d of them raise" % (len(found), sum("raises" in r for r in found.values())))


def record_editing():
    """editing.json: what each call of editing.CASES gives."""
    found = {code: editing.describe(tf, code) for code in editing.CASES}
    with open(os.path.join(FOLDER, "editing.json"), "w") as f:
        json.dump(found, f, indent=0, sort_keys=True)
        f.write("\n")
    print("%d calls, %d of them raise" % (len(found), sum("raises" in r for r in found.values())))


def record_functions():
    """functions.json: the graph of functions.build, and what it gives."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        functions.build(tf)
        session.run("init")
        found = {
            "graph": base64.b64encode(graph.as_graph_def().SerializeToString(deterministic=True)).decode("ascii"),
            "values": [v.tolist() for v in session.run(functions.FETCHES, functions.FEEDS)],
            "variable": session.run("w/Read/ReadVariableOp:0").tolist(),
        }
    with open(os.path.join(FOLDER, "functions.json"), "w") as f:
        json.dump(found, f, indent=0, sort_keys=True)
        f.write("\n")


def record_functional_control():
    """functional_control.json: the graph of functional_control.build, and what it gives."""
    tf.compat.v1.enable_control_flow_v2()
    with tf.Graph().as_default() as graph, tf.Session() as session:
        functional_control.build(tf)
        session.run("init")
        found = {
            "graph": base64.b64encode(zlib.compress(graph.as_graph_def().SerializeToString(deterministic=True), 9)).decode("ascii"),
            "values": [[v.tolist() for v in session.run(functional_control.FETCHES, f)] for f in functional_control.FEEDS],
        }
    tf.compat.v1.disable_control_flow_v2()
    with open(os.path.join(FOLDER, "functional_control.json"), "w") as f:
        json.dump(found, f, indent=0, sort_keys=True)
        f.write("\n")


def record_loops():
    """loops.pb.gz: the graph that loops.build makes; loops.json: what it gives."""
    with tf.Graph().as_default() as graph:
        loops.build(tf)
        with open(os.path.join(FOLDER, "loops.pb.gz"), "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as f:
            f.write(graph.as_graph_def().SerializeToString())
        found = loops.results(tf)
    with open(os.path.join(FOLDER, "loops.json"), "w") as f:
        json.dump(found, f)
        f.write("\n")


def record_models():
    """models.json.gz: MetaGraphs of models.MODELS in training, and their losses; saved_model/: one of them as a SavedModel."""
    found = {}
    for name in models.MODELS:
        with tf.Graph().as_default():
            names, feeds = models.build(tf, name)
            loss, train, out, init = names
            meta_graph = tf.train.export_meta_graph(strip_default_attrs=name == "mlp")
            with tf.Session() as session:
                session.run(init)
                before = session.run(out, feeds)
                losses = [float(session.run([loss, train], feeds)[0]) for _ in range(models.STEPS)]
            found[name] = {
                "meta_graph": base64.b64encode(meta_graph.SerializeToString(deterministic=True)).decode("ascii"),
                "names": names,
                "feeds": {k: store.encode(v) for k, v in feeds.items()},
                "output": store.encode(before),
                "losses": losses,
            }
    for name in models.FORWARD:
        found[name] = forward(name)
    _save("models.json.gz", found)
    record_saved_model()


def record_loop_models():
    """loop_models.json.gz: MetaGraphs of loop_models.MODELS, with the gradients that TensorFlow writes, and their losses."""
    found = {}
    for name in loop_models.MODELS:
        with tf.Graph().as_default() as graph:
            names, feeds = loop_models.build(tf, name)
            loss, train, init = names
            meta_graph = tf.train.export_meta_graph(strip_default_attrs=True)
            with tf.Session() as session:
                session.run(init)
                losses = [float(session.run([loss, train], feeds)[0]) for _ in range(loop_models.STEPS)]
                variables = {}
                for v in tf.trainable_variables():
                    read = v.op.name + ("/Read/ReadVariableOp:0" if v.dtype == v.dtype.base_dtype else "/read:0")
                    variables[read] = store.encode(session.run(read))
            print("%s: %d nodes, %s" % (name, len(graph.get_operations()), losses))
        found[name] = {
            "meta_graph": base64.b64encode(zlib.compress(meta_graph.SerializeToString(deterministic=True), 9)).decode("ascii"),
            "names": names,
            "feeds": {k: store.encode(np.asarray(v)) for k, v in feeds.items()},
            "losses": losses,
            "variables": variables,
        }
    _save("loop_models.json.gz", found)


def forward(name):
    """A model without gradients in its graph, and the gradients that tf.gradients takes through the imported graph."""
    with tf.Graph().as_default():
        names, feeds = models.build(tf, name)
        meta_graph = tf.train.export_meta_graph()
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.train.import_meta_graph(meta_graph)
        loss, _, out, init = names
        grads = tf.gradients(graph.get_tensor_by_name(loss), [graph.get_tensor_by_name("x:0")] + tf.trainable_variables())
        session.run(init)
        values = session.run([out] + grads, feeds)
    return {
        "meta_graph": base64.b64encode(meta_graph.SerializeToString(deterministic=True)).decode("ascii"),
        "names": names,
        "feeds": {k: store.encode(v) for k, v in feeds.items()},
        "output": store.encode(values[0]),
        "gradients": [store.encode(v) for v in values[1:]],
    }


def record_saved_model():
    """saved_model/: a SavedModel with variables of both kinds, a table of a file, and an op that initializes."""
    folder = os.path.join(FOLDER, "saved_model")
    shutil.rmtree(folder, ignore_errors=True)
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        w = tf.get_variable("w", initializer=[[1.0, -1.0], [2.0, 0.5]])
        b = tf.get_variable("b", initializer=[0.25, 0.5], use_resource=True)
        calls = tf.Variable(7, collections=[tf.GraphKeys.LOCAL_VARIABLES], name="calls")
        path = os.path.join(tempfile.mkdtemp(), "words.txt")
        with open(path, "w") as f:
            f.write("one\ntwo\n")
        words = tf.constant(path, name="words")
        tf.add_to_collection(tf.GraphKeys.ASSET_FILEPATHS, words)
        read = tf.Variable("", collections=[tf.GraphKeys.LOCAL_VARIABLES], name="read")
        y = tf.nn.relu(tf.matmul(x, w) + b, name="y")
        signature = tf.saved_model.predict_signature_def({"x": x}, {"y": y})
        with tf.control_dependencies([tf.local_variables_initializer()]):
            main_op = tf.group(tf.assign(read, tf.read_file(words)), name="main")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            builder = tf.saved_model.Builder(folder)
            builder.add_meta_graph_and_variables(
                session, ["serve"], {"serving_default": signature}, tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS), main_op=main_op
            )
            builder.save()
    print("saved_model: %s" % sorted(os.listdir(folder)), calls.name)


STEPS = {
    "functions": record_functions,
    "functional_control": record_functional_control,
    "editing": record_editing,
    "meta_graphs": record_meta_graphs,
    "models": record_models,
    "loops": record_loops,
    "loop_models": record_loop_models,
    "imports": record_imports,
    "gradients": record_gradients,
}


def main():
    """The command line."""
    for name in sys.argv[1:] or STEPS:
        STEPS[name]()


if __name__ == "__main__":
    main()
