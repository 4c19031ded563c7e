"""RefVariable: a variable whose tensor is a mutable reference, the default kind of TensorFlow 1."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import register_tensor_conversion_function, to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.device import merge_device
from ..graph.dtypes import DType, as_dtype
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops import state
from ..ops.flow import identity, identity_op
from .guard import guarded
from .modes import AUTO, NO_AGGREGATION, mode_number, trainable_by_default
from .variable import Variable, listed, rows, stripped, under

_NO_DEVICE = (None, None)


class RefVariable(Variable):
    """A variable held by a VariableV2 op. Reading happens where the value is used."""

    def __init__(
        self,
        initial_value: Any = None,
        trainable: Any = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Any = None,
        synchronization: Any = AUTO,
        aggregation: Any = NO_AGGREGATION,
        shape: Any = None,
    ):
        self._in_graph_mode = True
        if variable_def is not None:
            if initial_value is not None:
                raise ValueError("variable_def and initial_value are mutually exclusive.")
            self._from_proto(variable_def, import_scope)
            return
        self._synchronization, self._aggregation = synchronization, aggregation
        self._trainable = trainable = trainable_by_default(synchronization) if trainable is None else trainable
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        collections = listed(collections, trainable, name)
        if constraint is not None and not callable(constraint):
            raise ValueError("The `constraint` argument must be a callable.")
        self._constraint = constraint
        self._caching_device = caching_device
        default = graph = get_default_graph()
        if isinstance(initial_value, (Tensor, Variable)):
            graph = initial_value.graph
        if graph is not default:
            with graph.as_default():
                self._create(graph, initial_value, validate_shape, name, dtype, shape)
        else:
            self._create(graph, initial_value, validate_shape, name, dtype, shape)
        for key in collections if type(collections) is tuple else set(collections):
            default.add_to_collection(key, self)

    def _create(self, graph: Graph, initial_value: Any, validate_shape: bool, name: str | None, dtype: Any, shape: Any) -> None:
        """Adds the variable's nodes: initial value, VariableV2, Assign, read."""
        stack = graph._name_stack
        controls, context = graph._control_stack, graph._control_flow_context
        graph._control_stack, graph._control_flow_context = [], None
        self._origin = (graph._frame, "Variable" if name is None else name)
        try:
            graph._name_stack = scope = graph._open_scope("Variable" if name is None else name)
            path = scope or ""
            attr_scope = graph._attr_scope
            if callable(initial_value):
                devices = graph._device_stack
                graph._attr_scope = {**attr_scope, "_class": ["loc:@" + path]}
                graph._name_stack = graph._open_scope("Initializer")
                if devices:
                    graph._device_stack = [*devices, _NO_DEVICE]
                try:
                    initial = initial_value()
                    if type(initial) is not Tensor or dtype is not None:
                        initial = to_tensor(initial, dtype, "initial_value")
                    graph._name_stack, graph._device_stack = scope, devices
                    variable = self._hold(graph, initial, shape, validate_shape, path)
                finally:
                    graph._attr_scope, graph._device_stack = attr_scope, devices
            else:
                initial = to_tensor(initial_value, dtype, "initial_value")
                if initial.op._context is not None:
                    raise ValueError(
                        f"Initializer for variable {path}/ is from inside a control-flow construct, such as a loop or conditional. When "
                        "creating a variable inside a loop or conditional, use a lambda as the initializer."
                    )
                variable = self._hold(graph, initial, shape, validate_shape, path)
            self._initial_value, self._variable, self._name = initial, variable, variable.name
            dims = initial._dims
            if validate_shape and (dims is None or None in dims):
                raise ValueError(f"initial_value must have a shape specified: {initial}")
            source = guarded(variable.op.name, initial) if initial.op._inputs else initial
            self._add_assign_and_read(graph, variable, source, validate_shape)
        finally:
            graph._name_stack = stack
            graph._control_stack, graph._control_flow_context = controls, context

    def _add_assign_and_read(self, graph: Graph, variable: Tensor, source: Tensor, validate_shape: bool) -> None:
        """The initializer and the snapshot, both placed beside the variable."""
        holder = variable.op
        devices, beside = graph._device_stack, graph._colocation_stack
        caching_device = self._caching_device
        if beside or caching_device is not None or graph._attr_scope or (validate_shape and variable._dims != source._dims):
            self._initializer_op = state.assign(variable, source, validate_shape=validate_shape, name="Assign").op
            if caching_device is None:
                graph._device_stack, graph._colocation_stack = [_NO_DEVICE], [*beside, holder]
            else:
                graph._device_stack = [*devices, device_entry(caching_device)]
            try:
                self._snapshot = identity_op(variable, name="read")
            finally:
                graph._device_stack, graph._colocation_stack = devices, beside
            return
        # The common case, with what the declarations of Assign and Identity lead to written out.
        ref, dtype = variable.dtype, variable.dtype.base_dtype
        groups = holder.attrs.get("_class") or ["loc:@" + holder.name]
        graph._device_stack = []
        try:
            attrs = {"validate_shape": validate_shape, "use_locking": True, "T": dtype, "_class": groups}
            assign = graph.add_op("Assign", state.assign, (variable, source), attrs, (ref,), [source._dims], "Assign")
            read = graph.add_op("Identity", identity_op, (variable,), {"T": dtype, "_class": groups}, (dtype,), [variable._dims], "read")
        finally:
            graph._device_stack = devices
        assign._device = read._device = holder._device
        self._initializer_op, self._snapshot = assign, read.outputs[0]

    def _hold(self, graph: Graph, initial: Tensor, shape: Any, validate_shape: bool, path: str) -> Tensor:
        """The VariableV2 node."""
        if shape is not None:
            dims = as_shape(shape)._dims
        else:
            dims = initial._dims if validate_shape else None
        if graph._name_stack == "":  # named "/": the name is taken for that of a scope again
            raise ValueError("'/' is not a valid scope name")
        dtype = initial.dtype.base_dtype
        attrs = {"shape": TensorShape.of(dims), "dtype": dtype, "container": "", "shared_name": ""}
        return graph.add_op("VariableV2", state.variable_v2, (), attrs, (dtype._ref,), [dims], path + "/" if path else "").outputs[0]

    def _from_proto(self, variable_def: Any, import_scope: str | None) -> None:
        from tensorboard.compat.proto.variable_pb2 import VariableDef

        assert isinstance(variable_def, VariableDef)
        graph = get_default_graph()
        self._variable = graph.as_graph_element(under(variable_def.variable_name, import_scope))
        self._name = self._variable.name
        self._initializer_op = graph.as_graph_element(under(variable_def.initializer_name, import_scope))
        self._initial_value = None
        if variable_def.initial_value_name:
            self._initial_value = graph.as_graph_element(under(variable_def.initial_value_name, import_scope))
        self._snapshot = graph.as_graph_element(under(variable_def.snapshot_name, import_scope))
        modes_from(self, variable_def)
        if variable_def.HasField("save_slice_info_def"):
            self._save_slice_info = Variable.SaveSliceInfo(save_slice_info_def=variable_def.save_slice_info_def, import_scope=import_scope)
        self._caching_device = self._constraint = None

    # -- what it is ---------------------------------------------------------------
    @property
    def name(self) -> str:
        return self._name

    @property
    def op(self) -> Operation:
        """The VariableV2 op."""
        return self._variable.op

    @property
    def graph(self) -> Graph:
        return self._variable.op.graph

    @property
    def dtype(self) -> DType:
        """The reference type, such as float32_ref."""
        return self._variable.dtype

    @property
    def shape(self) -> TensorShape:
        return TensorShape.of(self._variable._dims)

    def set_shape(self, shape: Any) -> None:
        """Merges `shape` into the static shape. Raises ValueError if they are not compatible."""
        self._variable.set_shape(shape)
        self._snapshot.set_shape(shape)

    def _ref(self) -> Tensor:
        """The reference."""
        return self._variable

    def _as_graph_element(self) -> Tensor:
        return self._variable

    # -- its value ----------------------------------------------------------------
    def value(self) -> Tensor:
        """The tensor `name/read`, with the variable's value at the time it is used."""
        return self._snapshot

    def read_value(self) -> Tensor:
        """A new op that reads the variable, after the control dependencies in force."""
        return identity(self._variable, name="read")

    def _assigned(self, result: Tensor, read_value: bool) -> Any:
        return result if read_value else result.op

    def assign(self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Sets the variable; gives its reference after that, or the op if `read_value` is false."""
        return self._assigned(state.assign(self._variable, value, use_locking=use_locking, name=name), read_value)

    def assign_add(self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Adds `delta` to the variable."""
        return self._assigned(state.assign_add(self._variable, delta, use_locking=use_locking, name=name), read_value)

    def assign_sub(self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Subtracts `delta` from the variable."""
        return self._assigned(state.assign_sub(self._variable, delta, use_locking=use_locking, name=name), read_value)

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Adds IndexedSlices to rows. Raises TypeError for anything else."""
        return self._scatter(state.scatter_add, sparse_delta, use_locking, name)

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Subtracts IndexedSlices from rows."""
        return self._scatter(state.scatter_sub, sparse_delta, use_locking, name)

    def scatter_mul(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Multiplies rows by IndexedSlices."""
        return self._scatter(state.scatter_mul, sparse_delta, use_locking, name)

    def scatter_div(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Divides rows by IndexedSlices."""
        return self._scatter(state.scatter_div, sparse_delta, use_locking, name)

    def scatter_min(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Lowers rows to IndexedSlices where those are smaller."""
        return self._scatter(state.scatter_min, sparse_delta, use_locking, name)

    def scatter_max(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Raises rows to IndexedSlices where those are larger."""
        return self._scatter(state.scatter_max, sparse_delta, use_locking, name)

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Sets rows to IndexedSlices."""
        return self._scatter(state.scatter_update, sparse_delta, use_locking, name)

    def _scatter(self, scatter: Any, sparse_delta: Any, use_locking: bool, name: str | None) -> Tensor:
        delta = rows(sparse_delta)
        return scatter(self._variable, delta.indices, delta.values, use_locking=use_locking, name=name)

    def batch_scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Sets, in each batch, the rows that IndexedSlices [batch..., rows] name."""
        from .assignment import batch_scatter_update

        delta = rows(sparse_delta)
        return batch_scatter_update(self, delta.indices, delta.values, use_locking=use_locking, name=name)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Adds to the slices at `indices` [..., depth]."""
        return state.scatter_nd_add(self._variable, indices, updates, use_locking=True, name=name)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Subtracts from the slices at `indices` [..., depth]."""
        return state.scatter_nd_sub(self._variable, indices, updates, use_locking=True, name=name)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Sets the slices at `indices` [..., depth]."""
        return state.scatter_nd_update(self._variable, indices, updates, use_locking=True, name=name)

    def _strided_slice_assign(self, begin: Any, end: Any, strides: Any, value: Any, name: str | None, **masks: int) -> Tensor:
        return state.strided_slice_assign(self._variable, begin, end, strides, value, name=name, **masks)

    def count_up_to(self, limit: int) -> Tensor:
        """Adds one and gives the value before; running it at `limit` raises OutOfRangeError."""
        return state.count_up_to(self._variable, limit)

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """Not offered by reference variables."""
        raise AttributeError

    def gather_nd(self, indices: Any, name: str | None = None) -> Tensor:
        """Not offered by reference variables."""
        raise AttributeError

    # -- protos -------------------------------------------------------------------
    def to_proto(self, export_scope: str | None = None) -> Any:
        """A VariableDef; None if `export_scope` is given and the variable is outside it."""
        from tensorboard.compat.proto.variable_pb2 import VariableDef

        if export_scope is not None and not self._variable.name.startswith(export_scope):
            return None
        out = VariableDef(variable_name=stripped(self._variable.name, export_scope))
        if self._initial_value is not None:
            out.initial_value_name = stripped(self._initial_value.name, export_scope)
        out.initializer_name = stripped(self.initializer.name, export_scope)
        out.snapshot_name = stripped(self._snapshot.name, export_scope)
        modes_to(self, out, export_scope)
        return out


def modes_to(v: Variable, out: Any, export_scope: str | None) -> None:
    """Writes what both kinds of variables have in common into a VariableDef."""
    out.trainable = bool(v._trainable)
    out.synchronization = mode_number(v._synchronization)
    out.aggregation = mode_number(v._aggregation)
    part = None if v._save_slice_info is None else v._save_slice_info.to_proto(export_scope)
    if part is not None:
        out.save_slice_info_def.MergeFrom(part)


def modes_from(v: Any, variable_def: Any) -> None:
    from .modes import VariableAggregation, VariableSynchronization

    v._trainable = variable_def.trainable
    v._synchronization = VariableSynchronization(variable_def.synchronization)
    v._aggregation = VariableAggregation(variable_def.aggregation)


def device_entry(device: Any) -> tuple[Any, Any]:
    """A graph's device-stack entry for a device name or function."""
    return (device, device if callable(device) and not isinstance(device, type) else merge_device(device))


def _to_tensor(v: RefVariable, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    if dtype is not None and not as_dtype(dtype).is_compatible_with(v.dtype):
        raise ValueError(f"Incompatible type conversion requested to type '{as_dtype(dtype).name}' for variable of type '{v.dtype.name}'")
    return v._variable if as_ref else v._snapshot


register_tensor_conversion_function(RefVariable, _to_tensor, 100)
