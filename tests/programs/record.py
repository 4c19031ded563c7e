"""Records what programs of this folder print on real TensorFlow 1.15.5. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/programs/record.py resnet
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))

if __name__ == "__main__":
    for name in sys.argv[1:]:
        printed = subprocess.check_output([sys.executable, "-W", "ignore", os.path.join(FOLDER, name + ".py")], stderr=subprocess.DEVNULL)
        with open(os.path.join(FOLDER, name + ".json"), "w") as f:
            json.dump(json.loads(printed.decode().splitlines()[-1]), f, separators=(",", ":"))
            f.write("\n")
        print("recorded " + name)
