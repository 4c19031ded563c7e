"""Records what the networks of real TensorFlow 1.15.5 consist of. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/golden/record_networks.py
"""

from __future__ import annotations

import json
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import network_runner  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.contrib.slim.nets import alexnet, inception, overfeat, resnet_utils, resnet_v1, resnet_v2, vgg  # noqa: E402

MODULES = {
    "alexnet": alexnet,
    "inception": inception,
    "overfeat": overfeat,
    "resnet_utils": resnet_utils,
    "resnet_v1": resnet_v1,
    "resnet_v2": resnet_v2,
    "vgg": vgg,
}


def main():
    """Writes networks.json."""
    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    out = {case: network_runner.digest(network_runner.describe(tf, MODULES, case)) for case in network_runner.CASES}
    with open(os.path.join(FOLDER, "networks.json"), "w") as f:
        json.dump({"tensorflow": tf.__version__, "cases": out}, f, indent=1)
        f.write("\n")
    print("%d networks" % len(out))


if __name__ == "__main__":
    main()
