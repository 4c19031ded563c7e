"""Opening a checkpoint of either version by its name."""

from __future__ import annotations

import os

from .bundle_reader import BundleReader, index_path
from .checkpoint_reader import CheckpointReader
from .failures import CorruptError, MismatchError
from .v1_checkpoint import V1Reader, matching


def open_checkpoint(prefix: str) -> CheckpointReader:
    """The checkpoint `prefix`: a bundle if it has an index file, else the file or files of the first version that it names.

    Raises MissingError, CorruptError, TruncatedError, UnsupportedError, MismatchError (no such folder).
    """
    if os.path.isfile(index_path(prefix)):
        return BundleReader(prefix)
    folder = os.path.dirname(prefix)
    if folder and not os.path.isdir(folder):
        raise MismatchError(
            f"Unsuccessful TensorSliceReader constructor: Failed to get matching files on {prefix}: Not found: {folder}; No such file or "
            "directory"
        )
    try:
        return V1Reader(prefix)
    except CorruptError as error:
        text = f"Unable to open table file {prefix}: Data loss: {error}: perhaps your file is in a different file format and you need to "
        text += "use a different restore operator?"
        known = _prefix_of(prefix)
        if known:
            text += f" The file is a part of the checkpoint {known}: give that name."
        raise CorruptError(text) from None


def _prefix_of(path: str) -> str | None:
    """The bundle that a file is a part of, None if there is none."""
    for mark in (".data-", ".meta", ".index"):
        prefix, found, _ = path.rpartition(mark)
        if found and os.path.isfile(index_path(prefix)):
            return prefix
    return None


def checkpoint_files(prefix: str) -> list[str]:
    """The files of a checkpoint that exist: the index first, then data files, or the files of the first version."""
    if os.path.isfile(index_path(prefix)):
        return [index_path(prefix), *sorted(matching(prefix + ".data-?????-of-?????"))]
    return matching(prefix)
