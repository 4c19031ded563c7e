"""Has real TensorFlow 1.15.5 read checkpoints that scopeflow writes, and records that it did.

    python tests/golden/check_checkpoints_with_reference.py TF115/bin/python

writes them with scopeflow, has the reference interpreter read every tensor, whole and in other slices, and compares. The result,
`checkpoints_read_by_reference.json`, names each file with a hash of its bytes: as long as scopeflow writes these bytes
(`tests/formats/test_reading_recorded.py`), it holds.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
RESULT = os.path.join(FOLDER, "checkpoints_read_by_reference.json")
sys.path.insert(0, FOLDER)


def digest(value, kind):
    """A hash of an array: the name of its type, its shape and elements."""
    import numpy as np

    value = np.asarray(value, object) if kind == "string" else np.asarray(value)
    content = repr(value.tolist()).encode() if kind == "string" else value.tobytes()
    return "%s %s %s" % (kind, list(value.shape), hashlib.sha256(content).hexdigest()[:16])


# -- scopeflow's part -----------------------------------------------------------------
def write(folder):
    """Writes the checkpoints; gives name -> {tensor: digest}."""
    import checkpoint_values as values
    import ml_dtypes
    import numpy as np

    import scopeflow as tf
    from scopeflow.formats.bundle_writer import BundleWriter, merge
    from scopeflow.formats.tensor_slice import TensorSlice
    from scopeflow.formats.v1_checkpoint import write_v1

    def known(value):
        return digest(value, tf.as_dtype(np.asarray(value).dtype).name)

    plain = dict(values.PLAIN)
    plain.update(values.SHAPES, bfloat16=values.BFLOAT16.astype(ml_dtypes.bfloat16))
    plain.update({n: v.view(tf.as_dtype(n).np_dtype) for n, v in values.QUANTIZED.items()})
    parts = [(n, TensorSlice.parse(s), values.cut(values.WHOLE, s)) for n, specs in values.SLICES.items() for s in specs]
    expected = {}

    def bundle(name, rows):
        path = os.path.join(folder, name)
        with BundleWriter(path) as out:
            for key, part, value in rows:
                if part is None:
                    out.add(key, value)
                else:
                    out.add_slice(key, values.WHOLE.shape, part, value)
        return path

    wholes = {n: known(v) for n, v in plain.items()}
    sliced = {n: known(values.WHOLE) for n in values.SLICES}
    whole_rows = [(n, None, v) for n, v in plain.items()]
    bundle("types", whole_rows)
    expected["types"] = wholes
    bundle("slices", parts)
    expected["slices"] = sliced
    merge([bundle("temp%d" % i, (parts + whole_rows)[i::3]) for i in range(3)], os.path.join(folder, "shards"))
    expected["shards"] = dict(wholes, **sliced)
    many = [("a/long/scope/name/%05d/%s" % (i, "x" * 100), None, np.float32(i)) for i in range(2500)]
    bundle("blocks", many)
    expected["blocks"] = {n: known(v) for n, _, v in many}
    old = [(n, v.shape, TensorSlice((None,) * v.ndim), v) for n, v in plain.items() if n not in values.NOT_IN_OLD]
    old += [(n, values.WHOLE.shape, part, v) for n, part, v in parts]
    write_v1(os.path.join(folder, "old"), old)
    expected["old"] = dict({n: d for n, d in wholes.items() if n not in values.NOT_IN_OLD}, **sliced)
    for i in range(2):
        write_v1(os.path.join(folder, "oldshards-%05d-of-00002" % i), old[i::2])
    expected["oldshards-?????-of-00002"] = expected["old"]
    expected.update(_saved(folder, tf, np))
    return expected


def _saved(folder, tf, np):
    """Checkpoints of a Saver: each kind of variable; saved over itself; both versions; one file and several."""
    out = {}
    for version in (1, 2):
        for sharded in (False, True):
            name = "saver_v%d%s" % (version, "_sharded" if sharded else "")
            with tf.Graph().as_default():
                with tf.device("/cpu:0"):
                    tf.get_variable("ref", initializer=np.arange(6, dtype=np.float32).reshape(2, 3))
                    tf.get_variable("handle", initializer=np.array([1, 2], np.int64), use_resource=True)
                with tf.device("/cpu:1"):
                    tf.get_variable("text", initializer=np.array([b"a", b"", b"ccc"], object))
                    with tf.variable_scope("p", partitioner=tf.fixed_size_partitioner(3)):
                        tf.get_variable("w", initializer=tf.reshape(tf.range(14.0), [7, 2]))
                saver = tf.train.Saver(write_version=version, sharded=sharded)
                with tf.Session() as session:
                    session.run(tf.global_variables_initializer())
                    path = saver.save(session, os.path.join(folder, name), write_meta_graph=False)
                    saver.save(session, os.path.join(folder, name), write_meta_graph=False)
            out[os.path.basename(path)] = {
                "ref": digest(np.arange(6, dtype=np.float32).reshape(2, 3), "float32"),
                "handle": digest(np.array([1, 2], np.int64), "int64"),
                "text": digest(np.array([b"a", b"", b"ccc"], object), "string"),
                "p/w": digest(np.arange(14, dtype=np.float32).reshape(7, 2), "float32"),
            }
    return out


# -- the reference's part -------------------------------------------------------------
def read(folder):
    """What the reference finds: name -> {tensor: digest}; and for tensors of three dimensions, whether slices of them are right."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import checkpoint_values as values
    import numpy as np
    import tensorflow as tf
    from tensorflow.python.ops import gen_io_ops as io

    out = {}
    for name in json.load(sys.stdin):
        path = os.path.join(folder, name)
        reader = tf.compat.v1.train.NewCheckpointReader(path)
        types, shapes = reader.get_variable_to_dtype_map(), reader.get_variable_to_shape_map()
        names = sorted(types)
        found = {}
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            tensors = io.restore_v2(path, names, [""] * len(names), [types[n] for n in names])
            for n, v in zip(names, session.run(tensors)):
                found[n] = digest(v, types[n].name)
                if shapes[n] == list(values.WHOLE.shape):
                    specs = ["0,2:-:-", "1,3:-:-", "-:1,2:-", "2,1:3,1:0,2"]
                    cut = session.run(io.restore_v2(path, [n] * 4, ["5 4 3 " + s for s in specs], [types[n]] * 4))
                    assert all(np.array_equal(a, values.cut(values.WHOLE, s)) for a, s in zip(cut, specs)), (name, n)
        out[name] = found
    print(json.dumps(out))


