"""The records of CSV files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..formats.tfrecord import opened
from ..ops.checkpoint import as_tf_errors
from ..ops.decoding import decode_csv_op
from .functions import Run
from .sources import Element, Source, boxed


class Csv(Source):
    """The records of CSV files, a component for each column; see `tf.decode_csv`."""

    def __init__(self, names: Sequence[bytes], compression: str, skip: int, defaults: Sequence[np.ndarray], options: dict[str, Any]):
        self.names, self.compression, self.skip = list(names), compression, skip
        self.defaults, self.options = list(defaults), options

    def iterate(self, run: Run) -> Iterator[Element]:
        return _CsvRecords(self, self._records())

    def _records(self) -> Iterator[bytes]:
        for name in self.names:
            with as_tf_errors():
                file = opened(os.fsdecode(name), self.compression)
                lines = iter(file.read().split(b"\n"))
            for _ in range(self.skip):
                next(lines, None)
            for line in lines:
                # A quoted field may go on in the next line.
                while self.options["use_quote_delim"] and line.count(b'"') % 2:
                    more = next(lines, None)
                    if more is None:
                        break
                    line += b"\n" + more
                line = line.removesuffix(b"\r")
                if line:
                    yield line


class _CsvRecords:
    """A record that cannot be read is an error, and the next follows."""

    def __init__(self, source: Csv, records: Iterator[bytes]):
        self.source, self.records = source, records

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Element:
        columns = decode_csv_op.kernel(boxed(next(self.records)), self.source.defaults, **self.source.options)
        return tuple(np.asarray(c) if c.dtype != object else boxed(c) for c in columns)
