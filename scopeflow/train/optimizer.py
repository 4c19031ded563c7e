"""Optimizer: the protocol that all optimizers, also users' own, follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..graph import dtypes
from ..graph.composite import IndexedSlices
from ..graph.conversion import convert_to_tensor_or_indexed_slices, to_tensor
from ..graph.default_graph import control_dependencies, get_collection, get_collection_ref, get_default_graph, init_scope, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tracking import Trackable, TrackableReference
from ..ops.flow import group
from ..ops.flow import tuple_ as tuple_together
from ..ops.gradients import gradients
from ..ops.state import assign_add_variable_op
from ..variables import PartitionedVariable, RefVariable, ResourceVariable, Variable
from ..variables.assignment import assign_add
from . import slot_creator
from .distinct_rows import fix_length, with_distinct_rows

GradAndVar = tuple[Any, Any]


def _var_key(var: Any) -> tuple[Any, str]:
    return (var.op.graph, var.op.name)


@public("train.Optimizer")
class Optimizer(Trackable):
    """Base of optimizers. A subclass implements `_apply_dense`, `_apply_sparse`, their `_resource_` forms, and, where it
    needs them, `_create_slots`, `_prepare` and `_finish`.

    Raises (when made):
      ValueError: no name is given.
    """

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str):
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        self._slots: dict[str, dict[Any, Any]] = {}
        self._non_slot_dict: dict[Any, Any] = {}

    def get_name(self) -> str:
        return self._name

    def minimize(
        self,
        loss: Tensor,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Operation:
        """An op that takes one step to make `loss` smaller, and counts it in `global_step` if given.

        Raises:
          ValueError: no variable has a gradient.
        """
        pairs = self.compute_gradients(
            loss,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            grad_loss=grad_loss,
        )
        if not any(g is not None for g, _ in pairs):
            raise ValueError(
                "No gradients provided for any variable, check your graph for ops that do not support gradients, between variables "
                f"{[str(v) for _, v in pairs]} and loss {loss}."
            )
        return self.apply_gradients(pairs, global_step=global_step, name=name)

    def compute_gradients(
        self,
        loss: Tensor,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[GradAndVar]:
        """(gradient, variable) pairs of `loss`, a tensor or a function that makes it, for `var_list` (the trainable variables if None).

        Raises:
          AttributeError: an item of `var_list` is not a variable.
          ValueError: there is nothing to optimize, or an argument is not valid.
        """
        if callable(loss):
            loss = loss()
            if var_list is None:
                # Of a function's loss, only the resource variables that it reads are seen.
                var_list = [v for v in _trainable() if isinstance(v, ResourceVariable) and _reads(loss, v)]
        if gate_gradients not in (Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH.  Not %s" % gate_gradients
            )
        self._assert_valid_dtypes([loss])
        if grad_loss is not None:
            self._assert_valid_dtypes([grad_loss])
        if var_list is None:
            var_list = _trainable()
        else:
            var_list = _flatten(var_list)
        var_list = var_list + get_collection(GraphKeys._STREAMING_MODEL_PORTS)
        if not var_list:
            raise ValueError("No variables to optimize.")
        targets = [_target(v) for v in var_list]
        grads = gradients(
            loss,
            targets,
            grad_ys=grad_loss,
            aggregation_method=aggregation_method,
            gate_gradients=gate_gradients == Optimizer.GATE_OP,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gate_gradients == Optimizer.GATE_GRAPH:
            grads = tuple_together(grads)
        pairs = list(zip(grads, var_list))
        self._assert_valid_dtypes([v for g, v in pairs if g is not None and v.dtype != dtypes.resource])
        return pairs

    def apply_gradients(self, grads_and_vars: Iterable[GradAndVar], global_step: Any = None, name: str | None = None) -> Operation:
        """An op that applies gradients to their variables; pairs whose gradient is None are passed over.

        Raises:
          TypeError: a gradient is nothing that can be one.
          ValueError: no pair has a gradient.
        """
        pairs = tuple(grads_and_vars)
        if not pairs:
            raise ValueError("No variables provided.")
        converted = []
        for g, v in pairs:
            if g is not None:
                try:
                    g = convert_to_tensor_or_indexed_slices(g)
                except TypeError:
                    raise TypeError(f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {g}") from None
                if not isinstance(g, (Tensor, IndexedSlices)):
                    raise TypeError(f"Gradient must be a Tensor, IndexedSlices, or None: {g}")
            _target(v)
            converted.append((g, v))
        var_list = [v for g, v in converted if g is not None]
        if not var_list:
            raise ValueError(f"No gradients provided for any variable: {[str(v) for _, v in converted]}.")
        with init_scope():
            self._create_slots(var_list)
        updates = []
        with name_scope(name, self._name) as scope:
            self._prepare()
            for g, v in converted:
                if g is None:
                    continue
                with name_scope("update_" + v.op.name), get_default_graph().colocate_with(v):
                    updates.append(self._update(g, v))
            if global_step is None:
                train_op = self._finish(updates, scope)
            else:
                with control_dependencies([self._finish(updates, "update")]), get_default_graph().colocate_with(global_step):
                    train_op = self._count(global_step, scope)
        if isinstance(train_op, Tensor):
            train_op = train_op.op
        collection = get_collection_ref(GraphKeys.TRAIN_OP)
        if train_op not in collection:
            collection.append(train_op)
        return train_op

    @staticmethod
    def _count(global_step: Any, name: str) -> Any:
        if isinstance(global_step, ResourceVariable):
            one = to_tensor(1, global_step.dtype.base_dtype)
            return assign_add_variable_op(global_step.handle, one, name=name)
        return assign_add(global_step, 1, name=name)

    def _update(self, g: Any, v: Any) -> Any:
        if isinstance(v, Tensor):
            raise NotImplementedError("Trying to update a Tensor ", v)
        resource = isinstance(v, ResourceVariable)
        if isinstance(g, IndexedSlices):
            if getattr(v, "constraint", None) is not None:
                raise RuntimeError("Cannot use a constraint function on a sparse variable.")
            if resource:
                return self._resource_apply_sparse_duplicate_indices(g.values, v, g.indices)
            return self._apply_sparse_duplicate_indices(g, v)
        update = self._resource_apply_dense(g, v) if resource else self._apply_dense(g, v)
        if getattr(v, "constraint", None) is not None:
            with control_dependencies([update]):
                return v.assign(v.constraint(v))
        return update

    # -- slots -------------------------------------------------------------------------
    def get_slot(self, var: Any, name: str) -> Any:
        """The slot `name` of `var`, None if there is none."""
        slots = self._slots.get(name)
        return None if slots is None else slots.get(_var_key(var))

    def get_slot_names(self) -> list[str]:
        """The names of the slots this optimizer has made, sorted."""
        return sorted(self._slots)

    def variables(self) -> list[Any]:
        """The optimizer's own variables in the default graph, sorted by name."""
        graph = get_default_graph()
        own = [v for v in self._non_slot_dict.values() if v.op.graph is graph]
        for slots in self._slots.values():
            own += [v for v in slots.values() if v.op.graph is graph]
        return sorted(own, key=lambda v: v.name)

    def _slot_dict(self, slot_name: str) -> dict[Any, Any]:
        return self._slots.setdefault(slot_name, {})

    def _get_or_make_slot(self, var: Any, val: Any, slot_name: str, op_name: str) -> Any:
        slots = self._slot_dict(slot_name)
        if _var_key(var) not in slots:
            self._add_slot(slot_name, var, slot_creator.create_slot(var, val, op_name))
        return slots[_var_key(var)]

    def _get_or_make_slot_with_initializer(self, var: Any, initializer: Any, shape: Any, dtype: Any, slot_name: str, op_name: str) -> Any:
        slots = self._slot_dict(slot_name)
        if _var_key(var) not in slots:
            self._add_slot(slot_name, var, slot_creator.create_slot_with_initializer(var, initializer, shape, dtype, op_name))
        return slots[_var_key(var)]

    def _zeros_slot(self, var: Any, slot_name: str, op_name: str) -> Any:
        slots = self._slot_dict(slot_name)
        if _var_key(var) not in slots:
            self._add_slot(slot_name, var, slot_creator.create_zeros_slot(var, op_name))
        return slots[_var_key(var)]

    def _create_non_slot_variable(self, initial_value: Any, name: str, colocate_with: Any) -> Any:
        key = (name, colocate_with.graph)
        v = self._non_slot_dict.get(key)
        if v is None:
            with get_default_graph().colocate_with(colocate_with):
                use_resource = isinstance(colocate_with, ResourceVariable)
                v = self._non_slot_dict[key] = Variable(initial_value, name=name, trainable=False, use_resource=use_resource)
            self._handle_deferred_dependencies(name, v)
        return v

    def _get_non_slot_variable(self, name: str, graph: Any = None) -> Any:
        return self._non_slot_dict.get((name, graph))

    # -- object-based checkpoints --------------------------------------------------------
    def _add_slot(self, slot_name: str, var: Any, slot: Any) -> None:
        """Keeps a slot, and restores it if a checkpoint waits for it."""
        self._slots[slot_name][_var_key(var)] = slot
        for position in self.__dict__.get("_slots_to_restore", {}).pop((slot_name, _var_key(var)), ()):
            position.restore(slot)

    def _create_or_restore_slot_variable(self, slot_variable_position: Any, slot_name: str, variable: Any) -> None:
        """Restores a slot of a checkpoint, now or when the slot is made."""
        slot = self.get_slot(variable, slot_name)
        if slot is not None:
            slot_variable_position.restore(slot)
        else:
            waiting = self.__dict__.setdefault("_slots_to_restore", {})
            waiting.setdefault((slot_name, _var_key(variable)), []).append(slot_variable_position)

    @property
    def _checkpoint_dependencies(self) -> list[TrackableReference]:
        graph = get_default_graph()
        own = sorted(
            ((name, v) for (name, g), v in self.__dict__.get("_non_slot_dict", {}).items() if g is graph), key=lambda item: item[0]
        )
        return super()._checkpoint_dependencies + [TrackableReference(name, v) for name, v in own]

    def _lookup_dependency(self, name: str) -> Any:
        found = super()._lookup_dependency(name)
        return self.__dict__.get("_non_slot_dict", {}).get((name, get_default_graph())) if found is None else found

    # -- what subclasses implement ---------------------------------------------------------
    def _valid_dtypes(self) -> set[Any]:
        return {dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64}

    def _assert_valid_dtypes(self, tensors: Iterable[Any]) -> None:
        valid = self._valid_dtypes()
        for t in tensors:
            dtype = t.dtype.base_dtype
            if dtype not in valid:
                raise ValueError(f"Invalid type {dtype!r} for {t.name}, expected: {list(valid)}.")

    def _create_slots(self, var_list: list[Any]) -> None:
        """Makes the slots the optimizer needs for `var_list`."""

    def _prepare(self) -> None:
        """Makes the tensors that all updates use, such as the learning rate."""

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        raise NotImplementedError()

    def _resource_apply_dense(self, grad: Tensor, handle: Any) -> Any:
        raise NotImplementedError()

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        raise NotImplementedError()

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        raise NotImplementedError()

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        """Applies a sparse gradient; its indices are made distinct first, unless a subclass needs no distinct ones."""
        summed, distinct = with_distinct_rows(grad.values, grad.indices)
        start = len(get_default_graph().get_operations())
        step = self._apply_sparse(IndexedSlices(summed, distinct, grad.dense_shape), var)
        fix_length(summed, distinct, get_default_graph().get_operations()[start:])
        return step

    def _resource_apply_sparse_duplicate_indices(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        summed, distinct = with_distinct_rows(grad, indices)
        start = len(get_default_graph().get_operations())
        step = self._resource_apply_sparse(summed, handle, distinct)
        fix_length(summed, distinct, get_default_graph().get_operations()[start:])
        return step

    def _finish(self, update_ops: list[Any], name_scope: str) -> Operation:
        """The op that stands for the whole step."""
        return group(*update_ops, name=name_scope)

    def _call_if_callable(self, param: Any) -> Any:
        """The value of a hyperparameter that may be a function without arguments."""
        return param() if callable(param) else param


def _flatten(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [x for k in sorted(value) for x in _flatten(value[k])]
    if isinstance(value, (list, tuple)):
        return [x for v in value for x in _flatten(v)]
    return [value]


def _target(v: Any) -> Any:
    """What gradients are taken with respect to. Raises AttributeError or NotImplementedError for what cannot be optimized."""
    if isinstance(v, ResourceVariable):
        return v.handle
    if isinstance(v, RefVariable):
        return v._ref()
    if isinstance(v, Tensor):
        return v
    if isinstance(v, PartitionedVariable):
        raise AttributeError(
            f"'PartitionedVariable' object has no attribute 'op'\n{v.name} is optimized by its parts: pass list(variable)."
        )
    if hasattr(v, "op"):
        raise NotImplementedError("Trying to optimize unsupported type ", v)
    raise AttributeError(f"{type(v).__name__!r} object has no attribute 'op'\nOnly variables can be optimized, not {v!r}.")


def _trainable() -> list[Any]:
    return get_collection(GraphKeys.TRAINABLE_VARIABLES) + get_collection(GraphKeys.TRAINABLE_RESOURCE_VARIABLES)


def _reads(value: Tensor, variable: Any) -> bool:
    """Whether `value` depends on the resource variable."""
    wanted, seen, todo = variable.handle.op, {value.op}, [value.op]
    while todo:
        op = todo.pop()
        if op is wanted:
            return True
        for t in op.inputs:
            if t.op not in seen:
                seen.add(t.op)
                todo.append(t.op)
    return False


Hyperparameter = float | Tensor | Callable[[], Any]
