"""What serialized tf.train.Example messages hold, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from ..formats.example import Example, SequenceExample
from ..graph import dtypes, errors
from ..graph.dtypes import DType
from ..graph.tensor_shape import TensorShape

#: the field of a Feature -> the type of its values
_KINDS = {"bytes_list": dtypes.string, "float_list": dtypes.float32, "int64_list": dtypes.int64}
_SPELLED = {dtypes.string: "string", dtypes.float32: "float", dtypes.int64: "int64"}


def fail(text: str) -> errors.OpError:
    """InvalidArgumentError."""
    return errors.InvalidArgumentError(None, None, text)


def parsed(data: bytes, what: Any = Example, label: str = "example") -> Any:
    """The message. Raises InvalidArgumentError."""
    try:
        return what.FromString(data)
    except DecodeError:
        raise fail(f"Could not parse {label} input, value: '{data[:100].decode(errors='replace')}'") from None


def values_of(features: Mapping[str, Any], key: str, kind: DType, label: str) -> np.ndarray | None:
    """A feature's values; None if it is missing or holds none of any type. Raises InvalidArgumentError for another type."""
    if key not in features:
        return None
    feature = features[key]
    field = feature.WhichOneof("kind")
    if field is None:
        return None
    found = _KINDS[field]
    if found is not kind:
        raise fail(f"{label}Key: {key}.  Data types don't match. Expected type: {_SPELLED[kind]}, but got: {_SPELLED[found]}")
    return as_values(getattr(feature, field).value, kind)


def as_values(values: Sequence[Any], kind: DType) -> np.ndarray:
    """A repeated field as an array [n]."""
    if kind is dtypes.string:
        out = np.empty(len(values), object)
        out[:] = list(values)
        return out
    return np.array(values, kind.np_dtype)


def filler(kind: DType) -> Any:
    """What fills up dense values."""
    return b"" if kind is dtypes.string else 0


class Dense:
    """A feature of one shape: `shape` may be unknown in its first dimension, then examples' lengths differ."""

    def __init__(self, key: str, kind: DType, shape: TensorShape, default: np.ndarray | None):
        self.key, self.kind, self.default = key, kind, default
        dims = shape._dims or ()
        self.ragged = bool(dims) and dims[0] is None
        self.shape = tuple(dims[1:] if self.ragged else dims)
        self.stride = int(np.prod(self.shape, dtype=np.int64))

    def of(self, features: Mapping[str, Any], label: str) -> np.ndarray:
        """One example's value. Raises InvalidArgumentError if it is missing without default, or does not fit."""
        values = values_of(features, self.key, self.kind, label)
        if values is None:
            if self.ragged:
                return np.zeros((0, *self.shape), self.kind.np_dtype)
            if self.default is None or not self.default.size:
                raise fail(f"{label}Feature: {self.key} (data type: {_SPELLED[self.kind]}) is required but could not be found.")
            return np.broadcast_to(self.default, self.shape) if self.default.size == 1 else self.default.reshape(self.shape)
        if self.ragged:
            if values.size % self.stride:
                raise fail(
                    f"{label}Key: {self.key}.  Number of {_SPELLED[self.kind]} values is not a multiple of stride length. Saw "
                    f"{values.size} values but output shape is: {_shown((None, *self.shape))}"
                )
            return values.reshape(-1, *self.shape)
        if values.size != self.stride:
            raise fail(
                f"{label}Key: {self.key}.  Number of {_SPELLED[self.kind]} values != expected.  Values size: {values.size} but output "
                f"shape: {_shown(self.shape)}"
            )
        return values.reshape(self.shape)

    def batch(self, rows: Sequence[np.ndarray]) -> np.ndarray:
        """Examples' values as rows, those of ragged ones filled up."""
        if not self.ragged:
            if not rows:
                return np.zeros((0, *self.shape), self.kind.np_dtype)
            return np.stack(rows)
        longest = max((len(r) for r in rows), default=0)
        fill = self.default.ravel()[0] if self.default is not None and self.default.size else filler(self.kind)
        out = np.full((len(rows), longest, *self.shape), fill, self.kind.np_dtype)
        for i, r in enumerate(rows):
            out[i, : len(r)] = r
        return out


