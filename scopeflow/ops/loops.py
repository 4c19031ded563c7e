"""tf.while_loop: loops as TensorFlow 1 spells them, node for node.

A loop variable enters through an Enter, meets what the last iteration gave in a Merge, and goes through a Switch on the
condition (LoopCond): back into the body, whose result goes round through a NextIteration, or out through an Exit. A
tensor from outside gets a constant Enter. The lowering finds loops again by their contexts (lower/regions.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import nest
from ..graph.composite import IndexedSlices, SparseTensor
from ..graph.conversion import convert_to_tensor, convert_to_tensor_or_indexed_slices, make_constant
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims, TensorShape, as_shape
from ..op.declare import op
from ..op.shapes import scalar, unchanged
from .control_contexts import ControlFlowContext, below, output_context
from .control_flow import merge, switch
from .elementwise import logical_and
from .flow import identity_op
from .tensor_array import TensorArray, from_flow, to_flow


def _entered(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    # A loop variable's shape may change from one iteration to the next: what is invariant is set afterwards.
    return [inputs[0]._dims if attrs["is_constant"] else None]


_ENTER = {"frame_name": ("str", ""), "is_constant": ("bool", False), "parallel_iterations": ("int", 10)}
enter_op = op("Enter", "data: T -> output: T", attrs=_ENTER, shape=_entered)(None)
ref_enter_op = op("RefEnter", "data: &T -> output: &T", attrs=_ENTER, shape=_entered)(None)
exit_op = op("Exit", "data: T -> output: T", shape=unchanged)(None)
ref_exit_op = op("RefExit", "data: &T -> output: &T", shape=unchanged)(None)
next_iteration_op = op("NextIteration", "data: T -> output: T", shape=unchanged)(None)
ref_next_iteration_op = op("RefNextIteration", "data: &T -> output: &T", shape=unchanged)(None)
loop_cond_op = op("LoopCond", "input: bool -> output: bool", shape=scalar)(None)
ref_identity_op = op("RefIdentity", "input: &T -> output: &T", shape=unchanged)(None)


def _by_reference(t: Tensor, plain: Any, reference: Any) -> Tensor:
    return (reference if t.dtype.is_ref else plain)(t)


class WhileContext(ControlFlowContext):
    """One loop.

    Args:
      maximum_iterations: the tensor that bounds the number of iterations, or None.
      parallel_iterations, swap_memory: kept on the nodes; XLA decides.
      back_prop: whether gradients can be taken through the loop.
    """

    def __init__(
        self,
        maximum_iterations: Any = None,
        parallel_iterations: int = 10,
        back_prop: bool = True,
        swap_memory: bool = False,
        name: str = "while_context",
    ):
        super().__init__()
        self._name = get_default_graph().unique_name(name)
        self._maximum_iterations = maximum_iterations
        self._parallel_iterations = parallel_iterations
        self._back_prop = back_prop
        self._swap_memory = swap_memory
        self._pivot: Tensor | None = None
        self._pivot_for_pred: Tensor | None = None
        self._pivot_for_body: Tensor | None = None
        self._loop_enters: list[Tensor] = []
        self._loop_exits: list[Tensor] = []

    def IsWhileContext(self) -> bool:
        return True

    def GetWhileContext(self) -> WhileContext:
        return self

    def GetControlPivot(self) -> Tensor | None:
        """What ops without inputs wait for: the condition's part before the body begins, the body's after."""
        return self._pivot_for_body if self._pivot_for_body is not None else self._pivot_for_pred

    @property
    def maximum_iterations(self) -> Any:
        return self._maximum_iterations

    @property
    def parallel_iterations(self) -> int:
        return self._parallel_iterations

    @property
    def back_prop(self) -> bool:
        return self._back_prop

    @property
    def swap_memory(self) -> bool:
        return self._swap_memory

    @property
    def pivot(self) -> Tensor | None:
        """The loop's condition."""
        return self._pivot

    @property
    def loop_enters(self) -> list[Tensor]:
        return self._loop_enters

    @property
    def loop_exits(self) -> list[Tensor]:
        return self._loop_exits

    # -- values and ops ----------------------------------------------------------------------------
    def AddValue(self, val: Tensor) -> Tensor:
        """What stands for `val` inside: itself, or its Enter."""
        if val in self._values or val.op._context is self:
            return self._external_values.get(val, val)
        self._values.add(val)
        outer = self._outer_context.AddValue(val) if self._outer_context is not None else val
        entered = self._enter(outer, constant=True)
        self._adopt([entered])
        self._values.add(entered)
        self._external_values[val] = entered
        return entered

    def _enter(self, t: Tensor, constant: bool) -> Tensor:
        graph = t.graph
        with graph.control_dependencies(None):
            attrs = {"frame_name": self._name, "is_constant": constant, "parallel_iterations": self._parallel_iterations}
            entered = (ref_enter_op if t.dtype.is_ref else enter_op)(t, **attrs)
        graph.prevent_feeding(entered)
        if self._outer_context is not None:
            self._outer_context.AddInnerOp(entered.op)
        return entered

    def _adopt(self, entered: list[Tensor]) -> None:
        """Makes Enters, which were made outside of everything, part of the loop, waiting for what is waited for around it."""
        graph = get_default_graph()
        for t in entered:
            waits = graph._control_inputs_for((t.op.inputs[0],))
            t.op._context = self
            t.op._add_control_inputs([c for c in waits if self._is_waited_for_outside(c)])
            for controller in graph._control_stack:
                controller._seen.add(t.op)

    def _is_waited_for_outside(self, op: Operation) -> bool:
        """True if `op` lies between this loop and the one around it, so that entering can wait for it."""
        wanted = output_context(op)
        around = self._outer_context
        loop_around = around.GetWhileContext() if around is not None else None
        while around is not wanted:
            if around is None or around is loop_around:
                return False
            around = around._outer_context
        return True

    def AddOp(self, op: Operation) -> None:
        """Takes a new op into the loop: its inputs from outside go through Enters."""
        if op._inputs:
            self._replace_inputs(op)
            _, outside = self._split_control_inputs(op)
            if not op._control_inputs and all(_is_constant_enter(t.op) for t in op._inputs):
                # Nothing else would tell it in which iterations to run.
                op._add_control_input(self.GetControlPivot().op)
        else:
            inside, outside = self._split_control_inputs(op)
            if not inside:
                op._add_control_input(self.GetControlPivot().op)
        self._values.update(op.outputs)
        if outside:
            # What is waited for outside comes in as a value.
            with below(op), op.graph.control_dependencies(None), self:
                waited = [identity_op(c.outputs[0], name="Identity").op for c in outside if c.outputs]
            op._add_control_inputs(waited)
        self._hide(op)

    # -- building ------------------------------------------------------------------------------------
    def BuildLoop(
        self, pred: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, shape_invariants: Any, return_same_structure: bool
    ) -> Any:
        """Builds the loop; what it returns, in the structure of the body's result.

        Raises:
          ValueError, TypeError: the body's result does not fit the loop variables.
        """
        flat_original = nest.flatten(loop_vars)
        converted = [_converted(to_flow(v)) for v in flat_original]
        if shape_invariants is None:
            invariants = [_shape_invariant(v) for v in converted]
        else:
            nest.assert_same_structure(nest.pack_sequence_as(loop_vars, converted), shape_invariants)
            invariants = [as_shape(s) for s in nest.flatten(shape_invariants)]
        with self:
            result, exits = self._build(pred, body, loop_vars, flat_original, converted, invariants)
        flat_result = nest.flatten(result)
        leaves = iter(exits)
        packed_leaves = [from_flow(v, _recomposed(to_flow(v), leaves)) for v in flat_result]
        packed = nest.pack_sequence_as(result, packed_leaves)
        if return_same_structure:
            return packed
        return packed[0] if len(exits) == 1 else packed

    def _build(
        self,
        pred: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: Any,
        flat_original: list[Any],
        converted: list[Any],
        invariants: list[TensorShape],
    ) -> tuple[Any, list[Tensor]]:
        tensors = nest.flatten(converted, expand_composites=True)
        self._values = set(tensors)
        if self._outer_context is not None:
            tensors = [self._outer_context.AddValue(t) for t in tensors]
        graph = get_default_graph()
        with graph.control_dependencies(None):
            entered = [self._enter(t, constant=False) for t in tensors]
        self._wait_for_outer_loop(entered)
        self._set_invariants(converted, tensors, entered, invariants)
        self._adopt(entered)
        self._values = set(entered)
        self._loop_enters = entered
        merged = [merge([t, t])[0] for t in entered]
        self._pivot_for_pred = merged[0]

        def packed(flat: list[Tensor]) -> Any:
            leaves = iter(flat)
            values = [from_flow(o, _recomposed(c, leaves)) for o, c in zip(flat_original, converted)]
            return nest.pack_sequence_as(loop_vars, values)

        self._pivot = loop_cond_op(convert_to_tensor(pred(*packed(merged))), name="LoopCond")
        switched = [switch(t, self._pivot) for t in merged]
        inside = [_by_reference(t[1], identity_op, ref_identity_op) for t in switched]
        self._pivot_for_body = inside[0]
        arguments = packed(inside)
        summaries = len(graph.get_collection(GraphKeys._SUMMARY_COLLECTION))
        result = body(*arguments)
        if not nest.is_nested(result):
            result = [result]
        new_summaries = graph.get_collection(GraphKeys._SUMMARY_COLLECTION)[summaries:]
        if new_summaries:
            with graph.control_dependencies(new_summaries):
                result = nest.map_structure(lambda v: v if isinstance(v, TensorArray) else identity_op(v), result)
        nest.assert_same_structure(list(arguments), list(result))
        flat_result = [_converted(to_flow(v)) for v in nest.flatten(result)]
        results = nest.flatten(flat_result, expand_composites=True)
        if len(merged) != len(results):
            raise ValueError(f"Number of inputs and outputs of body must match loop_vars: {len(merged)}, {len(results)}")
        for m, r in zip(merged, results):
            back = _by_reference(r, next_iteration_op, ref_next_iteration_op)
            m.op._update_input(1, back)
            _require_invariant(m, back)
        exits = [_by_reference(t[0], exit_op, ref_exit_op) for t in switched]
        self._loop_exits = exits
        self.ExitResult(exits)
        return result, exits

    def _wait_for_outer_loop(self, entered: list[Tensor]) -> None:
        """A value that is constant in the loop around enters once in each of its iterations."""
        outer, pivot = self._outer_context, None
        while outer is not None and pivot is None:
            pivot = outer.GetControlPivot()
            outer = outer._outer_context
        if pivot is not None:
            for t in entered:
                if _is_constant_enter(t.op.inputs[0].op):
                    t.op._add_control_input(pivot.op)

    def _set_invariants(self, converted: list[Any], tensors: list[Tensor], entered: list[Tensor], invariants: list[TensorShape]) -> None:
        at = 0
        for value, shape in zip(converted, invariants):
            if isinstance(value, (IndexedSlices, SparseTensor)):
                for dims in _component_dims(value, shape):
                    entered[at].set_shape(dims)
                    at += 1
                continue
            if not _fits(tensors[at]._dims, shape._dims):
                raise ValueError(
                    f"The shape invariant specified for {tensors[at].name} is not compatible with the initial shape of the loop variable. "
                    f"It enters the loop with shape {tensors[at].shape}, but the specified shape invariant is {shape}."
                )
            entered[at].set_shape(shape)
            at += 1


