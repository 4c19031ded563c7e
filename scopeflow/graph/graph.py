"""Graph: operations, unique names, name scopes, collections, control dependencies, devices; and the default graph."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .device import merge_device
from .operation import Operation, Tensor
from .public import public
from .source import Place, caller
from .tensor_shape import Dims

_VALID_OP_NAME = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\-/]*$").match
_VALID_SCOPE_NAME = re.compile(r"^[A-Za-z0-9_.\-/]*$").match


@public("GraphKeys")
class GraphKeys:
    """The names of the collections that the library itself uses."""

    GLOBAL_VARIABLES = "variables"
    LOCAL_VARIABLES = "local_variables"
    METRIC_VARIABLES = "metric_variables"
    MODEL_VARIABLES = "model_variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    SUMMARIES = "summaries"
    QUEUE_RUNNERS = "queue_runners"
    TABLE_INITIALIZERS = "table_initializer"
    ASSET_FILEPATHS = "asset_filepaths"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    REGULARIZATION_LOSSES = "regularization_losses"
    CONCATENATED_VARIABLES = "concatenated_variables"
    SAVERS = "savers"
    WEIGHTS = "weights"
    BIASES = "biases"
    ACTIVATIONS = "activations"
    UPDATE_OPS = "update_ops"
    LOSSES = "losses"
    SAVEABLE_OBJECTS = "saveable_objects"
    RESOURCES = "resources"
    LOCAL_RESOURCES = "local_resources"
    TRAINABLE_RESOURCE_VARIABLES = "trainable_resource_variables"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    READY_OP = "ready_op"
    READY_FOR_LOCAL_INIT_OP = "ready_for_local_init_op"
    SUMMARY_OP = "summary_op"
    GLOBAL_STEP = "global_step"
    EVAL_STEP = "eval_step"
    TRAIN_OP = "train_op"
    COND_CONTEXT = "cond_context"
    WHILE_CONTEXT = "while_context"
    VARIABLES = GLOBAL_VARIABLES
    _SUMMARY_COLLECTION = "_SUMMARY_V2"
    _STREAMING_MODEL_PORTS = "streaming_model_ports"
    _VARIABLE_STORE_KEY = ("__variable_store",)


class ControlDependencies:
    """What `control_dependencies` gives: while it is open, new ops get its inputs as control inputs."""

    __slots__ = ("_graph", "inputs", "_seen", "_fresh", "_saved", "_saved_context")

    def __init__(self, graph: Graph, inputs: list[Operation] | None):
        self._graph = graph
        self._fresh = inputs is None
        self.inputs = inputs or []
        self._seen: set[Operation] = set()

    def __enter__(self) -> None:
        graph = self._graph
        if self._fresh:
            # Inside, neither the enclosing dependencies nor the enclosing control flow apply.
            self._saved, graph._control_stack = graph._control_stack, []
            self._saved_context, graph._control_flow_context = graph._control_flow_context, None
        graph._control_stack = graph._control_stack + [self]

    def __exit__(self, *unused: Any) -> None:
        graph = self._graph
        graph._control_stack = graph._control_stack[:-1]
        if self._fresh:
            graph._control_stack = self._saved
            graph._control_flow_context = self._saved_context


class Scope:
    """The context manager behind `Graph.name_scope`; the value is the scope's path with a trailing slash."""

    __slots__ = ("_graph", "_name", "_old", "_old_frame")

    def __init__(self, graph: Graph, name: str | None):
        self._graph, self._name = graph, name

    def __enter__(self) -> str:
        graph = self._graph
        self._old = graph._name_stack
        new = graph._open_scope(self._name)
        graph._name_stack = new
        self._old_frame = frame = graph._frame
        graph._frame = (frame, "name_scope", self._name, new, caller(), None)
        return "" if new is None else new + "/"

    def __exit__(self, *unused: Any) -> None:
        graph = self._graph
        graph._name_stack = self._old
        graph._frame = self._old_frame


