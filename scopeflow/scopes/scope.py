"""VariableScope: the settings that `get_variable` finds, and the count of scopes opened, kept for each graph."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from ..graph import dtypes
from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph, GraphKeys
from ..graph.public import export, public
from ..variables.modes import AUTO, NO_AGGREGATION
from ..variables.variable import SCOPE_STORE_KEY


class _ReuseMode(enum.Enum):
    """How a variable scope treats names that exist and names that do not."""

    AUTO_REUSE = 1


AUTO_REUSE = export(_ReuseMode.AUTO_REUSE, "AUTO_REUSE")


@public("VariableScope")
class VariableScope:
    """What a `tf.variable_scope` block sets: a name prefix for `get_variable`, sharing, and defaults.

    Args:
      reuse: False: make variables; True: find existing ones; tf.AUTO_REUSE: either.
      name: prefix of variable names, without the slash.
      initializer, regularizer, caching_device, partitioner, custom_getter, dtype, use_resource: defaults of `get_variable`.
      name_scope: the name scope in which the scope was first entered.
      constraint: the default constraint, not handed on to scopes inside.
    """

    def __init__(
        self,
        reuse: Any,
        name: str = "",
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        name_scope: Any = "",
        dtype: Any = dtypes.float32,
        use_resource: Any = None,
        constraint: Any = None,
    ):
        self._name = name
        self._initializer = initializer
        self._regularizer = regularizer
        self._reuse = reuse
        self._caching_device = caching_device
        self._partitioner = partitioner
        self._custom_getter = custom_getter
        self._name_scope = name_scope
        self._dtype = dtype
        self._use_resource = use_resource
        self._constraint = constraint
        #: the entry that made the scope (see `Graph._frame`), for explanations
        self._frame: Any = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def original_name_scope(self) -> Any:
        """The name scope, with its slash, in which the scope was first entered."""
        return self._name_scope

    @property
    def reuse(self) -> Any:
        """False, True or tf.AUTO_REUSE."""
        return self._reuse

    @property
    def initializer(self) -> Any:
        return self._initializer

    @property
    def dtype(self) -> Any:
        return self._dtype

    @property
    def use_resource(self) -> Any:
        return self._use_resource

    @property
    def regularizer(self) -> Any:
        return self._regularizer

    @property
    def caching_device(self) -> Any:
        return self._caching_device

    @property
    def partitioner(self) -> Any:
        return self._partitioner

    @property
    def custom_getter(self) -> Any:
        return self._custom_getter

    @property
    def constraint(self) -> Any:
        return self._constraint

    def reuse_variables(self) -> None:
        """From now on `get_variable` finds existing variables here and makes none."""
        self._reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """Sets the default initializer."""
        self._initializer = initializer

    def set_dtype(self, dtype: Any) -> None:
        """Sets the default type."""
        self._dtype = dtype

    def set_use_resource(self, use_resource: Any) -> None:
        """Sets whether variables are resource variables."""
        self._use_resource = use_resource

    def set_regularizer(self, regularizer: Any) -> None:
        """Sets the default regularizer."""
        self._regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        """Sets the default caching device."""
        self._caching_device = caching_device

    def set_partitioner(self, partitioner: Any) -> None:
        """Sets the default partitioner."""
        self._partitioner = partitioner

    def set_custom_getter(self, custom_getter: Any) -> None:
        """Sets the function through which `get_variable` goes."""
        self._custom_getter = custom_getter

    def get_collection(self, name: str) -> list[Any]:
        """The items of a collection whose names start with (match, as a regular expression) this scope's."""
        return get_default_graph().get_collection(name, self._name + "/" if self._name else "")

    def trainable_variables(self) -> list[Any]:
        """The trainable variables of this scope."""
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def global_variables(self) -> list[Any]:
        """The global variables of this scope."""
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Any]:
        """The local variables of this scope."""
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def get_variable(
        self,
        var_store: Any,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        reuse: Any = None,
        trainable: Any = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: Any = None,
        custom_getter: Any = None,
        constraint: Any = None,
        synchronization: Any = AUTO,
        aggregation: Any = NO_AGGREGATION,
    ) -> Any:
        """The variable `name` of this scope in `var_store`: see `tf.get_variable`."""
        prefix = self._name
        full_name = prefix + "/" + name if prefix else name
        graph = get_default_graph()
        stack = graph._name_stack
        var_store.asked = full_name
        # The names of variables follow variable scopes alone.
        graph._name_stack = None
        try:
            if initializer is None:
                initializer = self._initializer
            elif dtype is not None and not callable(initializer):
                _require_dtype(initializer, dtype)
            return var_store.get_variable(
                full_name,
                shape,
                self._dtype if dtype is None else dtype,
                initializer,
                self._regularizer if regularizer is None else regularizer,
                self._reuse if reuse is None else reuse,
                trainable,
                collections,
                self._caching_device if caching_device is None else caching_device,
                self._partitioner if partitioner is None else partitioner,
                validate_shape,
                self._use_resource if use_resource is None else use_resource,
                self._custom_getter if custom_getter is None else custom_getter,
                self._constraint if constraint is None else constraint,
                synchronization,
                aggregation,
            )
        finally:
            graph._name_stack = stack

    def _get_partitioned_variable(
        self,
        var_store: Any,
        name: str | None,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: Any = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: Any = None,
        constraint: Any = None,
        synchronization: Any = AUTO,
        aggregation: Any = NO_AGGREGATION,
    ) -> Any:
        """The partitioned variable `name` of this scope (of the scope's own name, if None).

        Raises:
          ValueError: there is no partitioner, or one for a scalar.
        """
        if self._custom_getter is not None:
            raise ValueError(
                "Private access to _get_partitioned_variable is not allowed when a custom getter is set.  Current custom getter: %s."
                % self._custom_getter
            )
        partitioner = self._partitioner if partitioner is None else partitioner
        if partitioner is None:
            raise ValueError("No partitioner was specified")
        names = [n for n in (self._name, name) if n]
        graph = get_default_graph()
        stack = graph._name_stack
        graph._name_stack = None
        try:
            return var_store._get_partitioned(
                "/".join(names),
                partitioner,
                shape,
                self._dtype if dtype is None else dtype,
                self._initializer if initializer is None else initializer,
                self._regularizer if regularizer is None else regularizer,
                self._reuse,
                trainable,
                collections,
                self._caching_device if caching_device is None else caching_device,
                validate_shape,
                self._use_resource if use_resource is None else use_resource,
                self._constraint if constraint is None else constraint,
                synchronization,
                aggregation,
            )
        finally:
            graph._name_stack = stack


