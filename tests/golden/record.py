"""Records what real TensorFlow 1.15.5 gives for the golden cases. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/golden/record.py              records families whose cases changed
TF115/bin/python tests/golden/record.py nn_conv      that family
TF115/bin/python tests/golden/record.py --all        every family
TF115/bin/python tests/golden/record.py --show "x = P([1., -2.]); out = tf.nn.relu(x)"    one case, nothing is written
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import case_runner  # noqa: E402
import store  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
_SUSPECT = ("NameError", "SyntaxError", "AttributeError", "IndentationError")


def families():
    """The names of all families."""
    return sorted(n[:-3] for n in os.listdir(os.path.join(FOLDER, "cases")) if n.endswith(".py") and not n.startswith("_"))


def cases_of(family):
    """The cases of a family, as strings of code."""
    names = {}
    path = os.path.join(FOLDER, "cases", family + ".py")
    with open(path) as f:
        exec(compile(f.read(), path, "exec"), names)
    return [c.strip("\n") for c in names["CASES"]]


def record(family, again):
    """Records a family; returns the number of cases that ran."""
    codes = cases_of(family)
    known = {} if again else store.load(family)["cases"]
    if not again and set(codes) == set(known):
        return 0
    results = {}
    suspects = []
    raising = 0
    ran = 0
    for code in codes:
        if code in known:
            results[code] = known[code]
            continue
        result = case_runner.run_case(tf, code)
        ran += 1
        results[code] = result
        error = result.get("raises")
        if error:
            raising += 1
            if error["class"] in _SUSPECT or "unexpected keyword" in error["message"]:
                suspects.append((code, error))
    store.save(
        family,
        {
            "tensorflow": tf.__version__,
            "numpy": case_runner.np.__version__,
            "command": "python tests/golden/record.py " + family,
            "cases": results,
        },
    )
    size = os.path.getsize(store.path_of(family))
    print("%s: %d cases, %d recorded now (%d of them raise), %.0f kB" % (family, len(codes), ran, raising, size / 1e3))
    for code, error in suspects:
        print("  is this case right? %s: %s\n    %s" % (error["class"], error["message"], code.replace("\n", "\n    ")))
    return ran


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", nargs="*")
    parser.add_argument("--all", action="store_true", help="every case again, not only new ones")
    parser.add_argument("--show", metavar="CODE", help="run one case and print what it gives")
    args = parser.parse_args()
    if args.show:
        result = case_runner.run_case(tf, args.show)
        for key in result:
            print(key, result[key])
        return
    total = sum(record(f, args.all or f in args.family) for f in args.family or families())
    print("%d cases recorded" % total)


if __name__ == "__main__":
    main()
