"""Files of named tensors, of any kind: TensorFlow's checkpoints, safetensors, NumPy's npz, Orbax."""

from __future__ import annotations

import contextlib
import importlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import ml_dtypes
import numpy as np

from ..formats.bundle_reader import BundleReader, data_path, index_path
from ..formats.bundle_writer import BundleWriter
from ..formats.checkpoint_reader import CheckpointReader
from ..formats.checkpoints import open_checkpoint
from ..formats.element_types import STRING, number_of
from ..formats.failures import FormatError, UnsupportedError
from ..formats.safe_files import written_whole
from ..formats.tensor_slice import TensorSlice
from ..formats.v1_checkpoint import write_v1
from ..graph.dtypes import DType, as_dtype

Tensors = Iterable[tuple[str, np.ndarray]]
KINDS = ("tf", "tf-v1", "safetensors", "npz", "orbax")
_BY_SUFFIX = {".safetensors": "safetensors", ".npz": "npz", ".orbax": "orbax"}


class ToolError(Exception):
    """Something the user has to change; the message says what."""


class Info(NamedTuple):
    """A tensor in a file."""

    dtype: DType
    shape: tuple[int, ...]
    #: how many slices it is stored in; 0 if whole
    slices: int = 0

    @property
    def elements(self) -> int:
        n = 1
        for d in self.shape:
            n *= d
        return n

    @property
    def nbytes(self) -> int:
        """Bytes of its elements; of strings, none are known."""
        return 0 if self.dtype.np_dtype.hasobject else self.elements * self.dtype.size


class TensorFile:
    """An open file: its kind, name, tensors, and a function that reads one."""

    def __init__(self, kind: str, path: str, tensors: dict[str, Info], read: Callable[[str], np.ndarray]):
        self.kind, self.path, self.tensors, self.read = kind, path, tensors, read


def extra(module: str) -> Any:
    """A module of the optional extra `export`. Raises ToolError if it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        raise ToolError(f"{name} is not installed: pip install 'scopeflow[export]'") from None


# -- reading ------------------------------------------------------------------------
def checkpoint_prefix(path: str) -> str:
    """The checkpoint that a path means: itself, the latest of a folder, or the one that a file of it belongs to. Raises ToolError."""
    from ..train.checkpoint_management import latest_checkpoint

    if os.path.isdir(path):
        found = latest_checkpoint(path)
        if found is None:
            raise ToolError(f"{path} is a folder without a checkpoint that its `checkpoint` file names: name one of the files in it")
        return found
    for mark in (".index", ".meta", ".data-"):
        prefix, cut, _ = path.rpartition(mark)
        if cut and os.path.isfile(index_path(prefix)):
            return prefix
    return path


@contextlib.contextmanager
def opened(path: str) -> Iterator[TensorFile]:
    """A file of tensors, of whatever kind.

    Raises:
      ToolError: there is none.
      FormatError: it is damaged.
    """
    kind = _BY_SUFFIX.get(Path(path).suffix)
    if kind is None and os.path.isdir(path) and any((Path(path) / n).exists() for n in ("_METADATA", "_CHECKPOINT_METADATA")):
        kind = "orbax"
    if kind is not None and not os.path.exists(path):
        raise ToolError(f"there is no {path}")
    if kind == "npz":
        with _npz(path) as file:
            yield file
    elif kind == "safetensors":
        with _safetensors(path) as file:
            yield file
    elif kind == "orbax":
        yield _orbax(path)
    else:
        with open_checkpoint(checkpoint_prefix(path)) as reader:
            yield _checkpoint(reader)


def _checkpoint(reader: CheckpointReader) -> TensorFile:
    tensors = {n: Info(as_dtype(t.dtype), t.shape, len(t.slices)) for n, t in sorted(reader.tensors.items())}
    return TensorFile("tf" if isinstance(reader, BundleReader) else "tf-v1", reader.path, tensors, reader.read)


@contextlib.contextmanager
def _npz(path: str) -> Iterator[TensorFile]:
    try:
        archive = np.load(path, allow_pickle=False)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise FormatError(f"{path}: {error}") from None
    with archive:

        def read(name: str) -> np.ndarray:
            try:
                value = archive[name]
            except (OSError, ValueError, zipfile.BadZipFile) as error:
                raise FormatError(f"{path}: tensor {name}: {error}") from None
            return _as_bytes(value) if value.dtype.kind in "SU" else value

        tensors = {}
        for name in sorted(archive.files):
            shape, dtype = _npy_header(archive.zip, name, path)
            tensors[name] = Info(as_dtype(dtype), shape)
        yield TensorFile("npz", path, tensors, read)


def _npy_header(archive: zipfile.ZipFile, name: str, path: str) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type of an array in an npz, without its elements."""
    entry = name if name in archive.namelist() else name + ".npy"
    try:
        with archive.open(entry) as file:
            version = np.lib.format.read_magic(file)
            head = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = head(file)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise FormatError(f"{path}: tensor {name}: {error}") from None
    return shape, dtype


def _as_bytes(value: np.ndarray) -> np.ndarray:
    out = np.empty(value.shape, object)
    out.reshape(-1)[:] = [v.encode() if isinstance(v, str) else bytes(v) for v in value.reshape(-1).tolist()]
    return out


