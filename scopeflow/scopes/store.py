"""The variable store: the variables that get_variable made in a graph, by the names they were asked for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import FunctionType, MethodType
from typing import Any

from ..graph.conversion import to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.dtypes import DType, as_dtype
from ..graph.graph import Graph, GraphKeys
from ..graph.operation import Tensor
from ..graph.source import stack as program_lines
from ..graph.tensor_shape import TensorShape, dims_compatible
from ..variables.modes import AUTO, NO_AGGREGATION, trainable_by_default
from ..variables.partitioned import PartitionedVariable
from ..variables.reference import RefVariable
from ..variables.resource import ResourceVariable
from ..variables.variable import Variable, resource_variables_enabled
from . import sharing_errors as errors
from .history import DEPTH, History, note_sharing
from .partitioning import PartitionInfo, cut_axis, slices
from .scope import scope_store

#: where the library's own initializers are defined
_INITIALIZERS = "scopeflow.variables.initializers"
_INVALID_INITIALIZER = (
    "The initializer passed is not valid. It should be a callable with no arguments and the shape should not be provided or an instance of "
    "`tf.keras.initializers.*' and `shape` should be fully defined."
)


class VariableStore:
    """Variables by name; the name is what was asked for, which may differ from the variable's own."""

    def __init__(self) -> None:
        self._vars: dict[str, Variable] = {}
        self._partitioned_vars: dict[str, PartitionedVariable] = {}
        #: the full name that `get_variable` was last asked for, before custom getters had their say
        self.asked: str | None = None

    def get_variable(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        reuse: Any = None,
        trainable: Any = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: Any = None,
        custom_getter: Any = None,
        constraint: Any = None,
        synchronization: Any = AUTO,
        aggregation: Any = NO_AGGREGATION,
    ) -> Any:
        """Finds or makes the variable of that full name: see `tf.get_variable`.

        Raises:
          ValueError: it exists and must not, does not exist and must, or what is asked for does not fit.
        """
        if type(dtype) is DType:
            dtype = dtype.base_dtype
        if synchronization is None:
            synchronization = AUTO
        if aggregation is None:
            aggregation = NO_AGGREGATION
        if trainable is None:
            trainable = trainable_by_default(synchronization)
        if custom_getter is None:
            return self._true_getter(
                name, shape, dtype, initializer, regularizer, reuse, trainable, collections, caching_device, partitioner, validate_shape,
                use_resource, constraint, synchronization, aggregation,
            )  # fmt: skip
        if not callable(custom_getter):
            raise ValueError(f"Passed a custom_getter which is not callable: {custom_getter}")
        keywords = {
            "getter": self._true_getter, "name": name, "shape": shape, "dtype": dtype, "initializer": initializer,
            "regularizer": regularizer, "reuse": reuse, "trainable": trainable, "collections": collections,
            "caching_device": caching_device, "partitioner": partitioner, "validate_shape": validate_shape,
            "use_resource": use_resource, "synchronization": synchronization, "aggregation": aggregation,
        }  # fmt: skip
        if _takes(custom_getter, "constraint"):
            keywords["constraint"] = constraint
        return custom_getter(**keywords)

    def _true_getter(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        reuse: Any = None,
        trainable: Any = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: Any = None,
        constraint: Any = None,
        synchronization: Any = AUTO,
        aggregation: Any = NO_AGGREGATION,
    ) -> Any:
        """What a custom getter is given as its getter."""
        if partitioner is not None:
            scalar = shape is not None and isinstance(shape, Sequence) and not shape
            if not scalar:
                if not callable(partitioner):
                    raise ValueError(f"Partitioner must be callable, but received: {partitioner}")
                graph = get_default_graph()
                stack, graph._name_stack = graph._name_stack, None
                try:
                    return self._get_partitioned(
                        name, partitioner, shape, dtype, initializer, regularizer, reuse, trainable, collections, caching_device,
                        validate_shape, use_resource, constraint, synchronization, aggregation,
                    )  # fmt: skip
                finally:
                    graph._name_stack = stack
        elif reuse is True and name in self._partitioned_vars:
            return self._get_partitioned(
                name, None, shape, dtype, initializer, regularizer, reuse, trainable, collections, caching_device, validate_shape,
                use_resource, constraint, synchronization, aggregation,
            )  # fmt: skip
        if f"{name}/part_0" in self._vars:
            raise ValueError(
                f"No partitioner was provided, but a partitioned version of the variable was found: {name}/part_0. Perhaps a variable of "
                "the same name was already created with partitioning?"
            )
        return self._get_single(
            name, shape, dtype, initializer, regularizer, reuse, trainable, collections, caching_device, validate_shape, use_resource,
            constraint, synchronization, aggregation, None,
        )  # fmt: skip

    def _get_single(
        self,
        name: str,
        shape: Any,
        dtype: Any,
        initializer: Any,
        regularizer: Any,
        reuse: Any,
        trainable: Any,
        collections: Any,
        caching_device: Any,
        validate_shape: bool,
        use_resource: Any,
        constraint: Any,
        synchronization: Any,
        aggregation: Any,
        partition_info: PartitionInfo | None,
    ) -> Variable:
        from_value = initializer is not None and not callable(initializer)
        if shape is not None and from_value:
            raise ValueError("If initializer is a constant, do not specify shape.")
        if type(dtype) is not DType:
            dtype = as_dtype(dtype)
        dims = None if shape is None else shape._dims if type(shape) is TensorShape else TensorShape(shape)._dims
        found = self._vars.get(name)
        if found is not None:
            if reuse is False:
                raise errors.exists(name, found)
            if not dims_compatible(dims, found.get_shape()._dims):
                raise errors.shape_differs(name, dims, found)
            if not dtype.is_compatible_with(found.dtype):
                raise errors.dtype_differs(name, dtype, found)
            note_sharing(found)
            return found
        if reuse is True:
            raise errors.missing(name, self)
        if initializer is None:
            initializer, from_value = default_initializer(name, dtype)
        if from_value:
            initial_value, variable_dtype = initializer, None
        else:
            initial_value, variable_dtype = _initial_value(initializer, dims, dtype, partition_info)
        graph = get_default_graph()
        made_at = program_lines(DEPTH)
        if use_resource is None:
            use_resource = resource_variables_enabled()
        if graph._variable_creators:
            v = Variable(
                initial_value=initial_value, name=name, trainable=trainable, collections=collections, caching_device=caching_device,
                dtype=variable_dtype, validate_shape=validate_shape, constraint=constraint, use_resource=use_resource,
                synchronization=synchronization, aggregation=aggregation,
            )  # fmt: skip
        else:
            if (from_value or type(initializer).__module__ == _INITIALIZERS) and made_at:
                # No code of the program's runs meanwhile: all nodes belong to the line that asked for the variable.
                graph._at = made_at[0]
            try:
                v = (ResourceVariable if use_resource else RefVariable)(
                    initial_value=initial_value, trainable=trainable, collections=collections, validate_shape=validate_shape,
                    caching_device=caching_device, name=name, dtype=variable_dtype, constraint=constraint, synchronization=synchronization,
                    aggregation=aggregation,
                )  # fmt: skip
            finally:
                graph._at = None
        self._vars[name] = v
        v._history = History(name, self.asked, graph._frame, made_at)
        if regularizer:
            self._regularize(v, name, regularizer, graph)
        return v

    def _regularize(self, v: Any, name: str, regularizer: Callable[[Any], Any], graph: Graph) -> None:
        """Adds the regularization loss of a new variable to the collection."""
        with graph.colocate_with(v.op), graph.name_scope(name + "/Regularizer/"), graph.control_dependencies(None):
            loss = regularizer(v)
        if loss is not None:
            loss.name  # noqa: B018  what is no tensor fails here, as in the reference
            graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)

    def _get_partitioned(
        self,
        name: str,
        partitioner: Any,
        shape: Any,
        dtype: Any,
        initializer: Any,
        regularizer: Any,
        reuse: Any,
        trainable: Any,
        collections: Any,
        caching_device: Any,
        validate_shape: bool,
        use_resource: Any,
        constraint: Any,
        synchronization: Any,
        aggregation: Any,
    ) -> PartitionedVariable:
        found_partitions = bool(reuse) and partitioner is None
        if name in self._vars:
            raise ValueError(
                f"A partitioner was provided, but an unpartitioned version of the variable was found: {name}.  Perhaps a variable of the "
                "same name was already created without partitioning?"
            )
        shape = shape if isinstance(shape, TensorShape) else TensorShape(shape)
        if isinstance(initializer, Tensor):
            shape = shape.merge_with(initializer.get_shape())
        partitions: Any = None
        axis = count = 0
        if not found_partitions:
            partitions = _partitions(shape, dtype, partitioner)
            axis, count = cut_axis(shape, partitions)
        existing = self._partitioned_vars.get(name)
        if existing is not None:
            if reuse is False:
                raise errors.partitioned_exists(name, existing)
            if not shape.is_compatible_with(existing.get_shape()):
                raise ValueError(
                    f"Trying to reuse partitioned variable {name}, but specified shape {shape} and found shape {existing.get_shape()}."
                )
            if not dtype.is_compatible_with(existing.dtype):
                raise ValueError(
                    f"Trying to reuse partitioned variable {name}, but specified dtype {dtype.name} and found dtype {existing.dtype.name}."
                )
            if not found_partitions and existing._get_partitions() != partitions:
                raise ValueError(
                    f"Trying to reuse partitioned variable {name}, but specified partitions {partitions} and found partitions "
                    f"{existing._get_partitions()}."
                )
            note_sharing(existing)
            return existing
        if reuse is True:
            raise errors.partitioned_missing(name, self)
        self._check_shards(name, count)
        graph = get_default_graph()
        whole = shape.as_list()
        parts = []
        for i, (offset, part_shape) in enumerate(slices(whole, count, axis)):
            part_name, info = f"{name}/part_{i}", PartitionInfo(whole, offset)
            with graph.name_scope(part_name + "/PartitionedInitializer"):
                init, init_shape = initializer, part_shape
                if initializer is None:
                    init, from_value = default_initializer(name, dtype)
                    if from_value:
                        init_shape = None
                elif not callable(initializer):
                    init, init_shape = _cut(initializer, dtype, offset, part_shape), None
                    dtype = init.dtype.base_dtype
            stack, graph._name_stack = graph._name_stack, None
            try:
                v = self._get_single(
                    part_name, init_shape, dtype, init, regularizer, reuse, trainable, collections, caching_device, validate_shape,
                    use_resource, constraint, synchronization, aggregation, info,
                )  # fmt: skip
            finally:
                graph._name_stack = stack
            v._set_save_slice_info(Variable.SaveSliceInfo(name, whole, offset, part_shape))
            parts.append(v)
        out = PartitionedVariable(name, shape, dtype, parts, partitions)
        self._partitioned_vars[name] = out
        out._history = History(name, self.asked, graph._frame, program_lines(DEPTH))
        return out

    def _check_shards(self, name: str, count: int) -> None:
        """Requires that parts made earlier under that name are cut alike."""
        if f"{name}/part_0" not in self._vars:
            return
        text = (
            "Partitioner returned a different partitioning than what was already found.  Partitioner returned "
            f"{count} shards, and shard {name}/part_0 was found, but "
        )
        if f"{name}/part_{count - 1}" not in self._vars:
            raise ValueError(f"{text}{name}/part_{count - 1} was not.")
        if f"{name}/part_{count}" in self._vars:
            raise ValueError(f"{text}so was the extra shard {name}/part_{count}.")


