"""tf.data.experimental: more transformations. Most give a function to be passed to `Dataset.apply`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.public import TABLE, export, public
from ..graph.tensor_shape import TensorShape
from . import nodes
from . import structure as structures
from .dataset import (
    Dataset,
    DatasetV2,
    _batched_attrs,
    _dataset_function,
    _inner,
    _label,
    _rows,
    constant_of,
    predicate_function,
    seeds,
)
from .functions import Traced
from .readers import TFRecordDataset

Transformation = Callable[[DatasetV2], Dataset]
export(-1, "data.experimental.INFINITE_CARDINALITY")
export(-2, "data.experimental.UNKNOWN_CARDINALITY")
_SCALAR = structures.Leaf("tensor", dtypes.int64, TensorShape([]))


@public("data.experimental.map_and_batch", "contrib.data.map_and_batch")
def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: int | None = None,
    drop_remainder: Any = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """`map`, then `batch`, in threads.

    Raises:
      ValueError: both `num_parallel_batches` and `num_parallel_calls`.
    """
    if num_parallel_batches is None and num_parallel_calls is None:
        num_parallel_calls = batch_size
    elif num_parallel_batches is not None and num_parallel_calls is None:
        num_parallel_calls = batch_size * num_parallel_batches
    elif num_parallel_batches is not None:
        raise ValueError("The `num_parallel_batches` and `num_parallel_calls` arguments are mutually exclusive.")

    def apply(dataset: DatasetV2) -> Dataset:
        traced = Traced(map_func, dataset._structure)
        size = constant_of(batch_size, dtypes.int64, "batch_size")
        calls = constant_of(num_parallel_calls, dtypes.int64, "num_parallel_calls")
        drop = constant_of(drop_remainder, dtypes.bool_, "drop_remainder")
        structure = structures.batched(traced.structure, _rows(size, drop))
        label = _label("tf_data_experimental_map_and_batch", map_func)
        attrs = {**_batched_attrs(structure), "preserve_cardinality": True}
        inputs = [dataset._variant_tensor, traced.outer_inputs, size, calls, drop]
        node = nodes.map_and_batch_dataset.build(inputs, attrs, None)
        nodes.attach(node, "f", traced, label)
        return dataset._made(node, structure)

    return apply


export(map_and_batch, "data.experimental.map_and_batch_with_legacy_function")


@public("data.experimental.shuffle_and_repeat", "contrib.data.shuffle_and_repeat")
def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """`shuffle`, then `repeat`: each round comes whole before the next, but the buffer does not run empty in between."""

    def apply(dataset: DatasetV2) -> Dataset:
        size = constant_of(buffer_size, dtypes.int64, "buffer_size")
        times = constant_of(-1 if count is None else count, dtypes.int64, "count")
        first, second = seeds(seed)
        return dataset._same(nodes.shuffle_and_repeat_dataset, size, first, second, times)

    return apply


@public("data.experimental.parallel_interleave", "contrib.data.parallel_interleave")
def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: Any = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """`interleave`; `sloppy` and the sizes of buffers are accepted, the order is always the same."""

    def apply(dataset: DatasetV2) -> Dataset:
        traced = _dataset_function(map_func, dataset._structure, "parallel_interleave")
        buffered = 2 * block_length if buffer_output_elements is None else buffer_output_elements
        prefetched = 2 * cycle_length if prefetch_input_elements is None else prefetch_input_elements
        inputs = [
            constant_of(cycle_length, dtypes.int64, "cycle_length"),
            constant_of(block_length, dtypes.int64, "block_length"),
            constant_of(sloppy, dtypes.bool_, "sloppy"),
            constant_of(buffered, dtypes.int64, "buffer_output_elements"),
            constant_of(prefetched, dtypes.int64, "prefetch_input_elements"),
        ]
        label = _label("tf_data_experimental_parallel_interleave", map_func)
        return dataset._with_function(nodes.parallel_interleave_dataset, "f", traced, label, _inner(traced), *inputs)

    return apply


@public("contrib.data.sloppy_interleave")
def sloppy_interleave(map_func: Callable[..., Any], cycle_length: Any, block_length: Any = 1) -> Transformation:
    """`parallel_interleave`."""
    return parallel_interleave(map_func, cycle_length, block_length, sloppy=True)


@public("data.experimental.ignore_errors", "contrib.data.ignore_errors")
def ignore_errors() -> Transformation:
    """Leaves out the elements that fail."""
    return lambda dataset: dataset._same(nodes.ignore_errors_dataset)


@public("data.experimental.unbatch", "contrib.data.unbatch")
def unbatch() -> Transformation:
    """The rows of the elements."""
    return lambda dataset: dataset.unbatch()


@public("data.experimental.unique", "contrib.data.unique")
def unique() -> Transformation:
    """Leaves out elements that came before."""
    return lambda dataset: dataset._same(nodes.unique_dataset)


@public("data.experimental.enumerate_dataset", "contrib.data.enumerate_dataset")
def enumerate_dataset(start: int = 0) -> Transformation:
    """(number, element) pairs."""
    return lambda dataset: dataset.enumerate(start)


@public("data.experimental.take_while")
def take_while(predicate: Callable[..., Any]) -> Transformation:
    """The elements up to the first for which `predicate` is false."""

    def apply(dataset: DatasetV2) -> Dataset:
        traced = predicate_function(predicate, dataset._structure)
        label = _label("tf_data_experimental_take_while", predicate)
        return dataset._with_function(nodes.take_while_dataset, "predicate", traced, label, dataset._structure)

    return apply


@public("data.experimental.scan", "contrib.data.scan")
def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """What `scan_func(state, element)`, which returns (next state, element), gives along the elements."""

    def apply(dataset: DatasetV2) -> Dataset:
        with name_scope("initial_state"):
            state = structures.normalized(initial_state, None)
        state_structure = structures.structure_of(state)
        traced = Traced(lambda s, e: scan_func(s, e), (state_structure, dataset._structure))
        if not isinstance(traced.structure, tuple) or len(traced.structure) != 2:
            raise TypeError("The scan function must return a pair comprising the new state and the output value.")
        structure = traced.structure[1]
        given = [dataset._variant_tensor, structures.to_tensors(state), traced.outer_inputs]
        node = nodes.scan_dataset.build(given, {**structures.flat_attrs(structure), "preserve_cardinality": True}, None)
        nodes.attach(node, "f", traced, _label("tf_data_experimental_scan", scan_func))
        return dataset._made(node, structure)

    return apply


@public("data.experimental.Reducer", "contrib.data.Reducer")
class Reducer:
    """How elements of one key are reduced: `init_func(key)`, `reduce_func(state, element)`, `finalize_func(state)`."""

    def __init__(self, init_func: Callable[..., Any], reduce_func: Callable[..., Any], finalize_func: Callable[..., Any]):
        self._init_func, self._reduce_func, self._finalize_func = init_func, reduce_func, finalize_func

    @property
    def init_func(self) -> Callable[..., Any]:
        return self._init_func

    @property
    def reduce_func(self) -> Callable[..., Any]:
        return self._reduce_func

    @property
    def finalize_func(self) -> Callable[..., Any]:
        return self._finalize_func


def _key_function(key_func: Callable[..., Any], structure: Any) -> Traced:
    traced = Traced(lambda *parts: convert_to_tensor(key_func(*parts), dtypes.int64), structure)
    if traced.structure.dtype is not dtypes.int64 or traced.structure.shape.ndims not in (0, None):
        raise ValueError(
            f"`key_func` must return a single tf.int64 tensor. Got type={traced.structure.dtype} and shape={traced.structure.shape}"
        )
    return traced


@public("data.experimental.group_by_reducer", "contrib.data.group_by_reducer")
def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> Transformation:
    """For each key, in order, what a Reducer makes of its elements."""

    def apply(dataset: DatasetV2) -> Dataset:
        key = _key_function(key_func, dataset._structure)
        init = Traced(reducer.init_func, _SCALAR)
        reduce = Traced(lambda s, e: reducer.reduce_func(s, e), (init.structure, dataset._structure))
        finalize = Traced(reducer.finalize_func, init.structure)
        functions = {"key_func": key, "init_func": init, "reduce_func": reduce, "finalize_func": finalize}
        inputs = [dataset._variant_tensor, *(f.outer_inputs for f in functions.values())]
        node = nodes.group_by_reducer_dataset.build(inputs, structures.flat_attrs(finalize.structure), None)
        for name, f in functions.items():
            nodes.attach(node, name, f, f"tf_data_experimental_group_by_reducer_{name}")
        return dataset._made(node, finalize.structure)

    return apply


@public("data.experimental.group_by_window", "contrib.data.group_by_window")
def group_by_window(
    key_func: Callable[..., Any], reduce_func: Callable[..., Any], window_size: Any = None, window_size_func: Any = None
) -> Transformation:
    """Elements of one key, `window_size` (or `window_size_func(key)`) at a time, made datasets by `reduce_func(key, dataset)`.

    Raises:
      ValueError: not exactly one of `window_size` and `window_size_func`.
    """
    if (window_size is not None and window_size_func) or not (window_size is not None or window_size_func):
        raise ValueError("Must pass either window_size or window_size_func.")
    if window_size is not None:

        def window_size_func(unused_key: Any) -> Any:
            return convert_to_tensor(window_size, dtype=dtypes.int64)

    def apply(dataset: DatasetV2) -> Dataset:
        key = _key_function(key_func, dataset._structure)
        size = Traced(lambda k: convert_to_tensor(window_size_func(k), dtypes.int64), _SCALAR)
        window = structures.Leaf("dataset", dtypes.variant, TensorShape([]), dataset._structure)
        reduce = Traced(reduce_func, (_SCALAR, window))
        if not isinstance(reduce.result, DatasetV2):
            raise TypeError("`reduce_func` must return a `Dataset` object.")
        structure = reduce.result._structure
        functions = {"key_func": key, "reduce_func": reduce, "window_size_func": size}
        inputs = [dataset._variant_tensor, *(f.outer_inputs for f in functions.values())]
        node = nodes.group_by_window_dataset.build(inputs, structures.flat_attrs(structure), None)
        for name, f in functions.items():
            nodes.attach(node, name, f, f"tf_data_experimental_group_by_window_{name}")
        return dataset._made(node, structure)

    return apply


@public("data.experimental.bucket_by_sequence_length", "contrib.data.bucket_by_sequence_length")
def bucket_by_sequence_length(
    element_length_func: Callable[..., Any],
    bucket_boundaries: Sequence[int],
    bucket_batch_sizes: Sequence[int],
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: bool = False,
) -> Transformation:
    """Padded batches of elements of about the same length.

    Args:
      element_length_func: an element's length, int32.
      bucket_boundaries: the upper limits (exclusive) of the buckets; the last bucket has none.
      bucket_batch_sizes: one for each bucket: one more than there are boundaries.
      pad_to_bucket_boundary: fill up to the bucket's limit - 1 instead of to the longest.
      no_padding: elements that all fit are batched as they are.

    Raises:
      ValueError: the numbers of boundaries and sizes do not fit.
    """
    with name_scope("bucket_by_seq_length"):
        if len(bucket_batch_sizes) != len(bucket_boundaries) + 1:
            raise ValueError("len(bucket_batch_sizes) must equal len(bucket_boundaries) + 1")
        batch_sizes = constant(bucket_batch_sizes, dtype=dtypes.int64)

        def bucket_of(*args: Any) -> Any:
            length = element_length_func(*args)
            limits = list(bucket_boundaries)
            low = constant([np.iinfo("int32").min] + limits)
            high = constant(limits + [np.iinfo("int32").max])
            inside = TABLE["logical_and"](TABLE["less_equal"](low, length), TABLE["less"](length, high))
            return TABLE["reduce_min"](TABLE["where"](inside))

        def size_of(bucket: Any) -> Any:
            return batch_sizes[bucket]

        def shapes_of(shapes: Any, grouped: DatasetV2, limit: Any = None) -> Any:
            filled = []
            for s in structures.flatten(shapes):
                s = TensorShape(s)
                filled.append(TensorShape([limit if limit is not None and d is None else d for d in s.as_list()]))
            return structures.pack(shapes, filled)

        def batching(bucket: Any, grouped: DatasetV2) -> Any:
            size = size_of(bucket)
            if no_padding:
                return grouped.batch(size, drop_remainder=drop_remainder)
            limit = None
            if pad_to_bucket_boundary:
                message = "When pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries)."
                check = TABLE["assert_less"](bucket, constant(len(bucket_batch_sizes) - 1, dtype=dtypes.int64), message=message)
                graph = TABLE["get_default_graph"]()
                with graph.control_dependencies([check]):
                    limits = constant(list(bucket_boundaries), dtype=dtypes.int64)
                    limit = limits[bucket] - 1
            shapes = padded_shapes or grouped.output_shapes
            if limit is None:
                shapes = shapes_of(shapes, grouped)
            else:
                shapes = structures.map_leaves(lambda s: _to_boundary(s, limit), structures.map_leaves(TensorShape, shapes))
            return grouped.padded_batch(size, shapes, padding_values, drop_remainder=drop_remainder)

        def apply(dataset: DatasetV2) -> Dataset:
            return dataset.apply(group_by_window(bucket_of, batching, window_size_func=size_of))

        return apply


def _to_boundary(shape: Any, limit: Any) -> Any:
    """A shape as a tensor, unknown dimensions filled up to `limit`."""
    dims = [limit if d is None else convert_to_tensor(d, dtypes.int64) for d in TensorShape(shape).as_list()]
    return TABLE["stack"](dims) if dims else constant([], dtype=dtypes.int64)


@public("data.experimental.dense_to_sparse_batch", "contrib.data.dense_to_sparse_batch")
def dense_to_sparse_batch(batch_size: Any, row_shape: Any) -> Transformation:
    """Refused."""
    raise NotImplementedError("tf.data.experimental.dense_to_sparse_batch is not in scopeflow: use padded_batch, or map to a SparseTensor.")


@public("data.experimental.get_single_element", "contrib.data.get_single_element")
def get_single_element(dataset: DatasetV2) -> Any:
    """The only element of a dataset, as tensors. Its run raises InvalidArgumentError if there is none, or more.

    Raises:
      TypeError: not a dataset.
    """
    if not isinstance(dataset, DatasetV2):
        raise TypeError("`dataset` must be a `tf.data.Dataset` object.")
    tensors = nodes.dataset_to_single_element(dataset._variant_tensor, **structures.flat_attrs(dataset._structure))
    return structures.from_tensors(dataset._structure, tensors)


def _directed(selector: DatasetV2, datasets: Sequence[DatasetV2]) -> Dataset:
    first = datasets[0]
    for other in datasets[1:]:
        if other.output_types != first.output_types:
            raise TypeError(f"All elements of `data_inputs` must have the same type {first.output_types}: got {other.output_types}")
    shapes = structures.flatten(first._structure)
    merged = []
    for i, leaf in enumerate(shapes):
        shape = leaf.shape
        for other in datasets[1:]:
            theirs = structures.flatten(other._structure)[i].shape
            if shape._dims is None or theirs._dims is None or len(shape._dims) != len(theirs._dims):
                shape = TensorShape(None)
            else:
                shape = TensorShape([a if a == b else None for a, b in zip(shape._dims, theirs._dims)])
        merged.append(leaf._replace(shape=shape))
    structure = structures.pack(first._structure, merged)
    inputs = [d._variant_tensor for d in datasets]
    node = nodes.directed_interleave_dataset(selector._variant_tensor, inputs, **structures.flat_attrs(structure))
    return Dataset(node, structure)


@public("data.experimental.choose_from_datasets", "contrib.data.choose_from_datasets")
def choose_from_datasets(datasets: Sequence[DatasetV2], choice_dataset: DatasetV2) -> Dataset:
    """The next element of the dataset whose number `choice_dataset` (int64 scalars) gives."""
    leaf = choice_dataset._structure
    if not isinstance(leaf, structures.Leaf) or leaf.dtype is not dtypes.int64 or leaf.shape.ndims != 0:
        raise TypeError("`choice_dataset` must be a dataset of scalar `tf.int64` tensors.")
    return _directed(choice_dataset, datasets)


@public("data.experimental.RandomDataset", "contrib.data.RandomDataset")
class RandomDataset(Dataset):
    """Pseudo-random int64 numbers, without end."""

    def __init__(self, seed: Any = None):
        first, second = seeds(seed)
        super().__init__(nodes.random_dataset(first, second, **structures.flat_attrs(_SCALAR)), _SCALAR)


@public("data.experimental.sample_from_datasets", "contrib.data.sample_from_datasets")
def sample_from_datasets(datasets: Sequence[DatasetV2], weights: Any = None, seed: Any = None) -> Dataset:
    """Elements of the datasets, each time of one that is drawn at random with the weights.

    Args:
      weights: a vector, a dataset of vectors, or None for equal ones.
    """
    count = len(datasets)
    if isinstance(weights, DatasetV2):
        logits_dataset = weights.map(lambda *p: TABLE["log"](p[0], name="logits"))

        def select(logits: Any, chosen: Any) -> Any:
            return TABLE["squeeze"](TABLE["random.stateless_multinomial"](TABLE["expand_dims"](logits, 0), 1, seed=chosen), axis=[0, 1])

        selector = Dataset.zip((logits_dataset, RandomDataset(seed).batch(2))).map(select)
        return _directed(selector, datasets)
    if weights is None:
        logits = [[1.0] * count]
    else:
        weights = convert_to_tensor(weights, name="weights")
        if weights.shape.ndims != 1 or (weights.shape[0].value is not None and weights.shape[0].value != count):
            raise ValueError("`weights` must be a vector of length `len(datasets)`.")
        logits = TABLE["expand_dims"](TABLE["log"](weights, name="logits"), 0)

    def choose(chosen: Any) -> Any:
        return TABLE["squeeze"](TABLE["random.stateless_multinomial"](logits, 1, seed=chosen), axis=[0, 1])

    return _directed(RandomDataset(seed).batch(2).map(choose), datasets)


@public("data.experimental.Counter", "contrib.data.Counter")
def Counter(start: int = 0, step: int = 1, dtype: Any = dtypes.int64) -> Dataset:  # noqa: N802
    """start, start + step, start + 2 step, ... without end."""
    with name_scope("counter"):
        first, by = convert_to_tensor(start, dtype, name="start"), convert_to_tensor(step, dtype, name="step")
        return Dataset.from_tensors(0).repeat(None).apply(scan(first, lambda state, _: (state + by, state)))


@public("data.experimental.prefetch_to_device", "contrib.data.prefetch_to_device")
def prefetch_to_device(device: Any, buffer_size: Any = None) -> Transformation:
    """`prefetch`: what runs on the device is moved there by the run that takes it."""
    return lambda dataset: dataset.prefetch(1 if buffer_size is None else buffer_size)


@public("data.experimental.copy_to_device", "contrib.data.copy_to_device")
def copy_to_device(target_device: Any, source_device: Any = "/cpu:0") -> Transformation:
    """The dataset itself: values are moved by the run that takes them."""
    return lambda dataset: dataset


@public("data.experimental.cardinality")
def cardinality(dataset: DatasetV2) -> Any:
    """Refused: how many elements a dataset has is known only when it is run."""
    raise NotImplementedError("tf.data.experimental.cardinality is not in scopeflow: count with Dataset.reduce.")


@public("data.experimental.parse_example_dataset", "contrib.data.parse_example_dataset")
def parse_example_dataset(features: Any, num_parallel_calls: Any = 1) -> Transformation:
    """Batches of serialized Examples parsed: see `tf.parse_example`."""
    return lambda dataset: dataset.map(lambda serialized: TABLE["parse_example"](serialized, features), num_parallel_calls)


@public("data.experimental.make_batched_features_dataset", "contrib.data.make_batched_features_dataset")
def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: Any,
    features: Any,
    reader: Any = TFRecordDataset,
    label_key: str | None = None,
    reader_args: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: Any = None,
    reader_num_threads: int | None = None,
    parser_num_threads: int | None = None,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Dataset:
    """Batches of parsed Examples of the files that fit a pattern: dictionaries, or (dictionary, label) with `label_key`."""
    threads = 1 if reader_num_threads is None else reader_num_threads
    files = Dataset.list_files(file_pattern, shuffle=shuffle, seed=shuffle_seed)

    def read(filename: Any) -> Any:
        return reader(filename, *(reader_args or []))

    dataset = files.apply(parallel_interleave(read, cycle_length=threads, sloppy=sloppy_ordering))
    if dataset.output_types == (dtypes.string, dtypes.string):
        dataset = dataset.map(lambda _, value: value)
    if shuffle:
        dataset = dataset.apply(shuffle_and_repeat(shuffle_buffer_size, num_epochs, shuffle_seed))
    elif num_epochs != 1:
        dataset = dataset.repeat(num_epochs)
    dataset = dataset.batch(batch_size, drop_remainder=drop_final_batch or num_epochs is None)
    dataset = dataset.apply(parse_example_dataset(features, 2 if parser_num_threads is None else parser_num_threads))
    if label_key:
        if label_key not in features:
            raise ValueError(f"The `label_key` provided ({label_key!r}) must be one of the `features` keys.")
        dataset = dataset.map(lambda x: (x, x.pop(label_key)))
    return dataset.prefetch(-1 if prefetch_buffer_size is None else prefetch_buffer_size)
