"""slim.data_decoder: what turns a record into items."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any

from ...graph.public import public


@public("contrib.slim.data_decoder.DataDecoder")
class DataDecoder(abc.ABC):
    """Turns the data that a reader gives into named items."""

    @abc.abstractmethod
    def decode(self, data: Any, items: Sequence[str]) -> list[Any]:
        """The tensors of the items, in order."""

    @abc.abstractmethod
    def list_items(self) -> list[str]:
        """The names of the items that can be decoded."""
