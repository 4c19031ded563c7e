"""Files as ops: read_file, write_file, matching_files, match_filenames_once."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.operation import Tensor
from ..graph.public import export
from ..graph.tensor_shape import Dims
from ..op.declare import op
from ..op.shapes import scalar
from .checkpoint import as_tf_errors


def text(value: Any) -> str:
    """A string element as a path."""
    value = value.item() if isinstance(value, np.ndarray) else value
    return os.fsdecode(value)


def boxed(values: Sequence[Any]) -> np.ndarray:
    """Strings as an array [n]."""
    out = np.empty(len(values), object)
    out[:] = values
    return out


def _no_outputs(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


@op("ReadFile", "filename: string -> contents: string", host=True, stateful=True, shape=scalar)
def read_file(filename):
    """The bytes of a file. Raises NotFoundError."""
    with as_tf_errors(), open(text(filename), "rb") as file:
        out = np.empty((), object)
        out[()] = file.read()
        return out


@op("WriteFile", "filename: string, contents: string -> ", host=True, stateful=True, shape=_no_outputs)
def write_file(filename, contents):
    """Writes a file, which it creates or replaces; folders are made."""
    path = text(filename)
    with as_tf_errors():
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(path, "wb") as file:
            file.write(contents.item())
    return ()


def matching(pattern: str) -> list[str]:
    """The paths, sorted, that fit a pattern: `*` and `?` do not cross a `/`; `[...]` as in a shell."""
    folder, _, last = pattern.rpartition("/")
    root = "/" if pattern.startswith("/") and not folder else folder
    if re.search(r"[*?\[]", folder):
        folders = matching(folder)
    else:
        folders = [root]
    if not re.search(r"[*?\[]", last):
        return sorted(p for p in (_joined(f, last, pattern) for f in folders) if os.path.exists(p))
    found = []
    for f in folders:
        try:
            names = os.listdir(f or ".")
        except (FileNotFoundError, NotADirectoryError):
            continue
        found += [_joined(f, n, pattern) for n in names if fnmatch.fnmatchcase(n, last)]
    return sorted(found)


def _joined(folder: str, name: str, pattern: str) -> str:
    if not folder:
        return name
    return folder + name if folder.endswith("/") else f"{folder}/{name}"


@op("MatchingFiles", "pattern: string -> filenames: string", host=True, stateful=True, shape=lambda inputs, attrs: [(None,)])
def matching_files(pattern):
    """The paths, sorted, that fit one of the patterns (a scalar or a vector)."""
    if pattern.ndim > 1:
        raise errors.InvalidArgumentError(None, None, "Input patterns tensor must be scalar or vector")
    return boxed(sorted(p.encode() for one in pattern.ravel() for p in matching(text(one))))


export(read_file, "read_file", "io.read_file")
export(write_file, "write_file", "io.write_file")
export(matching_files, "matching_files", "io.matching_files")
