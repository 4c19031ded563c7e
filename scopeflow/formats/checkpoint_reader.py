"""What readers of checkpoints have in common: the tensors in one, whole or by slices."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import numpy as np

from .element_types import NUMPY_TYPES, name_of
from .failures import CorruptError, FormatError, MismatchError, MissingError, UnsupportedError
from .tensor_slice import TensorSlice, count, disjoint, overlap, relative

#: NumPy's arrays have no more
MOST_DIMENSIONS = 64


class TensorInfo(NamedTuple):
    """A tensor in a checkpoint: the number of its element type, its shape, and the slices it is stored in (none: whole)."""

    dtype: int
    shape: tuple[int, ...]
    slices: tuple[TensorSlice, ...] = ()

    @property
    def np_dtype(self) -> np.dtype:
        """The NumPy type of the elements. Raises UnsupportedError for types that have none."""
        try:
            return NUMPY_TYPES[self.dtype]
        except KeyError:
            raise UnsupportedError(f"elements of the {name_of(self.dtype)} type cannot be read") from None

    @property
    def nbytes(self) -> int:
        """How many bytes its elements take; of strings, none."""
        np_type = self.np_dtype
        return 0 if np_type.hasobject else prod(self.shape) * np_type.itemsize


class CheckpointReader:
    """The tensors of a checkpoint, by name.

    Raises, when made and when read from: a FormatError that names the file, the tensor and the place.
    """

    def __init__(self, path: str):
        self.path = path
        self.tensors: dict[str, TensorInfo] = {}

    def __enter__(self) -> CheckpointReader:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the files."""

    def info(self, name: str) -> TensorInfo:
        """What is stored under `name`. Raises MissingError."""
        try:
            return self.tensors[name]
        except KeyError:
            raise MissingError(f"Key {name} not found in checkpoint {self.path}") from None

    def read(self, name: str) -> np.ndarray:
        """A whole tensor, in memory of its own. Strings come as bytes objects."""
        info = self.info(name)
        if not info.slices:
            return self._whole(name, info)
        return self.read_slice(name, TensorSlice((None,) * len(info.shape)))

    def read_slice(self, name: str, part: TensorSlice) -> np.ndarray:
        """A slice of a tensor, put together from the slices that are stored. Raises MismatchError if these do not cover it."""
        info = self.info(name)
        try:
            wanted = part.within(info.shape)
        except MismatchError as error:
            raise MismatchError(f"{self.path}: tensor {name}: {error}") from None
        if not info.slices:
            return self._part(name, info, part)
        if part in info.slices:
            return self._stored_slice(name, info, part)
        pieces = []
        for stored in info.slices:
            bounds = self._within(name, info, stored)
            common = overlap(bounds, wanted)
            if common is not None:
                pieces.append((stored, bounds, common))
        shape = tuple(s.stop - s.start for s in wanted)
        if sum(count(common) for _, _, common in pieces) != count(wanted) or not disjoint([common for _, _, common in pieces]):
            raise MismatchError(
                f"{self.path}: Does not have sufficient slices for partitioned tensor {name} to restore in slice spec: {part} (stored: "
                f"{', '.join(map(str, info.slices))})"
            )
        self._require_room(name, count(wanted) * info.np_dtype.itemsize)
        out = self.empty(shape, info.np_dtype, name)
        for stored, bounds, common in pieces:
            out[relative(common, wanted)] = self._stored_slice(name, info, stored)[relative(common, bounds)]
        return out

    def empty(self, shape: tuple[int, ...], np_type: np.dtype, name: str) -> np.ndarray:
        """Room for a tensor. Raises CorruptError for shapes that no array can have."""
        try:
            return np.empty(shape, np_type)
        except (ValueError, OverflowError):
            raise CorruptError(f"{self.path}: tensor {name} declares the shape {list(shape)}, which no array has") from None

    def verify(self) -> Iterator[tuple[str, FormatError | None]]:
        """Reads everything: (name, what is wrong with it or None) for each tensor."""
        for name, info in self.tensors.items():
            try:
                for part in info.slices:
                    self._stored_slice(name, info, part)
                if info.slices:
                    bounds = [self._within(name, info, s) for s in info.slices]
                    if sum(map(count, bounds)) != prod(info.shape) or not disjoint(bounds):
                        raise CorruptError(f"{self.path}: the slices of tensor {name} do not make up the whole {list(info.shape)}")
                else:
                    self._whole(name, info)
            except FormatError as error:
                yield name, error
            else:
                yield name, None

    def _within(self, name: str, info: TensorInfo, stored: TensorSlice) -> tuple[slice, ...]:
        try:
            return stored.within(info.shape)
        except MismatchError as error:
            raise CorruptError(f"{self.path}: tensor {name}: {error}") from None

    # -- what formats do ----------------------------------------------------------------
    def _whole(self, name: str, info: TensorInfo) -> np.ndarray:
        """A tensor that is stored whole."""
        raise NotImplementedError

    def _part(self, name: str, info: TensorInfo, part: TensorSlice) -> np.ndarray:
        """Part of a tensor that is stored whole."""
        whole = self._whole(name, info)
        return whole if part.is_full else whole[part.within(info.shape)].copy()

    def _stored_slice(self, name: str, info: TensorInfo, part: TensorSlice) -> np.ndarray:
        """One of the slices that a tensor is stored in."""
        raise NotImplementedError

    def _require_room(self, name: str, nbytes: int) -> None:
        """Raises CorruptError if the files are too small to hold `nbytes`."""


def shape_from(proto: object, what: str) -> tuple[int, ...]:
    """The dimensions of a Shape message. Raises CorruptError, UnsupportedError."""
    dims = tuple(d.size for d in proto.dim)  # type: ignore[attr-defined]
    if proto.unknown_rank or any(d < 0 for d in dims):  # type: ignore[attr-defined]
        raise CorruptError(f"{what} has no proper shape: {list(dims)}")
    if len(dims) > MOST_DIMENSIONS:
        raise UnsupportedError(f"{what} has {len(dims)} dimensions; NumPy's arrays have at most {MOST_DIMENSIONS}")
    return dims
