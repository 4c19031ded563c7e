"""slim.data_provider: what gives items of a dataset as tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...graph.public import public


@public("contrib.slim.data_provider.DataProvider")
class DataProvider:
    """Items by name.

    Args:
      items_to_tensors: name -> tensor.
      num_samples: the size of the dataset.
    """

    def __init__(self, items_to_tensors: Mapping[str, Any], num_samples: int):
        self._items_to_tensors, self._num_samples = items_to_tensors, num_samples

    def get(self, items: Sequence[str]) -> list[Any]:
        """The tensors of items, in order. Raises ValueError for anything but a list of names that are there."""
        if not isinstance(items, (list, tuple)):
            raise ValueError("items must be a list or tuple")
        valid = self.list_items()
        for item in items:
            if item not in valid:
                raise ValueError(f"Item [{item}] is invalid. Valid entries include: {valid}")
        return [self._items_to_tensors[item] for item in items]

    def list_items(self) -> Any:
        """The names of the items."""
        return self._items_to_tensors.keys()

    def num_samples(self) -> int:
        """The size of the dataset."""
        return self._num_samples
