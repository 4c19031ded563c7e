"""The graph of a function that is traced while another graph is built, and what it takes from that one."""

from __future__ import annotations

from typing import Any

from .dtypes import DType
from .graph import Graph
from .operation import Operation, Tensor
from .tensor_shape import Dims, TensorShape


class FunctionGraph(Graph):
    """A graph in which tensors of the graph around it may be used: each becomes a placeholder, listed in `captures`.

    Handles of variables are not captured: their op is made again, under the same name in the session's store.
    """

    _capturing = True

    def __init__(self, outer: Graph):
        super().__init__()
        self.outer = outer
        self._seed = outer._seed
        self._building_function = True
        #: tensor of the outer graph -> its placeholder here
        self.captures: dict[Tensor, Tensor] = {}

    def placeholder(self, dtype: DType, dims: Dims, name: str) -> Tensor:
        """An argument."""
        with self.as_default():
            shape = TensorShape(None) if dims is None else TensorShape(dims)
            return super().add_op("Placeholder", None, (), {"dtype": dtype, "shape": shape}, (dtype,), [dims], name).outputs[0]

    def capture(self, t: Tensor) -> Tensor:
        """The tensor here that stands for `t`, which may be of an outer graph."""
        if t.op.graph is self:
            return t
        found = self.captures.get(t)
        if found is None:
            if isinstance(self.outer, FunctionGraph):
                self.outer.capture(t)
            found = self.captures[t] = self._taken(t)
        return found

    def _taken(self, t: Tensor) -> Tensor:
        op = t.op
        if op.spec is not None and op.spec.variable and not t.dtype.is_ref:
            attrs = dict(op.attrs)
            attrs["shared_name"] = attrs.get("shared_name") or op.name
            attrs.pop("_class", None)
            made = super().add_op(op.type, op.spec, (), attrs, tuple(o.dtype for o in op.outputs), [o._dims for o in op.outputs], op.name)
            return made.outputs[t.value_index]
        return self.placeholder(t.dtype.base_dtype, t._dims, op.name)

    def captured(self) -> list[tuple[Tensor, Tensor]]:
        """(outer tensor, placeholder) for each value that is taken from outside."""
        return [(t, p) for t, p in self.captures.items() if p.op.type == "Placeholder"]

    def add_op(self, op_type: str, spec: Any, inputs: tuple[Tensor, ...], *args: Any, **keywords: Any) -> Operation:
        return super().add_op(op_type, spec, tuple([self.capture(t) for t in inputs]), *args, **keywords)
