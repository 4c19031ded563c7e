"""Variable scopes and sharing: variable_scope, get_variable, templates, partitioners, and where each name comes from."""

from . import creators, partitioning, provenance, template  # noqa: F401
from .entering import variable_scope
from .getting import get_local_variable, get_variable
from .scope import AUTO_REUSE, VariableScope, get_variable_scope

__all__ = ["AUTO_REUSE", "VariableScope", "get_local_variable", "get_variable", "get_variable_scope", "variable_scope"]
