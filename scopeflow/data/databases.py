"""Rows of a database as a dataset."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.dtypes import DType
from ..graph.public import public
from ..graph.tensor_shape import TensorShape
from . import nodes
from . import structure as structures
from .dataset import Dataset, constant_of
from .functions import Run
from .sources import Element, Source, boxed


class Query(Source):
    """The rows that a query of a SQLite database gives."""

    def __init__(self, path: str, query: str, types: Sequence[DType]):
        self.path, self.query, self.types = path, query, list(types)

    def iterate(self, run: Run) -> Iterator[Element]:
        try:
            with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as database:
                found = database.execute(self.query)
                if len(found.description or ()) != len(self.types):
                    raise errors.InvalidArgumentError(
                        None,
                        None,
                        f"The number of columns in query ({len(found.description or ())}) must match the number of output_types "
                        f"({len(self.types)}).",
                    )
                for values in found:
                    yield tuple(_as(value, dtype) for value, dtype in zip(values, self.types))
        except sqlite3.Error as error:
            text = f"Prepare() failed: [{error.sqlite_errorcode}] {error}: {self.query}"
            raise errors.UnknownError(None, None, text) from error


def _as(value: Any, dtype: DType) -> np.ndarray:
    """A value of SQLite as an element: NULL is 0 or empty."""
    if dtype is dtypes.string:
        return boxed(b"" if value is None else value if isinstance(value, bytes) else str(value).encode())
    if isinstance(value, (str, bytes)):
        try:
            value = float(value)
        except ValueError:
            value = 0
    if dtype is dtypes.bool_:
        return np.array(bool(value))
    # Larger numbers wrap around, as C casts.
    number = 0 if value is None else value
    return np.array(number, np.float64) if dtype is dtypes.float64 else np.array(int(number), np.int64).astype(dtype.np_dtype)


@nodes.dataset_op("SqlDataset", "driver_name: string, data_source_name: string, query: string")
def _sql_dataset(driver_name, data_source_name, query, *, output_types: list[dtype]):  # noqa: F821
    driver = driver_name.item().decode()
    if driver != "sqlite":
        text = f"The database type, {driver}, is not supported by SqlDataset. The set of supported databases is: {{'sqlite'}}."
        raise errors.InvalidArgumentError(None, None, text)
    return nodes.handle(Query(data_source_name.item().decode(), query.item().decode(), output_types))


@public("data.experimental.SqlDataset", "contrib.data.SqlDataset")
class SqlDataset(Dataset):
    """The rows that a query of a database gives.

    Args:
      driver_name: "sqlite", the only one.
      data_source_name: the database's file.
      query: in SQL.
      output_types: a tuple of the columns' types.
    """

    def __init__(self, driver_name: Any, data_source_name: Any, query: Any, output_types: Any):
        inputs = [
            constant_of(driver_name, dtypes.string, "driver_name"),
            constant_of(data_source_name, dtypes.string, "data_source_name"),
            constant_of(query, dtypes.string, "query"),
        ]
        structure = structures.map_leaves(lambda t: structures.Leaf("tensor", dtypes.as_dtype(t), TensorShape([])), output_types)
        super().__init__(_sql_dataset(*inputs, **structures.flat_attrs(structure)), structure)
