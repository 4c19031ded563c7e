"""tf.data.Dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import SparseTensor, SparseTensorValue
from ..graph.constant_value import constant_value
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import get_default_graph, get_seed, name_scope
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, export, public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops.sparse_variants import serialize_sparse
from . import nodes
from . import structure as structures
from .functions import Traced
from .generators import generator_source
from .iterators import Iterator, initializable
from .options import Options

#: lets the runtime choose
AUTOTUNE = export(-1, "data.experimental.AUTOTUNE", "contrib.data.AUTOTUNE")
_OPTIMIZATIONS = [b"map_and_batch_fusion", b"noop_elimination", b"shuffle_and_repeat_fusion"]


def constant_of(value: Any, dtype: Any, name: str) -> Tensor:
    """An argument of a dataset op as a tensor."""
    return convert_to_tensor(value, dtype=dtype, name=name)


def seeds(seed: Any) -> tuple[Tensor, Tensor]:
    """The two seed tensors of a dataset op: (0, 0), for fresh ones, if there is neither a graph nor an op seed."""
    first, second = get_seed(seed)
    first = constant(0, dtype=dtypes.int64, name="seed") if first is None else constant_of(first, dtypes.int64, "seed")
    if second is None:
        return first, constant(0, dtype=dtypes.int64, name="seed2")
    with name_scope("seed2") as scope:
        second = convert_to_tensor(second, dtype=dtypes.int64)
        both = TABLE["logical_and"](TABLE["equal"](first, 0), TABLE["equal"](second, 0))
        return first, TABLE["where"](both, constant(2**31 - 1, dtype=dtypes.int64), second, name=scope)


@public("python.data.ops.dataset_ops.DatasetV2")
class DatasetV2:
    """A sequence of elements, each a nested structure (tuples, dictionaries) of tensors.

    A dataset is a node of the graph; an iterator goes through it when it is run.
    """

    def __init__(self, variant_tensor: Tensor, structure: Any, options: Options | None = None):
        self._variant_tensor, self._structure = variant_tensor, structure
        self._options = options

    def __repr__(self) -> str:
        shapes = str(structures.map_leaves(str, self.output_shapes)).replace("'", "")
        types = str(structures.map_leaves(repr, self.output_types)).replace("'", "")
        known = {"Dataset": "DatasetV1Adapter", "VariantDataset": "_VariantDataset"}
        return f"<{known.get(type(self).__name__, type(self).__name__ + 'V1')} shapes: {shapes}, types: {types}>"

    # -- what it holds --------------------------------------------------------------------
    @property
    def output_types(self) -> Any:
        """The components' types."""
        return structures.output_types(self._structure)

    @property
    def output_shapes(self) -> Any:
        """The components' static shapes."""
        return structures.output_shapes(self._structure)

    @property
    def output_classes(self) -> Any:
        """The components' classes."""
        return structures.output_classes(self._structure)

    @property
    def element_spec(self) -> Any:
        """The components' types, as `tf.TypeSpec`s."""
        from .specs import spec_of

        return spec_of(self._structure)

    @property
    def _graph(self) -> Graph:
        return self._variant_tensor.graph

    def options(self) -> Options:
        """The options that were set on it or its inputs."""
        return self._options or Options()

    def with_options(self, options: Options) -> Dataset:
        """The same dataset with options."""
        return Dataset(self._variant_tensor, self._structure, self.options().merge(options))

    def __iter__(self) -> Any:
        raise RuntimeError("__iter__() is only supported inside of tf.function or when eager execution is enabled.")

    def __bool__(self) -> bool:
        return True

    def _made(self, node: Any, structure: Any) -> Dataset:
        return Dataset(node if isinstance(node, Tensor) else node.outputs[0], structure, self._options)

    def _same(self, spec: Any, *inputs: Any, **attrs: Any) -> Dataset:
        """A node whose elements are like these."""
        return self._made(spec(self._variant_tensor, *inputs, **structures.flat_attrs(self._structure), **attrs), self._structure)

    def _with_function(
        self, spec: Any, attr: str, traced: Any, label: str, structure: Any, *inputs: Any, before: Any = (), **attrs: Any
    ) -> Dataset:
        """A node with a function; its captures come after the dataset (and after `before`)."""
        captured = getattr(traced, "outer_inputs", [])
        node = spec.build([self._variant_tensor, *before, captured, *inputs], {**structures.flat_attrs(structure), **attrs}, None)
        nodes.attach(node, attr, traced, label)
        return self._made(node, structure)

    # -- sources --------------------------------------------------------------------------
    @staticmethod
    def from_tensors(tensors: Any) -> Dataset:
        """One element."""
        element = structures.normalized(tensors)
        structure = structures.structure_of(element)
        shapes = structures.flat_attrs(structure)["output_shapes"]
        return Dataset(nodes.tensor_dataset(structures.to_tensors(element), output_shapes=shapes), structure)

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """The rows of the tensors.

        Raises:
          ValueError: the numbers of rows differ.
        """
        element = structures.normalized(tensors)
        structure = structures.unbatched(structures.structure_of(element))
        flat = structures.flatten(element)
        carried = [serialize_sparse(v, many=True) if isinstance(v, SparseTensor) else v for v in flat]
        first = None
        for t in carried:
            rows = t.get_shape().with_rank_at_least(1)[0]
            first = rows if first is None else first
            first.assert_is_compatible_with(rows)
        shapes = structures.flat_attrs(structure)["output_shapes"]
        return Dataset(nodes.tensor_slice_dataset(carried, output_shapes=shapes), structure)

    @staticmethod
    def from_sparse_tensor_slices(sparse_tensor: Any) -> Dataset:
        """The rows of a sparse tensor, each as (indices, values, shape)."""
        sp = SparseTensor.from_value(sparse_tensor) if isinstance(sparse_tensor, SparseTensorValue) else sparse_tensor
        return Dataset.from_tensor_slices(sp).map(lambda row: (row.indices, row.values, row.dense_shape))

    @staticmethod
    def from_generator(generator: Callable[..., Any], output_types: Any, output_shapes: Any = None, args: Any = None) -> Dataset:
        """What a generator function yields, converted to `output_types`.

        Args:
          generator: called, in each pass anew, with the values of the tensors `args`.
          output_shapes: what is known of the shapes.

        Raises:
          TypeError: `generator` is not callable.
          InvalidArgumentError (when run): it yields something of another structure, type or shape.
        """
        if not callable(generator):
            raise TypeError("`generator` must be callable.")
        structure = structures.from_legacy(output_types, output_shapes)
        args = tuple(convert_to_tensor(a, name="args") for a in args) if args is not None else ()
        captured = list(args)
        identity = Dataset.from_tensors(0)
        source = generator_source(generator, structure, len(captured))
        source.outer_inputs = captured
        return identity._with_function(nodes.flat_map_dataset, "f", source, "Dataset_flat_map_flat_map_fn", structure)

    @staticmethod
    def range(*args: Any) -> Dataset:
        """int64 numbers, as Python's `range`."""
        if len(args) not in (1, 2, 3):
            raise ValueError(f"Invalid arguments to RangeDataset: {args}")
        start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, 1) if len(args) == 2 else args
        numbers = [constant_of(v, dtypes.int64, n) for v, n in ((start, "start"), (stop, "stop"), (step, "step"))]
        structure = structures.Leaf("tensor", dtypes.int64, TensorShape([]))
        return Dataset(nodes.range_dataset(*numbers, **structures.flat_attrs(structure)), structure)

    @staticmethod
    def zip(datasets: Any) -> Dataset:
        """Elements of a nested structure of datasets side by side, up to the shortest."""
        flat = structures.flatten(datasets)
        for d in flat:
            if not isinstance(d, DatasetV2):
                if isinstance(d, list):
                    raise TypeError(
                        "The argument to `Dataset.zip()` must be a nested structure of `Dataset` objects. Nested structures do not "
                        f"support Python lists; please use a tuple instead. {d}"
                    )
                raise TypeError(f"The argument to `Dataset.zip()` must be a nested structure of `Dataset` objects. {d}")
        structure = structures.pack(datasets, [d._structure for d in flat])
        node = nodes.zip_dataset([d._variant_tensor for d in flat], **structures.flat_attrs(structure))
        return Dataset(node, structure, flat[0]._options if flat else None)

    @staticmethod
    def list_files(file_pattern: Any, shuffle: bool | None = None, seed: Any = None) -> Dataset:
        """The paths that fit a pattern (or several), shuffled unless `shuffle` is False.

        Its run raises InvalidArgumentError if there are none.
        """
        from ..ops.asserts import assert_op

        with name_scope("list_files"):
            shuffle = True if shuffle is None else shuffle
            file_pattern = convert_to_tensor(file_pattern, dtype=dtypes.string, name="file_pattern")
            found = TABLE["matching_files"](file_pattern)
            condition = TABLE["greater"](TABLE["shape"](found)[0], 0, name="match_not_empty")
            joined = TABLE["reduce_join"](file_pattern, separator=", ")
            message = TABLE["add"]("No files matched pattern: ", joined, name="message")
            check = assert_op(condition, [message], summarize=1, name="assert_not_empty/Assert")
            with get_default_graph().control_dependencies([check]):
                found = TABLE["identity"](found)
            dataset = Dataset.from_tensor_slices(found)
            if shuffle:
                size = TABLE["maximum"](TABLE["shape"](found, out_type=dtypes.int64)[0], 1)
                dataset = dataset.shuffle(size, seed=seed)
            return dataset

    # -- transformations ------------------------------------------------------------------
    def concatenate(self, dataset: DatasetV2) -> Dataset:
        """These elements, then those of another dataset.

        Raises:
          TypeError: the types or classes differ.
        """
        mine, theirs = structures.flatten(self._structure), structures.flatten(dataset._structure)
        if self.output_types != dataset.output_types:
            raise TypeError(f"Two datasets to concatenate have different types {self.output_types} and {dataset.output_types}")
        merged = [a._replace(shape=_common(a.shape, b.shape)) for a, b in zip(mine, theirs)]
        structure = structures.pack(self._structure, merged)
        node = nodes.concatenate_dataset(self._variant_tensor, dataset._variant_tensor, **structures.flat_attrs(structure))
        return self._made(node, structure)

    def prefetch(self, buffer_size: Any) -> Dataset:
        """These elements, computed up to `buffer_size` ahead in a thread."""
        return self._same(nodes.prefetch_dataset, constant_of(-1 if buffer_size is None else buffer_size, dtypes.int64, "buffer_size"))

    def repeat(self, count: Any = None) -> Dataset:
        """These elements `count` times, without end if None or -1."""
        return self._same(nodes.repeat_dataset, constant_of(-1 if count is None else count, dtypes.int64, "count"))

    def shuffle(self, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool | None = None) -> Dataset:
        """These elements in random order: drawn from a buffer that the next ones fill.

        Args:
          seed: an op seed.
          reshuffle_each_iteration: whether each repetition has another order (by default it has).
        """
        size = constant_of(buffer_size, dtypes.int64, "buffer_size")
        first, second = seeds(seed)
        again = True if reshuffle_each_iteration is None else reshuffle_each_iteration
        return self._same(nodes.shuffle_dataset, size, first, second, reshuffle_each_iteration=again)

    def cache(self, filename: Any = "") -> Dataset:
        """These elements, kept in memory (or in a file) when they have been read once to the end."""
        return self._same(nodes.cache_dataset, constant_of(filename, dtypes.string, "filename"))

    def take(self, count: Any) -> Dataset:
        """The first `count` elements; all if -1."""
        return self._same(nodes.take_dataset, constant_of(count, dtypes.int64, "count"))

    def skip(self, count: Any) -> Dataset:
        """All but the first `count` elements; none if -1."""
        return self._same(nodes.skip_dataset, constant_of(count, dtypes.int64, "count"))

    def shard(self, num_shards: Any, index: Any) -> Dataset:
        """Every `num_shards`-th element, from number `index` on."""
        inputs = constant_of(num_shards, dtypes.int64, "num_shards"), constant_of(index, dtypes.int64, "index")
        return self._same(nodes.shard_dataset, *inputs)

    def enumerate(self, start: int = 0) -> Dataset:
        """(number, element) pairs, from number `start` on."""
        return Dataset.zip((Dataset.range(start, np.iinfo(np.int64).max), self))

    def batch(self, batch_size: Any, drop_remainder: Any = False) -> Dataset:
        """`batch_size` elements stacked. The last batch may be smaller; with `drop_remainder` it is left out if it is."""
        size = constant_of(batch_size, dtypes.int64, "batch_size")
        drop = constant_of(drop_remainder, dtypes.bool_, "drop_remainder")
        structure = structures.batched(self._structure, _rows(size, drop))
        return self._made(nodes.batch_dataset(self._variant_tensor, size, drop, **_batched_attrs(structure)), structure)

    def padded_batch(self, batch_size: Any, padded_shapes: Any, padding_values: Any = None, drop_remainder: Any = False) -> Dataset:
        """`batch_size` elements stacked, each filled up to `padded_shapes` (unknown dimensions: to the longest in the batch).

        Args:
          padding_values: what to fill with, in the elements' structure; zeros and empty strings if None.
        """
        leaves = structures.flatten(self._structure)
        if any(leaf.kind != "tensor" for leaf in leaves):
            raise TypeError("Batching of padded sparse tensors is not currently supported")
        size = constant_of(batch_size, dtypes.int64, "batch_size")
        shapes = [_shape_tensor(s, leaf) for s, leaf in zip(structures.flatten_as(self._structure, padded_shapes), leaves)]
        if padding_values is None:
            values: list[Any] = [None] * len(leaves)
        else:
            values = structures.flatten_as(self._structure, padding_values)
        padding = []
        for value, leaf in zip(values, leaves):
            if value is None:
                value = "" if leaf.dtype is dtypes.string else np.zeros((), leaf.dtype.np_dtype)
            value = convert_to_tensor(value, name="padding_value")
            if value.shape.ndims not in (0, None):
                raise ValueError(f"Padding value should be a scalar, but is not: {value}")
            if value.dtype is not leaf.dtype:
                raise TypeError(f"Padding value tensor ({value}) does not match output type: {leaf.dtype}")
            padding.append(value)
        drop = constant_of(drop_remainder, dtypes.bool_, "drop_remainder")
        rows = _rows(size, drop)
        known = [_known_shape(s) for s in shapes]
        structure = structures.pack(
            self._structure, [leaf._replace(shape=TensorShape([rows]).concatenate(s)) for leaf, s in zip(leaves, known)]
        )
        output_shapes = [leaf.shape for leaf in structures.flatten(structure)]
        node = nodes.padded_batch_dataset(self._variant_tensor, size, shapes, padding, drop, output_shapes=output_shapes)
        return self._made(node, structure)

    def unbatch(self) -> Dataset:
        """The rows of the elements."""
        plain = self.map(lambda *parts: parts if len(parts) > 1 else parts[0])
        structure = structures.unbatched(self._structure)
        node = nodes.unbatch_dataset(plain._variant_tensor, **structures.flat_attrs(structure))
        return self._made(node, structure)

    def window(self, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: Any = False) -> Dataset:
        """Windows of `size` elements as datasets, one for each component; each `shift` elements on from the last."""
        inputs = [
            constant_of(size, dtypes.int64, "size"),
            constant_of(size if shift is None else shift, dtypes.int64, "shift"),
            constant_of(stride, dtypes.int64, "stride"),
            constant_of(drop_remainder, dtypes.bool_, "drop_remainder"),
        ]
        structure = structures.map_leaves(lambda leaf: structures.Leaf("dataset", dtypes.variant, TensorShape([]), leaf), self._structure)
        node = nodes.window_dataset(self._variant_tensor, *inputs, **structures.flat_attrs(structure))
        return self._made(node, structure)

    def map(self, map_func: Callable[..., Any], num_parallel_calls: Any = None) -> Dataset:
        """What `map_func` makes of each element.

        Args:
          map_func: called once, with tensors (a tuple's parts as arguments), to be traced; returns a nested structure.
          num_parallel_calls: how many elements are computed in threads at a time; the order stays.
        """
        traced = Traced(map_func, self._structure)
        label = _label("Dataset_map", map_func)
        if num_parallel_calls is None:
            return self._with_function(nodes.map_dataset, "f", traced, label, traced.structure, preserve_cardinality=True)
        calls = constant_of(num_parallel_calls, dtypes.int32, "num_parallel_calls")
        return self._with_function(nodes.parallel_map_dataset, "f", traced, label, traced.structure, calls, preserve_cardinality=True)

    def map_with_legacy_function(self, map_func: Callable[..., Any], num_parallel_calls: Any = None) -> Dataset:
        """`map`."""
        return self.map(map_func, num_parallel_calls)

    def flat_map(self, map_func: Callable[..., Any]) -> Dataset:
        """The elements of the datasets that `map_func` makes of each element."""
        traced = _dataset_function(map_func, self._structure, "flat_map")
        return self._with_function(nodes.flat_map_dataset, "f", traced, _label("Dataset_flat_map", map_func), _inner(traced))

    def interleave(
        self, map_func: Callable[..., Any], cycle_length: Any = -1, block_length: Any = 1, num_parallel_calls: Any = None
    ) -> Dataset:
        """The elements of the datasets that `map_func` makes, `block_length` at a time of `cycle_length` of them in turn."""
        traced = _dataset_function(map_func, self._structure, "interleave")
        label = _label("Dataset_interleave", map_func)
        inputs = [constant_of(cycle_length, dtypes.int64, "cycle_length"), constant_of(block_length, dtypes.int64, "block_length")]
        spec = nodes.interleave_dataset
        if num_parallel_calls is not None:
            inputs.append(constant_of(num_parallel_calls, dtypes.int64, "num_parallel_calls"))
            spec = nodes.parallel_interleave_dataset_v2
        return self._with_function(spec, "f", traced, label, _inner(traced), *inputs)

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """The elements for which `predicate` is true.

        Raises:
          TypeError: it does not return a bool scalar.
        """
        traced = predicate_function(predicate, self._structure)
        return self._with_function(nodes.filter_dataset, "predicate", traced, _label("Dataset_filter", predicate), self._structure)

    def filter_with_legacy_function(self, predicate: Callable[..., Any]) -> Dataset:
        """`filter`."""
        return self.filter(predicate)

    def apply(self, transformation_func: Callable[[Any], Any]) -> Dataset:
        """`transformation_func(self)`, which must be a dataset."""
        dataset = transformation_func(self)
        if not isinstance(dataset, DatasetV2):
            raise TypeError(f"`transformation_func` must return a Dataset. Got {dataset}.")
        return dataset

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any]) -> Any:
        """The state after `reduce_func(state, element)` of all elements, from `initial_state` on: tensors, not a dataset."""
        with name_scope("initial_state"):
            state = structures.normalized(initial_state)
        state_structure = structures.structure_of(state)
        traced = Traced(lambda s, e: reduce_func(s, e), (state_structure, self._structure))
        attrs = structures.flat_attrs(state_structure)
        given = [structures.to_tensors(state), traced.outer_inputs]
        node = nodes.reduce_dataset.build([self._variant_tensor, *given], attrs, None)
        nodes.attach(node, "f", traced, _label("reduce", reduce_func))
        return structures.from_tensors(state_structure, node.outputs)

    # -- iterators ------------------------------------------------------------------------
    def _with_optimizations(self) -> Tensor:
        """The dataset as it is run: behind the nodes that rewrite and model it."""
        attrs = structures.flat_attrs(self._structure)
        chosen = constant(np.array(_OPTIMIZATIONS, object), dtype=dtypes.string, name="optimizations")
        configs = ["map_vectorization:use_choose_fastest:false"]
        rewritten = nodes.optimize_dataset(self._variant_tensor, chosen, optimization_configs=configs, **attrs)
        return nodes.model_dataset(rewritten, **attrs)

    def make_initializable_iterator(self, shared_name: str | None = None) -> Iterator:
        """An iterator that is started, as often as one likes, by its `initializer`."""
        return initializable(self, shared_name)

    def make_one_shot_iterator(self) -> Iterator:
        """An iterator that goes through the dataset once and needs no initializing.

        Raises:
          ValueError: the dataset depends on a placeholder, a variable or a table.
        """
        _require_constant(self._variant_tensor)
        node = nodes.one_shot_iterator.build([], structures.flat_attrs(self._structure), None)
        nodes.attach(node, "dataset_factory", self._variant_tensor, "make_dataset")
        return Iterator._of(node.outputs[0], None, self._structure)


