"""tf.layers.Layer: variables of a scope of their own, made when the layer is first called, and the ops of each call.

A layer takes its variable scope at its first call (or when its first variable is made), from where it is called; it stays there. Later
calls, from anywhere, share its variables and name their ops in the name scope that was opened with that variable scope.
"""

from __future__ import annotations

import copy
import functools
import inspect
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import nest
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import default_session, get_default_graph, name_scope
from ..graph.dtypes import DType, as_dtype, float32
from ..graph.graph import Graph, GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape
from ..graph.tracking import Trackable
from ..graph.type_spec import TensorSpec
from ..ops import array
from ..ops.casting import cast
from ..scopes import VariableScope, get_variable, variable_scope
from ..variables import PartitionedVariable
from ..variables import initializers as initializers_
from ..variables.modes import AUTO, NO_AGGREGATION, VariableSynchronization
from .input_spec import require_compatible
from .naming import numbered, snake_case

#: constructor arguments that only Keras models use
_KERAS_ARGUMENTS = {"autocast", "batch_input_shape", "batch_size", "input_shape", "weights"}


class _Calls(threading.local):
    """The calls of layers that are going on, outermost first: (inputs, training)."""

    def __init__(self) -> None:
        self.stack: list[tuple[Any, Any]] = []


_calls = _Calls()