@public("Graph")
class Graph:
    """A graph of operations, with the state that building it needs."""

    #: True for the graph of a function: it takes in tensors of other graphs
    _capturing = False

    def __init__(self) -> None:
        self._ops: dict[str, Operation] = {}
        self._last_id = 0
        #: counts changes to existing ops: what was planned before them no longer holds
        self._mutations = 0
        self._consumers: tuple[Any, dict[Tensor, list[Operation]]] = (None, {})
        self._names_in_use: dict[str, int] = {}
        self._name_stack: str | None = ""
        #: the open scopes, innermost first: (outer, kind, what was asked for, name scope opened, place, variable scope opened);
        #: asked for is a name, a VariableScope, or (default name,)
        self._frame: tuple[Any, ...] | None = None
        #: the program's line to note on new ops, where a caller has found it already
        self._at: Place | None = None
        self._control_stack: list[ControlDependencies] = []
        self._control_flow_context: Any = None
        self._device_stack: list[tuple[Any, Callable[[Operation], Any] | None]] = []
        self._colocation_stack: list[Operation] = []
        self._container = ""
        self._collections: dict[Any, list[Any]] = {}
        self._seed: int | None = None
        self._finalized = False
        self._unfeedable: set[Tensor] = set()
        self._unfetchable: set[Operation] = set()
        self._gradient_override: dict[str, str] = {}
        self._attr_scope: dict[str, Any] = {}
        self._variable_creators: list[Callable[..., Any]] = []
        self._building_function = False
        #: the functions that came with imported GraphDefs, and the versions of those: None as long as nothing was imported
        self._functions: dict[str, Any] = {}
        #: contexts of loops and branches came with a MetaGraph
        self._contexts_to_check = False
        self._versions: Any = None

    # -- operations ---------------------------------------------------------
    def add_op(
        self,
        op_type: str,
        spec: Any,
        inputs: tuple[Tensor, ...],
        attrs: dict[str, Any],
        output_dtypes: tuple[Any, ...],
        output_dims: list[Dims],
        name: str | None,
        place: Place | None = None,
    ) -> Operation:
        """Adds a node. `name` ending in "/" is taken as it is; otherwise it is made unique in the current scope.

        Raises:
          RuntimeError: the graph is finalized.
          ValueError: the name is not valid or taken, or an input belongs to another graph.
        """
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")
        if not name:
            name = op_type if name is None else name
        name = name[:-1] if name and name[-1] == "/" else self.unique_name(name)
        if not _VALID_OP_NAME(name):
            raise ValueError(f"'{name}' is not a valid node name")
        for t in inputs:
            if t.op.graph is not self:
                raise ValueError(f"{t} must be from the same graph as {inputs[0]}.\nBoth are inputs of the op {name!r}.")
        if name in self._ops:
            self._last_id += 1
            raise ValueError(f"Duplicate node name in graph: '{name}'")
        self._last_id += 1
        op = Operation(
            self,
            name,
            op_type,
            spec,
            inputs,
            tuple(self._control_inputs_for(inputs)) if self._control_stack else (),
            attrs,
            output_dtypes,
            output_dims,
            self._last_id,
            place or self._at or caller(),
        )
        self._ops[name] = op
        for controller in self._control_stack:
            controller._seen.add(op)
        if self._attr_scope:
            for k, v in self._attr_scope.items():
                if k not in attrs:
                    attrs[k] = v(op) if callable(v) else v
        if self._gradient_override and op_type in self._gradient_override:
            attrs.setdefault("_gradient_op_type", self._gradient_override[op_type])
        if self._control_flow_context is not None:
            op._context = self._control_flow_context
            self._control_flow_context.AddOp(op)
        if self._device_stack:
            self._apply_devices(op)
        if self._colocation_stack:
            self._apply_colocation(op)
        if self._container and "container" in attrs and not attrs["container"]:
            attrs["container"] = self._container
        return op

    def _apply_devices(self, op: Operation) -> None:
        for _, function in reversed(self._device_stack):
            if function is None:
                break
            device = function(op)
            if device is None:
                raise TypeError("Expected binary or unicode string, got None")
            op._device = device if isinstance(device, str) else device.to_string()

    def _apply_colocation(self, op: Operation) -> None:
        groups: list[str] = []
        for other in self._colocation_stack:
            groups += [g.decode() for g in other.colocation_groups()]
            if other._device:
                op._device = other._device
        op.attrs["_class"] = sorted(set(groups))

    def create_op(
        self,
        op_type: str,
        inputs: Iterable[Tensor],
        dtypes: Any = None,
        input_types: Any = None,
        name: str | None = None,
        attrs: Any = None,
        op_def: Any = None,
        compute_shapes: bool = True,
        compute_device: bool = True,
    ) -> Operation:
        """Adds a node of any op type; `attrs` holds AttrValue protos or Python values.

        Raises:
          TypeError: an input is not a Tensor.
        """
        from .graph_def import attr_from_proto

        inputs = tuple(inputs)
        for i, t in enumerate(inputs):
            if not isinstance(t, Tensor):
                raise TypeError(f"Input #{i} is not a tensor: {t}")
        values = {k: attr_from_proto(v) if hasattr(v, "WhichOneof") else v for k, v in (attrs or {}).items()}
        maker = self.op_maker
        if maker is not None:
            return maker(self, op_type, inputs, dtypes, name, values)
        dtypes = tuple(dtypes or ())
        return self.add_op(op_type, None, inputs, values, dtypes, [None] * len(dtypes), name)

    #: installed by `op.registry`: makes a node of a declared op type, with its inference
    op_maker: Callable[..., Operation] | None = None

    def _consumers_of(self, tensor: Tensor) -> list[Operation]:
        """The ops that take `tensor`, once for each time, from an index made again when the graph has changed."""
        state = (self._last_id, self._mutations)
        if self._consumers[0] != state:
            index: dict[Tensor, list[Operation]] = {}
            for op in self._ops.values():
                for t in op._inputs:
                    index.setdefault(t, []).append(op)
            self._consumers = (state, index)
        return list(self._consumers[1].get(tensor, ()))

    def _changed(self) -> None:
        self._mutations += 1

    def get_operations(self) -> list[Operation]:
        """All operations, in the order they were made."""
        return list(self._ops.values())

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation of that name. Raises TypeError, ValueError or KeyError."""
        if not isinstance(name, str):
            raise TypeError(f"Operation names are strings (or similar), not {type(name).__name__}.")
        return self.as_graph_element(name, allow_tensor=False, allow_operation=True)

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor of that name (`op:0`). Raises TypeError, ValueError or KeyError."""
        if not isinstance(name, str):
            raise TypeError(f"Tensor names are strings (or similar), not {type(name).__name__}.")
        return self.as_graph_element(name, allow_tensor=True, allow_operation=False)

    def as_graph_element(self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True) -> Any:
        """The Tensor or Operation that `obj` is, names, or converts to.

        Raises:
          TypeError: `obj` is nothing of the kind.
          ValueError: the kind is not allowed, or `obj` is of another graph.
          KeyError: no such name.
        """
        if not allow_tensor and not allow_operation:
            raise ValueError("allow_tensor and allow_operation can't both be False.")
        kinds = "Tensor or Operation" if allow_tensor and allow_operation else "Tensor" if allow_tensor else "Operation"
        convert = getattr(obj, "_as_graph_element", None)
        if convert:
            converted = convert()
            if converted is not None:
                obj = converted
        if isinstance(obj, bytes):
            obj = obj.decode()
        if isinstance(obj, str):
            return self._element_by_name(obj, kinds, allow_tensor, allow_operation)
        if isinstance(obj, Tensor) and allow_tensor:
            if obj.graph is not self:
                raise ValueError(f"Tensor {obj} is not an element of this graph.")
            return obj
        if isinstance(obj, Operation) and allow_operation:
            if obj.graph is not self:
                raise ValueError(f"Operation {obj} is not an element of this graph.")
            return obj
        raise TypeError(f"Can not convert a {type(obj).__name__} into a {kinds}.")

    def _element_by_name(self, name: str, kinds: str, allow_tensor: bool, allow_operation: bool) -> Any:
        if ":" in name and allow_tensor:
            try:
                op_name, index = name.split(":")
                number = int(index)
            except ValueError:
                raise ValueError(
                    f"The name {name!r} looks a like a Tensor name, but is not a valid one. Tensor names must be of the "
                    'form "<op_name>:<output_index>".'
                ) from None
            op = self._ops.get(op_name)
            if op is None:
                raise KeyError(
                    f"The name {name!r} refers to a Tensor which does not exist. The operation, {op_name!r}, does not exist in the graph."
                )
            if not -len(op.outputs) <= number < len(op.outputs):
                raise KeyError(
                    f"The name {name!r} refers to a Tensor which does not exist. The operation, {op_name!r}, exists but "
                    f"only has {len(op.outputs)} outputs."
                )
            return op.outputs[number]
        if ":" in name:
            raise ValueError(f"Name {name!r} appears to refer to a Tensor, not a {kinds}.")
        op = self._ops.get(name)
        if allow_operation:
            if op is None:
                raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
            return op
        if op is not None:
            what = f"The name {name!r} refers to an Operation, not a {kinds}."
        else:
            what = f"The name {name!r} looks like an (invalid) Operation name, not a {kinds}."
        raise ValueError(what + ' Tensor names must be of the form "<op_name>:<output_index>".')

    # -- names --------------------------------------------------------------
    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` in the current name scope, with `_1`, `_2`, ... appended if it is taken (ignoring case)."""
        if self._name_stack:
            name = self._name_stack + "/" + name
        key = name.lower()
        used = self._names_in_use
        count = used.get(key, 0)
        if mark_as_used:
            used[key] = count + 1
        if count:
            base = key
            while key in used:
                key = f"{base}_{count}"
                count += 1
            if mark_as_used:
                used[key] = 1
            name = f"{name}_{count - 1}"
        return name

    def _open_scope(self, name: str | None) -> str | None:
        """The name stack that a scope called `name` has here."""
        if name:
            if isinstance(name, bytes):
                name = name.decode()
            if self._name_stack:
                valid = _VALID_SCOPE_NAME(name)
            else:
                valid = _VALID_OP_NAME(name)
            if not valid:
                raise ValueError(f"'{name}' is not a valid scope name")
            return name[:-1] if name[-1] == "/" else self.unique_name(name)
        return None

    def name_scope(self, name: str | None) -> Scope:
        """A context in which op names get the prefix `name/`, made unique.

        `name` ending in "/" is the absolute path of a scope to enter again; None and "" mean no scope at all.
        The context's value is the path with its slash. Raises ValueError for a name with illegal characters.
        """
        return Scope(self, name)

    def get_name_scope(self) -> str | None:
        """The path of the current name scope, without trailing slash."""
        return self._name_stack

    # -- collections --------------------------------------------------------
    @property
    def collections(self) -> list[Any]:
        """The keys of the collections that hold anything."""
        return self.get_all_collection_keys()

    def get_all_collection_keys(self) -> list[Any]:
        """The keys of the collections that were ever added to."""
        return [k for k in self._collections if isinstance(k, str)]

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Appends `value` to the collection `name`, which may then hold it several times."""
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Appends `value` to each of the collections `names` (an iterable; one string is one name)."""
        names = (names,) if isinstance(names, str) else set(names)
        for name in names:
            self.add_to_collection(name, value)

    def get_collection_ref(self, name: Any) -> list[Any]:
        """The list that is the collection `name`: changing it changes the collection."""
        return self._collections.setdefault(name, [])

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """A copy of the collection `name`; with `scope`, the items whose name matches that regex from its start."""
        items = self._collections.get(name)
        if items is None:
            return []
        if scope is None:
            return list(items)
        match = re.compile(scope).match
        return [item for item in items if hasattr(item, "name") and match(item.name)]

    def clear_collection(self, name: Any) -> None:
        """Removes everything from the collection `name`."""
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")
        self._collections.pop(name, None)

    # -- control dependencies, devices, colocation -----------------------------
    def control_dependencies(self, control_inputs: Any) -> ControlDependencies:
        """A context whose ops run after `control_inputs` (ops, tensors, names); None lifts enclosing ones."""
        if control_inputs is None:
            return ControlDependencies(self, None)
        ops: list[Operation] = []
        waited_for = self._current_control_dependencies()
        for c in control_inputs:
            if type(c).__name__ == "IndexedSlices" or (hasattr(c, "_handle") and hasattr(c, "op")):
                c = c.op  # depending on a resource variable must not read it
            c = self.as_graph_element(c)
            if isinstance(c, Tensor):
                c = c.op
            elif not isinstance(c, Operation):
                raise TypeError(f"Control input must be Operation or Tensor: {c}")
            if c not in waited_for:
                waited_for.add(c)
                ops.append(c)
        return ControlDependencies(self, ops)

    def _control_inputs_for(self, inputs: tuple[Tensor, ...]) -> list[Operation]:
        producers = {t.op for t in inputs}
        out: list[Operation] = []
        for controller in self._control_stack:
            # An input made under the same controller already waits for its inputs.
            if not controller.inputs or not producers.isdisjoint(controller._seen):
                continue
            out.extend(c for c in controller.inputs if c not in producers and c not in out)
        return out

    def _current_control_dependencies(self) -> set[Operation]:
        return {op for controller in self._control_stack for op in controller.inputs}

    def device(self, device_name_or_function: Any) -> Any:
        """A context whose ops get a device: a name, a function of the op, or None to ignore enclosing ones."""
        return self._device_scope(device_name_or_function)

    @contextlib.contextmanager
    def _device_scope(self, spec: Any) -> Iterator[None]:
        if spec is None:
            function = None
        elif callable(spec) and not isinstance(spec, type):
            function = spec
        else:
            function = merge_device(spec)
        old = self._device_stack
        self._device_stack = old + [(spec, function)]
        try:
            yield
        finally:
            self._device_stack = old

    @contextlib.contextmanager
    def colocate_with(self, op: Any, ignore_existing: bool = False) -> Iterator[None]:
        """A context whose ops are placed where `op` is; None lifts enclosing colocation.

        Raises:
          ValueError: `op` is None and `ignore_existing` is not set.
        """
        if op is None and not ignore_existing:
            raise ValueError("Trying to reset colocation (op is None) but ignore_existing is not True")
        if op is not None:
            op = op_of(op)
        old_devices, old_colocation = self._device_stack, self._colocation_stack
        # A colocated op takes the other op's device, not the enclosing ones.
        self._device_stack = [(None, None)]
        if ignore_existing:
            self._colocation_stack = []
        if op is not None:
            self._colocation_stack = self._colocation_stack + [op]
        elif not ignore_existing:
            self._device_stack = old_devices
        try:
            yield
        finally:
            self._device_stack, self._colocation_stack = old_devices, old_colocation

    @contextlib.contextmanager
    def container(self, container_name: str) -> Iterator[str]:
        """A context whose stateful ops keep their state in the container of that name."""
        old = self._container
        self._container = container_name
        try:
            yield container_name
        finally:
            self._container = old

    @contextlib.contextmanager
    def gradient_override_map(self, op_type_map: dict[str, str]) -> Iterator[None]:
        """A context in which ops of the given types use the gradients registered under other names."""
        if not isinstance(op_type_map, dict):
            raise TypeError("op_type_map must be a dictionary mapping strings to strings")
        for key, value in op_type_map.items():
            if not (isinstance(key, str) and isinstance(value, str)):
                raise TypeError("op_type_map must be a dictionary mapping strings to strings")
        old = self._gradient_override
        self._gradient_override = {**old, **op_type_map}
        try:
            yield
        finally:
            self._gradient_override = old

    @contextlib.contextmanager
    def _without_overrides(self) -> Iterator[None]:
        """A context whose ops are outside gradient overrides and attribute scopes."""
        old = self._gradient_override, self._attr_scope
        self._gradient_override, self._attr_scope = {}, {}
        try:
            yield
        finally:
            self._gradient_override, self._attr_scope = old

    @contextlib.contextmanager
    def _attr_scope_with(self, attrs: dict[str, Any]) -> Iterator[None]:
        old = self._attr_scope
        self._attr_scope = {k: v for k, v in {**old, **attrs}.items() if v is not None}
        try:
            yield
        finally:
            self._attr_scope = old

    @contextlib.contextmanager
    def _variable_creator_scope(self, creator: Callable[..., Any], priority: int = 100) -> Iterator[None]:
        old = self._variable_creators
        self._variable_creators = old + [creator]
        try:
            yield
        finally:
            self._variable_creators = old

    def _get_control_flow_context(self) -> Any:
        return self._control_flow_context

    def _set_control_flow_context(self, context: Any) -> None:
        self._control_flow_context = context

    # -- state of the graph ---------------------------------------------------
    @property
    def seed(self) -> int | None:
        """The graph-level random seed."""
        return self._seed

    @seed.setter
    def seed(self, seed: int | None) -> None:
        self._seed = seed

    @property
    def version(self) -> int:
        """A number that grows with the graph."""
        return self._last_id

    @property
    def graph_def_versions(self) -> Any:
        """The VersionDef that goes into a GraphDef."""
        from tensorboard.compat.proto.versions_pb2 import VersionDef

        return VersionDef(producer=134) if self._versions is None else self._versions

    def _is_function(self, name: str) -> bool:
        return name in self._functions

    def _get_function(self, name: str) -> Any:
        """The FunctionDef of that name that came with an imported GraphDef, or None."""
        return self._functions.get(name)

    @property
    def building_function(self) -> bool:
        return self._building_function

    @property
    def finalized(self) -> bool:
        return self._finalized

    def finalize(self) -> None:
        """Makes the graph read-only: adding an op raises RuntimeError from now on."""
        self._finalized = True

    def _unsafe_unfinalize(self) -> None:
        self._finalized = False

    def _check_not_finalized(self) -> None:
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")

    def prevent_feeding(self, tensor: Tensor) -> None:
        """Makes feeding `tensor` an error."""
        self._unfeedable.add(tensor)

    def is_feedable(self, tensor: Tensor) -> bool:
        return tensor not in self._unfeedable

    def prevent_fetching(self, op: Operation) -> None:
        """Makes fetching `op` an error."""
        self._unfetchable.add(op)

    def is_fetchable(self, tensor_or_op: Any) -> bool:
        return getattr(tensor_or_op, "op", tensor_or_op) not in self._unfetchable

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """The graph as a GraphDef: all of it, whatever `from_version` is, as in the reference."""
        from .graph_def import graph_def_of

        return graph_def_of(self, add_shapes)

    def as_default(self) -> Any:
        """A context in which this is the default graph."""
        from .default_graph import DefaultGraph

        return DefaultGraph(self)

    def switch_to_thread_local(self) -> None:
        """Accepted for compatibility: scope stacks belong to the graph."""


def op_of(value: Any) -> Operation:
    """The operation that is, or made, `value`."""
    if isinstance(value, Operation):
        return value
    if isinstance(value, Tensor):
        return value.op
    op = getattr(value, "op", None)
    if isinstance(op, Operation):
        return op
    from .conversion import convert_to_tensor

    return convert_to_tensor(value).op