def _is_constant_enter(op: Operation) -> bool:
    return op.type in ("Enter", "RefEnter") and bool(op.attrs["is_constant"])


def _converted(value: Any) -> Any:
    if isinstance(value, (IndexedSlices, SparseTensor)):
        return value
    return convert_to_tensor_or_indexed_slices(value)


def _recomposed(like: Any, leaves: Any) -> Any:
    """The next leaves as what `like` is: a tensor, or a composite of several."""
    if isinstance(like, (IndexedSlices, SparseTensor)):
        return nest.pack_sequence_as(like, [next(leaves) for _ in nest.flatten(like, expand_composites=True)], expand_composites=True)
    return next(leaves)


def _shape_invariant(value: Any) -> TensorShape:
    return value.shape if isinstance(value, (IndexedSlices, SparseTensor)) else TensorShape.of(value._dims)


def _component_dims(value: Any, shape: TensorShape) -> list[Any]:
    """The shapes that the tensors of a composite of static shape `shape` keep."""
    dims = shape._dims
    rank = None if dims is None else len(dims)
    if isinstance(value, SparseTensor):
        return [TensorShape([None, rank]), TensorShape([None]), TensorShape([rank])]
    out = [TensorShape(None if dims is None else (None, *dims[1:])), TensorShape([None])]
    return out if value.dense_shape is None else [*out, TensorShape([rank])]


