"""Layers without weights: dropout, flatten, one-hot codes, norms, images as sequences."""

from __future__ import annotations

from typing import Any

from tensorboard.compat.proto.function_pb2 import FunctionDef

from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.graph_def import FUNCTIONS
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import as_shape
from ...layers.dropout import Dropout
from ...layers.flatten import flatten as flatten_op
from ...op.declare import op
from ...ops.casting import to_int64
from ...ops.creation import linspace, meshgrid, one_hot, ones
from ...ops.elementwise import div, not_equal, sqrt, square
from ...ops.gathering import gather_nd, where
from ...ops.joining import concat, tile
from ...ops.nn import activation
from ...ops.reduction import reduce_max, reduce_sum
from ...ops.shaping import reshape, transpose
from ...ops.shaping import shape as shape_of
from ...ops.slicing import strided_slice
from ...scopes import variable_scope
from ...variables.initializers import Constant, Ones
from ..framework.arg_scope import add_arg_scope
from ..framework.creating import model_variable
from .arguments import collect_named_outputs
from .scoping import collections_for, require_format


@public("contrib.layers.dropout", "contrib.slim.dropout")
@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Tensor:
    """In training, keeps each element with probability `keep_prob`, scaled by 1 / keep_prob; else `inputs` as it is.

    Args:
      noise_shape: the shape of the independent choices, which broadcasts to that of `inputs`.
      is_training: bool or bool tensor.
      outputs_collections: collections for the result.
      scope: variable scope; "Dropout", uniquified, if None.
      seed: of the op.
    """
    with variable_scope(scope, "Dropout", [inputs], custom_getter=None) as sc:
        inputs = convert_to_tensor(inputs)
        layer = Dropout(rate=1 - keep_prob, noise_shape=noise_shape, seed=seed, name=sc.name, _scope=sc)
        return collect_named_outputs(outputs_collections, sc.name, layer.apply(inputs, training=is_training))


@public("contrib.layers.flatten", "contrib.slim.flatten")
@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: Any = None) -> Tensor:
    """`inputs` as [batch, everything else].

    Args:
      outputs_collections: collections for the result.
      scope: name scope; "Flatten" if None.
    """
    with name_scope(scope, "Flatten", [inputs]) as path:
        inputs = convert_to_tensor(inputs)
        return collect_named_outputs(outputs_collections, path, flatten_op(inputs))