@public("data.Dataset")
class Dataset(DatasetV2):
    __doc__ = DatasetV2.__doc__


class VariantDataset(Dataset):
    """A dataset inside an element of another."""


@public("data.make_one_shot_iterator")
def make_one_shot_iterator(dataset: DatasetV2) -> Iterator:
    """An iterator that goes through a dataset once."""
    return dataset.make_one_shot_iterator()


@public("data.make_initializable_iterator")
def make_initializable_iterator(dataset: DatasetV2, shared_name: str | None = None) -> Iterator:
    """An iterator that its initializer starts."""
    return dataset.make_initializable_iterator(shared_name)


@public("data.get_output_types")
def get_output_types(dataset_or_iterator: Any) -> Any:
    """The types of the elements' components."""
    return dataset_or_iterator.output_types


@public("data.get_output_shapes")
def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The static shapes of the elements' components."""
    return dataset_or_iterator.output_shapes


@public("data.get_output_classes")
def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The classes of the elements' components."""
    return dataset_or_iterator.output_classes


# -- functions -----------------------------------------------------------------------------
def _label(transformation: str, function: Any) -> str:
    return f"{transformation}_{getattr(function, '__name__', type(function).__name__)}"


def _dataset_function(function: Any, structure: Any, what: str) -> Traced:
    traced = Traced(function, structure)
    if not isinstance(traced.result, DatasetV2):
        raise TypeError("`map_func` must return a `Dataset` object.")
    return traced


