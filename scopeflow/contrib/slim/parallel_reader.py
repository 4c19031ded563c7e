"""slim.parallel_reader: several readers that fill one queue."""

from __future__ import annotations

from typing import Any

from ...graph.default_graph import name_scope
from ...graph.public import TABLE, public
from ...ops.casting import cast
from ...ops.readers import ReaderBase
from ...ops.sums import add_n
from ...train.producers import string_input_producer
from ...train.queue_runner import QueueRunner, add_queue_runner


@public("contrib.slim.parallel_reader.ParallelReader")
class ParallelReader(ReaderBase):
    """A reader made of several, whose records come mixed through a queue.

    Args:
      reader_class: the class of the readers.
      common_queue: the queue, of (key, value).
      num_readers: how many readers.
      reader_kwargs: the arguments of each.

    Raises:
      TypeError: `reader_kwargs` is no dict.
    """

    def __init__(self, reader_class: Any, common_queue: Any, num_readers: int = 4, reader_kwargs: dict[str, Any] | None = None):
        if num_readers <= 0:
            raise ValueError(f"num_readers must be positive: {num_readers}")
        self._readers = [reader_class(**(reader_kwargs or {})) for _ in range(num_readers)]
        self._common_queue = common_queue

    @property
    def num_readers(self) -> int:
        return len(self._readers)

    @property
    def common_queue(self) -> Any:
        return self._common_queue

    def _fill_from(self, queue: Any) -> None:
        enqueue_ops = [self._common_queue.enqueue(reader.read(queue)) for reader in self._readers]
        add_queue_runner(QueueRunner(self._common_queue, enqueue_ops))

    def read(self, queue: Any, name: str | None = None) -> Any:
        """The next (key, value) of the files that `queue` names."""
        self._fill_from(queue)
        return self._common_queue.dequeue(name=name)

    def read_up_to(self, queue: Any, num_records: int, name: str | None = None) -> Any:
        """The next (keys, values), at most `num_records`, of the files that `queue` names."""
        self._fill_from(queue)
        return self._common_queue.dequeue_up_to(num_records, name=name)

    def num_records_produced(self, name: str | None = None) -> Any:
        """How many records all readers have read."""
        return add_n([r.num_records_produced() for r in self._readers], name=name)

    def num_work_units_completed(self, name: str | None = None) -> Any:
        """How many files all readers have read."""
        return add_n([r.num_work_units_completed() for r in self._readers], name=name)


@public("contrib.slim.parallel_reader.parallel_read")
def parallel_read(
    data_sources: Any,
    reader_class: Any,
    num_epochs: int | None = None,
    num_readers: int = 4,
    reader_kwargs: dict[str, Any] | None = None,
    shuffle: bool = True,
    dtypes: Any = None,
    capacity: int = 256,
    min_after_dequeue: int = 128,
    seed: int | None = None,
    scope: str | None = None,
) -> Any:
    """The next (key, value) of files read by several readers at once.

    Args:
      data_sources: files, or patterns of them.
      reader_class: the class of the readers.
      num_epochs: how often to read the files; None: without end.
      num_readers: how many readers.
      reader_kwargs: the arguments of each.
      shuffle: whether files and records come in random order.
      dtypes: the types of key and value; strings if None.
      capacity, min_after_dequeue: how many records are kept, and at least kept, to choose from.
      seed: of the order.
      scope: name scope; "parallel_read" if None.

    Raises:
      ValueError: there are no such files.
    """
    files = get_data_files(data_sources)
    with name_scope(scope, "parallel_read"):
        names = string_input_producer(files, num_epochs=num_epochs, shuffle=shuffle, seed=seed, name="filenames")
        dtypes = dtypes or [TABLE["string"], TABLE["string"]]
        if shuffle:
            queue = TABLE["RandomShuffleQueue"](
                capacity=capacity, min_after_dequeue=min_after_dequeue, dtypes=dtypes, seed=seed, name="common_queue"
            )
        else:
            queue = TABLE["FIFOQueue"](capacity=capacity, dtypes=dtypes, name="common_queue")
        TABLE["summary.scalar"](f"fraction_of_{capacity}_full", cast(queue.size(), TABLE["float32"]) * (1.0 / capacity))
        return ParallelReader(reader_class, queue, num_readers=num_readers, reader_kwargs=reader_kwargs).read(names)


@public("contrib.slim.parallel_reader.single_pass_read")
def single_pass_read(data_sources: Any, reader_class: Any, reader_kwargs: dict[str, Any] | None = None, scope: str | None = None) -> Any:
    """The next (key, value) of files read once, in order, by one reader. Raises ValueError if there are no such files."""
    files = get_data_files(data_sources)
    with name_scope(scope, "single_pass_read"):
        names = string_input_producer(files, num_epochs=1, shuffle=False, capacity=1, name="filenames")
        return reader_class(**(reader_kwargs or {})).read(names)


@public("contrib.slim.parallel_reader.get_data_files")
def get_data_files(data_sources: Any) -> list[str]:
    """The files of a path, a pattern, or a list of them. Raises ValueError if there are none."""
    if isinstance(data_sources, (list, tuple)):
        files = [file for source in data_sources for file in get_data_files(source)]
    elif any(c in data_sources for c in "*?["):
        files = TABLE["gfile.Glob"](data_sources)
    else:
        files = [data_sources]
    if not files:
        raise ValueError(f"No data files found in {data_sources}")
    return files
