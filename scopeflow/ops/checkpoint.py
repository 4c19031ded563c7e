"""Reading and writing checkpoints from a graph."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..formats import bundle_writer
from ..formats.bundle_writer import BundleWriter
from ..formats.checkpoint_reader import CheckpointReader, TensorInfo
from ..formats.checkpoints import open_checkpoint
from ..formats.element_types import name_of
from ..formats.failures import CorruptError, FormatError, MismatchError, MissingError, TruncatedError, UnsupportedError
from ..formats.tensor_slice import TensorSlice, parse_shape_and_slice
from ..formats.v1_checkpoint import V1Reader, sharded_pattern, write_v1
from ..graph import errors
from ..graph.constant_value import constant_value
from ..graph.dtypes import DType
from ..graph.operation import Tensor
from ..graph.public import export
from ..graph.tensor_shape import Dims
from ..op import shapes
from ..op.declare import ShapeError, op

_CLASSES = (
    (TruncatedError, errors.OutOfRangeError),
    (CorruptError, errors.DataLossError),
    (MissingError, errors.NotFoundError),
    (MismatchError, errors.InvalidArgumentError),
    (UnsupportedError, errors.UnimplementedError),
    (FormatError, errors.UnknownError),
    (FileNotFoundError, errors.NotFoundError),
    (PermissionError, errors.PermissionDeniedError),
    ((IsADirectoryError, NotADirectoryError), errors.FailedPreconditionError),
    (OSError, errors.UnknownError),
)


@contextlib.contextmanager
def as_tf_errors(what: str = "") -> Iterator[None]:
    """What goes wrong with files inside, raised as the error classes of `tf.errors`; `what` is put before the message."""
    try:
        yield
    except (FormatError, OSError) as error:
        kind = next(c for k, c in _CLASSES if isinstance(error, k))
        if isinstance(error, OSError) and error.errno == 28:  # ENOSPC
            kind = errors.ResourceExhaustedError
        text = str(error) if isinstance(error, FormatError) else f"{error.filename or what}; {error.strerror or error}"
        raise kind(None, None, what + text if isinstance(error, FormatError) else text) from error


def _text(value: Any) -> str:
    value = value[()] if isinstance(value, np.ndarray) else value
    return os.fsdecode(value)


def _texts(values: np.ndarray) -> list[str]:
    codec = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
    return [v.decode(*codec) if isinstance(v, bytes) else v for v in values.ravel().tolist()]


def _require_lengths(names: np.ndarray, specs: np.ndarray, n: int) -> None:
    if names.ndim != 1 or specs.ndim != 1 or not len(names) == len(specs) == n:
        raise errors.InvalidArgumentError(
            None, None, f"Got {names.size} tensor names and {specs.size} shape and slice specifications for {n} tensors"
        )


# -- static shapes ------------------------------------------------------------------
def _saved(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """A name (and a slice) for each tensor; no outputs."""
    shapes.merge(inputs[0]._dims, ())
    lists = inputs[1 : len(inputs) - len(attrs.get("dtypes") or attrs["T"])]
    for t in lists:
        dims = shapes.merge(t._dims, (None,))
        n = len(inputs) - 1 - len(lists)
        if dims is not None and dims[0] not in (None, n):
            raise ShapeError(f"Dimension must be {n} but is {dims[0]}")
    return []


def _restored(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """The shapes of slices that are known; those of whole tensors are in the file."""
    shapes.merge(inputs[0]._dims, ())
    shapes.merge(shapes.merge(inputs[1]._dims, (None,)), inputs[2]._dims)
    n = len(attrs["dtypes"])
    specs = constant_value(inputs[2])
    if specs is None:
        return [None] * n
    if specs.size != n:
        raise ShapeError("The number of shape_and_slice doesn't match tensor outputs.")
    return [_spec_shape(_text(s)) for s in specs.ravel().tolist()]


def _restored_slice(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    spec = constant_value(inputs[2])
    return [None if spec is None else _spec_shape(_text(spec))]


def _spec_shape(text: str) -> Dims:
    if not text:
        return None
    try:
        return parse_shape_and_slice(text)[2]
    except MismatchError as error:
        raise ShapeError(str(error)) from None


def _nothing(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


def _unknown(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [None]


# -- bundles ------------------------------------------------------------------------
_HOST: dict[str, Any] = {"host": True, "stateful": True, "differentiable": False}


@op("SaveV2", "prefix: string, tensor_names: string, shape_and_slices: string, tensors: *dtypes -> ", shape=_saved, **_HOST)
def save_v2(prefix, tensor_names, shape_and_slices, tensors):
    """Writes tensors, or slices of tensors ("4 3 0,2:-": the first two rows of a [4, 3] one), to the bundle `prefix`."""
    _require_lengths(tensor_names, shape_and_slices, len(tensors))
    with as_tf_errors(), BundleWriter(_text(prefix)) as bundle:
        for name, spec, value in zip(_texts(tensor_names), _texts(shape_and_slices), tensors):
            if spec:
                shape, part, _ = parse_shape_and_slice(spec)
                bundle.add_slice(name, shape, part, value)
            else:
                bundle.add(name, value)
    return ()


@op("RestoreV2", "prefix: string, tensor_names: string, shape_and_slices: string -> tensors: *dtypes", shape=_restored, **_HOST)
def restore_v2(prefix, tensor_names, shape_and_slices, *, dtypes: list[dtype]):  # noqa: F821
    """Tensors, or slices of tensors, from a checkpoint of either version. What does not fit is found before anything is read."""
    _require_lengths(tensor_names, shape_and_slices, len(dtypes))
    path = _text(prefix)
    wanted = list(zip(_texts(tensor_names), _texts(shape_and_slices), dtypes))
    with as_tf_errors(), open_checkpoint(path) as reader:
        parts = [_Wanted(reader, *w) for w in wanted]
        problems = [p.problem for p in parts if p.problem is not None]
        if problems:
            # Missing names first, as those are most likely the cause of all.
            kind, first = min(problems, key=lambda p: p[0] is not errors.NotFoundError)
            more = len(problems) - 1
            raise kind(None, None, first + (f" ({more} more: {'; '.join(t for _, t in problems if t != first)})" if more else ""))
        return [p.read() for p in parts]


class _Wanted:
    """A tensor, or a slice of one, to restore."""

    def __init__(self, reader: CheckpointReader, name: str, spec: str, dtype: DType):
        self._reader, self._name, self._part = reader, name, None
        self.problem: tuple[type[errors.OpError], str] | None = None
        info = reader.tensors.get(name)
        old = isinstance(reader, V1Reader)
        if info is None:
            text = f'Tensor name "{name}" not found in checkpoint files {reader.path}' if old else f"Key {name} not found in checkpoint"
            self.problem = errors.NotFoundError, text
            return
        if info.dtype != dtype.base_dtype.as_datatype_enum:
            have, given = dtype.proto_name, name_of(info.dtype)
            text = f"tensor_name = {name}; expected dtype {have} does not equal original dtype {given}"
            if old:
                text = f"Expected to restore a tensor of type {have}, got a tensor of type {given} instead: tensor_name = {name}"
            self.problem = errors.InvalidArgumentError, text
        elif spec:
            self._set_slice(spec, info)

    def _set_slice(self, spec: str, info: TensorInfo) -> None:
        shape, self._part, _ = parse_shape_and_slice(spec)
        if shape != info.shape:
            have, stored = ("[" + ",".join(map(str, dims)) + "]" for dims in (shape, info.shape))
            self.problem = (
                errors.InvalidArgumentError,
                f"tensor_name = {self._name}; shape in shape_and_slice spec {have} does not match the shape stored in checkpoint: {stored}",
            )

    def read(self) -> np.ndarray:
        return self._reader.read(self._name) if self._part is None else self._reader.read_slice(self._name, self._part)


@op("MergeV2Checkpoints", "checkpoint_prefixes: string, destination_prefix: string -> ", shape=_nothing, **_HOST)
def merge_v2_checkpoints(checkpoint_prefixes, destination_prefix, *, delete_old_dirs: bool = True):
    """Makes one bundle of several, whose files it takes; removes the folders that this empties if `delete_old_dirs`."""
    sources = _texts(checkpoint_prefixes)
    with as_tf_errors():
        bundle_writer.merge(sources, _text(destination_prefix))
    if delete_old_dirs:
        for folder in dict.fromkeys(map(os.path.dirname, sources)):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
    return ()


@op("ShardedFilename", "basename: string, shard: int32, num_shards: int32 -> filename: string", host=True, shape=shapes.scalar)
def sharded_filename(basename, shard, num_shards):
    """The name of one file of several: `base-00000-of-00002`."""
    return np.array(f"{_text(basename)}-{int(shard):05d}-of-{int(num_shards):05d}".encode(), object)


@op("ShardedFilespec", "basename: string, num_shards: int32 -> filename: string", host=True, shape=shapes.scalar)
def sharded_filespec(basename, num_shards):
    """The pattern that matches several files: `base-?????-of-00002`."""
    return np.array(sharded_pattern(_text(basename), int(num_shards)).encode(), object)


# -- the first version ----------------------------------------------------------------
def _full(value: np.ndarray) -> TensorSlice:
    return TensorSlice((None,) * value.ndim)


def _write_v1(filename: Any, names: list[str], specs: list[str], values: Sequence[np.ndarray]) -> tuple[()]:
    tensors = []
    with as_tf_errors():
        for name, spec, value in zip(names, specs, values):
            shape, part = (value.shape, _full(value)) if not spec else parse_shape_and_slice(spec)[:2]
            tensors.append((name, shape, part, value))
        write_v1(_text(filename), tensors)
    return ()


@op("SaveSlices", "filename: string, tensor_names: string, shapes_and_slices: string, data: *T -> ", shape=_saved, **_HOST)
def save_slices(filename, tensor_names, shapes_and_slices, data):
    """Writes tensors, or slices of tensors, to a checkpoint of the first version."""
    _require_lengths(tensor_names, shapes_and_slices, len(data))
    return _write_v1(filename, _texts(tensor_names), _texts(shapes_and_slices), data)


@op("Save", "filename: string, tensor_names: string, data: *T -> ", shape=_saved, **_HOST)
def save(filename, tensor_names, data):
    """Writes tensors to a checkpoint of the first version."""
    return _write_v1(filename, _texts(tensor_names), [""] * len(data), data)


def _read_v1(pattern: Any, name: Any, spec: str, dt: DType) -> np.ndarray:
    with as_tf_errors(), V1Reader(_text(pattern)) as reader:
        wanted = _Wanted(reader, _text(name), spec, dt)
        if wanted.problem is not None:
            raise wanted.problem[0](None, None, wanted.problem[1])
        return wanted.read()


@op("Restore", "file_pattern: string, tensor_name: string -> tensor: dt", shape=_unknown, **_HOST)
def restore(file_pattern, tensor_name, *, dt: dtype, preferred_shard: int = -1):  # noqa: F821
    """A tensor from a checkpoint of the first version."""
    return _read_v1(file_pattern, tensor_name, "", dt)


@op("RestoreSlice", "file_pattern: string, tensor_name: string, shape_and_slice: string -> tensor: dt", shape=_restored_slice, **_HOST)
def restore_slice(file_pattern, tensor_name, shape_and_slice, *, dt: dtype, preferred_shard: int = -1):  # noqa: F821
    """A slice of a tensor from a checkpoint of the first version."""
    return _read_v1(file_pattern, tensor_name, _text(shape_and_slice), dt)


for _op in (
    save_v2, restore_v2, merge_v2_checkpoints, sharded_filename, sharded_filespec, save_slices, save, restore, restore_slice,
):  # fmt: skip
    export(_op, f"python.ops.gen_io_ops.{_op.__name__}", f"python.ops.io_ops.{_op.__name__}")
