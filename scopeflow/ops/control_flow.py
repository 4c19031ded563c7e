"""Switch, Merge and tf.cond: branches as TensorFlow 1 spells them, node for node.

Ops made while a branch function runs belong to the branch's context. An input from outside goes through a Switch on the
predicate; an op without inputs waits for the branch's pivot. The runtime interprets Switch and Merge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import nest
from ..graph.composite import IndexedSlices, SparseTensor
from ..graph.conversion import convert_to_tensor_or_indexed_slices, to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.declare import op
from .control_contexts import ControlFlowContext
from .flow import identity
from .tensor_array import TensorArray, from_flow, to_flow


def _both(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [inputs[0]._dims, inputs[0]._dims]


def merged_dims(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """What all inputs have in common, and a scalar."""
    dims = inputs[0]._dims
    for t in inputs[1:]:
        if dims is None or t._dims is None or len(dims) != len(t._dims):
            return [None, ()]
        dims = tuple(a if a == b else None for a, b in zip(dims, t._dims))
    return [dims, ()]


switch_op = op("Switch", "data: T, pred: bool -> output_false: T, output_true: T", shape=_both)(None)
ref_switch_op = op("RefSwitch", "data: &T, pred: bool -> output_false: &T, output_true: &T", shape=_both)(None)
merge_op = op("Merge", "inputs: N*T -> output: T, value_index: int32", shape=merged_dims)(None)
ref_merge_op = op("RefMerge", "inputs: &N*T -> output: &T, value_index: int32", shape=merged_dims)(None)


def switch(data: Tensor, pred: Tensor, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(`data` if `pred` is false, `data` if it is true), placed beside `data`."""
    make = ref_switch_op if data.dtype.is_ref else switch_op
    with data.graph.colocate_with(data.op, ignore_existing=True):
        return make(data, pred, name=name or "Switch")


def merge(inputs: Sequence[Tensor], name: str | None = None) -> tuple[Tensor, Tensor]:
    """(the input that is alive, its index)."""
    if all(t.dtype.is_ref for t in inputs):
        return ref_merge_op(list(inputs), name=name or "Merge")
    return merge_op(list(inputs), name=name or "Merge")


class CondContext(ControlFlowContext):
    """One branch of a cond.

    Args:
      pred: the predicate.
      pivot: what ops without inputs wait for.
      branch: 1 for the branch taken if `pred` is true, 0 for the other.
    """

    def __init__(self, pred: Tensor, pivot: Tensor, branch: int, name: str = "cond_text"):
        super().__init__()
        self._name = get_default_graph().unique_name(name)
        self._pred, self._pivot, self._branch = pred, pivot, branch
        self._values = {pred, pivot}

    @property
    def pred(self) -> Tensor:
        return self._pred

    @property
    def pivot(self) -> Tensor:
        return self._pivot

    @property
    def branch(self) -> int:
        return self._branch

    def IsCondContext(self) -> bool:
        return True

    def AddValue(self, val: Tensor) -> Tensor:
        """What stands for `val` inside the branch: itself, or its Switch."""
        if val in self._values:
            # A tensor of an outer context may have its own stand-in here.
            return self._external_values.get(val, val)
        self._values.add(val)
        outer = self._outer_context.AddValue(val) if self._outer_context is not None else val
        self._values.add(outer)
        graph = val.graph
        with graph.control_dependencies(None):
            result = switch(outer, self._pred)[self._branch]
        result.op._context = self
        graph.prevent_fetching(result.op)
        context: ControlFlowContext | None = self
        while context is not None:
            context._values.add(result)
            context = context._outer_context
        self._external_values[val] = result
        return result

    def AddOp(self, op: Operation) -> None:
        """Takes a new op into the branch: its inputs from outside go through Switches."""
        if op._inputs:
            self._replace_inputs(op)
            self._split_control_inputs(op)
        else:
            self._split_control_inputs(op)
            if not any(self.contains(c) for c in op._control_inputs):
                op._add_control_input(self._pivot.op)
        context: ControlFlowContext | None = self
        while context is not None:
            context._values.update(op.outputs)
            context = context._outer_context
        self._hide(op)

    def output(self, value: Any) -> Tensor:
        """A result of the branch function as a tensor of the branch."""
        if isinstance(value, Operation):
            with value.graph.colocate_with(self._pivot.op), value.graph.control_dependencies([value]):
                return identity(self._pivot, name="control_dependency")
        t = to_tensor(value)
        if t in self._values:
            return self._external_values.get(t, t)
        self._values.add(t)
        outer = t
        if self._outer_context is not None:
            outer = self._outer_context.AddValue(t)
            self._values.add(outer)
        inside = switch(outer, self._pred)[self._branch]
        self._external_values[t] = inside
        return inside

    def build(self, function: Callable[[], Any]) -> tuple[Any, list[Tensor] | None]:
        """Runs the branch function: (its result as it is, its tensors)."""
        summaries = len(get_default_graph().get_collection(GraphKeys._SUMMARY_COLLECTION))
        original = function()
        new = get_default_graph().get_collection(GraphKeys._SUMMARY_COLLECTION)[summaries:]
        if new:
            with get_default_graph().control_dependencies(new):
                original = nest.map_structure(identity, original)
        if original is None:
            return None, None
        original = nest.map_structure(_tensor_or_operation, original)
        return original, [self.output(to_flow(v)) for v in nest.flatten(original, expand_composites=True)]


