"""Readers: files named by a queue, read record by record."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from ..formats.tfrecord import opened, records_at
from ..graph import errors
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.declare import op
from ..op.resources import handle as as_handle
from ..op.resources import held
from ..op.shapes import scalar
from .checkpoint import as_tf_errors
from .file_ops import boxed, text
from .queues import QueueBase
from .record_files import TFRecordOptions

Record = tuple[bytes, bytes]


# -- what is read -----------------------------------------------------------------------
def whole_file(path: str) -> Iterator[Record]:
    """(path, contents)."""
    with open(path, "rb") as file:
        yield path.encode(), file.read()


def lines(path: str, skip: int = 0) -> Iterator[Record]:
    """("path:number", line) for each line after the first `skip`."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if number > skip:
                line = line.rstrip(b"\n")
                yield f"{path}:{number}".encode(), line.removesuffix(b"\r")


def fixed_length(path: str, record: int, header: int = 0, footer: int = 0, hop: int = 0, encoding: str = "") -> Iterator[Record]:
    """("path:number", record) for each `record` bytes between header and footer, `hop` (if not 0) bytes from one to the next.

    Raises:
      InvalidArgumentError: a compressed file has no whole number of records.
    """
    file = opened(path, encoding)
    try:
        data = file.read()
    finally:
        file.close()
    body = data[header : len(data) - footer]
    step = hop or record
    for number, at in enumerate(range(0, len(body) - record + 1, step)):
        yield f"{path}:{number}".encode(), body[at : at + record]


def tf_records(path: str, compression: str = "") -> Iterator[Record]:
    """("path:offset", record) for each record of a TFRecord file."""
    for at, data in records_at(path, compression):
        yield f"{path}:{at}".encode(), data


