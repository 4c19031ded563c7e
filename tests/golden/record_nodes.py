"""Records the nodes that real TensorFlow 1.15.5 makes for golden/node_cases. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/golden/record_nodes.py           # all families
TF115/bin/python tests/golden/record_nodes.py layers    # some
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import node_runner  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)


def main():
    """Records the families named on the command line, or every one."""
    for name in sorted(os.listdir(os.path.join(FOLDER, "node_cases"))):
        if not name.endswith(".py") or (sys.argv[1:] and name[:-3] not in sys.argv[1:]):
            continue
        names = {}
        path = os.path.join(FOLDER, "node_cases", name)
        with open(path) as f:
            exec(compile(f.read(), path, "exec"), names)
        recorded = {case: node_runner.describe(tf, case) for case in names["CASES"]}
        with open(path[:-3] + ".json.gz", "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as f:
            f.write(json.dumps({"tensorflow": tf.__version__, "cases": recorded}, indent=0).encode())
        print("%s: %d cases" % (name[:-3], len(recorded)))


if __name__ == "__main__":
    main()
