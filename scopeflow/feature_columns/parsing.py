"""What tf.parse_example needs to know to read the features of columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph.public import public
from .column import FeatureColumn, OldFeatureColumn


def _spec(columns: Iterable[Any], kind: type, attribute: str, called: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for column in columns:
        if not isinstance(column, kind):
            raise ValueError(f"All feature_columns must be {called} instances. Given: {column}")
        for key, feature in getattr(column, attribute).items():
            if key in out and out[key] != feature:
                raise ValueError(f"feature_columns contain different parse_spec for key {key}. Given {feature} and {out[key]}")
            out[key] = feature
    return out


@public("feature_column.make_parse_example_spec")
def make_parse_example_spec(feature_columns: Iterable[Any]) -> dict[str, Any]:
    """Key -> feature description for everything that the columns read, as tf.parse_example takes it.

    Raises:
      ValueError: something that is no column; a key that two columns describe differently.
    """
    return _spec(feature_columns, OldFeatureColumn, "_parse_example_spec", "_FeatureColumn")


@public(
    "python.feature_column.feature_column_v2.make_parse_example_spec_v2",
    "python.feature_column.feature_column_lib.make_parse_example_spec_v2",
)
def make_parse_example_spec_v2(feature_columns: Iterable[Any]) -> dict[str, Any]:
    """`make_parse_example_spec` for columns of the newer form."""
    return _spec(feature_columns, FeatureColumn, "parse_example_spec", "FeatureColumn")
