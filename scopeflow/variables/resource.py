"""ResourceVariable: a variable behind a handle, read by ops of its own."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import register_tensor_conversion_function, to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.dtypes import DType, as_dtype
from ..graph.dtypes import resource as resource_type
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops import state
from ..ops.flow import identity
from .guard import guarded
from .modes import AUTO, NO_AGGREGATION, trainable_by_default
from .reference import _NO_DEVICE, device_entry, modes_from, modes_to
from .variable import Variable, listed, rows, stripped, under


@public("contrib.eager.Variable", "python.ops.resource_variable_ops.ResourceVariable")
class ResourceVariable(Variable):
    """A variable held by a VarHandleOp. Its value is what it was when its ReadVariableOp ran."""

    def __init__(
        self,
        initial_value: Any = None,
        trainable: Any = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        dtype: Any = None,
        variable_def: Any = None,
        import_scope: str | None = None,
        constraint: Any = None,
        distribute_strategy: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
    ):
        self._in_graph_mode = True
        self._cached_value: Tensor | None = None
        if variable_def is not None:
            if initial_value is not None:
                raise ValueError("variable_def and initial_value are mutually exclusive.")
            self._from_proto(variable_def, import_scope)
            return
        self._synchronization = AUTO if synchronization is None else synchronization
        self._aggregation = NO_AGGREGATION if aggregation is None else aggregation
        self._trainable = trainable = trainable_by_default(synchronization) if trainable is None else trainable
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        collections = listed(collections, trainable, name)
        if constraint is not None and not callable(constraint):
            raise ValueError("The `constraint` argument must be a callable.")
        self._constraint = constraint
        default = graph = get_default_graph()
        if isinstance(initial_value, (Tensor, Variable)):
            graph = initial_value.graph
        if graph is not default:
            with graph.as_default():
                self._create(graph, initial_value, caching_device, name, dtype, shape)
        else:
            self._create(graph, initial_value, caching_device, name, dtype, shape)
        for key in collections if type(collections) is tuple else set(collections):
            default.add_to_collection(key, self)

    def _create(self, graph: Graph, initial_value: Any, caching_device: Any, name: str | None, dtype: Any, shape: Any) -> None:
        """Adds the variable's nodes: initial value, VarHandleOp, VarIsInitializedOp, AssignVariableOp, ReadVariableOp."""
        stack, attr_scope, devices = graph._name_stack, graph._attr_scope, graph._device_stack
        controls, context = graph._control_stack, graph._control_flow_context
        graph._control_stack, graph._control_flow_context = [], None
        self._origin = (graph._frame, "Variable" if name is None else name)
        try:
            graph._name_stack = scope = graph._open_scope("Variable" if name is None else name)
            path = scope or ""
            graph._attr_scope = {**attr_scope, "_class": ["loc:@" + path]}
            graph._name_stack = graph._open_scope("Initializer")
            if devices:
                graph._device_stack = [*devices, _NO_DEVICE]
            initial = to_tensor(initial_value() if callable(initial_value) else initial_value, dtype, "initial_value")
            graph._name_stack, graph._device_stack = scope, devices
            if shape is not None:
                wanted = as_shape(shape)
                if not wanted.is_compatible_with(initial.shape):
                    raise ValueError(
                        f"The initial value's shape ({initial.shape}) is not compatible with the explicitly supplied `shape` argument "
                        f"({shape})."
                    )
                dims = wanted._dims
            else:
                dims = initial._dims
            if scope == "":
                raise ValueError("'/' is not a valid scope name")
            self._dtype = base = initial.dtype.base_dtype
            attrs = {"shape": TensorShape.of(dims), "dtype": base, "container": "", "shared_name": path}
            self._handle = handle = graph.add_op(
                "VarHandleOp", state.var_handle_op, (), attrs, (resource_type,), [()], path + "/" if path else ""
            ).outputs[0]
            graph._attr_scope = attr_scope
            if initial.op._context is not None:
                raise ValueError(
                    f"Initializer for variable {path}/ is from inside a control-flow construct, such as a loop or conditional. When "
                    "creating a variable inside a loop or conditional, use a lambda as the initializer."
                )
            self._handle_name, self._dims, self._initial_value = handle.name, dims, initial
            graph._name_stack = graph._open_scope("IsInitialized")
            self._is_initialized_op = state.var_is_initialized_op(handle)
            graph._name_stack = scope
            on_handle = [*devices, device_entry(handle.op._device)] if handle.op._device else devices
            graph._device_stack = on_handle
            source = guarded(handle.op.name, initial) if initial.op._inputs else initial
            beside, graph._colocation_stack = graph._colocation_stack, []
            try:
                self._initializer_op = state.assign_variable_op(handle, source, name="Assign")
            finally:
                graph._colocation_stack = beside
            graph._name_stack = graph._open_scope("Read")
            value = self._read_variable_op()
            graph._device_stack = devices
            if caching_device is not None:
                graph._device_stack = [*devices, device_entry(caching_device)]
                self._cached_value = identity(value)
            self._graph_element = value
        finally:
            graph._name_stack, graph._attr_scope, graph._device_stack = stack, attr_scope, devices
            graph._control_stack, graph._control_flow_context = controls, context

    def _from_proto(self, variable_def: Any, import_scope: str | None) -> None:
        if not variable_def.is_resource:
            raise ValueError("Trying to restore Variable as ResourceVariable.")
        graph = get_default_graph()
        self._handle = graph.as_graph_element(under(variable_def.variable_name, import_scope))
        self._handle_name = self._handle.name
        self._dtype, self._dims = state.handle_data(self._handle)
        self._initializer_op = graph.as_graph_element(under(variable_def.initializer_name, import_scope))
        self._initial_value = None
        if variable_def.initial_value_name:
            self._initial_value = graph.as_graph_element(under(variable_def.initial_value_name, import_scope))
        modes_from(self, variable_def)
        self._graph_element = None
        if variable_def.snapshot_name:
            snapshot = graph.as_graph_element(under(variable_def.snapshot_name, import_scope))
            if snapshot.op.type != "ReadVariableOp":
                self._cached_value = snapshot
            self._graph_element = snapshot
        else:
            self._graph_element = graph.get_tensor_by_name(self._handle.op.name + "/Read/ReadVariableOp:0")
        if variable_def.HasField("save_slice_info_def"):
            self._save_slice_info = Variable.SaveSliceInfo(save_slice_info_def=variable_def.save_slice_info_def, import_scope=import_scope)
        self._constraint = None

    # -- what it is ---------------------------------------------------------------
    @property
    def handle(self) -> Tensor:
        """The resource tensor that names the variable."""
        return self._handle

    @property
    def name(self) -> str:
        return self._handle_name

    @property
    def op(self) -> Operation:
        """The VarHandleOp op."""
        return self._handle.op

    @property
    def graph(self) -> Graph:
        return self._handle.op.graph

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        return TensorShape.of(self._dims)

    @property
    def create(self) -> Operation:
        """The initializer."""
        return self._initializer_op

    @property
    def _unique_id(self) -> str:
        return self._shared_name

    def set_shape(self, shape: Any) -> None:
        raise NotImplementedError("ResourceVariable does not implement set_shape()")

    def _as_graph_element(self) -> Tensor:
        return self._graph_element

    # -- its value ----------------------------------------------------------------
    def is_initialized(self, name: str | None = None) -> Tensor:
        """A bool tensor: whether the variable has a value."""
        return state.var_is_initialized_op(self._handle, name=name)

    def _read_variable_op(self) -> Tensor:
        return state.read_variable_op(self._handle, dtype=self._dtype)

    def _read_on_handle(self, graph: Graph) -> Tensor:
        """A read placed where the variable is."""
        place = self._handle.op._device
        if not place:
            return self._read_variable_op()
        devices = graph._device_stack
        graph._device_stack = [*devices, device_entry(place)]
        try:
            return self._read_variable_op()
        finally:
            graph._device_stack = devices

    def value(self) -> Tensor:
        """A new read of the variable, or its cached value."""
        if self._cached_value is not None:
            return self._cached_value
        graph = get_default_graph()
        beside = graph._colocation_stack
        if not beside:
            return self._read_on_handle(graph)
        with graph.colocate_with(None, ignore_existing=True):
            return self._read_on_handle(graph)

    def read_value(self) -> Tensor:
        """A new op that reads the variable, after the control dependencies in force."""
        graph = get_default_graph()
        with graph.name_scope("Read"):
            value = self._read_on_handle(graph)
        return identity(value)

    def numpy(self) -> Any:
        raise NotImplementedError("numpy() is only available when eager execution is enabled.")

    def __bool__(self) -> bool:
        return bool(self.read_value())

    def __int__(self) -> int:
        if not self.dtype.is_integer:
            raise TypeError("Non-integer variable can't be converted to integer.")
        raise TypeError("A variable has no value while the graph is built: int() needs Session.run or eval().")

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """Rows of the variable, read without the rest."""
        with get_default_graph().name_scope("Gather" if name is None else name) as scope:
            value = state.resource_gather(self._handle, indices, dtype=self._dtype, name=scope)
        return identity(value)

    def gather_nd(self, indices: Any, name: str | None = None) -> Tensor:
        """Slices of the variable at `indices` [..., depth]."""
        with get_default_graph().name_scope("GatherNd" if name is None else name) as scope:
            value = state.resource_gather_nd(self._handle, indices, dtype=self._dtype, name=scope)
        return identity(value)

    # -- changing it --------------------------------------------------------------
    def _lazy_read(self, op: Operation) -> _UnreadVariable:
        """The variable as it is after `op`."""
        return _UnreadVariable(self, op)

    def _after(self, op: Operation, read_value: bool) -> Any:
        return self._lazy_read(op) if read_value else op

    def assign(self, value: Any, use_locking: Any = None, name: str | None = None, read_value: bool = True) -> Any:
        """Sets the variable; gives the variable after that, or the op if `read_value` is false.

        Raises:
          ValueError: the shapes are not compatible.
        """
        value = to_tensor(value, self._dtype)
        TensorShape.of(self._dims).assert_is_compatible_with(value.shape)
        return self._after(state.assign_variable_op(self._handle, value, name=name), read_value)

    def assign_add(self, delta: Any, use_locking: Any = None, name: str | None = None, read_value: bool = True) -> Any:
        """Adds `delta` to the variable."""
        return self._after(state.assign_add_variable_op(self._handle, to_tensor(delta, self._dtype), name=name), read_value)

    def assign_sub(self, delta: Any, use_locking: Any = None, name: str | None = None, read_value: bool = True) -> Any:
        """Subtracts `delta` from the variable."""
        return self._after(state.assign_sub_variable_op(self._handle, to_tensor(delta, self._dtype), name=name), read_value)

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Adds IndexedSlices to rows. Raises TypeError for anything else."""
        return self._scatter(state.resource_scatter_add, sparse_delta, name)

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Subtracts IndexedSlices from rows."""
        return self._scatter(state.resource_scatter_sub, sparse_delta, name)

    def scatter_mul(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Multiplies rows by IndexedSlices."""
        return self._scatter(state.resource_scatter_mul, sparse_delta, name)

    def scatter_div(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Divides rows by IndexedSlices."""
        return self._scatter(state.resource_scatter_div, sparse_delta, name)

    def scatter_min(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Lowers rows to IndexedSlices where those are smaller."""
        return self._scatter(state.resource_scatter_min, sparse_delta, name)

    def scatter_max(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Raises rows to IndexedSlices where those are larger."""
        return self._scatter(state.resource_scatter_max, sparse_delta, name)

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Sets rows to IndexedSlices."""
        return self._scatter(state.resource_scatter_update, sparse_delta, name)

    def _scatter(self, scatter: Any, sparse_delta: Any, name: str | None) -> Any:
        delta = rows(sparse_delta)
        return self._lazy_read(scatter(self._handle, delta.indices, to_tensor(delta.values, self._dtype), name=name))

    def batch_scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Sets, in each batch, the rows that IndexedSlices [batch..., rows] name."""
        from .assignment import batch_scatter_update

        delta = rows(sparse_delta)
        return self._lazy_read(batch_scatter_update(self, delta.indices, delta.values, use_locking=use_locking, name=name).op)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Adds to the slices at `indices` [..., depth]."""
        return self._scatter_nd(state.resource_scatter_nd_add, indices, updates, name)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Subtracts from the slices at `indices` [..., depth]."""
        return self._scatter_nd(state.resource_scatter_nd_sub, indices, updates, name)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Sets the slices at `indices` [..., depth]."""
        return self._scatter_nd(state.resource_scatter_nd_update, indices, updates, name)

    def _scatter_nd(self, scatter: Any, indices: Any, updates: Any, name: str | None) -> Any:
        return self._lazy_read(scatter(self._handle, indices, to_tensor(updates, self._dtype), name=name))

    def _strided_slice_assign(self, begin: Any, end: Any, strides: Any, value: Any, name: str | None, **masks: int) -> Any:
        value = to_tensor(value, self._dtype)
        return self._lazy_read(state.resource_strided_slice_assign(self._handle, begin, end, strides, value, name=name, **masks))

    def count_up_to(self, limit: int) -> Tensor:
        """Adds one and gives the value before; running it at `limit` raises OutOfRangeError."""
        return state.resource_count_up_to(self._handle, limit, T=self._dtype)

    # -- protos -------------------------------------------------------------------
    def to_proto(self, export_scope: str | None = None) -> Any:
        """A VariableDef; None if `export_scope` is given and the variable is outside it."""
        from tensorboard.compat.proto.variable_pb2 import VariableDef

        if export_scope is not None and not self._handle.name.startswith(export_scope):
            return None
        out = VariableDef(variable_name=stripped(self._handle.name, export_scope), is_resource=True)
        if self._initial_value is not None:
            out.initial_value_name = stripped(self._initial_value.name, export_scope)
        out.initializer_name = stripped(self.initializer.name, export_scope)
        snapshot = self._graph_element if self._cached_value is None else self._cached_value
        out.snapshot_name = stripped(snapshot.name, export_scope)
        modes_to(self, out, export_scope)
        return out


class _UnreadVariable(ResourceVariable):
    """A resource variable as it is after an op that changed it: reading waits for that op."""

    def __init__(self, variable: ResourceVariable, parent: Operation):
        self._in_graph_mode = True
        self._handle, self._handle_name = variable._handle, variable._handle_name
        self._dtype, self._dims = variable._dtype, variable._dims
        self._trainable, self._constraint = variable._trainable, variable._constraint
        self._synchronization, self._aggregation = variable._synchronization, variable._aggregation
        self._initializer_op = self._initial_value = None
        self._save_slice_info = variable._save_slice_info
        self._cached_value = self._initializer_op = self._initial_value = None
        self._parent_op = parent
        with parent.graph.control_dependencies([parent]):
            self._graph_element = self._read_variable_op()

    @property
    def name(self) -> str:
        return self._parent_op.name

    @property
    def op(self) -> Operation:
        """The op that changed the variable."""
        return self._parent_op

    def value(self) -> Tensor:
        """A read of the variable after the change."""
        with self.graph.control_dependencies([self._parent_op]):
            return super().value()

    def read_value(self) -> Tensor:
        """A read of the variable after the change."""
        return self.value()

    @property
    def _shared_name(self) -> str:
        return self._handle_name.rpartition(":")[0]


def _to_tensor(v: ResourceVariable, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    if dtype is not None and not as_dtype(dtype).is_compatible_with(v.dtype):
        raise ValueError(f"Incompatible type conversion requested to type {as_dtype(dtype).name!r} for variable of type {v.dtype.name!r}")
    return v.read_value().op.inputs[0] if as_ref else v.value()


register_tensor_conversion_function(ResourceVariable, _to_tensor, 100)