class Reader:
    """Reads the files that a queue names, one after the other."""

    def __init__(self, read: Any):
        self._read = read
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forgets the file it is in, and its counts."""
        self.produced = self.completed = 0
        self._records: Iterator[Record] | None = None

    def read(self, queue: Any, count: int) -> list[Record]:
        """The next record, and up to `count` of the same file. Waits for the queue to name a file."""
        with self._lock:
            while True:
                if self._records is None:
                    work = queue.dequeue(1)[0][0].item()
                    self._records = self._read(text(work))
                out: list[Record] = []
                try:
                    with as_tf_errors():
                        for one in self._records:
                            out.append(one)
                            if len(out) == count:
                                break
                        else:
                            self._records = None
                            self.completed += 1
                except errors.OpError:
                    self._records = None
                    raise
                if out:
                    self.produced += len(out)
                    return out


# -- ops -----------------------------------------------------------------------------------
_NAMES = {"container": ("str", ""), "shared_name": ("str", "")}


@op("WholeFileReaderV2", " -> reader_handle: resource", attrs=_NAMES, host=True, stateful=True, shape=scalar)
def whole_file_reader_v2(*, context):
    """A reader of whole files."""
    return as_handle(context.own("reader", lambda: Reader(whole_file)))


@op("TextLineReaderV2", " -> reader_handle: resource", attrs=_NAMES, host=True, stateful=True, shape=scalar)
def text_line_reader_v2(*, skip_header_lines: int = 0, context):
    """A reader of lines."""
    return as_handle(context.own("reader", lambda: Reader(lambda path: lines(path, skip_header_lines))))


@op("FixedLengthRecordReaderV2", " -> reader_handle: resource", attrs=_NAMES, host=True, stateful=True, shape=scalar)
def fixed_length_record_reader_v2(
    *, header_bytes: int = 0, record_bytes: int, footer_bytes: int = 0, hop_bytes: int = 0, encoding: str = "", context
):
    """A reader of records that all have one length."""
    sizes = (record_bytes, header_bytes, footer_bytes, hop_bytes, encoding)
    return as_handle(context.own("reader", lambda: Reader(lambda path: fixed_length(path, *sizes))))


@op("TFRecordReaderV2", " -> reader_handle: resource", attrs=_NAMES, host=True, stateful=True, shape=scalar)
def tf_record_reader_v2(*, compression_type: str = "", context):
    """A reader of TFRecord files."""
    return as_handle(context.own("reader", lambda: Reader(lambda path: tf_records(path, compression_type))))


@op("IdentityReaderV2", " -> reader_handle: resource", attrs=_NAMES, host=True, stateful=True, shape=scalar)
def identity_reader_v2(*, context):
    """A reader that gives the names themselves."""
    return as_handle(context.own("reader", lambda: Reader(lambda path: iter([(path.encode(), path.encode())]))))


def _two(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(), ()]


@op(
    "ReaderReadV2",
    "reader_handle: resource, queue_handle: resource -> key: string, value: string",
    host=True,
    blocking=True,
    stateful=True,
    shape=_two,
)
def reader_read_v2(reader_handle, queue_handle):
    """The next record: what identifies it, and its bytes."""
    key, value = held(reader_handle).read(held(queue_handle), 1)[0]
    return boxed([key]).reshape(()), boxed([value]).reshape(())


@op(
    "ReaderReadUpToV2",
    "reader_handle: resource, queue_handle: resource, num_records: int64 -> keys: string, values: string",
    host=True,
    blocking=True,
    stateful=True,
    shape=lambda inputs, attrs: [(None,), (None,)],
)
def reader_read_up_to_v2(reader_handle, queue_handle, num_records):
    """The next records, up to so many."""
    found = held(reader_handle).read(held(queue_handle), int(num_records))
    return boxed([k for k, _ in found]), boxed([v for _, v in found])


@op("ReaderNumRecordsProducedV2", "reader_handle: resource -> records_produced: int64", host=True, stateful=True, shape=scalar)
def reader_num_records_produced_v2(reader_handle):
    """How many records it gave."""
    return held(reader_handle).produced


@op("ReaderNumWorkUnitsCompletedV2", "reader_handle: resource -> units_completed: int64", host=True, stateful=True, shape=scalar)
def reader_num_work_units_completed_v2(reader_handle):
    """How many files it read to the end."""
    return held(reader_handle).completed


@op("ReaderResetV2", "reader_handle: resource -> ", host=True, stateful=True, shape=lambda inputs, attrs: [])
def reader_reset_v2(reader_handle):
    """Makes a reader as it was at first."""
    held(reader_handle).reset()
    return ()


# -- classes --------------------------------------------------------------------------------
@public("ReaderBase")
class ReaderBase:
    """Reads records, as (key, value) pairs of strings, from the files that a queue of strings names."""

    def __init__(self, reader_ref: Tensor, supports_serialize: bool = False):
        self._reader_ref, self._supports_serialize = reader_ref, supports_serialize

    @property
    def reader_ref(self) -> Tensor:
        """The handle."""
        return self._reader_ref

    @property
    def supports_serialize(self) -> bool:
        """Whether its state can be saved; not here."""
        return self._supports_serialize

    def read(self, queue: Any, name: str | None = None) -> Any:
        """(key, value) of the next record. Its run waits for the queue to name a file; OutOfRangeError at the end."""
        return reader_read_v2(self._reader_ref, _queue_ref(queue), name=name)

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> Any:
        """(keys, values) of the next records, at most `num_records` and of one file."""
        return reader_read_up_to_v2(self._reader_ref, _queue_ref(queue), num_records, name=name)

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """How many records it gave, int64."""
        return reader_num_records_produced_v2(self._reader_ref, name=name)

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """How many files it read to the end, int64."""
        return reader_num_work_units_completed_v2(self._reader_ref, name=name)

    def serialize_state(self, name: str | None = None) -> Any:
        """Refused."""
        raise errors.UnimplementedError(None, None, "A reader's state cannot be saved in scopeflow. Use tf.data, or start the files anew.")

    def restore_state(self, state: Any, name: str | None = None) -> Any:
        """Refused."""
        return self.serialize_state()

    def reset(self, name: str | None = None) -> Operation:
        """An op that makes it as it was at first."""
        return reader_reset_v2(self._reader_ref, name=name)


def _queue_ref(queue: Any) -> Any:
    return queue.queue_ref if isinstance(queue, QueueBase) else queue


@public("WholeFileReader")
class WholeFileReader(ReaderBase):
    """Reads whole files: key is the name, value the contents."""

    def __init__(self, name: str | None = None):
        super().__init__(whole_file_reader_v2(name=name), supports_serialize=True)


@public("TextLineReader")
class TextLineReader(ReaderBase):
    """Reads lines, after `skip_header_lines` of each file."""

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None):
        super().__init__(text_line_reader_v2(skip_header_lines=skip_header_lines or 0, name=name))


@public("FixedLengthRecordReader")
class FixedLengthRecordReader(ReaderBase):
    """Reads records of `record_bytes`, from one to the next `hop_bytes` (if not 0), between a header and a footer."""

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        hop_bytes: int | None = None,
        name: str | None = None,
        encoding: str | None = None,
    ):
        super().__init__(
            fixed_length_record_reader_v2(
                record_bytes=record_bytes,
                header_bytes=header_bytes or 0,
                footer_bytes=footer_bytes or 0,
                hop_bytes=hop_bytes or 0,
                encoding=encoding or "",
                name=name,
            )
        )


@public("TFRecordReader")
class TFRecordReader(ReaderBase):
    """Reads the records of TFRecord files."""

    def __init__(self, name: str | None = None, options: Any = None):
        kind = TFRecordOptions.get_compression_type_string(options)
        super().__init__(tf_record_reader_v2(name=name, compression_type=kind))


@public("IdentityReader")
class IdentityReader(ReaderBase):
    """Gives the names that the queue holds, as key and as value."""

    def __init__(self, name: str | None = None):
        super().__init__(identity_reader_v2(name=name), supports_serialize=True)