def file_hashes(folder):
    """File -> hash of its bytes, without the state file."""
    out = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name != "checkpoint" and os.path.isfile(path) and not name.startswith("temp"):
            with open(path, "rb") as f:
                out[name] = hashlib.sha256(f.read()).hexdigest()[:16]
    return out


def main():
    """Writes, has the reference read, compares, records."""
    if len(sys.argv) > 2 and sys.argv[1] == "--read":
        read(sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        expected = write(folder)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        answer = subprocess.run(
            [sys.argv[1], "-W", "ignore", os.path.abspath(__file__), "--read", folder],
            input=json.dumps(sorted(expected)).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            env=environment,
        )
        found = json.loads(answer.stdout.decode().splitlines()[-1])
        wrong = [(n, t) for n in expected for t in expected[n] if found[n].get(t) != expected[n][t]]
        wrong += [(n, t) for n in expected for t in found[n] if t not in expected[n]]
        for name, tensor in wrong:
            print("%s: %s: %s, expected %s" % (name, tensor, found[name].get(tensor), expected[name].get(tensor)))
        if wrong:
            sys.exit(1)
        hashes = file_hashes(folder)
        with open(RESULT, "w") as f:
            json.dump({"tensorflow": "1.15.5", "checkpoints": {n: len(t) for n, t in expected.items()}, "files": hashes}, f, indent=1)
            f.write("\n")
        print("%d checkpoints, %d files, %d tensors: all read" % (len(expected), len(hashes), sum(map(len, expected.values()))))


if __name__ == "__main__":
    main()
