"""Records what real TensorFlow 1.15.5 reports for the programs in training/. Runs on the reference interpreter only (Python 3.7).

TF115/bin/python tests/programs/record_training.py [PROGRAM ...]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))


def report_of(name):
    """What a program reports."""
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONWARNINGS="ignore")
    path = os.path.join(FOLDER, "training", name + ".py")
    out = subprocess.run([sys.executable, path], capture_output=True, text=True, env=environment)
    lines = [line for line in out.stdout.splitlines() if line.startswith("REPORT ")]
    if out.returncode or not lines:
        raise RuntimeError("%s failed:\n%s" % (name, out.stderr[-3000:]))
    return json.loads(lines[0].partition(" ")[2])


def main(names):
    """Records these programs, or all."""
    path = os.path.join(FOLDER, "training_reports.json")
    files = sorted(os.listdir(os.path.join(FOLDER, "training")))
    programs = [os.path.splitext(f)[0] for f in files if f.endswith(".py") and f != "report.py"]
    recorded = {}
    if names and os.path.exists(path):
        with open(path) as f:
            recorded = {k: v for k, v in json.load(f).items() if k in programs}
    for name in names or programs:
        recorded[name] = report_of(name)
        again = report_of(name)["losses"]
        if not all(abs(a - b) < 1e-5 + 1e-4 * abs(a) for x, y in zip(recorded[name]["losses"], again) for a, b in zip(x, y)):
            raise RuntimeError("%s is not the same twice: it leaves an order open" % name)
        print(name, recorded[name]["losses"][0], "...", recorded[name]["losses"][-1])
    with open(path, "w") as f:
        f.write("{\n" + ",\n".join('"%s": %s' % (k, json.dumps(recorded[k])) for k in sorted(recorded)) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
