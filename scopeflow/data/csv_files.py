"""make_csv_dataset: batches of the records of CSV files, by the names of their columns."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import constant
from ..graph.public import TABLE, public
from .dataset import AUTOTUNE, Dataset
from .experimental import ignore_errors as without_errors
from .experimental import parallel_interleave, shuffle_and_repeat
from .readers import CsvDataset

#: the types that a column may be found to have, the narrowest first
_FOUND = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.string)


def _lines(path: str, compression_type: str | None) -> Iterator[str]:
    with TABLE["gfile.GFile"](path, "rb") as file:
        data = file.read()
    if compression_type == "GZIP":
        data = gzip.decompress(data)
    elif compression_type == "ZLIB":
        data = zlib.decompress(data)
    return io.StringIO(data.decode(), newline="")


def _records(paths: Sequence[str], delim: str, quotes: bool, header: bool, compression_type: str | None) -> Iterator[list[str]]:
    quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    for path in paths:
        rows = csv.reader(_lines(path, compression_type), delimiter=delim, quoting=quoting)
        if header:
            next(rows, None)
        yield from rows


def _names(paths: Sequence[str], delim: str, quotes: bool, header: bool, compression_type: str | None) -> list[str]:
    """The names in the first line of all files. Raises ValueError if there are none, or they differ."""
    if not header:
        raise ValueError("Cannot infer column names without a header line.")
    found = [next(_records([p], delim, quotes, False, compression_type), []) for p in paths]
    if any(names != found[0] for names in found):
        raise ValueError("Files have different column names in the header row.")
    return found[0]


def _type_of(text: str, na_value: str, so_far: dtypes.DType | None) -> dtypes.DType | None:
    """The narrowest type, from `so_far` on, that can hold a field."""
    if text in ("", na_value):
        return so_far

    def holds(dtype: dtypes.DType) -> bool:
        try:
            if dtype is dtypes.string:
                return True
            if dtype.is_integer:
                limits = np.iinfo(dtype.np_dtype)
                return limits.min <= int(text) <= limits.max
            return abs(float(text)) < np.finfo(dtype.np_dtype).max
        except ValueError:
            return False

    wider = _FOUND if so_far is None else _FOUND[_FOUND.index(so_far) :]
    return next(t for t in wider if holds(t))


def _defaults(rows: Iterator[list[str]], columns: Sequence[int], number: int, most: int | None, na_value: str) -> list[Any]:
    """For each column a default, of the type that the first `most` rows show. Raises ValueError for a row of another length."""
    found: list[dtypes.DType | None] = [None] * len(columns)
    for i, row in enumerate(rows):
        if most is not None and i >= most:
            break
        if len(row) != number:
            raise ValueError("Problem inferring types: CSV row has different number of fields than expected.")
        found = [_type_of(row[c], na_value, t) for c, t in zip(columns, found)]
    types = [dtypes.string if t is None else t for t in found]
    return [constant([b"" if t is dtypes.string else 0], dtype=t) for t in types]


def _columns(select: Sequence[Any], names: Sequence[str]) -> list[int]:
    """The places of the columns to take. Raises ValueError for such as are not there."""
    if not select:
        raise ValueError("`select_columns` must not be empty.")
    places = [names.index(c) if isinstance(c, str) and c in names else c for c in select]
    for place in places:
        if not isinstance(place, (int, np.integer)) or not 0 <= place < len(names):
            raise ValueError(f"Value '{place}', specified in `select_columns`, not a valid index or column name.")
    if len(set(places)) != len(places):
        raise ValueError("`select_columns` contains duplicate columns")
    return sorted(places)


@public("data.experimental.make_csv_dataset", "contrib.data.make_csv_dataset")
def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
) -> Dataset:
    """Batches of the records of CSV files: dictionaries of columns, or (dictionary, label) with `label_name`.

    Args:
      file_pattern: one or several.
      column_names: those of the first line if None.
      column_defaults: for each column a type or a default; found from `num_rows_for_inference` rows (None: all) if None.
      select_columns: names or places of the columns to take.
      num_epochs: without end if None.
      ignore_errors: leave out records that cannot be read.

    Raises:
      ValueError: no files; no names; a label or columns that are not there.
    """
    paths = _files(file_pattern)
    dataset = Dataset.from_tensor_slices(paths)
    if shuffle:
        dataset = dataset.shuffle(len(paths), shuffle_seed)
    form = (paths, field_delim, use_quote_delim, header, compression_type)
    if column_names is None:
        column_names = _names(*form)
    if len(column_names) != len(set(column_names)):
        raise ValueError("Cannot have duplicate column names.")
    places = None if select_columns is None else _columns(select_columns, column_names)
    if column_defaults is None:
        every = range(len(column_names)) if places is None else places
        column_defaults = _defaults(_records(*form), list(every), len(column_names), num_rows_for_inference, na_value)
    else:
        column_defaults = [constant([], dtype=c) if isinstance(c, (dtypes.DType, type)) else c for c in column_defaults]
    if places is not None:
        column_names = [column_names[i] for i in places]
    if len(column_defaults) != len(column_names):
        raise ValueError("`column_defaults` and the columns must be as many: "
                         f"{len(column_defaults)} defaults for the columns {list(column_names)}.")  # fmt: skip
    if label_name is not None and label_name not in column_names:
        raise ValueError("`label_name` provided must be one of the columns.")

    def read(filename: Any) -> Dataset:
        records = CsvDataset(
            filename,
            record_defaults=column_defaults,
            field_delim=field_delim,
            use_quote_delim=use_quote_delim,
            na_value=na_value,
            select_cols=places,
            header=header,
            compression_type=compression_type,
        )
        return records.apply(without_errors()) if ignore_errors else records

    def map_fn(*columns: Any) -> Any:
        features = OrderedDict(zip(column_names, columns))
        if label_name is None:
            return features
        label = features.pop(label_name)
        return features, label

    dataset = dataset.apply(parallel_interleave(read, cycle_length=num_parallel_reads or 1, sloppy=sloppy))
    if shuffle:
        dataset = dataset.apply(shuffle_and_repeat(shuffle_buffer_size, num_epochs, shuffle_seed))
    elif num_epochs != 1:
        dataset = dataset.repeat(num_epochs)
    dataset = dataset.batch(batch_size=batch_size, drop_remainder=num_epochs is None)
    dataset = dataset.map(map_fn)
    return dataset.prefetch(AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size)


def _files(file_pattern: Any) -> list[str]:
    if isinstance(file_pattern, (list, tuple)):
        if not file_pattern:
            raise ValueError("File pattern is empty.")
        found = [name for pattern in file_pattern for name in TABLE["gfile.Glob"](pattern)]
    else:
        found = list(TABLE["gfile.Glob"](file_pattern))
    if not found:
        raise ValueError(f"No files match {file_pattern}.")
    return sorted(found)
