"""Records what real TensorFlow 1.15.5 does with GraphDefs. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/golden/record_graphs.py            everything
TF115/bin/python tests/golden/record_graphs.py imports    calls of tf.import_graph_def
TF115/bin/python tests/golden/record_graphs.py loops      a graph of loops and branches
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "graphs")
sys.path.insert(0, FOLDER)

import imports  # noqa: E402
import loops  # noqa: E402
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


STEPS = {"imports": record_imports, "loops": record_loops}


def main():
    """The command line."""
    for name in sys.argv[1:] or STEPS:
        STEPS[name]()


if __name__ == "__main__":
    main()