@contextlib.contextmanager
def _safetensors(path: str) -> Iterator[TensorFile]:
    library = extra("safetensors")
    try:
        with library.safe_open(path, framework="np") as file:
            tensors = {}
            for name in sorted(file.keys()):
                part = file.get_slice(name)
                tensors[name] = Info(_SAFE_TYPES[part.get_dtype()], tuple(part.get_shape()))
            yield TensorFile("safetensors", path, tensors, file.get_tensor)
    except library.SafetensorError as error:
        raise FormatError(f"{path}: {error}") from None
    except KeyError as error:
        raise UnsupportedError(f"{path}: elements of the type {error.args[0]} have no counterpart in TensorFlow 1") from None


_SAFE_TYPES = {
    name: as_dtype(kind)
    for name, kind in {
        "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32", "I32": "int32", "U64": "uint64",
        "I64": "int64", "F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64", "C64": "complex64",
    }.items()
}  # fmt: skip


def _orbax(path: str) -> TensorFile:
    library = extra("orbax.checkpoint")
    jax = importlib.import_module("jax")
    with library.PyTreeCheckpointer() as checkpointer:
        metadata = checkpointer.metadata(os.path.abspath(path))
        tree = getattr(metadata.item_metadata, "tree", metadata.item_metadata)
        types = {name: np.dtype(leaf.dtype) for name, leaf in _flat(tree) if hasattr(leaf, "dtype")}
        arguments = jax.tree_util.tree_map(
            lambda leaf: library.RestoreArgs(restore_type=np.ndarray), tree, is_leaf=lambda leaf: hasattr(leaf, "dtype")
        )
        restored = checkpointer.restore(os.path.abspath(path), restore_args=arguments)
    values = {name: np.asarray(value, types.get(name)) for name, value in _flat(restored)}
    tensors = {name: Info(as_dtype(v.dtype), v.shape) for name, v in sorted(values.items())}
    return TensorFile("orbax", path, tensors, values.__getitem__)


def _flat(tree: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(name, leaf) of nested dictionaries and lists; the parts of names are joined by slashes."""
    items: Any = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, (list, tuple)) else None
    if items is None:
        yield prefix, tree
        return
    for key, value in items:
        yield from _flat(value, f"{prefix}/{key}" if prefix else str(key))


# -- writing ------------------------------------------------------------------------
def kind_for(path: str) -> str:
    """The kind that the end of a file's name means; a TensorFlow checkpoint if it means none."""
    return _BY_SUFFIX.get(Path(path).suffix, "tf")


def existing(path: str, kind: str) -> str | None:
    """What writing to `path` would replace, None if nothing."""
    for candidate in [index_path(path), data_path(path, 0, 1)] if kind == "tf" else [path]:
        if os.path.exists(candidate):
            return candidate
    return None


def unfit(kind: str, info: Info) -> str | None:
    """Why files of a kind cannot hold a tensor; None if they can."""
    dtype = info.dtype
    if kind == "tf-v1" and dtype.name in ("bfloat16", "uint32", "uint64", "qint16", "quint16"):
        return f"the first version has no {dtype.name}"
    if kind in ("tf", "tf-v1"):
        return None
    if dtype.is_quantized:
        return "quantized types are TensorFlow's own"
    if kind == "safetensors" and dtype not in _SAFE_TYPES.values():
        return f"safetensors has no {dtype.name}"
    if kind == "orbax" and dtype.np_dtype.hasobject:
        return "Orbax has no strings"
    if kind == "orbax" and not info.elements:
        return "Orbax stores no empty arrays"
    return None


def write(path: str, kind: str, tensors: Tensors) -> None:
    """Writes tensors; the file appears when it is whole."""
    {"tf": _write_bundle, "tf-v1": _write_v1, "npz": _write_npz, "safetensors": _write_safetensors, "orbax": _write_orbax}[kind](
        path, tensors
    )


def _write_bundle(path: str, tensors: Tensors) -> None:
    with BundleWriter(path) as out:
        for name, value in tensors:
            out.add(name, value)


def _write_v1(path: str, tensors: Tensors) -> None:
    write_v1(path, [(n, v.shape, TensorSlice((None,) * v.ndim), v) for n, v in tensors])


def _write_npz(path: str, tensors: Tensors) -> None:
    with written_whole(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, value in tensors:
            with archive.open(name + ".npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, _for_npz(name, value), allow_pickle=False)


def _for_npz(name: str, value: np.ndarray) -> np.ndarray:
    """An array that npy files can hold: bfloat16 as float32, strings as NumPy's, which end at their last byte that is not zero."""
    if value.dtype == ml_dtypes.bfloat16:
        return value.astype(np.float32)
    if number_of(value.dtype) != STRING:
        return value
    if any(v.endswith(b"\0") for v in value.reshape(-1).tolist()):
        raise ToolError(f"{name} has strings that end in a zero byte, which npz loses: leave it out with --exclude, or convert to tf")
    return np.array(value.tolist(), "S") if value.size else np.zeros(value.shape, "S1")


def _write_safetensors(path: str, tensors: Tensors) -> None:
    library = extra("safetensors.numpy")
    data = library.save({n: np.asarray(v, order="C") for n, v in tensors}, {"format": "np"})
    with written_whole(path) as file:
        file.write(data)


def _write_orbax(path: str, tensors: Tensors) -> None:
    library = extra("orbax.checkpoint")
    with library.PyTreeCheckpointer() as checkpointer:
        # Names stay whole: as nested scopes, `w` could not stand beside `w/Adam`.
        checkpointer.save(os.path.abspath(path), dict(tensors), force=True)
