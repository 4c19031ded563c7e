"""tf.variable_scope: entering scopes by name, by object, or by a default name made unique."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ..graph import dtypes
from ..graph.default_graph import _stacks, get_default_graph, graph_of_inputs, name_scope
from ..graph.public import public
from ..graph.source import caller
from .scope import AUTO_REUSE, VariableScope, composed_getter, scope_store

_SETTINGS = ("initializer", "regularizer", "caching_device", "partitioner", "dtype", "use_resource")


class _pure_variable_scope:
    """A variable scope without a name scope; may be entered again.

    The scope's state is the graph's that is the default when this is made.
    """

    def __init__(
        self,
        name_or_scope: Any,
        reuse: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        old_name_scope: Any = None,
        dtype: Any = dtypes.float32,
        use_resource: Any = None,
        constraint: Any = None,
    ):
        self._name_or_scope = name_or_scope
        self._reuse = reuse
        self._custom_getter = custom_getter
        self._old_name_scope = old_name_scope
        self._constraint = constraint
        self._settings = None
        if not (
            initializer is None
            and regularizer is None
            and caching_device is None
            and partitioner is None
            and dtype is None
            and use_resource is None
        ):
            given = zip(_SETTINGS, (initializer, regularizer, caching_device, partitioner, dtype, use_resource))
            self._settings = {"_" + k: v for k, v in given if v is not None}
        self._store = scope_store(get_default_graph())
        self._entered: VariableScope | None = None
        self._by_object = isinstance(name_or_scope, VariableScope)
        if self._by_object:
            # Changing the scope that is entered leaves the one it was entered by alone.
            self._copy = self._derived(name_or_scope, name_or_scope._name, reuse or name_or_scope._reuse, name_or_scope._name_scope)

    def _derived(self, base: VariableScope, name: str, reuse: Any, name_scope: Any) -> VariableScope:
        scope = VariableScope.__new__(VariableScope)
        scope.__dict__.update(base.__dict__)
        scope._name, scope._reuse, scope._name_scope, scope._constraint = name, reuse, name_scope, self._constraint
        if self._settings:
            scope.__dict__.update(self._settings)
        if self._custom_getter is not None:
            scope._custom_getter = composed_getter(self._custom_getter, base._custom_getter)
        return scope

    def __enter__(self) -> VariableScope:
        store = self._store
        self._old = old = store.current_scope
        if self._by_object:
            scope = self._copy
            store.open(scope._name)
            self._counts = store.counts.copy()
        else:
            name = self._name_or_scope
            if old._name:
                name = old._name + "/" + name
            # A second entry keeps the reuse it inherited at the first.
            self._reuse = reuse = self._reuse or old._reuse
            name_scope = self._name_or_scope if self._old_name_scope is None else self._old_name_scope
            scope = self._derived(old, name, reuse, name_scope)
            store.open(name)
        store.current_scope = self._entered = scope
        return scope

    def __exit__(self, *unused: Any) -> None:
        store = self._store
        scope = self._entered
        if store.current_scope is not scope:
            raise RuntimeError("Improper nesting of variable_scope.")
        if self._by_object:
            store.counts = self._counts
        else:
            store.forget_below(scope._name)
        store.current_scope = self._old


#: stands for "no name scope is opened"
_NONE = object()


@public("variable_scope")
class variable_scope:
    """A context in which `get_variable` names its variables `scope/...`, and ops get a name scope of that name.

    The value is the VariableScope entered; entering *it* again (in place of its name) continues it from anywhere.

    Args:
      name_or_scope: the scope's name, or a VariableScope to enter again; None for `default_name`.
      default_name: made unique among the scopes opened; used if `name_or_scope` is None.
      values: tensors that tell the graph to use.
      initializer, regularizer, caching_device, partitioner, custom_getter, dtype, use_resource: defaults for the
        variables inside; None leaves the enclosing scope's.
      reuse: True: variables must exist; tf.AUTO_REUSE: they are made if they do not; None or False: as outside.
      constraint: default constraint, in this scope only.
      auxiliary_name_scope: False opens no name scope.

    Raises:
      ValueError: a bad name or `reuse`.
      TypeError: arguments of the wrong types.
    """

    def __init__(
        self,
        name_or_scope: Any,
        default_name: Any = None,
        values: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        reuse: Any = None,
        dtype: Any = None,
        use_resource: Any = None,
        constraint: Any = None,
        auxiliary_name_scope: bool = True,
    ):
        if default_name is None and name_or_scope is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if reuse is False:
            # A scope cannot stop the reuse of the one around it.
            reuse = None
        elif not (reuse is None or reuse is True or reuse is AUTO_REUSE):
            raise ValueError("The reuse parameter must be True or False or None.")
        self._graph = graph_of_inputs(values) if values else get_default_graph()
        if auxiliary_name_scope is not True and not isinstance(auxiliary_name_scope, bool):
            raise TypeError(f"The auxiliary_name_scope must be `True` or `False`, while get {auxiliary_name_scope}")
        self._name_or_scope, self._default_name = name_or_scope, default_name
        self._reuse = reuse
        self._options = (initializer, regularizer, caching_device, partitioner, custom_getter)
        self._more_options = (dtype, use_resource, constraint)
        self._auxiliary_name_scope = auxiliary_name_scope
        self._pure: _pure_variable_scope | None = None
        self._opens: Any = _NONE

    def __enter__(self) -> VariableScope:
        graph = self._graph
        _stacks.graphs.append(graph)
        self._old_names, self._old_frame = graph._name_stack, graph._frame
        try:
            if self._pure is None:
                scope = self._first_entry(graph)
            else:
                if self._opens is not _NONE:
                    graph._name_stack = graph._open_scope(self._opens)
                scope = self._pure.__enter__()
        except BaseException:
            graph._name_stack = self._old_names
            _stacks.graphs.pop()
            raise
        asked = (self._default_name,) if self._name_or_scope is None else self._name_or_scope
        graph._frame = scope._frame = (self._old_frame, "variable_scope", asked, graph._name_stack, caller(), scope)
        return scope

    def _first_entry(self, graph: Any) -> VariableScope:
        target = self._name_or_scope
        by_object = isinstance(target, VariableScope)
        opens: Any = _NONE
        if not self._auxiliary_name_scope:
            # The current name scope, entered again as it is.
            here = graph._name_stack
            opens = here + "/" if here else here
        if target is None:
            if self._reuse:
                raise ValueError("reuse=True cannot be used without a name_or_scope")
            if opens is _NONE:
                opens = self._default_name
        else:
            if not by_object and not isinstance(target, str):
                raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
            if opens is _NONE:
                # Entering the root scope opens no name scope.
                opens = (target._name.rpartition("/")[2] if by_object else target) or _NONE
        original = None
        if opens is not _NONE:
            names = graph._name_stack = graph._open_scope(opens)
            original = target._name_scope if by_object else "" if names is None else names + "/"
        if target is None:
            target = scope_store(graph).unused(self._default_name)
        pure = _pure_variable_scope(target, self._reuse, *self._options, original, *self._more_options)
        scope = pure.__enter__()
        # Kept only now: a failed entry leaves nothing behind.
        self._pure, self._opens = pure, opens
        return scope

    def __exit__(self, *info: Any) -> None:
        graph = self._graph
        try:
            self._pure.__exit__(*info)
        finally:
            graph._name_stack, graph._frame = self._old_names, self._old_frame
            stack = _stacks.graphs
            if stack and stack[-1] is graph:
                stack.pop()
            elif info[0] is None:
                raise AssertionError(f"Nesting violated for default stack of {type(graph)} objects")


@public("variable_op_scope")
@contextlib.contextmanager
def variable_op_scope(
    values: Any,
    name_or_scope: Any,
    default_name: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    reuse: Any = None,
    dtype: Any = None,
    use_resource: Any = None,
    constraint: Any = None,
) -> Iterator[VariableScope]:
    """The old spelling of `variable_scope`, with `values` first."""
    with variable_scope(
        name_or_scope, default_name, values, initializer, regularizer, caching_device, partitioner, custom_getter, reuse, dtype,
        use_resource, constraint,
    ) as scope:  # fmt: skip
        yield scope


@public("op_scope")
@contextlib.contextmanager
def op_scope(values: Any, name: Any, default_name: Any = None) -> Iterator[str]:
    """The old spelling of `name_scope`, with `values` first."""
    with name_scope(name, default_name=default_name, values=values) as scope:
        yield scope
