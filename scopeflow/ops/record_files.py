"""tf.io's TFRecord files: options, writer, iterator; and the events of an event file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event

from ..formats.tfrecord import Compressed, records
from ..formats.tfrecord import record as as_record
from ..graph import errors
from ..graph.public import public
from .checkpoint import as_tf_errors


@public("io.TFRecordCompressionType", "python_io.TFRecordCompressionType")
class TFRecordCompressionType:
    """How a TFRecord file is compressed."""

    NONE = 0
    ZLIB = 1
    GZIP = 2


_TYPES = {0: "", 1: "ZLIB", 2: "GZIP"}


@public("io.TFRecordOptions", "python_io.TFRecordOptions")
class TFRecordOptions:
    """How TFRecord files are written: `compression_type` is "", "ZLIB", "GZIP" or a TFRecordCompressionType.

    `window_bits`, `compression_level`, `mem_level` and `compression_strategy` are zlib's; the buffer sizes are accepted.
    """

    compression_type_map = dict(_TYPES)

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: Any = None,
        input_buffer_size: Any = None,
        output_buffer_size: Any = None,
        window_bits: Any = None,
        compression_level: Any = None,
        compression_method: Any = None,
        mem_level: Any = None,
        compression_strategy: Any = None,
    ):
        self.get_compression_type_string(compression_type)
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """An empty string, "ZLIB" or "GZIP" for options, a TFRecordCompressionType, such a string, or None.

        Raises:
          ValueError: anything else.
        """
        if not options:
            return ""
        if isinstance(options, TFRecordOptions):
            return cls.get_compression_type_string(options.compression_type)
        if isinstance(options, int) and options in _TYPES:
            return _TYPES[options]
        if options in _TYPES.values():
            return options
        raise ValueError(f'Not a valid compression_type: "{options}"')


@public("io.TFRecordWriter", "python_io.TFRecordWriter")
class TFRecordWriter:
    """Writes records to a TFRecord file, which it creates or empties. Also a context manager.

    Raises:
      NotFoundError: the folder does not exist.
    """

    def __init__(self, path: Any, options: Any = None):
        if not isinstance(options, TFRecordOptions):
            options = TFRecordOptions(compression_type=options)
        kind = TFRecordOptions.get_compression_type_string(options)
        with as_tf_errors():
            file: Any = open(os.fspath(path), "wb")
        if kind:
            given = (options.compression_level, options.window_bits, options.mem_level, options.compression_strategy)
            file = Compressed(file, kind, *given)
        self._file: Any = file

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *unused: Any) -> None:
        self.close()

    def _opened(self) -> Any:
        if self._file is None:
            raise errors.FailedPreconditionError(None, None, "Writer not initialized or previously closed")
        return self._file

    def write(self, record: bytes) -> None:
        """Appends a record. Raises FailedPreconditionError after `close`, TypeError if it is not bytes."""
        if not isinstance(record, (bytes, bytearray, memoryview)):
            raise TypeError(f"expected bytes, {type(record).__name__} found")
        self._opened().write(as_record(bytes(record)))

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        self._opened().flush()

    def close(self) -> None:
        """Writes what is left and closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


@public("io.tf_record_iterator", "python_io.tf_record_iterator")
def tf_record_iterator(path: Any, options: Any = None) -> Iterator[bytes]:
    """The records of a TFRecord file, one after the other.

    Raises:
      NotFoundError: there is no such file.
      DataLossError: it is cut off, or a checksum does not fit; says where.
    """
    with as_tf_errors():
        yield from records(os.fspath(path), TFRecordOptions.get_compression_type_string(options))


@public("train.summary_iterator")
def summary_iterator(path: Any) -> Iterator[Event]:
    """The Events of an event file."""
    for data in tf_record_iterator(path):
        yield Event.FromString(data)
