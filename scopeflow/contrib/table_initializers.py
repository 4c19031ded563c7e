"""What fills lookup tables: tensors, and the lines of files."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.dtypes import as_dtype
from ..graph.graph import GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops import lookup_tables as tables


@public("contrib.lookup.TableInitializerBase")
class TableInitializerBase:
    """Fills a table."""

    def __init__(self, key_dtype: Any, value_dtype: Any):
        self._key_dtype, self._value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)

    @property
    def key_dtype(self) -> dtypes.DType:
        """The keys' type."""
        return self._key_dtype

    @property
    def value_dtype(self) -> dtypes.DType:
        """The values' type."""
        return self._value_dtype

    @property
    def _shared_name(self) -> str:
        return tables.fresh_name()

    def initialize(self, table: Any) -> Operation:
        """An op that fills `table`."""
        raise NotImplementedError

    def _check(self, table: Any) -> None:
        if table.key_dtype is not self.key_dtype or table.value_dtype is not self.value_dtype:
            raise TypeError(
                f"Invalid key/value dtypes, expected {table.key_dtype}/{table.value_dtype} but got {self.key_dtype}/{self.value_dtype}."
            )


@public("lookup.KeyValueTensorInitializer", "contrib.lookup.KeyValueTensorInitializer")
class KeyValueTensorInitializer(TableInitializerBase):
    """Fills a table from a tensor of keys and one of values."""

    def __init__(self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: str | None = None):
        self._keys = convert_to_tensor(keys, dtype=key_dtype, name="keys")
        self._values = convert_to_tensor(values, dtype=value_dtype, name="values")
        self._name = name if name is not None else "key_value_init"
        super().__init__(self._keys.dtype, self._values.dtype)

    def initialize(self, table: Any) -> Operation:
        self._check(table)
        with name_scope(self._name, values=(table.resource_handle, self._keys, self._values)):
            init = tables.lookup_table_import_v2(table.resource_handle, self._keys, self._values)
        get_default_graph().add_to_collection(GraphKeys.TABLE_INITIALIZERS, init)
        return init


@public("lookup.TextFileIndex", "contrib.lookup.TextFileIndex")
class TextFileIndex:
    """Instead of a column: the whole line, or its number."""

    WHOLE_LINE = tables.WHOLE_LINE
    LINE_NUMBER = tables.LINE_NUMBER


@public("lookup.TextFileInitializer", "contrib.lookup.TextFileInitializer")
class TextFileInitializer(TableInitializerBase):
    """Fills a table from the lines of a file.

    Args:
      key_index, value_index: the columns, or a TextFileIndex.
      vocab_size: how many lines; all if None.
      delimiter: between columns.

    Raises:
      ValueError: no file, an index below -2, both indices -1, or a type that does not go with its index.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
    ):
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError("Filename required")
        key_dtype, value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        if key_index < -2:
            raise ValueError(f"Invalid key index {key_index}.")
        for index, dtype in ((key_index, key_dtype), (value_index, value_dtype)):
            if index == TextFileIndex.LINE_NUMBER and dtype is not dtypes.int64:
                raise ValueError(f"Signature mismatch. Keys must be dtype {dtypes.int64}, got {dtype}.")
            if index == TextFileIndex.WHOLE_LINE and dtype is not dtypes.string and not (index == key_index and dtype.is_integer):
                raise ValueError(f"Signature mismatch. Keys must be integer or string, got {dtype}.")
        if value_index < -2:
            raise ValueError(f"Invalid value index {value_index}.")
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"Invalid vocab_size {vocab_size}.")
        self._filename_arg, self._key_index, self._value_index = filename, key_index, value_index
        self._vocab_size, self._delimiter = vocab_size, delimiter
        self._name = name if name is not None else "text_file_init"
        with get_default_graph().device("/device:CPU:*"):
            self._filename = convert_to_tensor(filename, dtypes.string, name="asset_path")
        super().__init__(key_dtype, value_dtype)

    @property
    def _shared_name(self) -> str:
        parts = [self._filename_arg]
        if self._vocab_size:
            parts.append(self._vocab_size)
        return "_".join(["hash_table", *map(str, parts), str(self._key_index), str(self._value_index)])

    def initialize(self, table: Any) -> Operation:
        self._check(table)
        graph = get_default_graph()
        with name_scope(self._name, "text_file_init", (table.resource_handle,)):
            init = tables.initialize_table_from_text_file_v2(
                table.resource_handle,
                self._filename,
                key_index=self._key_index,
                value_index=self._value_index,
                vocab_size=-1 if self._vocab_size is None else self._vocab_size,
                delimiter=self._delimiter,
            )
        graph.add_to_collection(GraphKeys.TABLE_INITIALIZERS, init)
        graph.add_to_collection(GraphKeys.ASSET_FILEPATHS, self._filename)
        return init


@public("contrib.lookup.TextFileStringTableInitializer")
class TextFileStringTableInitializer(TextFileInitializer):
    """int64 ids to strings."""

    def __init__(
        self,
        filename: Any,
        key_column_index: int = TextFileIndex.LINE_NUMBER,
        value_column_index: int = TextFileIndex.WHOLE_LINE,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str = "text_file_string_table_init",
    ):
        super().__init__(filename, dtypes.int64, key_column_index, dtypes.string, value_column_index, vocab_size, delimiter, name)


@public("contrib.lookup.TextFileIdTableInitializer")
class TextFileIdTableInitializer(TextFileInitializer):
    """Strings (or integers) to int64 ids."""

    def __init__(
        self,
        filename: Any,
        key_column_index: int = TextFileIndex.WHOLE_LINE,
        value_column_index: int = TextFileIndex.LINE_NUMBER,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str = "text_file_id_table_init",
        key_dtype: Any = dtypes.string,
    ):
        super().__init__(filename, key_dtype, key_column_index, dtypes.int64, value_column_index, vocab_size, delimiter, name)
