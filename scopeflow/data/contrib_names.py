"""What tf.contrib.data has besides the names of tf.data.experimental."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.public import TABLE, public
from ..graph.tensor_shape import as_shape
from . import nodes
from . import structure as structures
from .dataset import constant_of
from .experimental import Reducer, Transformation, make_batched_features_dataset
from .readers import TFRecordDataset


@public("contrib.data.batch_and_drop_remainder")
def batch_and_drop_remainder(batch_size: Any) -> Transformation:
    """`batch` without a smaller last one."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


@public("contrib.data.padded_batch_and_drop_remainder")
def padded_batch_and_drop_remainder(batch_size: Any, padded_shapes: Any, padding_values: Any = None) -> Transformation:
    """`padded_batch` without a smaller last one."""
    return lambda dataset: dataset.padded_batch(batch_size, padded_shapes, padding_values, drop_remainder=True)


@public("contrib.data.assert_element_shape")
def assert_element_shape(expected_shapes: Any) -> Transformation:
    """The same elements, known, and checked when run, to have these shapes."""

    def _merge_output_shapes(known: Any, expected: Any) -> Any:
        return known.merge_with(expected)

    def assert_shapes(dataset: Any) -> Any:
        shapes = structures.map_leaves(as_shape, expected_shapes)
        merged = structures.map_leaves(_merge_output_shapes, dataset.output_shapes, shapes)

        def _check_shape(*elements: Any) -> Any:
            element = elements if len(elements) > 1 else elements[0]
            return structures.map_leaves(TABLE["ensure_shape"], element, merged)

        return dataset.map(_check_shape)

    return assert_shapes


@public("contrib.data.reduce_dataset")
def reduce_dataset(dataset: Any, reducer: Reducer) -> Any:
    """What a `Reducer` makes of all elements; its `finalize_func` is not called, as in the reference."""
    return dataset.reduce(reducer.init_func(np.int64(0)), reducer.reduce_func)


@public("contrib.data.sliding_window_batch")
def sliding_window_batch(window_size: Any, stride: Any = None, window_shift: Any = None, window_stride: Any = 1) -> Transformation:
    """Batches of `window_size` elements, `window_stride` apart, each batch `window_shift` elements on from the last; only full ones.

    Args:
      stride: the older name of `window_shift`.

    Raises:
      ValueError: both, or neither.
    """
    if stride is None and window_shift is None:
        window_shift = 1
    elif stride is not None and window_shift is not None:
        raise ValueError("Cannot specify both `stride` and `window_shift`")
    elif stride is not None:
        window_shift = stride

    def slide(dataset: Any) -> Any:
        size = constant_of(window_size, dtypes.int64, "window_stride")
        apart = constant_of(window_stride, dtypes.int64, "window_stride")
        shift = constant_of(window_shift, dtypes.int64, "window_shift")
        structure = structures.batched(dataset._structure, None)
        node = nodes.sliding_window_dataset(dataset._variant_tensor, size, shift, apart, **structures.flat_attrs(structure))
        return dataset._made(node, structure)

    return slide


@public("contrib.data.read_batch_features")
def read_batch_features(
    file_pattern: Any,
    batch_size: int,
    features: Any,
    reader: Any = TFRecordDataset,
    reader_args: Any = None,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    capacity: int = 10000,
) -> dict[str, Any]:
    """Batches of parsed Examples as tensors: the next element of `make_batched_features_dataset`."""
    dataset = make_batched_features_dataset(
        file_pattern,
        batch_size,
        features,
        reader=reader,
        reader_args=reader_args,
        shuffle=randomize_input,
        num_epochs=num_epochs,
        shuffle_buffer_size=capacity,
    )
    return dataset.make_one_shot_iterator().get_next()
