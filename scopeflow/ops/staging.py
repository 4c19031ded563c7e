"""StagingArea: what one run puts in, another takes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.dtypes import DType, as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims, TensorShape
from ..op.declare import op
from ..op.shapes import scalar
from .flow import no_op
from .queue_kinds import Queue

_NAMES: dict[str, Any] = {
    "capacity": ("int", 0),
    "memory_limit": ("int", 0),
    "container": ("str", ""),
    "shared_name": ("str", ""),
}


def _area(context: Any) -> Queue:
    capacity = context.op.attrs["capacity"]
    return context.own("staging_area", lambda: Queue("StagingArea", capacity if capacity > 0 else -1, (), ()))


def _nothing(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


def _unknown(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [None] * len(attrs["dtypes"])


@op("Stage", "values: *dtypes -> ", attrs=_NAMES, host=True, stateful=True, blocking=True, shape=_nothing)
def stage_op(values, *, context):
    """Puts an element in, waiting for room."""
    _area(context).enqueue([tuple(v.copy() for v in values)])
    return ()


@op("Unstage", " -> values: *dtypes", attrs=_NAMES, host=True, stateful=True, blocking=True, shape=_unknown)
def unstage_op(*, context):
    """Takes the oldest element out, waiting for one."""
    return list(_area(context).dequeue(1)[0])


@op("StagePeek", "index: int32 -> values: *dtypes", attrs=_NAMES, host=True, stateful=True, blocking=True, shape=_unknown)
def stage_peek(index, *, context):
    """An element that stays in, waiting for it."""
    return list(_area(context).peek(int(index)))


@op(
    "StageSize",
    " -> size: int32",
    attrs={**_NAMES, "dtypes": ("list[dtype]", [])},
    host=True,
    stateful=True,
    shape=scalar,
)
def stage_size(*, context):
    """How many elements there are."""
    return _area(context).size()


@op("StageClear", " -> ", attrs={**_NAMES, "dtypes": ("list[dtype]", [])}, host=True, stateful=True, shape=_nothing)
def stage_clear(*, context):
    """Drops all elements."""
    _area(context).clear()
    return ()


@public("contrib.staging.StagingArea")
class StagingArea:
    """Elements (lists of tensors, or dictionaries if the components have names) that wait between runs, first in, first out.

    Args:
      dtypes, shapes, names: of the components.
      shared_name: areas of one name are one in a session.
      capacity: how many fit in; 0 for no limit.
      memory_limit: accepted.
    """

    def __init__(
        self,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        capacity: int = 0,
        memory_limit: int = 0,
    ):
        graph = get_default_graph()
        self._name = graph.unique_name(type(self).__name__) if shared_name is None else shared_name
        self._dtypes = [as_dtype(t) for t in dtypes]
        if shapes is not None:
            if len(shapes) != len(self._dtypes):
                raise ValueError("StagingArea shapes must be the same length as dtypes")
            self._shapes = [TensorShape(s) for s in shapes]
        else:
            self._shapes = [TensorShape(None) for _ in self._dtypes]
        if names is not None and len(names) != len(self._dtypes):
            raise ValueError("StagingArea names must be the same length as dtypes")
        self._names = list(names) if names is not None else None
        self._capacity, self._memory_limit = capacity, memory_limit
        with name_scope(f"{self._name}_root"):
            self._coloc_op = no_op()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dtypes(self) -> list[DType]:
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        return self._shapes

    @property
    def names(self) -> list[str] | None:
        return self._names

    @property
    def capacity(self) -> int:
        return self._capacity

    @property
    def memory_limit(self) -> int:
        return self._memory_limit

    def _attrs(self) -> dict[str, Any]:
        return {"shared_name": self._name, "capacity": self._capacity, "memory_limit": self._memory_limit}

    def put(self, values: Any, name: str | None = None) -> Operation:
        """An op that puts an element in: a tensor, a list of them, or a dictionary."""
        if isinstance(values, dict):
            if not self._names:
                raise ValueError("Staging areas must have names to enqueue a dictionary")
            unknown = [k for k in values if k not in self._names]
            if unknown or len(values) != len(self._names):
                raise KeyError(f"Keys {sorted(values)} are not the names {self._names}")
            flat = [values[k] for k in self._names]
        else:
            if self._names:
                raise ValueError("You must enqueue a dictionary in a staging area with names")
            flat = list(values) if isinstance(values, (list, tuple)) else [values]
            if len(flat) != len(self._dtypes):
                raise ValueError(f"Unexpected number of inputs '{len(flat)}' vs '{len(self._dtypes)}'")
        with name_scope(name, f"{self._name}_put", flat) as scope:
            tensors = [convert_to_tensor(v, dtype=t, name=f"component_{i}") for i, (v, t) in enumerate(zip(flat, self._dtypes))]
            for t, s in zip(tensors, self._shapes):
                t.get_shape().assert_is_compatible_with(s)
            with get_default_graph().colocate_with(self._coloc_op):
                return stage_op(tensors, name=scope, **self._attrs())

    def _taken(self, tensors: list[Tensor]) -> Any:
        for t, s in zip(tensors, self._shapes):
            t.set_shape(s)
        no_op()  # the reference looks at its device
        return dict(zip(self._names, tensors)) if self._names else tensors

    def get(self, name: str | None = None) -> Any:
        """The oldest element, taken out: a list of tensors or a dictionary. Its run waits for one."""
        with get_default_graph().colocate_with(self._coloc_op):
            out = unstage_op(dtypes=self._dtypes, name=name or f"{self._name}_get", **self._attrs())
        return self._taken(out)

    def peek(self, index: Any, name: str | None = None) -> Any:
        """The element at a position, left in."""
        with get_default_graph().colocate_with(self._coloc_op):
            out = stage_peek(index, dtypes=self._dtypes, name=name or f"{self._name}_peek", **self._attrs())
        return self._taken(out)

    def size(self, name: str | None = None) -> Tensor:
        """How many elements there are."""
        return stage_size(dtypes=self._dtypes, name=name or f"{self._name}_size", **self._attrs())

    def clear(self, name: str | None = None) -> Operation:
        """An op that drops all elements."""
        return stage_clear(dtypes=self._dtypes, name=name or f"{self._name}_clear", **self._attrs())