@public("contrib.layers.maxout", "contrib.slim.maxout")
@add_arg_scope
def maxout(inputs: Any, num_units: int, axis: int = -1, scope: Any = None) -> Tensor:
    """The maxima of groups of features: `num_units` of them along `axis`.

    Raises:
      ValueError: the number of features is not a multiple of `num_units`.
    """
    with variable_scope(scope, "MaxOut", [inputs]):
        inputs = convert_to_tensor(inputs)
        sizes = inputs.get_shape().as_list()
        features = sizes[axis]
        if features is None:
            raise ValueError(f"The number of features of maxout's inputs (dimension {axis}) must be known: {inputs.get_shape()}")
        if features % num_units:
            raise ValueError(f"number of features({features}) is not a multiple of num_units({num_units})")
        sizes[axis] = num_units
        sizes += [features // num_units]
        for i, size in enumerate(sizes):
            if size is None:
                sizes[i] = shape_of(inputs)[i]
        return reduce_max(reshape(inputs, sizes), -1, keepdims=False)


@public("contrib.layers.one_hot_encoding", "contrib.slim.one_hot_encoding")
@add_arg_scope
def one_hot_encoding(
    labels: Any,
    num_classes: Any,
    on_value: float = 1.0,
    off_value: float = 0.0,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """One-hot codes of integer labels: [..., num_classes]. See `tf.one_hot`."""
    with name_scope(scope, "OneHotEncoding", [labels, num_classes]) as path:
        labels = convert_to_tensor(labels)
        if labels.dtype is TABLE["int32"]:
            labels = to_int64(labels)
        outputs = one_hot(labels, num_classes, on_value=on_value, off_value=off_value)
        return collect_named_outputs(outputs_collections, path, outputs)


@public("contrib.layers.unit_norm", "contrib.slim.unit_norm")
@add_arg_scope
def unit_norm(inputs: Any, dim: int, epsilon: float = 1e-7, scope: Any = None) -> Tensor:
    """`inputs` divided by its Euclidean norms along `dim`; `epsilon` is added to their squares.

    Raises:
      ValueError: the rank is not known, or `dim` is no dimension.
    """
    with variable_scope(scope, "UnitNorm", [inputs]):
        if not inputs.get_shape():
            raise ValueError("The input rank must be known.")
        rank = len(inputs.get_shape().as_list())
        if dim < 0 or dim >= rank:
            raise ValueError("dim must be positive but smaller than the input rank.")
        lengths = sqrt(epsilon + reduce_sum(square(inputs), dim, keepdims=True))
        repeats = []
        if dim > 0:
            repeats.append(ones([dim], TABLE["int32"]))
        repeats.append(_size_at(inputs, dim))
        if dim < rank - 1:
            repeats.append(ones([rank - 1 - dim], TABLE["int32"]))
        return div(inputs, tile(lengths, concat(repeats, 0)))


def _size_at(inputs: Any, dim: int) -> Tensor:
    """The size of a dimension, [1]."""
    begin = [dim]
    return strided_slice(shape_of(inputs), begin, [dim + 1])


# -- spatial softmax ------------------------------------------------------------------
@public("contrib.layers.spatial_softmax", "contrib.slim.spatial_softmax", "contrib.layers.python.layers.layers.spatial_softmax")
@add_arg_scope
def spatial_softmax(
    features: Any,
    temperature: float | None = None,
    name: str | None = None,
    variables_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
) -> Tensor:
    """The expected image coordinates of each channel under a softmax over its pixels: [batch, 2 * channels].

    Coordinates run from -1 to 1 (Levine et al., arXiv:1504.00702).

    Args:
      features: [batch, height, width, channels], or as `data_format` ("NHWC" or "NCHW") says.
      temperature: what the values are divided by before; None: a variable, learned, that starts at 1.
      name: variable scope; "spatial_softmax", uniquified, if None.
      variables_collections: collections of the variable "temperature", or a dict.
      trainable: whether a temperature that is not given is learned.

    Raises:
      ValueError: an unknown format or number of channels.
    """
    require_format(data_format)
    with variable_scope(name, "spatial_softmax"):
        sizes, static = shape_of(features), as_shape(features.shape)
        if data_format == "NHWC":
            height, width, channels = sizes[1], sizes[2], static.dims[3].value
        else:
            channels, height, width = static.dims[1].value, sizes[2], sizes[3]
        if channels is None:
            raise ValueError("The num_channels dimension of the inputs to `spatial_softmax` should be defined. Found `None`.")
        with name_scope("spatial_softmax_op", "spatial_softmax_op", [features]):
            rows, columns = meshgrid(linspace(-1.0, 1.0, num=height), linspace(-1.0, 1.0, num=width), indexing="ij")
            rows = reshape(rows, [height * width])
            columns = reshape(columns, [height * width])
            if temperature is None:
                initializer: Any = Ones()
            else:
                initializer, trainable = Constant(temperature), False
            divisor = model_variable(
                "temperature",
                shape=(),
                dtype=TABLE["float32"],
                initializer=initializer,
                collections=collections_for(variables_collections, "temperature"),
                trainable=trainable,
            )
            if data_format == "NHWC":
                features = transpose(features, [0, 3, 1, 2])
            weights = activation.softmax(reshape(features, [-1, height * width]) / divisor)
            x = reduce_sum(rows * weights, [1], keepdims=True)
            y = reduce_sum(columns * weights, [1], keepdims=True)
            keypoints = reshape(concat([x, y], 1), [-1, channels * 2])
            keypoints.set_shape([None, channels * 2])
    return keypoints


# -- sparse, sequences ----------------------------------------------------------------
@public("contrib.layers.dense_to_sparse", "contrib.slim.dense_to_sparse")
@add_arg_scope
def dense_to_sparse(tensor: Any, eos_token: Any = 0, outputs_collections: Any = None, scope: Any = None) -> Any:
    """The elements that are not `eos_token`, as a SparseTensor."""
    with variable_scope(scope, "dense_to_sparse", [tensor]) as sc:
        tensor = convert_to_tensor(tensor)
        indices = where(not_equal(tensor, constant(eos_token, tensor.dtype)))
        values = gather_nd(tensor, indices)
        outputs = TABLE["SparseTensor"](indices, values, shape_of(tensor, out_type=TABLE["int64"]))
        return collect_named_outputs(outputs_collections, sc.name, outputs)


@public("contrib.layers.images_to_sequence", "contrib.slim.images_to_sequence")
@add_arg_scope
def images_to_sequence(inputs: Any, data_format: str = "NHWC", outputs_collections: Any = None, scope: Any = None) -> Tensor:
    """Images as sequences of their columns, each row of an image a sequence: [width, batch * height, channels].

    Raises:
      ValueError: an unknown format, or inputs that are not of rank 4.
    """
    require_format(data_format)
    with name_scope(scope, "ImagesToSequence", [inputs]) as path:
        inputs = convert_to_tensor(inputs)
        channels_first = data_format == "NCHW"
        if channels_first:
            inputs = transpose(inputs, [0, 2, 3, 1])
        _, _, width, depth = inputs.get_shape().as_list()
        sizes = shape_of(inputs)
        batch, height = sizes[0], sizes[1]
        outputs = transpose(inputs, [2, 0, 1, 3])
        outputs = reshape(outputs, [width, batch * height, depth])
        return collect_named_outputs(outputs_collections, path, outputs)


@public("contrib.layers.sequence_to_images", "contrib.slim.sequence_to_images")
@add_arg_scope
def sequence_to_images(
    inputs: Any, height: int, output_data_format: str = "channels_last", outputs_collections: Any = None, scope: Any = None
) -> Tensor:
    """The inverse of `images_to_sequence`: [batch, height, width, channels], or channels first."""
    with name_scope(scope, "SequenceToImages", [inputs]) as path:
        inputs = convert_to_tensor(inputs)
        width, rows, depth = inputs.get_shape().as_list()
        batch = -1 if rows is None else rows // height
        outputs = reshape(inputs, [width, batch, height, depth])
        outputs = transpose(outputs, [1, 3, 2, 0] if output_data_format == "channels_first" else [1, 2, 0, 3])
        return collect_named_outputs(outputs_collections, path, outputs)


# -- gradients ------------------------------------------------------------------------
@op("scale_gradient_uVZZ43Rva08", "inputs: float, gradient_multiplier: float -> outputs: float")
def _scale_gradient(inputs, gradient_multiplier):
    """`inputs`; its gradient is multiplied. The op's type is the name that the reference gives this function."""
    return inputs


@_scale_gradient.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    return grads[0] * inputs[1], None


def _function() -> FunctionDef:
    """What a GraphDef says of it: in TensorFlow it is a function."""
    out = FunctionDef()
    out.signature.name = _scale_gradient.type
    for name in ("inputs", "gradient_multiplier"):
        out.signature.input_arg.add(name=name, type=TABLE["float32"].as_datatype_enum)
    out.signature.output_arg.add(name="outputs", type=TABLE["float32"].as_datatype_enum)
    out.ret["outputs"] = "inputs"
    out.attr["_noinline"].b = True
    return out


FUNCTIONS[_scale_gradient.type] = _function()


@public("contrib.layers.scale_gradient", "contrib.slim.scale_gradient")
def scale_gradient(inputs: Any, gradient_multiplier: Any) -> Tensor:
    """`inputs`, of type float32; gradients that go back through it are multiplied with `gradient_multiplier`."""
    return _scale_gradient(inputs, convert_to_tensor(gradient_multiplier, TABLE["float32"], name="Const"))