@functools.cache
def _call_parameters(function: Any) -> tuple[frozenset[str], int | None, bool]:
    """(the parameters of a layer's `call`, the place of `training` after the inputs, whether it takes any keyword)."""
    parameters = inspect.signature(function).parameters.values()
    names = [p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    place = names.index("training") - 2 if "training" in names[2:] else None
    return frozenset(names), place, any(p.kind is p.VAR_KEYWORD for p in parameters)


@public("layers.Layer")
class Layer(Trackable):
    """A piece of a network with variables: subclasses make them in `build` and use them in `call`.

    Args:
      trainable: whether its variables are trained.
      name: of its variable scope; made from the class's name, and unique, if None.
      dtype: type of its variables; that of the first input if None.
      activity_regularizer: function of an output that gives a loss.

    Raises:
      TypeError: a keyword that no layer takes.
    """

    def __init__(self, trainable: bool = True, name: Any = None, dtype: Any = None, **kwargs: Any):
        scope = kwargs.pop("_scope", None)
        self._reuse = kwargs.pop("_reuse", None)
        self._activity_regularizer = kwargs.pop("activity_regularizer", None)
        for k in kwargs:
            if k not in _KERAS_ARGUMENTS:
                raise TypeError("Keyword argument not understood:", k)
        self._use_resource_variables = False
        self._trainable = trainable
        self.built = False
        self.stateful = False
        self.supports_masking = False
        self._input_spec: Any = None
        self._dtype = None if dtype is None else as_dtype(dtype).name
        self._trainable_weights: list[Any] = []
        self._non_trainable_weights: list[Any] = []
        self._updates: list[Any] = []
        self._losses: list[Any] = []
        #: functions that give a loss
        self._callable_losses: list[Callable[[], Any]] = []
        #: updates and losses that follow from the inputs of a call
        self._conditional: set[Any] = set()
        self._layers: list[Layer] = []
        self._set_name(name)
        self._scope: VariableScope | None = None
        self._current_scope: VariableScope | None = None
        if scope:
            with variable_scope(scope) as captured:
                self._scope = captured

    def _set_name(self, name: Any) -> None:
        if isinstance(name, VariableScope):
            self._base_name = name.name
            self._name = numbered(snake_case(type(self).__name__))
        elif name:
            self._base_name = self._name = name
        else:
            self._base_name = snake_case(type(self).__name__)
            self._name = numbered(self._base_name)

    # -- what it is -------------------------------------------------------------------
    @property
    def name(self) -> str:
        """The name given, or one from the class, numbered for each layer object; the scope's may differ."""
        return self._name

    @property
    def scope_name(self) -> str:
        """The name of its variable scope. Raises ValueError before it has one."""
        if not self._scope:
            raise ValueError(
                f'No name available for layer scope because the layer "{self._name}" has not been used yet. The scope name  is '
                "determined the first time the layer instance is called. You must therefore call the layer before querying `scope_name`."
            )
        return self._scope.name

    @property
    def graph(self) -> Graph | None:
        """None, as in TensorFlow 1.15."""
        return None

    @property
    def dtype(self) -> str | None:
        """The type of its variables, by name; None before it is known."""
        return self._dtype

    @property
    def dynamic(self) -> bool:
        return False

    @property
    def trainable(self) -> bool:
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = value
        for layer in getattr(self, "_layers", []):
            layer.trainable = value

    @property
    def activity_regularizer(self) -> Any:
        """The function that gives a loss for each output, or None."""
        return self._activity_regularizer

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer: Any) -> None:
        self._activity_regularizer = regularizer

    @property
    def input_spec(self) -> Any:
        """What its inputs must be like: an InputSpec, a list of them, or None."""
        return self._input_spec

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        self._input_spec = value

    # -- variables ----------------------------------------------------------------------
    @property
    def trainable_weights(self) -> list[Any]:
        return list(self._trainable_weights) if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Any]:
        if self.trainable:
            return list(self._non_trainable_weights)
        return self._trainable_weights + self._non_trainable_weights

    @property
    def weights(self) -> list[Any]:
        """All its variables: the trainable ones first."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def variables(self) -> list[Any]:
        return self.weights

    @property
    def trainable_variables(self) -> list[Any]:
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Any]:
        return self.non_trainable_weights

    def count_params(self) -> int:
        """The number of elements of all its variables. Raises ValueError before they are made."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on {self.name}, but the layer isn't built. You can build it manually via: "
                f"`{self.name}.build(batch_input_shape)`."
            )
        return int(sum(w.shape.num_elements() for w in self.weights))

    def get_weights(self) -> list[np.ndarray]:
        """The values of its variables in the default session. Raises ValueError if there is none."""
        return _session().run(self.weights)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets its variables, in order, in the default session. Raises ValueError for numbers or shapes that do not fit."""
        variables = self.weights
        if len(variables) != len(weights):
            raise ValueError(
                f'You called `set_weights(weights)` on layer "{self.name}" with a  weight list of length {len(weights)}, but the layer was '
                f"expecting {len(variables)} weights. Provided weights: {str(weights)[:50]}..."
            )
        for v, value in zip(variables, weights):
            if tuple(v.shape.as_list()) != value.shape:
                raise ValueError(f"Layer weight shape {v.shape} not compatible with provided weight shape {value.shape}")
        for v, value in zip(variables, weights):
            v.load(value, _session())

    def add_weight(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool | None = None,
        constraint: Any = None,
        use_resource: bool | None = None,
        synchronization: Any = AUTO,
        aggregation: Any = NO_AGGREGATION,
        partitioner: Any = None,
        **kwargs: Any,
    ) -> Any:
        """The variable `name` of the layer's scope: made, or found where the layer reuses.

        Args:
          dtype: that of the layer if None.
          initializer: the variable scope's if None; Glorot uniform, or zeros for integers and bools, if that has none.
          regularizer: function of the variable; its loss goes to `losses` and to the regularization losses.
          trainable: true if None, unless `synchronization` is ON_READ.
          partitioner: function of shape and type that says into how many parts each axis is cut.

        Raises:
          ValueError: what `get_variable` refuses; a type that has no initializer.
          TypeError: an unknown keyword.
        """
        for k in kwargs:
            if k != "experimental_autocast":
                raise TypeError("Unknown keyword argument:", k)
        if synchronization == VariableSynchronization.ON_READ:
            if trainable:
                raise ValueError(
                    "Synchronization value can be set to VariableSynchronization.ON_READ only for non-trainable variables. You have "
                    "specified trainable=True and synchronization=VariableSynchronization.ON_READ."
                )
            trainable = False
        elif trainable is None:
            trainable = True
        kind = float32 if dtype is None and self._dtype is None else as_dtype(self._dtype if dtype is None else dtype)
        if self._dtype is None:
            self._dtype = kind.base_dtype.name
        trainable = bool(trainable and self.trainable)
        self._set_scope(None)
        graph = get_default_graph()
        before = set(graph._collections.get(GraphKeys.GLOBAL_VARIABLES, ())) if regularizer else set()
        with variable_scope(self._scope, reuse=self.built or self._reuse, auxiliary_name_scope=False) as scope:
            self._current_scope = scope
            with graph.name_scope(self._name_scope()):
                initializer = initializers_.get(scope.initializer if initializer is None else initializer)
                variable = get_variable(
                    name,
                    shape,
                    dtype=kind,
                    initializer=self._default_initializer(name, kind) if initializer is None else initializer,
                    trainable=trainable,
                    partitioner=partitioner,
                    use_resource=use_resource or self._use_resource_variables or scope.use_resource,
                    constraint=constraint,
                    synchronization=synchronization,
                    aggregation=aggregation,
                )
                if regularizer:
                    for part in variable if isinstance(variable, PartitionedVariable) else [variable]:
                        if part not in before:
                            self.add_loss(functools.partial(_regularization, name, regularizer, part))
        # A custom getter may have made it not trainable.
        listed = trainable and _is_in(variable, graph._collections.get(GraphKeys.TRAINABLE_VARIABLES, ()))
        (self._trainable_weights if listed else self._non_trainable_weights).append(variable)
        if isinstance(variable, Trackable):
            self._track_trackable(variable, name=name, overwrite=True)
        return variable

    def _default_initializer(self, name: str, dtype: DType) -> Any:
        if dtype.is_floating:
            return initializers_.GlorotUniform()
        if dtype.is_integer or dtype.is_unsigned or dtype.is_bool:
            return initializers_.Zeros()
        raise ValueError(f"An initializer for variable {name} of type {dtype.base_dtype} is required for layer {self.name}")

    def add_variable(self, *args: Any, **kwargs: Any) -> Any:
        """The old name of `add_weight`."""
        return self.add_weight(*args, **kwargs)

    # -- updates and losses ---------------------------------------------------------------
    @property
    def updates(self) -> list[Any]:
        """The ops that update its variables beside training; none if it is not trainable."""
        return list(self._updates) if self.trainable or self.stateful else []

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Adds an op (or several) to be run at each training step.

        One that follows from the inputs of the call that adds it is among `get_updates_for(inputs)`, others among
        `get_updates_for(None)`; `inputs` is not looked at. The end of a call lists all of them in tf.GraphKeys.UPDATE_OPS.
        """
        given = _calls.stack[-1][0] if _calls.stack else []
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            if callable(update) and not isinstance(update, (Tensor, Operation)):
                update = update()
            if not isinstance(update, Operation):
                update = update.op if hasattr(update, "op") else convert_to_tensor(update).op
            if _follows([update], given):
                self._conditional.add(update)
            self._updates.append(update)

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """The updates that follow from `inputs`; from nothing that was given to the layer, if None."""
        if inputs is None:
            return [u for u in self.updates if u not in self._conditional]
        return _follows([u for u in self.updates if u in self._conditional], nest.flatten(inputs))

    @property
    def losses(self) -> list[Any]:
        """Its losses; regularization losses of its variables are made anew each time."""
        return self._losses + [loss for loss in (make() for make in self._callable_losses) if loss is not None]

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds a loss, a scalar or a function that gives one, to the layer's and to the regularization losses.

        Args:
          inputs: what it follows from, see `get_losses_for`; None if from nothing.
        """
        new = []
        for loss in nest.flatten(losses):
            if callable(loss) and not isinstance(loss, Tensor):
                self._callable_losses.append(loss)
                loss = loss()
            elif loss is not None:
                loss = loss if isinstance(loss, Tensor) else convert_to_tensor(loss, float32)
                if inputs is not None:
                    self._conditional.add(loss)
                self._losses.append(loss)
            if loss is not None:
                new.append(loss)
        _list_in(get_default_graph(), GraphKeys.REGULARIZATION_LOSSES, new)

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """The losses that follow from `inputs`; the unconditional ones if None."""
        if inputs is None:
            return [loss for loss in self.losses if loss not in self._conditional]
        return _follows([loss for loss in self.losses if loss in self._conditional], nest.flatten(inputs))

    @property
    def metrics(self) -> list[Any]:
        return []

    def add_metric(self, value: Any, aggregation: str | None = None, name: str | None = None) -> None:
        """Keras' metrics are not in scopeflow: use `tf.metrics`. Raises NotImplementedError."""
        raise NotImplementedError("Layer.add_metric belongs to Keras models, which scopeflow does not have; use tf.metrics instead.")

    # -- calling ------------------------------------------------------------------------
    def _set_scope(self, scope: Any = None) -> None:
        """Fixes the layer's variable scope, if it has none yet, in the one that is open."""
        if self._scope is not None:
            return
        if self._reuse:
            entered = variable_scope(self._base_name if scope is None else scope)
        else:
            entered = variable_scope(scope, default_name=self._base_name)
        with entered as captured:
            self._scope = captured

    def _name_scope(self) -> Any:
        return self._current_scope.original_name_scope  # type: ignore[union-attr]

    def build(self, input_shape: Any) -> None:
        """Makes the variables, for inputs of this shape; for subclasses to override."""
        self.built = True

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """What the layer computes; for subclasses to override."""
        return inputs

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls the layer; its variables are made first if need be.

        Args:
          scope: the variable scope to take, if it has none yet.
        """
        self._set_scope(kwargs.pop("scope", None))
        if self.built:
            scope = self.__dict__.get("_always_reuse_variable_scope")
            if scope is None:
                scope = self._always_reuse_variable_scope = variable_scope(self._scope, reuse=True, auxiliary_name_scope=False)
        else:
            scope = variable_scope(self._scope, reuse=self._reuse, auxiliary_name_scope=False)
        with scope as entered:
            self._current_scope = entered
            outputs = self._call_in_scope(entered, inputs, args, kwargs)
            _list_in(get_default_graph(), GraphKeys.UPDATE_OPS, self.updates)
        return outputs

    def _call_in_scope(self, scope: VariableScope, inputs: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        parameters, place, takes_any = _call_parameters(type(self).call)
        if "scope" in parameters:
            kwargs["scope"] = scope
        flat = nest.flatten(inputs)
        if any(isinstance(x, (np.ndarray, float, int)) for x in flat):
            inputs = nest.map_structure(lambda x: convert_to_tensor(x) if isinstance(x, (np.ndarray, float, int)) else x, inputs)
            flat = nest.flatten(inputs)
        training = kwargs.get("training")
        if training is None and place is not None and len(args) > place:
            training = args[place]
        if training is None and _calls.stack and _calls.stack[-1][1] is not None:
            # The layer around this one says it.
            training = _calls.stack[-1][1]
            if "training" in parameters or takes_any:
                kwargs["training"] = training
        if "training" in kwargs and not ("training" in parameters or takes_any):
            del kwargs["training"]
        _calls.stack.append((flat, training))
        try:
            with name_scope(self._name_scope()):
                require_compatible(self.input_spec, inputs, self.name)
                if not self.built:
                    self._build_for(inputs, flat)
                outputs = self.call(inputs, *args, **kwargs)
                if self._activity_regularizer:
                    self._regularize_activity(inputs, outputs)
        finally:
            _calls.stack.pop()
        return outputs

    def _build_for(self, inputs: Any, flat: list[Any]) -> None:
        if self._dtype is None and flat:
            dtype = getattr(flat[0], "dtype", None)
            if isinstance(dtype, DType):
                self._dtype = dtype.base_dtype.name
        shapes = None
        if all(hasattr(x, "shape") for x in flat):
            shapes = nest.map_structure(lambda x: x.shape, inputs)
        self.build(shapes)
        self.built = True

    def _regularize_activity(self, inputs: Any, outputs: Any) -> None:
        with name_scope("ActivityRegularizer"):
            for output in nest.flatten(outputs):
                loss = self._activity_regularizer(output)
                batch_size = cast(array.shape(output)[0], loss.dtype)
                self.add_loss(loss / batch_size, inputs=inputs)

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls the layer."""
        return self.__call__(inputs, *args, **kwargs)

    # -- shapes, masks and Keras' history ---------------------------------------------------
    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The output's shape for an input's; for subclasses to override."""
        raise NotImplementedError

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """`mask`. Raises TypeError if there is one and the layer does not support masking."""
        if not self.supports_masking and any(m is not None for m in nest.flatten(mask)):
            raise TypeError(f"Layer {self.name} does not support masking, but was passed an input_mask: {mask}")
        return mask

    @property
    def inbound_nodes(self) -> list[Any]:
        """Nothing: only layers of Keras models keep their inputs and outputs."""
        return []

    outbound_nodes = inbound_nodes

    def _unconnected(self, what: str) -> Any:
        raise RuntimeError(f"The layer has never been called and thus has no defined {what}.")

    def get_input_at(self, node_index: int) -> Any:
        """Keras models only. Raises RuntimeError."""
        self._unconnected("input")

    def get_output_at(self, node_index: int) -> Any:
        """Keras models only. Raises RuntimeError."""
        self._unconnected("output")

    def get_input_shape_at(self, node_index: int) -> Any:
        """Keras models only. Raises RuntimeError."""
        self._unconnected("input shape")

    def get_output_shape_at(self, node_index: int) -> Any:
        """Keras models only. Raises RuntimeError."""
        self._unconnected("output shape")

    @property
    def input(self) -> Any:
        """Keras models only. Raises AttributeError."""
        raise AttributeError(f"Layer {self.name} is not connected, no input to return.")

    @property
    def output(self) -> Any:
        """Keras models only. Raises AttributeError."""
        raise AttributeError(f"Layer {self.name} has no inbound nodes.")

    @property
    def input_shape(self) -> Any:
        """Keras models only. Raises AttributeError."""
        raise AttributeError("The layer has never been called and thus has no defined input shape.")

    def get_input_mask_at(self, node_index: int) -> Any:
        """Keras models only. Raises RuntimeError."""
        self._unconnected("input")

    def get_output_mask_at(self, node_index: int) -> Any:
        """Keras models only. Raises RuntimeError."""
        self._unconnected("output")

    @property
    def input_mask(self) -> Any:
        """Keras models only. Raises AttributeError."""
        raise AttributeError(f"Layer {self.name} is not connected, no input to return.")

    @property
    def output_mask(self) -> Any:
        """Keras models only. Raises AttributeError."""
        raise AttributeError(f"Layer {self.name} has no inbound nodes.")

    def compute_output_signature(self, input_signature: Any) -> Any:
        """The TensorSpecs of what the layer gives for inputs of such TensorSpecs.

        Raises:
          TypeError: an input is no TensorSpec.
        """
        for entry in nest.flatten(input_signature):
            if not isinstance(entry, TensorSpec):
                raise TypeError(f"Only TensorSpec signature types are supported, but saw signature signature entry: {entry}.")
        shape = self.compute_output_shape(nest.map_structure(lambda s: s.shape, input_signature))
        kind = self.dtype or nest.flatten(input_signature)[0].dtype
        if isinstance(shape, list):
            return [TensorSpec(s, kind) for s in shape]
        return TensorSpec(shape, kind)

    @property
    def output_shape(self) -> Any:
        """Keras models only. Raises AttributeError."""
        raise AttributeError("The layer has never been called and thus has no defined output shape.")

    # -- copies and configurations ----------------------------------------------------------
    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, as JSON could hold them."""
        return {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Layer:
        """The layer whose `get_config` gave `config`."""
        return cls(**config)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """The layers among its attributes, theirs included."""
        found: dict[int, Layer] = {}
        self._collect_submodules(found)
        found.pop(id(self), None)
        return tuple(found.values())

    def _collect_submodules(self, found: dict[int, Layer]) -> None:
        for name in sorted(vars(self)):
            for value in nest.flatten(vars(self)[name]) if isinstance(vars(self)[name], (list, tuple, dict)) else [vars(self)[name]]:
                if isinstance(value, Layer) and id(value) not in found:
                    found[id(value)] = value
                    value._collect_submodules(found)

    def __deepcopy__(self, memo: dict[int, Any]) -> Layer:
        """A copy with the same variable scope; what belongs to the graph (variables, updates, losses) is shared, not copied."""
        result = type(self).__new__(type(self))
        memo[id(self)] = result
        memo.update({id(v): v for v in self._trainable_weights + self._non_trainable_weights})
        for k, v in vars(self).items():
            result.__dict__[k] = copy.copy(v) if k in _SHARED else copy.deepcopy(v, memo)
        return result


_SHARED = {
    "_always_reuse_variable_scope", "_callable_losses", "_conditional", "_current_scope", "_losses", "_non_trainable_weights", "_scope",
    "_trainable_weights", "_updates",
}  # fmt: skip


def _regularization(name: str, regularizer: Callable[[Any], Any], variable: Any) -> Any:
    with name_scope(name + "/Regularizer"):
        return regularizer(variable)


def _session() -> Any:
    session = default_session()
    if session is None:
        raise ValueError("The weights of a layer are read and set in the default session, and there is none: use `with session:`.")
    return session


def _is_in(variable: Any, collection: Sequence[Any]) -> bool:
    # A new one is at the end.
    return any(v is variable for v in reversed(collection))


def _list_in(graph: Graph, key: str, elements: Sequence[Any]) -> None:
    """Adds to a collection those elements that are not in it; it exists from now on, as in the reference."""
    there = {id(x) for x in graph.get_collection_ref(key)}
    for element in elements:
        if id(element) not in there:
            graph.add_to_collection(key, element)


def _follows(targets: list[Any], sources: Sequence[Any]) -> list[Any]:
    """Those of `targets` (ops or tensors) that need a value of `sources`."""
    if not targets:
        return []
    wanted = {getattr(s, "_as_graph_element", lambda s=s: s)() for s in sources if s is not None}
    wanted |= {t for s in sources if hasattr(s, "dense_shape") for t in (s.indices, s.values, s.dense_shape)}
    known: dict[Operation, bool] = {}

    def reaches(op: Operation) -> bool:
        stack = [op]
        while stack:
            current = stack[-1]
            if current in known:
                stack.pop()
                continue
            if any(t in wanted or known.get(t.op) for t in current.inputs) or any(known.get(c) for c in current.control_inputs):
                known[current] = True
                stack.pop()
                continue
            before = [t.op for t in current.inputs] + list(current.control_inputs)
            open_ = [b for b in before if b not in known]
            if open_ and current not in visiting:
                visiting.add(current)
                stack += open_
            else:
                known[current] = False
                stack.pop()
        return known[op]

    visiting: set[Operation] = set()
    return [t for t in targets if t in wanted or reaches(t if isinstance(t, Operation) else t.op)]
