"""Writes scopeflow/compat/private_names.txt: which public names the private modules of TensorFlow 1.15.5 hold.

Runs on the reference interpreter only.

    TF115/bin/python tests/golden/record_private_names.py USAGE_IMPORTS_TSV SIGNATURES_JSON > scopeflow/compat/private_names.txt

One line a module: its path, then `name` for each attribute that is the object of the public name `tf.name`, or
`attribute=public.name`. Modules are those loaded by `import tensorflow` from the folders that programs import from, and those that
USAGE_IMPORTS_TSV lists.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import types
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402

CONSTANTS = (int, float, str, bytes, bool, tuple, list, dict, type(None))
#: decorators that nearly every module imports
NOT_THEIRS = ("contrib.slim.deprecated", "contrib.slim.deprecated_args", "contrib.slim.deprecated_arg_values")
FOLDERS = (
    "client",
    "data.ops",
    "data.util",
    "feature_column",
    "framework",
    "layers",
    "lib.io",
    "ops",
    "platform",
    "saved_model",
    "summary",
    "training",
    "util",
)
#: packages of tf.contrib whose private modules programs import from as they like
CONTRIB = (
    "crf cudnn_rnn data distributions feature_column framework graph_editor image layers legacy_seq2seq lookup losses metrics nn opt rnn "
    "seq2seq slim summary training util"
).split()
#: modules that programs are known to import from, beside those of the usage table
MORE = (
    "crf.python.ops.crf",
    "cudnn_rnn.python.layers.cudnn_rnn",
    "cudnn_rnn.python.ops.cudnn_rnn_ops",
    "rnn.python.ops.fused_rnn_cell",
    "rnn.python.ops.gru_ops",
    "rnn.python.ops.lstm_ops",
    "rnn.python.ops.rnn",
    "rnn.python.ops.rnn_cell",
    "seq2seq.python.ops.attention_wrapper",
    "seq2seq.python.ops.basic_decoder",
    "seq2seq.python.ops.beam_search_decoder",
    "seq2seq.python.ops.beam_search_ops",
    "seq2seq.python.ops.decoder",
    "seq2seq.python.ops.helper",
    "seq2seq.python.ops.loss",
)


def public_names(signatures):
    """Id of an object -> its shortest public name, and the objects (kept alive, so that ids stay theirs)."""
    with open(signatures) as f:
        table = json.load(f)
    names = {}
    constants = {}
    keep = []
    for full in sorted(list(table["symbols"]) + list(table["alias_to_canonical"]), key=lambda n: (n.count("."), len(n), n)):
        if full.startswith(("tf.compat.", "tf.keras.", "tf.raw_ops.")):
            continue
        value = tf
        try:
            for part in full.split(".")[1:]:
                value = getattr(value, part)
        except Exception:
            continue
        if isinstance(value, types.ModuleType):
            continue
        if isinstance(value, CONSTANTS):
            constants.setdefault((full.split(".")[-1], repr(value)), full[3:])
            continue
        keep.append(value)
        names.setdefault(id(value), full[3:])
    return names, constants, keep


def main():
    """Prints the table."""
    names, constants, _kept = public_names(sys.argv[2])
    wanted = set()
    programs = set()
    with open(sys.argv[1]) as f:
        for line in f:
            module, name = line.split("\t")[:2]
            for path in (module, module + "." + name):
                if path.startswith("tensorflow.python") or (path.startswith("tensorflow.contrib") and ".python" in path):
                    try:
                        importlib.import_module(path)
                        wanted.add(path)
                        programs.add(path)
                    except Exception:
                        pass
    for name in MORE:
        importlib.import_module("tensorflow.contrib." + name)
        wanted.add("tensorflow.contrib." + name)
    for package in CONTRIB:
        importlib.import_module("tensorflow.contrib." + package)
        prefix = "tensorflow.contrib.%s.python." % package
        wanted |= {m for m in sys.modules if m.startswith(prefix) and ".gen_" not in m and sys.modules[m] is not None}
    for folder in FOLDERS:
        prefix = "tensorflow.python.%s." % folder
        wanted |= {m for m in sys.modules if m.startswith(prefix) and ".gen_" not in m and m.count(".") == prefix.count(".")}
    for path in sorted(wanted):
        module = sys.modules[path]
        row = []
        for key in sorted(vars(module)):
            value = vars(module)[key]
            full = constants.get((key, repr(value))) if isinstance(value, CONSTANTS) else names.get(id(value))
            if full and not key.startswith("__") and full not in NOT_THEIRS:
                row.append(full if full == key else key + "=" + full)
        if row or path.startswith("tensorflow.contrib") or path in programs:
            print(" ".join([path] + row))


if __name__ == "__main__":
    main()
