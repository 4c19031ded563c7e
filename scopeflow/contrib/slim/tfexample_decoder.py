"""slim.tfexample_decoder: items from tf.train.Example messages."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...graph import dtypes
from ...graph.composite import SparseTensor as SparseTensorType
from ...graph.operation import Tensor as TensorType
from ...graph.public import TABLE, public
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import equal, logical_or
from ...ops.joining import concat
from ...ops.packing import stack
from ...ops.reduction import reduce_prod
from ...ops.shaping import expand_dims, reshape, transpose
from ...ops.shaping import shape as shape_of
from ...ops.slicing import slice_
from ...ops.sparse import reshape_ as sparse_reshape
from ...ops.sparse import sparse_tensor_to_dense
from .data_decoder import DataDecoder

_MODULE = "contrib.slim.tfexample_decoder."
Tensors = Mapping[str, Any]


@public(_MODULE + "ItemHandler")
class ItemHandler(abc.ABC):
    """Makes an item out of features.

    Args:
      keys: the features' names, or one.
    """

    def __init__(self, keys: Any):
        self._keys = list(keys) if isinstance(keys, (tuple, list)) else [keys]

    @property
    def keys(self) -> list[str]:
        return self._keys

    @abc.abstractmethod
    def tensors_to_item(self, keys_to_tensors: Tensors) -> Any:
        """The item, from a dict of the features."""


@public(_MODULE + "ItemHandlerCallback")
class ItemHandlerCallback(ItemHandler):
    """An item that is a function of the dict of features."""

    def __init__(self, keys: Any, func: Callable[[Tensors], Any]):
        super().__init__(keys)
        self._func = func

    def tensors_to_item(self, keys_to_tensors: Tensors) -> Any:
        return self._func(keys_to_tensors)


@public(_MODULE + "BoundingBox")
class BoundingBox(ItemHandler):
    """Boxes [n, 4] from features of their four sides.

    Args:
      keys: the names of the sides: ymin, xmin, ymax, xmax if None.
      prefix: what the names begin with.

    Raises:
      ValueError: not four keys.
    """

    def __init__(self, keys: Sequence[str] | None = None, prefix: str = ""):
        if keys is None:
            keys = ["ymin", "xmin", "ymax", "xmax"]
        elif len(keys) != 4:
            raise ValueError(f"BoundingBox expects 4 keys but got {len(keys)}")
        self._prefix = prefix
        self._full_keys = [prefix + k for k in keys]
        super().__init__(self._full_keys)

    def tensors_to_item(self, keys_to_tensors: Tensors) -> TensorType:
        sides = []
        for key in self._full_keys:
            side = keys_to_tensors[key]
            sides.append(expand_dims(side.values if isinstance(side, SparseTensorType) else side, 0))
        return transpose(concat(sides, 0))


def _dense(value: Any) -> Any:
    return sparse_tensor_to_dense(value) if isinstance(value, SparseTensorType) else value


@public(_MODULE + "Tensor")
class Tensor(ItemHandler):
    """A feature as a tensor.

    Args:
      tensor_key: the feature's name.
      shape_keys: the names of features that give its shape, one for each dimension or one for all.
      shape: its shape, in place of them.
      default_value: what a sparse feature has where it has nothing.

    Raises:
      ValueError: both `shape_keys` and `shape`.
    """

    def __init__(self, tensor_key: str, shape_keys: Any = None, shape: Any = None, default_value: Any = 0):
        if shape_keys and shape is not None:
            raise ValueError("Cannot specify both shape_keys and shape parameters.")
        if shape_keys and not isinstance(shape_keys, list):
            shape_keys = [shape_keys]
        self._tensor_key, self._shape_keys, self._shape, self._default_value = tensor_key, shape_keys, shape, default_value
        super().__init__([tensor_key, *(shape_keys or [])])

    def tensors_to_item(self, keys_to_tensors: Tensors) -> Any:
        tensor, shape = keys_to_tensors[self._tensor_key], self._shape
        if self._shape_keys:
            shape = reshape(stack([_dense(keys_to_tensors[k]) for k in self._shape_keys]), [-1])
        if isinstance(tensor, SparseTensorType):
            if shape is not None:
                tensor = sparse_reshape(tensor, shape)
            return sparse_tensor_to_dense(tensor, self._default_value)
        return tensor if shape is None else reshape(tensor, shape)


@public(_MODULE + "LookupTensor")
class LookupTensor(Tensor):
    """A feature's values looked up in a table; see `Tensor`."""

    def __init__(self, tensor_key: str, table: Any, shape_keys: Any = None, shape: Any = None, default_value: Any = ""):
        self._table = table
        super().__init__(tensor_key, shape_keys, shape, default_value)

    def tensors_to_item(self, keys_to_tensors: Tensors) -> Any:
        return self._table.lookup(super().tensors_to_item(keys_to_tensors))


@public(_MODULE + "BackupHandler")
class BackupHandler(ItemHandler):
    """The item of one handler, or that of another where the first is empty.

    Raises:
      ValueError: they are no handlers.
    """

    def __init__(self, handler: Any, backup: Any):
        if not isinstance(handler, ItemHandler):
            raise ValueError(f"Primary handler is of type {type(handler)} instead of ItemHandler")
        if not isinstance(backup, ItemHandler):
            raise ValueError(f"Backup handler is of type {type(backup)} instead of ItemHandler")
        self._handler, self._backup = handler, backup
        super().__init__(handler.keys + backup.keys)

    def tensors_to_item(self, keys_to_tensors: Tensors) -> Any:
        item = self._handler.tensors_to_item(keys_to_tensors)
        return cond(
            pred=equal(reduce_prod(shape_of(item)), 0),
            true_fn=lambda: self._backup.tensors_to_item(keys_to_tensors),
            false_fn=lambda: item,
        )


