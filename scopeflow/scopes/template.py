"""tf.make_template: a function whose variables are made by its first call and shared by the others."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.public import public
from ..graph.source import Place, stack
from ..graph.tracking import Trackable, TrackableReference
from .entering import _pure_variable_scope, variable_scope
from .scope import VariableScope, scope_store


@public("make_template")
def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Any = None,
    **kwargs: Any,
) -> Template:
    """A callable that runs `func_` in a variable scope of its own, sharing its variables between calls.

    Args:
      name_: the scope's name, made unique.
      func_: the function.
      create_scope_now_: fix the scope now, not at the first call.
      unique_name_: the scope's name, taken as it is.
      custom_getter_: custom getter of the scope.
      kwargs: passed on to `func_`.

    Raises:
      ValueError: `name_` is None.
    """
    if kwargs:
        func_ = functools.partial(func_, **kwargs)
    return Template(name_, func_, create_scope_now_, unique_name_, custom_getter_)


#: the templates whose functions run, the innermost last
_running: list[Template] = []


class Template(Trackable):
    """What `make_template` gives."""

    def __init__(
        self, name: str, func: Callable[..., Any], create_scope_now: bool = False, unique_name: str | None = None, custom_getter: Any = None
    ):
        if name is None:
            raise ValueError("name cannot be None.")
        self._func, self._name, self._unique_name, self._custom_getter = func, name, unique_name, custom_getter
        self._stack = stack()
        self._place = next(iter(self._stack), None)
        self._variables_created = False
        self._variable_scope: VariableScope | None = None
        #: the templates that its function calls
        self._templates: list[Template] = []
        if create_scope_now:
            graph = get_default_graph()
            with _pure_variable_scope(unique_name or scope_store(graph).unused(name), custom_getter=custom_getter) as scope:
                scope._frame = (graph._frame, "variable_scope", unique_name or name, graph._name_stack, self._place, scope)
                self._variable_scope = scope

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._variable_scope is not None:
            with variable_scope(self._variable_scope, reuse=self._variables_created):
                return self._call(args, kwargs)
        with variable_scope(self._unique_name, self._name, custom_getter=self._custom_getter) as scope:
            self._variable_scope = scope
            return self._call(args, kwargs)

    def _call(self, args: Any, kwargs: Any) -> Any:
        graph = get_default_graph()
        before = len(graph._collections.get(GraphKeys.TRAINABLE_VARIABLES, ()))
        if _running and not self._variables_created and self not in _running[-1]._templates:
            _running[-1]._templates.append(self)
        try:
            _running.append(self)
            try:
                result = self._func(*args, **kwargs)
            finally:
                _running.pop()
            if self._variables_created:
                trainable = graph.get_collection_ref(GraphKeys.TRAINABLE_VARIABLES)
                if len(trainable) != before:
                    raise ValueError(
                        "Trainable variable created when calling a template after the first time, perhaps you used tf.Variable when you "
                        f"meant tf.get_variable: {trainable[before:]}"
                    )
                graph.get_collection_ref(GraphKeys.GLOBAL_VARIABLES)  # exists from now on, as in the reference
            self._variables_created = True
            for name, made in self._checkpoint_dependencies if self._own.deferred else ():
                self._handle_deferred_dependencies(name, made)
            return result
        except Exception as error:
            _add_definition(error, self._stack)
            raise

    @property
    def name(self) -> str:
        return self._name

    @property
    def func(self) -> Callable[..., Any]:
        return self._func

    @property
    def variable_scope(self) -> VariableScope | None:
        """The scope of its variables, None before it is fixed."""
        return self._variable_scope

    @property
    def variable_scope_name(self) -> str | None:
        """The scope's name, with a slash; None before it is fixed."""
        if self._variable_scope is None:
            return None
        name = self._variable_scope.name
        return name if not name or name[-1] == "/" else name + "/"

    @property
    def _checkpoint_dependencies(self) -> list[TrackableReference]:
        """Its variables and the templates it calls, by their names within its scope."""
        if not self._variables_created:
            return super()._checkpoint_dependencies
        prefix = self.variable_scope_name or ""
        inner = [t for t in self._templates if t.variable_scope_name]
        theirs = {id(v) for t in inner for v in t.variables}
        own = [TrackableReference(v.op.name[len(prefix) :], v) for v in self.variables if isinstance(v, Trackable) and id(v) not in theirs]
        own += [TrackableReference(t.variable_scope_name[len(prefix) :].rstrip("/"), t) for t in inner]
        return super()._checkpoint_dependencies + own

    def _lookup_dependency(self, name: str) -> Any:
        return next((d.ref for d in self._checkpoint_dependencies if d.name == name), None)

    def _made(self, key: str) -> list[Any]:
        return self._variable_scope.get_collection(key) if self._variables_created else []

    @property
    def variables(self) -> list[Any]:
        """The global and local variables of its scope; none before a call succeeded."""
        return self.global_variables + self.local_variables

    weights = variables

    @property
    def global_variables(self) -> list[Any]:
        return self._made(GraphKeys.GLOBAL_VARIABLES)

    @property
    def local_variables(self) -> list[Any]:
        return self._made(GraphKeys.LOCAL_VARIABLES)

    @property
    def trainable_variables(self) -> list[Any]:
        return self._made(GraphKeys.TRAINABLE_VARIABLES)

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Any]:
        trainable = {id(v) for v in self.trainable_variables}
        return [v for v in self.variables if id(v) not in trainable]

    non_trainable_weights = non_trainable_variables

    @property
    def var_scope(self) -> VariableScope | None:
        """The old name of `variable_scope`."""
        return self._variable_scope


def _add_definition(error: Exception, places: Sequence[Place]) -> None:
    """Appends where the template was defined, innermost last, to an error's message."""
    first = error.args[0] if error.args else ""
    lines = traceback.format_list([(place.file, place.line, place.function, None) for place in reversed(places)])
    error.args = (f"{first}\n\noriginally defined at:\n{''.join(lines) or '  (unknown)'}", *error.args[1:])