def _tensor_or_operation(value: Any) -> Any:
    if value is None or isinstance(value, (Operation, SparseTensor, IndexedSlices, TensorArray)):
        return value
    return convert_to_tensor_or_indexed_slices(value)


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, (list, tuple)) and len(value) == 1 and not hasattr(value, "_fields") else value


@public("cond")
def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:
    """`true_fn()` if the scalar bool `pred` is true, else `false_fn()`; both are built, one runs.

    Ops and variables made outside the functions run in either case. Without `strict`, a list of one is unpacked.

    Raises:
      TypeError: `pred` is a Python bool, a function is not callable, or the results differ in structure.
      ValueError: the results differ in number or type, or a function returns None.
    """
    if fn1 is not None:
        if true_fn is not None:
            raise TypeError("cond(): true_fn and fn1 may not be set simultaneously.")
        true_fn = fn1
    elif true_fn is None:
        raise TypeError("cond(): true_fn argument required")
    if fn2 is not None:
        if false_fn is not None:
            raise TypeError("cond(): false_fn and fn2 may not be set simultaneously.")
        false_fn = fn2
    elif false_fn is None:
        raise TypeError("cond(): false_fn argument required")
    if not callable(true_fn):
        raise TypeError("true_fn must be callable.")
    if not callable(false_fn):
        raise TypeError("false_fn must be callable.")
    with name_scope(name, "cond", [pred]):
        if isinstance(pred, bool):
            raise TypeError("pred must not be a Python bool")
        graph = get_default_graph()
        # The first Switch takes a reference variable's reference.
        data = to_tensor(pred, as_ref=True)
        pred = to_tensor(pred)
        on_false, on_true = switch_op(data, pred, name="Switch")
        pivot_true = identity(on_true, name="switch_t")
        pivot_false = identity(on_false, name="switch_f")
        pred = identity(pred, name="pred_id")
        for t in (on_true, on_false, pivot_true, pivot_false, pred):
            graph.prevent_fetching(t.op)
        true_context = CondContext(pred, pivot_true, 1)
        with true_context:
            result_true, flat_true = true_context.build(true_fn)
        if flat_true is None:
            raise ValueError("true_fn must have a return value.")
        false_context = CondContext(pred, pivot_false, 0)
        with false_context:
            result_false, flat_false = false_context.build(false_fn)
        if flat_false is None:
            raise ValueError("false_fn must have a return value.")
        if not strict:
            result_true, result_false = _single(result_true), _single(result_false)
        _require_alike(result_true, result_false, flat_true, flat_false)
        merges = [merge([f, t])[0] for t, f in zip(flat_true, flat_false)]
        if true_context._outer_context is None:
            graph.add_to_collection(GraphKeys.COND_CONTEXT, true_context)
            graph.add_to_collection(GraphKeys.COND_CONTEXT, false_context)
        merges = [from_flow(v, m) for v, m in zip(nest.flatten(result_true, expand_composites=True), merges)]
        out = nest.pack_sequence_as(result_true, merges, expand_composites=True)
        return out if strict else _single(out)


def _require_alike(result_true: Any, result_false: Any, flat_true: list[Tensor], flat_false: list[Tensor]) -> None:
    try:
        nest.assert_same_structure(result_true, result_false, expand_composites=True)
    except TypeError as error:
        raise TypeError(f"Incompatible return types of true_fn and false_fn: {error}") from None
    except ValueError as error:
        raise ValueError(f"Incompatible return values of true_fn and false_fn: {error}") from None
    for t, f in zip(flat_true, flat_false):
        if t.dtype.base_dtype is not f.dtype.base_dtype:
            raise ValueError(f"Outputs of true_fn and false_fn must have the same type: {t.dtype.name}, {f.dtype.name}")
