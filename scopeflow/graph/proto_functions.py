"""How the items of a collection become messages in a MetaGraphDef, and come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .public import public


class _Functions(NamedTuple):
    proto_type: Any
    to_proto: Callable[..., Any] | None
    from_proto: Callable[..., Any] | None


_registered: dict[str, _Functions] = {}


@public("python.framework.ops.register_proto_function")
def register_proto_function(collection_name: str, proto_type: Any = None, to_proto: Any = None, from_proto: Any = None) -> None:
    """Says how items of a collection are written to and read from a MetaGraphDef.

    Args:
      collection_name: the collection.
      proto_type: the class of messages.
      to_proto: function(item, export_scope) that gives a message, or None for an item outside of the scope.
      from_proto: function(message, import_scope) that gives an item.

    Raises:
      TypeError: a function is not callable.
      KeyError: the collection has functions already.
    """
    if to_proto and not callable(to_proto):
        raise TypeError("to_proto must be callable.")
    if from_proto and not callable(from_proto):
        raise TypeError("from_proto must be callable.")
    if collection_name in _registered:
        raise KeyError(f"Registering two proto functions with name '{collection_name}'! (One is registered already.)")
    _registered[collection_name] = _Functions(proto_type, to_proto, from_proto)


@public("python.framework.ops.get_collection_proto_type")
def get_collection_proto_type(collection_name: str) -> Any:
    """The class of messages of a collection, or None."""
    found = _registered.get(collection_name)
    return None if found is None else found.proto_type


@public("python.framework.ops.get_to_proto_function")
def get_to_proto_function(collection_name: str) -> Callable[..., Any] | None:
    """The function that makes messages of a collection's items, or None."""
    found = _registered.get(collection_name)
    return None if found is None else found.to_proto


@public("python.framework.ops.get_from_proto_function")
def get_from_proto_function(collection_name: str) -> Callable[..., Any] | None:
    """The function that makes a collection's items of messages, or None."""
    found = _registered.get(collection_name)
    return None if found is None else found.from_proto
