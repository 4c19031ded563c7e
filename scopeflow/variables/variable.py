"""tf.Variable: what all variables have in common, and how `tf.Variable(...)` chooses the kind it makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorboard.compat.proto.variable_pb2 import VariableDef

from ..graph.composite import IndexedSlices
from ..graph.default_graph import default_session, get_default_graph
from ..graph.graph import Graph, GraphKeys
from ..graph.operation import Operation, Reference, Tensor, _session_for
from ..graph.proto_functions import register_proto_function
from ..graph.public import public
from ..graph.tensor_shape import TensorShape
from ..graph.tracking import Trackable
from ..ops.overloads import overload_operators
from .modes import AUTO, NO_AGGREGATION
from .slices import SaveSliceInfo

#: the collection key under which scopes/ keeps a graph's current variable scope
SCOPE_STORE_KEY = ("__varscope",)

_resource_by_default = False


@public("enable_resource_variables")
def enable_resource_variables() -> None:
    """From now on variables are resource variables unless `use_resource=False` is asked for."""
    global _resource_by_default
    _resource_by_default = True


@public("disable_resource_variables")
def disable_resource_variables() -> None:
    """From now on variables are reference variables unless `use_resource=True` is asked for."""
    global _resource_by_default
    _resource_by_default = False


@public("resource_variables_enabled")
def resource_variables_enabled() -> bool:
    """Whether variables are resource variables by default."""
    return _resource_by_default


def scope_uses_resource(graph: Graph) -> Any:
    """The current variable scope's `use_resource`."""
    store = graph._collections.get(SCOPE_STORE_KEY)
    return store[0].current_scope._use_resource if store else None


def make_variable(next_creator: Any = None, **kwargs: Any) -> Any:
    """The last variable creator: makes a RefVariable or a ResourceVariable; unknown keywords are passed over."""
    from .reference import RefVariable
    from .resource import ResourceVariable

    use_resource = kwargs.get("use_resource")
    if use_resource is None:
        use_resource = scope_uses_resource(get_default_graph())
        if use_resource is None:
            use_resource = _resource_by_default
    chosen = {k: kwargs[k] for k in _CREATION if k in kwargs}
    if use_resource:
        chosen.pop("expected_shape", None)
        return type.__call__(ResourceVariable, **chosen)
    return type.__call__(RefVariable, **chosen)


_CREATION = (
    "initial_value", "trainable", "collections", "validate_shape", "caching_device", "name", "variable_def", "dtype", "expected_shape",
    "import_scope", "constraint", "synchronization", "aggregation", "shape",
)  # fmt: skip


def _variable_v1_call(
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
    use_resource: Any = None,
    synchronization: Any = AUTO,
    aggregation: Any = NO_AGGREGATION,
    shape: Any = None,
) -> Any:
    creators = get_default_graph()._variable_creators
    create: Callable[..., Any] = make_variable
    for creator in creators:
        create = _chained(creator, create)
    return create(
        initial_value=initial_value,
        trainable=trainable,
        collections=collections,
        validate_shape=validate_shape,
        caching_device=caching_device,
        name=name,
        variable_def=variable_def,
        dtype=dtype,
        expected_shape=expected_shape,
        import_scope=import_scope,
        constraint=constraint,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=NO_AGGREGATION if aggregation is None else aggregation,
        shape=shape,
    )


