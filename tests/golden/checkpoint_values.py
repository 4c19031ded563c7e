"""What the recorded checkpoints hold: the same on the reference interpreter (Python 3.7) and here."""

from __future__ import annotations

import numpy as np

#: TensorFlow's name of a type -> values, as NumPy has them without that type: bfloat16 and the quantized types are made from others
PLAIN = {
    "float32": np.array([[1.5, -2.25, 0.0], [np.inf, -np.inf, 3e38]], np.float32),
    "float64": np.array([1e300, -5e-324, 0.1]),
    "float16": np.array([[1.5], [65504.0], [-6e-8]], np.float16),
    "int8": np.array([-128, 0, 127], np.int8),
    "int16": np.array([-32768, 32767], np.int16),
    "int32": np.array([-(2**31), 2**31 - 1], np.int32),
    "int64": np.array([-(2**63), 2**63 - 1], np.int64),
    "uint8": np.array([0, 255], np.uint8),
    "uint16": np.array([0, 65535], np.uint16),
    "uint32": np.array([0, 2**32 - 1], np.uint32),
    "uint64": np.array([0, 2**64 - 1], np.uint64),
    "bool": np.array([[True, False], [False, True]]),
    "complex64": np.array([1.5 - 2j, 0j], np.complex64),
    "complex128": np.array([1e300 + 1e-300j]),
    "string": np.array([[b"", b"a\x00\xff"], [b"x" * 300, "\u00fc".encode()]], object),
}
#: bfloat16 values, all of them exact
BFLOAT16 = np.array([1.0, -2.5, 3.0e38, 0.0], np.float32)
#: quantized type -> (the plain type with the same bytes, values)
QUANTIZED = {
    "qint8": np.array([-128, 5], np.int8),
    "quint8": np.array([0, 255], np.uint8),
    "qint32": np.array([-7, 7], np.int32),
    "qint16": np.array([-300, 300], np.int16),
    "quint16": np.array([0, 65535], np.uint16),
}
#: types that checkpoints of the first version cannot hold
NOT_IN_OLD = ("bfloat16", "uint32", "uint64", "qint16", "quint16")
#: names that tables have to sort and escape
SHAPES = {
    "scalar": np.array(7.0, np.float32),
    "empty": np.zeros([0, 3], np.float32),
    "deep": np.arange(24, dtype=np.int32).reshape(1, 2, 3, 4, 1),
    "scope/with/many/parts": np.array([1], np.int64),
    "scope/with/many/parts_1": np.array([2], np.int64),
    "\u00fcml\u00e4ut": np.array([3], np.int64),
    "string_scalar": np.array(b"alone", object),
    "no_strings": np.zeros([0], object),
}
#: a tensor in slices: name -> (whole, slices)
WHOLE = np.arange(60, dtype=np.float32).reshape(5, 4, 3)
SLICES = {
    "rows": ["0,2:-:-", "2,2:-:-", "4,1:-:-"],
    "columns": ["-:0,3:-", "-:3,1:-"],
    "grid": ["0,2:0,2:-", "0,2:2,2:-", "2,3:0,2:-", "2,3:2,2:-"],
    "one": ["0,5:0,4:0,3"],
}


def cut(whole, spec):
    """The slice of an array that "0,2:-" names."""
    index = []
    for part in spec.split(":"):
        if part == "-":
            index.append(slice(None))
        else:
            start, length = part.split(",")
            index.append(slice(int(start), int(start) + int(length)))
    return whole[tuple(index)]