def sparse_rows(rows: Sequence[np.ndarray], kind: DType) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lists of values as the rows of a sparse tensor: indices [n, 2], values [n], shape [2]."""
    lengths = [len(r) for r in rows]
    first = np.repeat(np.arange(len(rows)), lengths)
    second = np.concatenate([np.arange(n) for n in lengths]) if rows else np.zeros(0)
    indices = np.stack([first, second], 1).astype(np.int64)
    values = np.concatenate(rows) if rows else np.zeros(0, kind.np_dtype)
    return indices, values, np.array([len(rows), max(lengths, default=0)], np.int64)


def one_sparse(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values as a sparse tensor of rank 1."""
    return np.arange(len(values), dtype=np.int64)[:, None], values, np.array([len(values)], np.int64)


def parse_one(data: bytes, sparse: Sequence[tuple[str, DType]], dense: Sequence[Dense]) -> tuple[list[Any], list[np.ndarray]]:
    """The sparse and dense features of one example."""
    features = parsed(data).features.feature
    return [_sparse_of(features, k, t, "") for k, t in sparse], [d.of(features, "") for d in dense]


def _sparse_of(features: Mapping[str, Any], key: str, kind: DType, label: str) -> np.ndarray:
    values = values_of(features, key, kind, label)
    return np.zeros(0, kind.np_dtype) if values is None else values


def parse_many(
    serialized: Sequence[bytes], names: Sequence[bytes], sparse: Sequence[tuple[str, DType]], dense: Sequence[Dense]
) -> tuple[list[list[np.ndarray]], list[list[np.ndarray]]]:
    """For each sparse and each dense feature, the values of all examples."""
    sparse_values: list[list[np.ndarray]] = [[] for _ in sparse]
    dense_values: list[list[np.ndarray]] = [[] for _ in dense]
    for i, data in enumerate(serialized):
        name = names[i].decode(errors="replace") if len(names) else "<unknown>"
        features = parsed(data).features.feature
        label = f"Name: {name}, "
        for out, (key, kind) in zip(sparse_values, sparse):
            out.append(_sparse_of(features, key, kind, label))
        for out, d in zip(dense_values, dense):
            out.append(d.of(features, label))
    return sparse_values, dense_values


class Sequences:
    """The lists of features of SequenceExamples."""

    def __init__(self, data: bytes, name: str):
        message = parsed(data, SequenceExample, "SequenceExample")
        self.context = message.context.feature
        self.lists = message.feature_lists.feature_list
        self.label = f"Name: {name}, "

    def dense(self, key: str, kind: DType, shape: TensorShape, may_be_missing: bool) -> np.ndarray:
        """A list as [steps, ...]."""
        dims = tuple(shape._dims or ())
        if key not in self.lists:
            if may_be_missing:
                return np.zeros((0, *dims), kind.np_dtype)
            raise fail(
                f"{self.label}Feature list '{key}' is required but could not be found.  Did you mean to include it in "
                "feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?"
            )
        size = int(np.prod(dims, dtype=np.int64))
        out = []
        for step, feature in enumerate(self.lists[key].feature):
            field = feature.WhichOneof("kind")
            if field is None or _KINDS[field] is not kind:
                found = _SPELLED[_KINDS[field]] if field else "none"
                raise fail(
                    f"{self.label}Feature list: {key}, Index: {step}.  Data types don't match. Expected type: {_SPELLED[kind]}  "
                    f"Feature is: {found}"
                )
            values = as_values(getattr(feature, field).value, kind)
            if values.size != size:
                raise fail(
                    f"{self.label}Key: {key}, Index: {step}.  Number of {_SPELLED[kind]} values != expected.  values size: "
                    f"{values.size} but output shape: {_shown(dims)}"
                )
            out.append(values.reshape(dims))
        return np.stack(out) if out else np.zeros((0, *dims), kind.np_dtype)

    def sparse(self, key: str, kind: DType) -> list[np.ndarray]:
        """A list's values, one array a step."""
        if key not in self.lists:
            return []
        out = []
        for step, feature in enumerate(self.lists[key].feature):
            field = feature.WhichOneof("kind")
            if field is None:
                out.append(np.zeros(0, kind.np_dtype))
                continue
            if _KINDS[field] is not kind:
                raise fail(f"{self.label}Feature List: {key}, Index: {step}.  Data types don't match. Expected type: {_SPELLED[kind]}")
            out.append(as_values(getattr(feature, field).value, kind))
        return out


def _shown(dims: Sequence[int | None]) -> str:
    return "[" + ",".join("?" if d is None else str(d) for d in dims) + "]"