def _chained(creator: Callable[..., Any], inner: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **kwargs: creator(inner, **kwargs)


class _VariableKind(type):
    """Makes `tf.Variable(...)` ask the variable creators; its subclasses are made as they are."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Variable:
            return _variable_v1_call(*args, **kwargs)
        return type.__call__(cls, *args, **kwargs)


@public("Variable")
class Variable(Trackable, metaclass=_VariableKind):
    """State that outlives a Session.run.

    `tf.Variable(initial_value, ...)` makes a variable named by the current *name* scope; `tf.get_variable` is the one
    that shares by variable scope.

    Args:
      initial_value: tensor, what converts to one, or a function that gives one.
      trainable: whether optimizers change it; true unless said otherwise.
      collections: where it is listed; global variables if None.
      validate_shape: False: the variable takes values of any shape.
      caching_device: where its value is kept for reading.
      name: made unique in the name scope; "Variable" if None.
      variable_def: a VariableDef to make it from, in place of all others.
      dtype: the initial value is converted to it.
      constraint: function of the new value, applied by optimizers.
      use_resource: True for a ResourceVariable, False for a RefVariable, None for the scope's choice.
      shape: its static shape, if not the initial value's.

    Raises:
      ValueError: no initial value, or one of unknown shape.
    """

    SaveSliceInfo = SaveSliceInfo

    _save_slice_info: SaveSliceInfo | None = None
    #: (the scopes open when the variable was made, the name asked for)
    _origin: Any = None
    #: for variables of get_variable: a scopes.history.History
    _history: Any = None

    # -- what it is ---------------------------------------------------------------
    @property
    def name(self) -> str:
        raise NotImplementedError

    @property
    def op(self) -> Operation:
        """The op that holds the variable."""
        raise NotImplementedError

    @property
    def dtype(self) -> Any:
        raise NotImplementedError

    @property
    def shape(self) -> TensorShape:
        raise NotImplementedError

    def get_shape(self) -> TensorShape:
        """The static shape."""
        return self.shape

    @property
    def graph(self) -> Graph:
        return self.op.graph

    @property
    def device(self) -> str:
        return self.op._device

    @property
    def initializer(self) -> Operation:
        """The op that gives the variable its initial value."""
        return self._initializer_op

    @property
    def initial_value(self) -> Tensor:
        """The tensor it is initialized with."""
        return self._initial_value

    @property
    def trainable(self) -> Any:
        return self._trainable

    @property
    def synchronization(self) -> Any:
        return self._synchronization

    @property
    def aggregation(self) -> Any:
        return self._aggregation

    @property
    def constraint(self) -> Any:
        """The function optimizers apply to a new value, or None."""
        return self._constraint

    @property
    def _shared_name(self) -> str:
        return self.name[: self.name.index(":")]

    def _gather_saveables_for_checkpoint(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": self}

    def _set_save_slice_info(self, info: SaveSliceInfo | None) -> None:
        self._save_slice_info = info

    def _get_save_slice_info(self) -> SaveSliceInfo | None:
        return self._save_slice_info

    # -- its value ----------------------------------------------------------------
    def value(self) -> Tensor:
        raise NotImplementedError

    def read_value(self) -> Tensor:
        raise NotImplementedError

    def eval(self, session: Any = None) -> Any:
        """The variable's value in `session` (the default session if None)."""
        element = self._as_graph_element()
        return _session_for(element.graph, session, element, "evaluate tensor").run(element)

    def initialized_value(self) -> Tensor:
        """The variable's value, or its initial value as long as it has none."""
        from ..ops.control_flow import cond
        from .initialization import is_variable_initialized

        graph = get_default_graph()
        with graph.control_dependencies(None):
            return cond(is_variable_initialized(self), self.read_value, lambda: self.initial_value)

    def load(self, value: Any, session: Any = None) -> None:
        """Sets the variable's value in `session` without adding to the graph.

        Raises:
          ValueError: there is no session.
        """
        session = session or default_session()
        if session is None:
            raise ValueError("Either session argument should be provided or default session should be established")
        session.run(self.initializer, {self.initializer.inputs[1]: value})

    def _as_graph_element(self) -> Tensor:
        raise NotImplementedError

    # -- as a Python object ---------------------------------------------------------
    def __getitem__(self, key: Any) -> Tensor:
        from ..ops.slicing import slice_helper

        return slice_helper(self.value(), key, self)

    def __hash__(self) -> int:
        return id(self)

    def __iter__(self) -> Any:
        raise TypeError("'Variable' object is not iterable.")

    def experimental_ref(self) -> Reference:
        """A hashable reference to the variable."""
        return Reference(self)

    def __copy__(self) -> Variable:
        return self

    def __repr__(self) -> str:
        return f"<tf.Variable '{self.name}' shape={self.get_shape()} dtype={self.dtype.name}>"

    # -- protos -------------------------------------------------------------------
    def to_proto(self, export_scope: str | None = None) -> Any:
        raise NotImplementedError

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> Variable:
        """The variable that a VariableDef describes; its ops must be in the graph already."""
        from .reference import RefVariable
        from .resource import ResourceVariable

        kind = ResourceVariable if variable_def.is_resource else RefVariable
        return kind(variable_def=variable_def, import_scope=import_scope)


overload_operators(Variable)


def _to_proto(variable: Any, export_scope: str | None = None) -> Any:
    return variable.to_proto(export_scope=export_scope)


for _key in (
    GraphKeys.GLOBAL_VARIABLES,
    GraphKeys.TRAINABLE_VARIABLES,
    GraphKeys.MOVING_AVERAGE_VARIABLES,
    GraphKeys.LOCAL_VARIABLES,
    GraphKeys.MODEL_VARIABLES,
    GraphKeys.GLOBAL_STEP,
    GraphKeys.METRIC_VARIABLES,
):
    register_proto_function(_key, VariableDef, _to_proto, Variable.from_proto)


def listed(collections: Any, trainable: Any, name: Any) -> Any:
    """The collections a new variable goes to. Raises ValueError if they are no list, tuple or set."""
    if collections is None:
        return (GraphKeys.GLOBAL_VARIABLES, GraphKeys.TRAINABLE_VARIABLES) if trainable else (GraphKeys.GLOBAL_VARIABLES,)
    if not isinstance(collections, (list, tuple, set)):
        raise ValueError(
            f"collections argument to Variable constructor must be a list, tuple, or set. Got {collections} of type {type(collections)}"
        )
    if trainable and GraphKeys.TRAINABLE_VARIABLES not in collections:
        return [*collections, GraphKeys.TRAINABLE_VARIABLES]
    return collections


def rows(sparse_delta: Any) -> IndexedSlices:
    """`sparse_delta`, which must be IndexedSlices. Raises TypeError."""
    if not isinstance(sparse_delta, IndexedSlices):
        raise TypeError(f"sparse_delta is not IndexedSlices: {sparse_delta}")
    return sparse_delta


def under(name: str, import_scope: str | None) -> str:
    """`name` inside `import_scope`."""
    return f"{import_scope.rstrip('/')}/{name}" if import_scope else name


def stripped(name: str, export_scope: str | None) -> str:
    """`name` without the prefix `export_scope`."""
    if export_scope:
        prefix = export_scope.rstrip("/") + "/"
        return name[len(prefix) :] if name.startswith(prefix) else name
    return name
