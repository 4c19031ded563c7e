"""What can be wrong with a file. No graph is known here: `ops/checkpoint.py` turns each class into one of `tf.errors`."""

from __future__ import annotations


class FormatError(Exception):
    """A file, or a part of it, cannot be used."""


class CorruptError(FormatError):
    """The bytes are not what was written: a checksum or a length does not fit (tf.errors.DataLossError)."""


class TruncatedError(FormatError):
    """The file ends before what it should hold (tf.errors.OutOfRangeError)."""


class MissingError(FormatError):
    """A file, or an entry in it, does not exist (tf.errors.NotFoundError)."""


class MismatchError(FormatError):
    """What is asked for does not fit what is stored (tf.errors.InvalidArgumentError)."""


class UnsupportedError(FormatError):
    """The file is sound, but uses something that is not read here (tf.errors.UnimplementedError)."""
