"""Records the script of every code point, as TensorFlow 1.15.5 gives it. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/golden/record_unicode_scripts.py

Writes scopeflow/ops/strings/unicode_scripts.txt: a line for each run of code points of one script: its first one (in hexadecimal), and
the script's number.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scopeflow", "ops", "strings", "unicode_scripts.txt")


def main():
    """Writes the file."""
    with tf.compat.v1.Session() as session:
        scripts = session.run(tf.strings.unicode_script(np.arange(0x110000, dtype=np.int32)))
    starts = np.flatnonzero(np.diff(scripts, prepend=-2))
    with open(FILE, "w") as f:
        f.writelines("%x %d\n" % (s, scripts[s]) for s in starts)
    print("%d runs" % len(starts))


if __name__ == "__main__":
    main()
