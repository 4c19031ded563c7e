"""Lookup tables that can be changed: MutableHashTable, DenseHashTable."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops import lookup_tables as tables
from ..train.saveable import SaveableObject, SaveSpec
from .lookup import LookupInterface


class _Changing(LookupInterface):
    """A table that can be changed; checkpoints save it."""

    def _finish(self, checkpoint: bool) -> None:
        self._name = self._resource_handle.op.name.split("/")[-1]
        if checkpoint:
            graph = get_default_graph()
            graph.add_to_collection(GraphKeys.SAVEABLE_OBJECTS, _Saveable(self, self._resource_handle.op.name))

    def _beside(self) -> Any:
        return get_default_graph().colocate_with(self._resource_handle.op)

    def size(self, name: str | None = None) -> Tensor:
        with name_scope(name, f"{self.name}_Size", [self._resource_handle]), self._beside():
            return tables.lookup_table_size_v2(self._resource_handle)

    def remove(self, keys: Any, name: str | None = None) -> Operation:
        """An op that takes entries out."""
        keys = self._checked(keys)
        with name_scope(name, f"{self.name}_lookup_table_remove", (self._resource_handle, keys)):
            return tables.lookup_table_remove_v2(self._resource_handle, keys)

    def lookup(self, keys: Any, name: str | None = None) -> Tensor:
        with name_scope(name, f"{self.name}_lookup_table_find", (self._resource_handle, keys)):
            keys = convert_to_tensor(keys, dtype=self._key_dtype, name="keys")
            with self._beside():
                return tables.lookup_table_find_v2(self._resource_handle, keys, self._default_value)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> Operation:
        """An op that adds or replaces entries."""
        with name_scope(name, f"{self.name}_lookup_table_insert", [self._resource_handle, keys, values]):
            keys = convert_to_tensor(keys, self._key_dtype, name="keys")
            values = convert_to_tensor(values, self._value_dtype, name="values")
            with self._beside():
                return tables.lookup_table_insert_v2(self._resource_handle, keys, values)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and values."""
        with name_scope(name, f"{self.name}_lookup_table_export_values", [self._resource_handle]), self._beside():
            keys, values = tables.lookup_table_export_v2(self._resource_handle, Tkeys=self._key_dtype, Tvalues=self._value_dtype)
        values.set_shape(keys.get_shape().concatenate(self._default_value.get_shape()))
        return keys, values


class _Saveable(SaveableObject):
    """A table's keys and values in a checkpoint."""

    def __init__(self, table: Any, name: str):
        keys, values = table.export()
        specs = [SaveSpec(keys, "", name + "-keys"), SaveSpec(values, "", name + "-values")]
        super().__init__(table, specs, name)

    def restore(self, restored_tensors: Any, restored_shapes: Any) -> Operation:
        handle = self.op.resource_handle
        with name_scope(f"{self.name}_table_restore"), get_default_graph().colocate_with(handle.op):
            return tables.lookup_table_import_v2(handle, restored_tensors[0], restored_tensors[1])


@public("contrib.lookup.MutableHashTable")
class MutableHashTable(_Changing):
    """A table that can be changed; `default_value`, a scalar or a vector, says what its values are like."""

    def __init__(self, key_dtype: Any, value_dtype: Any, default_value: Any, name: str = "MutableHashTable", checkpoint: bool = True):
        super().__init__(key_dtype, value_dtype)
        self._default_value = convert_to_tensor(default_value, dtype=self._value_dtype)
        attrs = {"use_node_name_sharing": True, "key_dtype": self._key_dtype, "value_dtype": self._value_dtype, "name": name}
        if not checkpoint:
            attrs["use_node_name_sharing"] = False
        shape = self._default_value.get_shape()
        if shape.ndims == 0:
            self._resource_handle = tables.mutable_hash_table_v2(**attrs)
        else:
            self._resource_handle = tables.mutable_hash_table_of_tensors_v2(value_shape=shape, **attrs)
        self._finish(checkpoint)


@public("lookup.experimental.DenseHashTable", "contrib.lookup.MutableDenseHashTable")
class DenseHashTable(_Changing):
    """A table that can be changed; `empty_key` and `deleted_key` cannot be keys."""

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
    ):
        super().__init__(key_dtype, value_dtype)
        self._default_value = convert_to_tensor(default_value, dtype=self._value_dtype, name="default_value")
        empty = convert_to_tensor(empty_key, dtype=self._key_dtype, name="empty_key")
        deleted = convert_to_tensor(deleted_key, dtype=self._key_dtype, name="deleted_key")
        attrs: dict[str, Any] = {} if initial_num_buckets is None else {"initial_num_buckets": initial_num_buckets}
        self._resource_handle = tables.mutable_dense_hash_table_v2(
            empty,
            deleted,
            use_node_name_sharing=checkpoint,
            value_dtype=self._value_dtype,
            value_shape=self._default_value.get_shape(),
            name=name,
            **attrs,
        )
        self._finish(checkpoint)

    def insert_or_assign(self, keys: Any, values: Any, name: str | None = None) -> Operation:
        """`insert`."""
        return self.insert(keys, values, name)

    def erase(self, keys: Any, name: str | None = None) -> Operation:
        """`remove`."""
        return self.remove(keys, name)
