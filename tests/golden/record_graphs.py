"""Records what real TensorFlow 1.15.5 does with GraphDefs. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/golden/record_graphs.py            everything
TF115/bin/python tests/golden/record_graphs.py imports    calls of tf.import_graph_def
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "graphs")
sys.path[:0] = [FOLDER, os.path.dirname(FOLDER)]

import gradient_cases  # noqa: E402
import imports  # noqa: E402
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
    path = os.path.join(FOLDER, "gradients.json.gz")
    with open(path, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as f:
            f.write(json.dumps(found, sort_keys=True).encode("utf-8"))
    print("%d graphs with gradients, %d bytes" % (len(found), os.path.getsize(path)))


STEPS = {"imports": record_imports, "gradients": record_gradients}


def main():
    """The command line."""
    for name in sys.argv[1:] or STEPS:
        STEPS[name]()


if __name__ == "__main__":
    main()