def _inner(traced: Traced) -> Any:
    return traced.result._structure


def predicate_function(function: Any, structure: Any) -> Traced:
    """A traced function that gives a bool scalar. Raises ValueError if it gives something else."""
    traced = Traced(function, structure)
    leaf = traced.structure
    if not isinstance(leaf, structures.Leaf) or leaf.dtype is not dtypes.bool_ or leaf.shape.ndims not in (0, None):
        raise ValueError("`predicate` must return a scalar boolean tensor.")
    return traced


# -- shapes --------------------------------------------------------------------------------
def _common(a: TensorShape, b: TensorShape) -> TensorShape:
    if a._dims is None or b._dims is None or len(a._dims) != len(b._dims):
        return TensorShape(None)
    return TensorShape([x if x == y else None for x, y in zip(a._dims, b._dims)])


def _rows(size: Tensor, drop: Tensor) -> int | None:
    known_size, known_drop = constant_value(size), constant_value(drop)
    return int(known_size) if known_size is not None and known_drop is not None and bool(known_drop) else None


def _batched_attrs(structure: Any) -> dict[str, Any]:
    attrs = structures.flat_attrs(structure)
    leaves = structures.flatten(structure)
    # Sparse tensors travel as three variants, a row each.
    attrs["output_shapes"] = [leaf.shape if leaf.kind == "tensor" else TensorShape(None) for leaf in leaves]
    return attrs


