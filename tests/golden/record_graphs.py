"""Records what real TensorFlow 1.15.5 does with GraphDefs. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/golden/record_graphs.py            everything
TF115/bin/python tests/golden/record_graphs.py imports    calls of tf.import_graph_def
"""

from __future__ import annotations

import json
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "graphs")
sys.path.insert(0, FOLDER)

import imports  # noqa: E402
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


STEPS = {"imports": record_imports}


def main():
    """The command line."""
    for name in sys.argv[1:] or STEPS:
        STEPS[name]()


if __name__ == "__main__":
    main()
