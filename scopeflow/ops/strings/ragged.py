"""The refusal of ragged tensors."""

from __future__ import annotations

from typing import NoReturn

from ...graph import errors


def refuse(what: str, instead: str = "") -> NoReturn:
    """Raises UnimplementedError: `what` would be or take a RaggedTensor."""
    raise errors.UnimplementedError(None, None, f"{what} makes a RaggedTensor, which scopeflow has not{': ' + instead if instead else ''}.")
