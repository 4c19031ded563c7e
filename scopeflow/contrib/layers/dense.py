"""Layers of matrix products and biases."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import add_to_collections
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...layers.dense import Dense
from ...ops.joining import unstack
from ...ops.matmul import matmul
from ...ops.nn import activation
from ...ops.nn.linear import bias_add as add_bias
from ...ops.packing import stack as stack_tensors
from ...ops.shaping import reshape
from ...ops.shaping import shape as shape_of
from ...scopes import get_variable, variable_scope
from ...variables.initializers import Zeros, xavier_initializer
from ..framework.arg_scope import add_arg_scope
from ..framework.creating import model_variable
from .arguments import last_dimension
from .scoping import collections_for, finish, layer_scope, list_variables, require_format

_RENAME = {"kernel": "weights", "bias": "biases"}


@public("contrib.layers.fully_connected", "contrib.slim.fully_connected")
@add_arg_scope
def fully_connected(
    inputs: Any,
    num_outputs: int,
    activation_fn: Callable[[Any], Any] | None = activation.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """activation_fn(inputs @ weights + biases), over the last dimension of `inputs`.

    Args:
      inputs: rank 2 or more, with a known last dimension.
      num_outputs: size of the result's last dimension.
      activation_fn: function of the result; None for none.
      normalizer_fn: used in place of `biases`, for example `batch_norm`.
      normalizer_params: its arguments.
      weights_initializer, biases_initializer: initializers; None for `biases_initializer` leaves out the biases.
      weights_regularizer, biases_regularizer: regularizers.
      reuse: whether to share the variables of `scope`.
      variables_collections: collections for all variables, or a dict from their names to collections.
      outputs_collections: collections for the result.
      trainable: whether the variables are trained.
      scope: variable scope; "fully_connected", uniquified, if None.

    Raises:
      ValueError: `num_outputs` is no int, or the inputs' rank or last dimension does not do.
    """
    if not isinstance(num_outputs, int):
        raise ValueError(f"num_outputs type should be one of {[int]}, got {type(num_outputs)}.")
    with layer_scope(scope, "fully_connected", inputs, reuse, _RENAME) as sc:
        inputs = convert_to_tensor(inputs)
        layer = Dense(
            units=num_outputs,
            activation=None,
            use_bias=not normalizer_fn and biases_initializer,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            activity_regularizer=None,
            trainable=trainable,
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer.apply(inputs)
        list_variables(layer, _RENAME, variables_collections)
        normalizer = None if normalizer_fn is None else (normalizer_fn, normalizer_params)
        return finish(outputs, sc, outputs_collections, normalizer, activation_fn)


relu = export(functools.partial(fully_connected, activation_fn=activation.relu), "contrib.layers.relu", "contrib.slim.relu")
relu6 = export(functools.partial(fully_connected, activation_fn=activation.relu6), "contrib.layers.relu6", "contrib.slim.relu6")
elu = export(functools.partial(fully_connected, activation_fn=activation.elu), "contrib.layers.elu", "contrib.slim.elu")
linear = export(functools.partial(fully_connected, activation_fn=None), "contrib.layers.linear", "contrib.slim.linear")


@public("contrib.layers.bias_add", "contrib.slim.bias_add")
@add_arg_scope
def bias_add(
    inputs: Any,
    activation_fn: Callable[[Any], Any] | None = None,
    initializer: Any = Zeros(),  # noqa: B008
    regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Tensor:
    """activation_fn(inputs + biases), with a bias for each channel.

    Args:
      inputs: rank 2 or more, with a known number of channels.
      initializer, regularizer: of `biases`.
      data_format: "NHWC", or "NCHW" for inputs of rank 4.
      scope: variable scope; "BiasAdd", uniquified, if None.

    See `fully_connected` for the others.

    Raises:
      ValueError: a format, rank or number of channels that does not do.
    """
    require_format(data_format)
    with variable_scope(scope, "BiasAdd", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        shape = inputs.get_shape()
        if data_format == "NCHW" and shape.ndims is not None and shape.ndims != 4:
            raise ValueError("Data format NCHW only supports 4D Tensor")
        dims = shape.dims
        if dims is None:
            raise ValueError("Dims of shape must be known but is None")
        channels = dims[1 if data_format == "NCHW" else -1].value
        if channels is None:
            raise ValueError("`C` dimension must be known but is None")
        biases = model_variable(
            "biases",
            shape=[channels],
            dtype=inputs.dtype.base_dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=collections_for(variables_collections, "biases"),
            trainable=trainable,
        )
        outputs = add_bias(inputs, biases, data_format=data_format)
        return finish(outputs, sc, outputs_collections, activation=activation_fn)


@public("contrib.layers.legacy_fully_connected", "contrib.slim.legacy_fully_connected")
def legacy_fully_connected(
    x: Any,
    num_output_units: int,
    activation_fn: Callable[[Any], Any] | None = None,
    weight_init: Any = xavier_initializer(),  # noqa: B008
    bias_init: Any = Zeros(),  # noqa: B008
    name: str | None = None,
    weight_collections: Any = (GraphKeys.WEIGHTS,),
    bias_collections: Any = (GraphKeys.BIASES,),
    output_collections: Any = (GraphKeys.ACTIVATIONS,),
    trainable: bool = True,
    weight_regularizer: Any = None,
    bias_regularizer: Any = None,
) -> Tensor:
    """activation_fn(x @ weights + bias), over the last dimension of `x`: the layer as it was before `fully_connected`.

    Args:
      x: rank 2 or more, with a known last dimension.
      num_output_units: size of the result's last dimension.
      activation_fn: function of the result, or None.
      weight_init, bias_init: initializers; None for `bias_init` leaves out the bias.
      name: variable scope; "fully_connected", uniquified, if None.
      weight_collections, bias_collections, output_collections: collections.
      trainable: whether the variables are trained.
      weight_regularizer, bias_regularizer: regularizers.

    Raises:
      ValueError: the rank or last dimension of `x` does not do.
    """
    with variable_scope(name, "fully_connected", [x]):
        x = convert_to_tensor(x)
        dims = x.get_shape().dims
        if dims is None:
            raise ValueError("dims of x must be known but is None")
        if len(dims) < 2:
            raise ValueError(f"rank of x must be at least 2 not: {len(dims)}")
        depth = dims[-1].value
        if depth is None:
            raise ValueError("last dimension of x must be known but is None")
        dtype = x.dtype.base_dtype

        def variable(what: str, shape: list[int], initializer: Any, collections: Any, regularizer: Any) -> Any:
            listed = {*list(collections or []), GraphKeys.GLOBAL_VARIABLES}
            return get_variable(
                what,
                shape=shape,
                dtype=dtype,
                initializer=initializer,
                collections=listed,
                regularizer=regularizer,
                trainable=trainable,
            )

        weights = variable("weights", [depth, num_output_units], weight_init, weight_collections, weight_regularizer)
        flat = x if len(dims) == 2 else reshape(x, [-1, depth])
        y = matmul(flat, weights)
        if bias_init is not None:
            y = add_bias(y, variable("bias", [num_output_units], bias_init, bias_collections, bias_regularizer))
        if len(dims) > 2:
            sizes = unstack(shape_of(x))
            sizes[-1] = num_output_units
            y = reshape(y, stack_tensors(sizes))
            y.set_shape([*x.get_shape().as_list()[:-1], num_output_units])
        if activation_fn is not None:
            y = activation_fn(y)
        add_to_collections(list(output_collections or []), y)
        return y


legacy_linear = export(legacy_fully_connected, "contrib.layers.legacy_linear", "contrib.slim.legacy_linear")
legacy_relu = export(
    functools.partial(legacy_fully_connected, activation_fn=activation.relu), "contrib.layers.legacy_relu", "contrib.slim.legacy_relu"
)


@public("contrib.layers.softmax", "contrib.slim.softmax")
@add_arg_scope
def softmax(logits: Any, scope: Any = None) -> Tensor:
    """Softmax over the last dimension, of a tensor of any rank. Raises ValueError if that dimension is not known."""
    with variable_scope(scope, "softmax", [logits]):
        depth = last_dimension(logits.get_shape(), min_rank=2)
        probabilities = activation.softmax(reshape(logits, [-1, depth]))
        out = reshape(probabilities, shape_of(logits))
        out.set_shape(logits.get_shape())
        return out
