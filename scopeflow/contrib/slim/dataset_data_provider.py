"""slim.dataset_data_provider: the items of a dataset, read by queues."""

from __future__ import annotations

from typing import Any

from ...graph.public import public
from .data_provider import DataProvider
from .parallel_reader import parallel_read


@public("contrib.slim.dataset_data_provider.DatasetDataProvider")
class DatasetDataProvider(DataProvider):
    """The items of a dataset, one example at a time.

    Args:
      dataset: a `Dataset`.
      num_readers, reader_kwargs, shuffle, num_epochs, seed, scope: see `parallel_read`.
      common_queue_capacity, common_queue_min: how many examples are kept, and at least kept, to choose from.
      record_key: the item that is the record's key.

    Raises:
      ValueError: the dataset has an item called `record_key`.
    """

    def __init__(
        self,
        dataset: Any,
        num_readers: int = 1,
        reader_kwargs: dict[str, Any] | None = None,
        shuffle: bool = True,
        num_epochs: int | None = None,
        common_queue_capacity: int = 256,
        common_queue_min: int = 128,
        record_key: str = "record_key",
        seed: int | None = None,
        scope: str | None = None,
    ):
        key, data = parallel_read(
            dataset.data_sources,
            reader_class=dataset.reader,
            num_epochs=num_epochs,
            num_readers=num_readers,
            reader_kwargs=reader_kwargs,
            shuffle=shuffle,
            capacity=common_queue_capacity,
            min_after_dequeue=common_queue_min,
            seed=seed,
            scope=scope,
        )
        names = dataset.decoder.list_items()
        items = dict(zip(names, dataset.decoder.decode(data, names)))
        if record_key in items:
            raise ValueError(f"The item name used for `record_key` cannot also be used for a dataset item: {record_key}")
        items[record_key] = key
        super().__init__(items_to_tensors=items, num_samples=dataset.num_samples)
