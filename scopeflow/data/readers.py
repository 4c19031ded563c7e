"""Datasets of files: lines, TFRecords, records of one length."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import constant, convert_to_tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from . import nodes
from . import structure as structures
from .dataset import Dataset, DatasetV2, constant_of

_STRING = structures.Leaf("tensor", dtypes.string, TensorShape([]))
_BUFFER = 256 * 1024


def _names(filenames: Any) -> Dataset:
    """A dataset of the names in a tensor of any shape, or a dataset of names as it is.

    Raises:
      TypeError: the elements are not strings.
      ValueError: a dataset's elements are not scalars.
    """
    if isinstance(filenames, DatasetV2):
        if filenames.output_types is not dtypes.string:
            raise TypeError("`filenames` must be a `tf.data.Dataset` of `tf.string` elements.")
        if not filenames.output_shapes.is_compatible_with(TensorShape([])):
            raise ValueError("`filenames` must be a `tf.data.Dataset` of scalar `tf.string` elements.")
        return filenames
    filenames = convert_to_tensor(filenames, dtype=dtypes.string)
    return Dataset.from_tensor_slices(TABLE["reshape"](filenames, [-1], name="flat_filenames"))


def _optional(value: Any, default: Any, name: str, dtype: Any) -> Any:
    return constant_of(default if value is None else value, dtype, name)


@public("data.TextLineDataset")
class TextLineDataset(Dataset):
    """The lines of text files, without their ends.

    Args:
      filenames: a string tensor, or a dataset of strings.
      compression_type: "", "ZLIB" or "GZIP".
      buffer_size: accepted.
      num_parallel_reads: how many files are read in turn; None: one after the other.
    """

    def __init__(self, filenames: Any, compression_type: Any = None, buffer_size: Any = None, num_parallel_reads: Any = None):
        def read_one_file(filename: Any) -> Dataset:
            kind = _optional(compression_type, "", "compression_type", dtypes.string)
            size = _optional(buffer_size, _BUFFER, "buffer_size", dtypes.int64)
            return Dataset(nodes.text_line_dataset(filename, kind, size), _STRING)

        files = _read(_names(filenames), read_one_file, num_parallel_reads)
        super().__init__(files._variant_tensor, files._structure)


@public("data.TFRecordDataset")
class TFRecordDataset(Dataset):
    """The records of TFRecord files. The arguments are those of `TextLineDataset`."""

    def __init__(self, filenames: Any, compression_type: Any = None, buffer_size: Any = None, num_parallel_reads: Any = None):
        def read_one_file(filename: Any) -> Dataset:
            kind = _optional(compression_type, "", "compression_type", dtypes.string)
            size = _optional(buffer_size, _BUFFER, "buffer_size", dtypes.int64)
            return Dataset(nodes.tf_record_dataset(filename, kind, size), _STRING)

        files = _read(_names(filenames), read_one_file, num_parallel_reads)
        super().__init__(files._variant_tensor, files._structure)


@public("data.FixedLengthRecordDataset")
class FixedLengthRecordDataset(Dataset):
    """The records, of `record_bytes` each, between a header and a footer, of binary files."""

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
    ):
        def read_one_file(filename: Any) -> Dataset:
            sizes = [
                constant_of(record_bytes, dtypes.int64, "record_bytes"),
                _optional(header_bytes, 0, "header_bytes", dtypes.int64),
                _optional(footer_bytes, 0, "footer_bytes", dtypes.int64),
                _optional(buffer_size, _BUFFER, "buffer_size", dtypes.int64),
            ]
            kind = _optional(compression_type, "", "compression_type", dtypes.string)
            record, header, footer, buffer = sizes
            return Dataset(nodes.fixed_length_record_dataset_v2(filename, header, record, footer, buffer, kind), _STRING)

        files = _read(_names(filenames), read_one_file, num_parallel_reads)
        super().__init__(files._variant_tensor, files._structure)


def _read(names: Dataset, read_one_file: Any, parallel: Any) -> Dataset:
    if parallel is None:
        return names.flat_map(read_one_file)
    from .experimental import parallel_interleave

    return parallel_interleave(read_one_file, cycle_length=parallel)(names)


@public("data.experimental.CsvDataset", "contrib.data.CsvDataset")
class CsvDataset(Dataset):
    """The records of CSV files, a tensor for each column.

    Args:
      filenames: a string tensor.
      record_defaults: for each column a type (the field must be there) or a default for empty fields.
      header: whether the first line of each file is left out.
      select_cols: the columns to give; all if None. The rest is as for `tf.decode_csv`.
    """

    def __init__(
        self,
        filenames: Any,
        record_defaults: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        header: Any = False,
        field_delim: Any = ",",
        use_quote_delim: Any = True,
        na_value: Any = "",
        select_cols: Any = None,
    ):
        filenames = convert_to_tensor(filenames, dtype=dtypes.string, name="filenames")
        kind = _optional(compression_type, "", "compression_type", dtypes.string)
        columns = []
        for i, value in enumerate(record_defaults):
            if isinstance(value, (dtypes.DType, type)):
                value = constant([], dtype=value)
            columns.append(convert_to_tensor(value, name=f"record_defaults_{i}"))
        inputs = [
            kind,
            _optional(buffer_size, 4 * 1024 * 1024, "buffer_size", dtypes.int64),
            constant_of(header, dtypes.bool_, "header"),
            constant_of(field_delim, dtypes.string, "field_delim"),
            constant_of(use_quote_delim, dtypes.bool_, "use_quote_delim"),
            constant_of(na_value, dtypes.string, "na_value"),
            _optional(select_cols, [], "select_cols", dtypes.int64),
        ]
        structure = tuple(structures.Leaf("tensor", c.dtype, TensorShape([])) for c in columns)
        shapes = [TensorShape([]) for _ in columns]
        super().__init__(nodes.csv_dataset(filenames, *inputs, columns, output_shapes=shapes), structure)


@public("data.experimental.TFRecordWriter", "contrib.data.TFRecordWriter")
class TFRecordWriter:
    """Writes datasets of strings to a TFRecord file."""

    def __init__(self, filename: Any, compression_type: Any = None):
        self._filename = constant_of(filename, dtypes.string, "filename")
        self._compression_type = _optional(compression_type, "", "compression_type", dtypes.string)

    def write(self, dataset: DatasetV2) -> Any:
        """An op that writes a dataset.

        Raises:
          TypeError: its elements are not string scalars.
        """
        if not isinstance(dataset, DatasetV2):
            raise TypeError("`dataset` must be a `tf.data.Dataset` object.")
        if dataset.output_types is not dtypes.string or not dataset.output_shapes.is_compatible_with(TensorShape([])):
            raise TypeError(
                f"`dataset` must produce scalar `DT_STRING` tensors whereas it produces shape {dataset.output_shapes} and types "
                f"{dataset.output_types}"
            )
        return nodes.dataset_to_tf_record(dataset._variant_tensor, self._filename, self._compression_type)
