"""Object-based checkpoints, both ways between real TensorFlow 1.15.5 (Python 3.7) and scopeflow.

TF115/bin/python tests/golden/record_object_checkpoints.py               # writes object_checkpoints/, what TensorFlow saves
python tests/golden/record_object_checkpoints.py write /tmp/objects      # on scopeflow: writes the same programs' checkpoints
TF115/bin/python tests/golden/record_object_checkpoints.py check /tmp/objects
# TensorFlow restores them, and records digests of what it read in object_checkpoints_read_by_reference.json
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import object_checkpoint_programs as programs  # noqa: E402


def save(tf, program, folder):
    """Saves a program's objects twice; returns the second checkpoint's name."""
    with tf.Graph().as_default(), tf.Session() as session:
        root = program(tf, programs.values(1.0))
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        root.save(os.path.join(folder, program.__name__), session)
        return root.save(os.path.join(folder, program.__name__), session)


def digest(prefix):
    """A digest of a checkpoint's files."""
    out = hashlib.sha256()
    for suffix in (".index", ".data-00000-of-00001"):
        with open(prefix + suffix, "rb") as f:
            out.update(f.read())
    return out.hexdigest()


def record():
    """Has TensorFlow save all programs."""
    import tensorflow as tf

    folder = os.path.join(FOLDER, "object_checkpoints")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    recorded = {}
    for program in programs.PROGRAMS:
        path = save(tf, program, folder)
        reader = tf.train.load_checkpoint(path)
        graph = tf.contrib.checkpoint.object_metadata(path)
        recorded[program.__name__] = {"graph": programs.described(graph), "tensors": programs.tensors(reader)}
        for name in os.listdir(folder):
            if name.startswith(program.__name__ + "-1."):
                os.remove(os.path.join(folder, name))
    os.remove(os.path.join(folder, "checkpoint"))
    with open(os.path.join(folder, "recorded.json"), "w") as f:
        json.dump(recorded, f, indent=0, sort_keys=True)


def write(folder):
    """Has scopeflow save all programs."""
    import scopeflow as tf

    os.makedirs(folder, exist_ok=True)
    for program in programs.PROGRAMS:
        save(tf, program, folder)


def check(folder):
    """Has TensorFlow restore what scopeflow saved, all of it and nothing else."""
    import numpy as np
    import tensorflow as tf

    with open(os.path.join(FOLDER, "object_checkpoints", "recorded.json")) as f:
        recorded = json.load(f)
    digests = {}
    for program in programs.PROGRAMS:
        prefix = os.path.join(folder, program.__name__ + "-2")
        with tf.Graph().as_default(), tf.Session() as session:
            root = program(tf, programs.values(50.0))
            status = root.restore(prefix).assert_consumed()
            status.run_restore_ops(session)
            again = root.write(prefix + "-again", session)
            found = programs.tensors(tf.train.load_checkpoint(again))
            for name, value in recorded[program.__name__]["tensors"].items():
                np.testing.assert_array_equal(found[name], value, err_msg=name)
        digests[program.__name__] = digest(prefix)
    with open(os.path.join(FOLDER, "object_checkpoints_read_by_reference.json"), "w") as f:
        json.dump(digests, f, indent=0, sort_keys=True)


if __name__ == "__main__":
    {"": record, "write": lambda: write(sys.argv[2]), "check": lambda: check(sys.argv[2])}[sys.argv[1] if len(sys.argv) > 1 else ""]()
