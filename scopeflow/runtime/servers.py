"""The variables of servers, which sessions with a server's target share and leave behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .store import Store

#: target -> the server's variables
_STORES: dict[str, Store] = {}


def open_server(target: str) -> None:
    """Makes sessions of `target` share their variables."""
    _STORES.setdefault(target, Store())


def store_of(target: Any) -> Store | None:
    """The variables of the server at `target`; None if there is no such server."""
    return _STORES.get(target.decode() if isinstance(target, bytes) else target)


def reset_server(target: Any, containers: Sequence[str] | None) -> None:
    """Forgets a server's variables: those in `containers`, or all."""
    store = store_of(target)
    if store is None:
        return
    with store.lock:
        for key in [k for k in store.values if not containers or (k.container or "localhost") in containers]:
            store.put(key, None)