def _require_dtype(initializer: Any, dtype: Any) -> None:
    """Raises ValueError unless the constant `initializer` is of `dtype`."""
    from ..graph.conversion import to_tensor

    found = to_tensor(initializer).dtype.base_dtype
    if found != dtype:
        raise ValueError(f"Initializer type '{found}' and explicit dtype '{dtype}' don't match.")


class ScopeStore:
    """A graph's current variable scope, and how often each scope name was opened: what default names count."""

    __slots__ = ("current_scope", "counts", "_below", "variable_store")

    def __init__(self) -> None:
        self.current_scope = VariableScope(False)
        self.counts: dict[str, int] = {}
        #: scope name -> the names below it that were ever opened
        self._below: dict[str, set[str]] = {}
        self.variable_store: Any = None

    def open(self, name: str) -> None:
        """Counts one more opening of `name`."""
        counts = self.counts
        if name in counts:
            counts[name] += 1
            return
        counts[name] = 1
        at = name.find("/")
        while at >= 0:
            self._below.setdefault(name[:at], set()).add(name)
            at = name.find("/", at + 1)

    def forget_below(self, name: str) -> None:
        """Forgets the openings of all scopes inside `name`."""
        below = self._below.get(name)
        if below:
            for k in below:
                self.counts.pop(k, None)

    def unused(self, prefix: str) -> str:
        """`prefix`, with `_1`, `_2`, ... appended if a scope of that name was opened in the current one."""
        outer = self.current_scope._name
        name = outer + "/" + prefix if outer else prefix
        counts = self.counts
        if not counts.get(name):
            return prefix
        i = 1
        while counts.get(f"{name}_{i}"):
            i += 1
        return f"{prefix}_{i}"


def scope_store(graph: Graph) -> ScopeStore:
    """The graph's ScopeStore."""
    found = graph._collections.get(SCOPE_STORE_KEY)
    if found:
        return found[0]
    store = ScopeStore()
    graph._collections[SCOPE_STORE_KEY] = [store]
    return store


@public("get_variable_scope")
def get_variable_scope() -> VariableScope:
    """The variable scope that is open now."""
    return scope_store(get_default_graph()).current_scope


def composed_getter(getter: Callable[..., Any] | None, outer: Callable[..., Any] | None) -> Any:
    """`getter`, which calls `outer` where it calls its own getter."""
    if outer is None:
        return getter
    import functools

    inner = getter

    def composed(getter: Any, *args: Any, **kwargs: Any) -> Any:
        return inner(functools.partial(outer, getter), *args, **kwargs)

    return composed