def _fits(dims: Dims, invariant: Dims) -> bool:
    """True if `dims` says at least what `invariant` says."""
    if invariant is None:
        return True
    return dims is not None and len(dims) == len(invariant) and all(i is None or d == i for d, i in zip(dims, invariant))


def _require_invariant(merged: Tensor, back: Tensor) -> None:
    if not _fits(back._dims, merged._dims):
        entering = merged.op.inputs[0].op.inputs[0]
        raise ValueError(
            f"Input tensor '{entering.name}' enters the loop with shape {merged.shape}, but has shape {back.shape} after one iteration. "
            "To allow the shape to vary across iterations, use the `shape_invariants` argument of tf.while_loop to specify a "
            "less-specific shape."
        )


@public("while_loop")
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: Any = None,
    return_same_structure: bool = False,
) -> Any:
    """The loop variables after `while cond(*vars): vars = body(*vars)`.

    Args:
      loop_vars: a (nested) sequence of tensors, TensorArrays, sparse tensors; `cond` and `body` get them one an argument.
      shape_invariants: for each variable the shape that holds in all iterations, if it is less than what it enters with.
      parallel_iterations, swap_memory: kept in the graph; XLA decides.
      back_prop: False: gradients do not flow through the loop.
      maximum_iterations: the loop ends after that many (scalar integer, int or tensor).
      return_same_structure: also a single variable comes in the structure of `loop_vars`.

    Raises:
      TypeError: `cond` or `body` is not callable, or the condition is not a bool.
      ValueError: there are no variables, or the body's result does not fit them in number, structure or shape.
    """
    with name_scope(name, "while", loop_vars):
        if not loop_vars:
            raise ValueError("No loop variables provided")
        if not callable(cond):
            raise TypeError("cond must be callable.")
        if not callable(body):
            raise TypeError("body must be callable.")
        if parallel_iterations < 1:
            raise TypeError("parallel_iterations must be a positive integer.")
        if maximum_iterations is None:
            context = WhileContext(None, parallel_iterations, back_prop, swap_memory)
            if context.outer_context is None:
                get_default_graph().add_to_collection(GraphKeys.WHILE_CONTEXT, context)
            return context.BuildLoop(cond, body, loop_vars, shape_invariants, return_same_structure)
        bound = convert_to_tensor(maximum_iterations, name="maximum_iterations")
        if bound.shape.ndims != 0:
            raise ValueError(f"maximum_iterations must be a scalar, saw shape: {bound.shape}")
        counter = make_constant(np.zeros((), bound.dtype.np_dtype), bound.dtype, "iteration_counter")
        alone = len(loop_vars) == 1
        if alone:
            # One variable is not packed into a sequence.
            inner_vars, original = loop_vars[0] if not isinstance(loop_vars, dict) else loop_vars, (cond, body)

            def bounded_cond(i: Any, v: Any) -> Any:
                return logical_and(i < bound, original[0](v))

            def bounded_body(i: Any, v: Any) -> Any:
                return i + 1, original[1](v)
        else:
            inner_vars, original = loop_vars, (cond, body)

            def bounded_cond(i: Any, v: Any) -> Any:
                return logical_and(i < bound, original[0](*v))

            def bounded_body(i: Any, v: Any) -> Any:
                return i + 1, original[1](*v)

        if shape_invariants is not None:
            shape_invariants = (TensorShape([]), shape_invariants[0] if alone else shape_invariants)
        context = WhileContext(bound, parallel_iterations, back_prop, swap_memory)
        if context.outer_context is None:
            get_default_graph().add_to_collection(GraphKeys.WHILE_CONTEXT, context)
        result = context.BuildLoop(bounded_cond, bounded_body, (counter, inner_vars), shape_invariants, return_same_structure)
        return result[1]