def variable_store(graph: Graph) -> VariableStore:
    """The graph's VariableStore."""
    key = GraphKeys._VARIABLE_STORE_KEY
    found = graph._collections.get(key)
    if found:
        return found[0]
    store = VariableStore()
    graph._collections[key] = [store]
    scope_store(graph).variable_store = store
    return store


def default_initializer(name: str, dtype: DType) -> tuple[Any, bool]:
    """(the initializer used where none is given, whether it is a value).

    Raises:
      ValueError: the type has none.
    """
    from ..variables import initializers

    if dtype.is_floating:
        return initializers.GlorotUniform(), False
    if dtype.is_integer or dtype.is_bool or dtype.name == "string":
        return initializers.Zeros(), False
    raise ValueError(f"An initializer for variable {name} of {dtype.base_dtype} is required")


def _initial_value(initializer: Any, dims: Any, dtype: DType, partition_info: Any) -> tuple[Any, Any]:
    """(a function that gives the initial value, the type to convert it to)."""
    if isinstance(initializer, type):
        initializer = initializer()
    if dims is not None and None not in dims:
        return (lambda: initializer(list(dims), dtype=dtype, partition_info=partition_info)), dtype.base_dtype
    names, defaults = _parameters(initializer)
    if len(names) == defaults:
        return initializer, None
    raise ValueError(_INVALID_INITIALIZER)


