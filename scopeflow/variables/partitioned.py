"""PartitionedVariable: a variable kept in several parts along one axis, read as one tensor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..graph.conversion import register_tensor_conversion_function
from ..graph.default_graph import get_default_graph
from ..graph.dtypes import as_dtype
from ..graph.operation import Tensor
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops.flow import identity
from .variable import Variable


class PartitionedVariable:
    """The parts of a variable, in order, and their concatenation where a tensor is wanted.

    Args:
      name: of the whole; the parts are `name/part_0`, ...
      shape: of the whole.
      dtype: of the elements.
      variable_list: the parts, each with a `_save_slice_info`.
      partitions: how many parts along each axis; more than one along at most one axis.

    Raises:
      TypeError: the arguments are of the wrong kinds.
      ValueError: the parts do not belong to the whole.
    """

    def __init__(self, name: str, shape: Any, dtype: Any, variable_list: Sequence[Variable], partitions: Sequence[int]):
        if not isinstance(variable_list, (list, tuple)):
            raise TypeError(f"variable_list is not a list or tuple: {variable_list}")
        if not isinstance(partitions, (list, tuple)):
            raise TypeError(f"partitions is not a list or tuple: {partitions}")
        if any(p < 1 for p in partitions):
            raise ValueError(f"partition values must be positive: {partitions}")
        if not variable_list:
            raise ValueError("variable_list may not be empty")
        for v in variable_list:
            info = v._get_save_slice_info()
            if info is None:
                raise ValueError(f"All variables must have a save_slice_info available: {[w.name for w in variable_list]}")
            if list(info.full_shape) != as_shape(shape).as_list():
                raise ValueError(
                    f"All variables' full shapes must match shape: {shape}; but full shapes were: "
                    f"{[list(w._save_slice_info.full_shape) for w in variable_list]}"
                )
        self._variable_list = sorted(variable_list, key=lambda v: v._get_save_slice_info().var_offset)
        self._name, self._shape, self._dtype = name, as_shape(shape), dtype
        self._partitions = partitions
        self._as_tensor: Tensor | None = None
        self._history: Any = None
        self._distribute_strategy = None

    def __iter__(self) -> Iterator[Variable]:
        return iter(self._variable_list)

    def __len__(self) -> int:
        return len(self._variable_list)

    def _partition_axes(self) -> list[int]:
        """The axis cut into more than one part; the first if there is none."""
        if all(p == 1 for p in self._partitions):
            return [0]
        return [i for i, p in enumerate(self._partitions) if p > 1]

    def _concat(self) -> Tensor:
        """The whole, as a new tensor named after the variable."""
        graph = get_default_graph()
        parts = self._variable_list
        with graph.name_scope(None):
            if len(parts) == 1:
                return identity(parts[0], name=self._name)
            axes = self._partition_axes()
            if len(axes) > 1:
                raise NotImplementedError(
                    f"Cannot concatenate along more than one dimension: {axes}.  Multi-axis partition concat is not supported"
                )
            from ..ops.joining import concat

            with graph.name_scope(self._name + "/ConcatPartitions/"):
                whole = concat(list(parts), axes[0])
            return identity(whole, name=self._name)

    def as_tensor(self) -> Tensor:
        """The whole: outside control dependencies, so that every call may give the same value."""
        with get_default_graph().control_dependencies(None):
            return self._concat()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dtype(self) -> Any:
        """The type, as it was asked for."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        return self._shape

    def get_shape(self) -> TensorShape:
        """The static shape of the whole."""
        return self._shape

    def _get_variable_list(self) -> list[Variable]:
        return self._variable_list

    def _get_partitions(self) -> Sequence[int]:
        return self._partitions

    def _parts_of(self, value: Any) -> list[Any]:
        """`value` (one tensor, or a list with one for each part) cut as the variable is."""
        if isinstance(value, (list, tuple)):
            assert len(value) == len(self._variable_list)
            return list(value)
        assert not isinstance(value, Sequence)
        if isinstance(value, PartitionedVariable):
            assert len(value) == len(self._variable_list)
            return list(value)
        from ..ops.joining import split

        axis = self._partition_axes()[0]
        sizes = [int(v.shape.as_list()[axis]) for v in self._variable_list]
        return split(value, sizes, axis=axis)

    def _change(self, how: str, value: Any, use_locking: bool, name: str | None, read_value: bool) -> Any:
        out = [getattr(v, how)(x, use_locking, name, read_value) for v, x in zip(self._variable_list, self._parts_of(value))]
        return out if read_value else [t.op for t in out]

    def assign(self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Sets all parts from one tensor or from one for each part; a list of results."""
        return self._change("assign", value, use_locking, name, read_value)

    def assign_add(self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Adds to all parts."""
        return self._change("assign_add", value, use_locking, name, read_value)

    def assign_sub(self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Subtracts from all parts."""
        return self._change("assign_sub", value, use_locking, name, read_value)


def _to_tensor(v: PartitionedVariable, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    if dtype is not None and not as_dtype(dtype).is_compatible_with(v.dtype):
        raise ValueError(
            f"Incompatible type conversion requested to type '{as_dtype(dtype).name}' for variable of type '{as_dtype(v.dtype).name}'"
        )
    if as_ref:
        raise NotImplementedError("PartitionedVariable doesn't support being used as a reference.")
    return v.as_tensor()


register_tensor_conversion_function(PartitionedVariable, _to_tensor, 100)
