"""Runs one golden case on any TensorFlow-like module: real TensorFlow 1.15 (Python 3.7) when recording, scopeflow when comparing."""

from __future__ import annotations

import numpy as np

#: the graph seed that every case starts with
GRAPH_SEED = 87654321
_FLOATS = ("float16", "float32", "float64", "bfloat16")


class CaseError(Exception):
    """The case itself is wrong."""


def run_case(tf, code):
    """What `code` makes on `tf`: a dict with `raises`, or with `outs` and, where there are float placeholders, `gradients`."""
    graph = tf.Graph()
    with graph.as_default():
        tf.set_random_seed(GRAPH_SEED)
        feeds = {}
        names = {"tf": tf, "np": np, "P": _placeholder_maker(tf, feeds)}
        try:
            exec(compile(code, "<golden case>", "exec"), names)
        except Exception as error:
            return {"raises": _describe(error)}
        if "out" not in names:
            raise CaseError("the case does not set `out`:\n" + code)
        outs = _flatten(tf, names["out"])
        tensors = [t for kind, t in outs if kind == "tensor"]
        init = _initializers(tf, graph, names.get("init"))
        try:
            values = _run(tf, graph, init, tensors, feeds, names.get("runs", 1), names.get("keep"))
        except Exception as error:
            return {"raises": _describe(error)}
        result = {"outs": _outs(outs, values)}
        gradients = _gradients(tf, graph, init, tensors, values[0], feeds)
        if gradients is not None:
            result["gradients"] = gradients
        return result


def _placeholder_maker(tf, feeds):
    def P(value, shape=None, dtype=None):
        """A placeholder fed with `value`; `shape`: its static shape (None: the value's own; "?": unknown rank)."""
        if not isinstance(value, (np.ndarray, np.generic)):
            value, given = np.array(value), value
            if value.dtype.kind == "S":  # NumPy's fixed-width bytes drop the NULs at their end
                value = np.array(given, object)
            if value.dtype == np.float64:
                value = value.astype(np.float32)
            elif value.dtype == np.int64:
                value = value.astype(np.int32)
        value = np.asarray(value)
        if value.dtype.kind in "SU":
            flat = [v.encode() if isinstance(v, str) else v for v in value.ravel().tolist()]
            array = np.empty(len(flat), object)
            array[:] = flat
            value = array.reshape(value.shape)
        if dtype is not None:
            dtype = tf.as_dtype(dtype)
            value = value.astype(dtype.as_numpy_dtype)
        elif value.dtype == object:
            dtype = tf.string
        else:
            dtype = tf.as_dtype(value.dtype)
        if shape is None:
            shape = value.shape
        elif isinstance(shape, str):
            shape = None
        t = tf.placeholder(dtype, shape)
        feeds[t] = value
        return t

    return P


def _flatten(tf, out):
    """A list of ("tensor", t) or ("python", text) for everything in `out`."""
    if out is None or isinstance(out, (str, bytes, bool, int, float, complex, np.generic)):
        return [("python", repr(out.item() if isinstance(out, np.generic) else out))]
    if isinstance(out, np.ndarray):
        return [("python", "array %s %s" % (out.dtype.name, out.tolist()))]
    if isinstance(out, tf.Tensor):
        return [("tensor", out)]
    if isinstance(out, tf.Operation):
        return [("python", "op %s %s" % (out.name, out.type))]
    if isinstance(out, tf.SparseTensor):
        return [("tensor", t) for t in (out.indices, out.values, out.dense_shape)]
    if isinstance(out, tf.IndexedSlices):
        rest = [] if out.dense_shape is None else [out.dense_shape]
        return [("tensor", t) for t in [out.values, out.indices] + rest]
    if isinstance(out, dict):
        return [x for k in sorted(out) for x in [("python", repr(k))] + _flatten(tf, out[k])]
    if isinstance(out, tf.TensorShape):
        return [("python", "shape %s" % (out.as_list() if out.ndims is not None else None))]
    if isinstance(out, tf.DType):
        return [("python", out.name)]
    if isinstance(out, (list, tuple)):
        return [x for v in out for x in _flatten(tf, v)]
    if hasattr(out, "dtype"):
        return [("tensor", tf.convert_to_tensor(out))]
    return [("python", type(out).__name__)]


def _initializers(tf, graph, init):
    steps = []
    variables = graph.get_collection("variables") + graph.get_collection("local_variables")
    if variables:
        steps.append(tf.variables_initializer(variables))
    tables = graph.get_collection("table_initializer")
    if tables:
        steps.append(tables)
    if init is not None:
        steps.append(init)
    return steps


def _run(tf, graph, init, tensors, feeds, runs, keep=None):
    with tf.Session(graph=graph) as session:
        for step in init:
            session.run(step, feeds)
        values = [session.run(tensors, feeds) for _ in range(runs)]
    return values if keep is None else [values[i - 1] for i in keep]


def _outs(outs, values):
    rows = []
    at = 0
    for kind, item in outs:
        if kind == "python":
            rows.append({"python": item})
            continue
        shape = item.shape.as_list() if item.shape.ndims is not None else None
        row = {"dtype": item.dtype.base_dtype.name, "shape": shape, "values": [np.asarray(run[at]) for run in values]}
        if row["dtype"] in ("resource", "variant"):
            row["values"] = []
        rows.append(row)
        at += 1
    return rows


def weights_for(value, index):
    """The fixed weights of an output in the sum that gradients are taken of."""
    count = int(np.prod(value.shape, dtype=np.int64))
    return (((np.arange(count) * 7 + index * 3) % 11 - 4.5) / 4.0).reshape(value.shape)


def _gradients(tf, graph, init, tensors, values, feeds):
    """Gradients of sum(out * weights) with respect to the float placeholders: a list of arrays or None, or an error."""
    xs = [t for t in feeds if t.dtype.base_dtype.name in _FLOATS]
    ys = [(t, v) for t, v in zip(tensors, values) if t.dtype.base_dtype.name in _FLOATS]
    if not xs or not ys:
        return None
    try:
        with graph.as_default():
            weights = [
                tf.constant(weights_for(np.asarray(v), i).astype(t.dtype.base_dtype.as_numpy_dtype), t.dtype.base_dtype)
                for i, (t, v) in enumerate(ys)
            ]
            grads = tf.gradients([t for t, _ in ys], xs, grad_ys=weights)
            live = [tf.convert_to_tensor(g) for g in grads if g is not None]
        run = iter(_run(tf, graph, init, live, feeds, 1)[0]) if live else iter(())
        return [None if g is None else np.asarray(next(run)) for g in grads]
    except Exception as error:
        return _describe(error)


def _describe(error):
    lines = str(error).strip().splitlines()
    return {"class": type(error).__name__, "message": lines[0] if lines else ""}