def _partitions(shape: TensorShape, dtype: DType, partitioner: Any) -> Any:
    """What `partitioner` answers. Raises ValueError if it does not fit the shape."""
    if not shape.is_fully_defined():
        raise ValueError(f"Shape of a new partitioned variable must be fully defined, but instead was {shape}.")
    if shape.ndims < 1:
        raise ValueError(f"A partitioned Variable must have rank at least 1, shape: {shape}")
    partitions = partitioner(shape=shape, dtype=dtype)
    if not isinstance(partitions, Sequence):
        raise ValueError(f"Partitioner must return a sequence, but saw: {partitions}")
    if len(partitions) != shape.ndims:
        raise ValueError(f"Partitioner returned a partition list that does not match the Variable's rank: {partitions} vs. {shape}")
    if any(p < 1 for p in partitions):
        raise ValueError(f"Partitioner returned zero partitions for some axes: {partitions}")
    return partitions


def _cut(value: Any, dtype: DType, offset: list[int], shape: list[int]) -> Tensor:
    """A part of a constant initializer."""
    from ..ops.slicing import slice_

    return slice_(value if isinstance(value, Tensor) else to_tensor(value, dtype), offset, shape)


# -- what a callable takes -------------------------------------------------------------
_code_parameters: dict[Any, tuple[tuple[str, ...], int]] = {}


def _parameters(function: Any) -> tuple[tuple[str, ...], int]:
    """(the names of positional parameters, how many have defaults) of a callable."""
    if isinstance(function, FunctionType):
        code = function.__code__
        return code.co_varnames[: code.co_argcount], len(function.__defaults__ or ())
    if isinstance(function, MethodType):
        names, defaults = _parameters(function.__func__)
        return names, defaults
    call = next((c.__dict__["__call__"] for c in type(function).__mro__ if "__call__" in c.__dict__), None)
    if isinstance(call, FunctionType):
        return _parameters(call)
    spec = inspect.getfullargspec(function)
    return tuple(spec.args), len(spec.defaults or ())


def _takes(function: Any, name: str) -> bool:
    """True if `function` takes the keyword `name`."""
    if isinstance(function, FunctionType):
        code = function.__code__
        # 0x08: the function has **kwargs
        return bool(code.co_flags & 0x08) or name in code.co_varnames[: code.co_argcount]
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return name in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
