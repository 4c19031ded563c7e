"""Models that scopeflow writes: as a frozen graph, a MetaGraph with a checkpoint, and a SavedModel; and what a reader must find in them."""

from __future__ import annotations

import hashlib
import json
import os

import numpy as np
import store

from . import models

#: what each model is written as
FORMS = ("frozen", "meta", "saved_model")


def write(tf, name, folder):
    """Trains a model for two steps, then writes its inference graph in all forms; returns digests of the graphs, by form."""
    os.makedirs(folder)
    with tf.Graph().as_default():
        (_, train, _, init), feeds = models.build(tf, name)
        with tf.Session() as session:
            session.run(init)
            for _ in range(2):
                session.run(train, feeds)
            prefix = tf.train.Saver(tf.trainable_variables() + tf.moving_average_variables()).save(
                session, os.path.join(folder, "trained"), write_meta_graph=False
            )
    digests = {}
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(11)
        out, feeds = inference(tf, name)
        saver = tf.train.Saver(tf.trainable_variables())
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            saver.restore(session, prefix)
            expected = session.run(out, feeds)
            frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), [out.op.name])
            with open(os.path.join(folder, "frozen.pb"), "wb") as f:
                f.write(frozen.SerializeToString())
            saver.save(session, os.path.join(folder, "model"))
            x = {k.partition(":")[0]: graph.get_tensor_by_name(k) for k in feeds}
            tf.saved_model.simple_save(session, os.path.join(folder, "saved_model"), x, {"out": out})
        digests["frozen"] = digest(frozen)
        digests["meta"] = digest(graph.as_graph_def())
    with open(os.path.join(folder, "expected.json"), "w") as f:
        json.dump({"out": out.name, "value": expected, "feeds": feeds}, f, default=store.encode)
    return digests


def inference(tf, name):
    """(output, feeds) of a model without what trains it."""
    minimize, apply = tf.train.Optimizer.minimize, tf.train.Optimizer.apply_gradients
    compute = tf.train.Optimizer.compute_gradients
    try:
        tf.train.Optimizer.minimize = lambda *args, **kwargs: tf.no_op()
        tf.train.Optimizer.apply_gradients = lambda *args, **kwargs: tf.no_op()
        tf.train.Optimizer.compute_gradients = lambda self, loss: [(v.read_value() * 1.0, v) for v in tf.trainable_variables()]
        _, _, out, feeds = {**models.MODELS, **models.FORWARD}[name](tf)
    finally:
        tf.train.Optimizer.minimize, tf.train.Optimizer.apply_gradients = minimize, apply
        tf.train.Optimizer.compute_gradients = compute
    return out, feeds


def digest(graph_def):
    """A digest of a graph's nodes, without the values of constants."""
    lines = []
    for node in graph_def.node:
        attrs = sorted(k for k in node.attr if k != "value")
        lines.append([node.name, node.op, list(node.input), [[k, node.attr[k].SerializeToString().hex()] for k in attrs]])
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def read(tf, folder, form):
    """The largest difference between what `folder` says and what a form gives on `tf`."""
    with open(os.path.join(folder, "expected.json")) as f:
        expected = json.load(f)
    feeds = {k: store.decode(v) for k, v in expected["feeds"].items()}
    with tf.Graph().as_default() as graph, tf.Session() as session:
        if form == "frozen":
            with open(os.path.join(folder, "frozen.pb"), "rb") as f:
                tf.import_graph_def(tf.GraphDef.FromString(f.read()), name="")
        elif form == "meta":
            tf.train.import_meta_graph(os.path.join(folder, "model.meta")).restore(session, os.path.join(folder, "model"))
        else:
            tf.saved_model.loader.load(session, ["serve"], os.path.join(folder, "saved_model"))
        feeds = {k: v for k, v in feeds.items() if k.partition(":")[0] in {op.name for op in graph.get_operations()}}
        found = session.run(expected["out"], feeds)
    return float(np.max(np.abs(found - store.decode(expected["value"]))))