@public(_MODULE + "SparseTensor")
class SparseTensor(ItemHandler):
    """A sparse tensor from features of its last indices and its values.

    Args:
      indices_key, values_key: the features' names: "indices" and "values" if None.
      shape_key: the feature that gives its shape.
      shape: its shape, in place of that.
      densify: whether the item is dense, with `default_value` where there is nothing.
    """

    def __init__(
        self,
        indices_key: str | None = None,
        values_key: str | None = None,
        shape_key: str | None = None,
        shape: Any = None,
        densify: bool = False,
        default_value: Any = 0,
    ):
        self._indices_key, self._values_key = indices_key or "indices", values_key or "values"
        self._shape_key, self._shape, self._densify, self._default_value = shape_key, shape, densify, default_value
        super().__init__([self._indices_key, self._values_key, *([shape_key] if shape_key else [])])

    def tensors_to_item(self, keys_to_tensors: Tensors) -> Any:
        indices, values = keys_to_tensors[self._indices_key], keys_to_tensors[self._values_key]
        if self._shape_key:
            shape = _dense(keys_to_tensors[self._shape_key])
        else:
            shape = self._shape if self._shape else indices.dense_shape
        rank = shape_of(indices.indices)[1]
        last = cast(indices.values, dtypes.int64)
        kept = slice_(indices.indices, [0, 0], stack([-1, rank - 1]))
        item = SparseTensorType(concat([kept, reshape(last, [-1, 1])], 1), values.values, shape)
        return sparse_tensor_to_dense(item, self._default_value) if self._densify else item


@public(_MODULE + "Image")
class Image(ItemHandler):
    """An image from features of its file and its format.

    Args:
      image_key, format_key: the features' names: "image/encoded" and "image/format" if None. The format "raw" is raw bytes.
      shape: the image's shape; needed for raw images.
      channels: the number of channels.
      dtype: the type of pixels.
      repeated: whether there are several images in one example.
      dct_method: how JPEG files are decoded.
    """

    def __init__(
        self,
        image_key: str | None = None,
        format_key: str | None = None,
        shape: Any = None,
        channels: int = 3,
        dtype: Any = dtypes.uint8,
        repeated: bool = False,
        dct_method: str = "",
    ):
        self._image_key, self._format_key = image_key or "image/encoded", format_key or "image/format"
        super().__init__([self._image_key, self._format_key])
        self._shape, self._channels, self._dtype = shape, channels, dtype
        self._repeated, self._dct_method = repeated, dct_method

    def tensors_to_item(self, keys_to_tensors: Tensors) -> TensorType:
        image, kind = keys_to_tensors[self._image_key], keys_to_tensors[self._format_key]
        if self._repeated:
            return TABLE["map_fn"](lambda x: self._decode(x, kind), image, dtype=self._dtype)
        return self._decode(image, kind)

    def _decode(self, image: Any, kind: Any) -> TensorType:
        def any_file() -> TensorType:
            return cast(TABLE["image.decode_image"](image, channels=self._channels), self._dtype)

        def jpeg_file() -> TensorType:
            return cast(TABLE["image.decode_jpeg"](image, channels=self._channels, dct_method=self._dct_method), self._dtype)

        def file() -> TensorType:
            return cond(TABLE["image.is_jpeg"](image), jpeg_file, any_file, name="cond_jpeg")

        def raw() -> TensorType:
            return TABLE["decode_raw"](image, out_type=self._dtype)

        is_raw = logical_or(equal(kind, "raw"), equal(kind, "RAW"))
        out = TABLE["case"]({is_raw: raw}, default=file, exclusive=True)
        out.set_shape([None, None, self._channels])
        return out if self._shape is None else reshape(out, self._shape)


@public(_MODULE + "TFExampleDecoder")
class TFExampleDecoder(DataDecoder):
    """Items from serialized tf.train.Example messages.

    Args:
      keys_to_features: feature -> how it is parsed, such as `tf.FixedLenFeature`.
      items_to_handlers: item -> ItemHandler.
    """

    def __init__(self, keys_to_features: Mapping[str, Any], items_to_handlers: Mapping[str, ItemHandler]):
        self._keys_to_features, self._items_to_handlers = keys_to_features, items_to_handlers

    def list_items(self) -> list[str]:
        return list(self._items_to_handlers.keys())

    def decode(self, serialized_example: Any, items: Sequence[str] | None = None) -> list[Any]:
        """The tensors of `items` (all if None) from one message, a string scalar."""
        example = TABLE["parse_single_example"](serialized_example, self._keys_to_features)
        for k in sorted(self._keys_to_features):
            feature = self._keys_to_features[k]
            if isinstance(feature, TABLE["FixedLenFeature"]):
                example[k] = reshape(example[k], feature.shape)
        out = []
        for item in self._items_to_handlers.keys() if not items else items:
            handler = self._items_to_handlers[item]
            out.append(handler.tensors_to_item({key: example[key] for key in handler.keys}))
        return out