def _shape_tensor(given: Any, leaf: Any) -> Tensor:
    """A padded shape as an int64 vector, -1 for unknown dimensions. Raises ValueError if it has another rank, or is smaller."""
    try:
        shape = as_shape(given)
        dims = [-1 if d is None else d for d in shape.as_list()]
        for padded, own in zip(shape.as_list(), leaf.shape.as_list() if leaf.shape.ndims is not None else []):
            if padded is not None and own is not None and own > padded:
                raise ValueError(f"The padded shape {shape} is not compatible with the corresponding input component shape {leaf.shape}.")
        if leaf.shape.ndims is not None and leaf.shape.ndims != len(dims):
            raise ValueError(f"The padded shape {shape} is not compatible with the corresponding input component shape {leaf.shape}.")
        return convert_to_tensor(np.array(dims, np.int64))
    except TypeError:
        t = convert_to_tensor(given, preferred_dtype=dtypes.int64)
        if t.dtype is not dtypes.int64:
            raise TypeError(f"Padded shape {given} must be a 1-D tensor of tf.int64 values, but was {t}") from None
        return t


def _known_shape(t: Tensor) -> TensorShape:
    value = constant_value(t)
    if value is None:
        return TensorShape([None] * (t.shape[0].value or 0)) if t.shape.ndims and t.shape[0].value is not None else TensorShape(None)
    return TensorShape([None if d < 0 else int(d) for d in value])


def _require_constant(t: Tensor) -> None:
    """Raises ValueError unless a dataset depends on constants alone."""
    seen: set[Operation] = set()
    todo = [t.op]
    while todo:
        op = todo.pop()
        if op in seen:
            continue
        seen.add(op)
        reason = None
        if op.type in ("Placeholder", "PlaceholderWithDefault"):
            reason = f"Cannot capture a placeholder (name:{op.name}, type:{op.type}) by value."
        elif (op.spec is not None and op.spec.variable) or any(x.dtype.base_dtype.name == "resource" for x in op.outputs):
            reason = f"Cannot capture a stateful node (name:{op.name}, type:{op.type}) by value."
        if reason:
            raise ValueError(
                f"Failed to create a one-shot iterator for a dataset. `Dataset.make_one_shot_iterator()` does not support datasets that "
                f"capture stateful objects, such as a `Variable` or `LookupTable`. In these cases, use "
                f"`Dataset.make_initializable_iterator()`. (Original error: {reason})"
            )
        todo += [x.op for x in op.inputs] + list(op.control_inputs)
