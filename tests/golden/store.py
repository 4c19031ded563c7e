"""The files of recorded results: compressed JSON, arrays as base64 of their bytes. Python 3.7 and later."""

from __future__ import annotations

import base64
import gzip
import json
import os

import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))


def path_of(family):
    """Where the results of a family are kept."""
    return os.path.join(FOLDER, family + ".json.gz")


def load(family):
    """The recorded file of a family: {"tensorflow", "command", "cases": {code: result}}; empty if there is none."""
    try:
        with gzip.open(path_of(family), "rt", encoding="utf-8") as f:
            return json.load(f)
    except FileNotFoundError:
        return {"cases": {}}


def save(family, record):
    """Writes a family's file; the same content gives the same bytes."""
    text = json.dumps(record, sort_keys=True, indent=0, default=encode)
    with open(path_of(family), "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as f:
            f.write(text.encode("utf-8"))


def encode(array):
    """An array as something JSON can hold."""
    if not isinstance(array, (np.ndarray, np.generic)):
        raise TypeError("cannot store %r" % (array,))
    array = np.asarray(array)
    if array.dtype.kind in "OSU":
        flat = [v if isinstance(v, bytes) else str(v).encode("utf-8") for v in array.ravel().tolist()]
        return {"kind": "bytes", "shape": list(array.shape), "data": [v.decode("latin-1") for v in flat]}
    name = array.dtype.name if array.dtype.names is None and array.dtype.kind != "V" else str(array.dtype)
    if array.dtype.names is not None:
        name = array.dtype.names[0]
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
    return {"kind": name, "shape": list(array.shape), "data": data}


def decode(stored):
    """The array that `encode` stored."""
    shape = tuple(stored["shape"])
    if stored["kind"] == "bytes":
        out = np.empty(len(stored["data"]), object)
        out[:] = [v.encode("latin-1") for v in stored["data"]]
        return out.reshape(shape)
    return np.frombuffer(base64.b64decode(stored["data"]), _numpy_type(stored["kind"])).reshape(shape)


def _numpy_type(name):
    quantized = {"qint8": "int8", "quint8": "uint8", "qint16": "int16", "quint16": "uint16", "qint32": "int32"}
    if name == "bfloat16":
        import ml_dtypes

        return ml_dtypes.bfloat16
    return np.dtype(quantized.get(name, name))
