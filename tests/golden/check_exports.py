"""Has real TensorFlow 1.15.5 read what scopeflow wrote: frozen graphs, MetaGraphs with checkpoints, SavedModels.

python tests/golden/check_exports.py write FOLDER              on scopeflow: writes every model of graphs/models.py
TF115/bin/python tests/golden/check_exports.py check FOLDER    on the reference: reads and runs them; records graphs/exports.json

tests/train/test_exports.py then requires that scopeflow goes on writing the very graphs that were checked.
"""

from __future__ import annotations

import json
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

from graphs import exports, models  # noqa: E402


def write(folder):
    """Writes all models, and the digests of their graphs."""
    import scopeflow as tf

    digests = {name: exports.write(tf, name, os.path.join(folder, name)) for name in [*models.MODELS, *models.FORWARD]}
    with open(os.path.join(folder, "digests.json"), "w") as f:
        json.dump(digests, f)


def check(folder):
    """Reads all models with TensorFlow; records which graphs it took and how far its numbers were off."""
    warnings.simplefilter("ignore")
    import tensorflow as tf

    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    with open(os.path.join(folder, "digests.json")) as f:
        digests = json.load(f)
    found = {}
    for name in [*models.MODELS, *models.FORWARD]:
        differences = {form: exports.read(tf, os.path.join(folder, name), form) for form in exports.FORMS}
        assert max(differences.values()) < 1e-5, (name, differences)
        found[name] = {"digests": digests[name], "largest_difference": differences}
    with open(os.path.join(FOLDER, "graphs", "exports.json"), "w") as f:
        json.dump({"tensorflow": tf.__version__, "models": found}, f, indent=1, sort_keys=True)
        f.write("\n")
    print("%d models in %d forms each: largest difference %g" % (
        len(found), len(exports.FORMS), max(max(m["largest_difference"].values()) for m in found.values())))  # fmt: skip


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
