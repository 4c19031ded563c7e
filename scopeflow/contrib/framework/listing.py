"""Finding variables: by scope, suffix and pattern; and the list of a model's variables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...graph.default_graph import add_to_collection, get_collection, get_collection_ref
from ...graph.graph import GraphKeys
from ...graph.public import public
from ...scopes import VariableScope


@public("contrib.framework.add_model_variable", "contrib.slim.add_model_variable")
def add_model_variable(var: Any) -> None:
    """Lists a variable among the model's, once."""
    if not any(v is var for v in get_collection_ref(GraphKeys.MODEL_VARIABLES)):
        add_to_collection(GraphKeys.MODEL_VARIABLES, var)


@public("contrib.framework.get_variables", "contrib.slim.get_variables")
def get_variables(scope: Any = None, suffix: str | None = None, collection: str = GraphKeys.GLOBAL_VARIABLES) -> list[Any]:
    """The variables of a collection.

    Args:
      scope: a variable scope, or a regular expression that the names must begin with.
      suffix: what the names must end with, with or without the output number ":0".
      collection: the collection.
    """
    if isinstance(scope, VariableScope):
        scope = scope.name
    if suffix is not None:
        if ":" not in suffix:
            suffix += ":"
        scope = (scope or "") + ".*" + suffix
    return get_collection(collection, scope)


@public("contrib.framework.get_model_variables", "contrib.slim.get_model_variables")
def get_model_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The model's variables; see `get_variables`."""
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


@public("contrib.framework.get_local_variables", "contrib.slim.get_local_variables")
def get_local_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The local variables; see `get_variables`."""
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


@public("contrib.framework.get_trainable_variables", "contrib.slim.get_trainable_variables")
def get_trainable_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The trainable variables; see `get_variables`."""
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


@public("contrib.framework.get_variables_by_suffix", "contrib.slim.get_variables_by_suffix")
def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[Any]:
    """The variables whose names end so; see `get_variables`."""
    return get_variables(scope, suffix)


@public("contrib.framework.get_variables_by_name", "contrib.slim.get_variables_by_name")
def get_variables_by_name(given_name: str, scope: Any = None) -> list[Any]:
    """The variables called `given_name`, in any scope."""
    return get_variables(scope, "/" + given_name + ":|^" + given_name + ":")


@public("contrib.framework.get_variable_full_name", "contrib.slim.get_variable_full_name")
def get_variable_full_name(var: Any) -> str:
    """The name of a variable in checkpoints; a part has that of the whole."""
    info = getattr(var, "_save_slice_info", None)
    return info.full_name if info else var.op.name


@public("contrib.framework.get_unique_variable", "contrib.slim.get_unique_variable")
def get_unique_variable(var_op_name: str) -> Any:
    """The variable of that name.

    Raises:
      ValueError: there is none, or more than one in scopes that match.
    """
    candidates = get_variables(scope=var_op_name)
    if not candidates:
        raise ValueError(f"Couldn't find variable {var_op_name}")
    for candidate in candidates:
        if candidate.op.name == var_op_name:
            return candidate
    raise ValueError(f"Variable {var_op_name} does not uniquely identify a variable")


@public("contrib.framework.filter_variables", "contrib.slim.filter_variables")
def filter_variables(
    var_list: Sequence[Any],
    include_patterns: Sequence[str] | None = None,
    exclude_patterns: Sequence[str] | None = None,
    reg_search: bool = True,
) -> list[Any]:
    """The variables whose op names match one of `include_patterns` (any, if None) and none of `exclude_patterns`.

    Args:
      var_list: the variables.
      include_patterns: regular expressions.
      exclude_patterns: regular expressions.
      reg_search: they may match anywhere; False: from the beginning.
    """
    matches = re.search if reg_search else re.match

    def any_of(patterns: Sequence[str], var: Any) -> bool:
        return any(matches(pattern, var.op.name) for pattern in patterns)

    included = var_list if include_patterns is None else [v for v in var_list if any_of(include_patterns, v)]
    return [v for v in included if not any_of(exclude_patterns or (), v)]


@public("contrib.framework.get_variables_to_restore", "contrib.slim.get_variables_to_restore")
def get_variables_to_restore(include: Any = None, exclude: Any = None) -> list[Any]:
    """The global variables of the scopes `include` (all, if None) but not of the scopes `exclude`.

    Raises:
      TypeError: one of them is not a list.
    """
    if include is None:
        found = get_variables()
    elif not isinstance(include, (list, tuple)):
        raise TypeError("include is provided but is not a list or a tuple.")
    else:
        found = [v for scope in include for v in get_variables(scope)]
    if exclude is None:
        return found
    if not isinstance(exclude, (list, tuple)):
        raise TypeError("exclude is provided but is not a list or a tuple.")
    excluded = {id(v) for scope in exclude for v in get_variables(scope)}
    return [v for v in found if id(v) not in excluded]
