"""Initializers: objects that make a variable's first value from its shape and type."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph.conversion import constant
from ..graph.dtypes import DType, as_dtype, float32
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dimension
from ..ops.creation import ones, zeros
from ..ops.random import random_normal, random_uniform, truncated_normal


@public("keras.initializers.Initializer", "python.ops.init_ops.Initializer")
class Initializer:
    """What makes a first value: called with a shape, a type and, for a part of a variable, its `partition_info`."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments that make the same initializer; types by name."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """The initializer whose `get_config` gave `config`."""
        return cls(**config)


def _floating(dtype: Any) -> DType:
    """`dtype`. Raises ValueError if it is not a floating point type."""
    dtype = as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"Expected floating point type, got {dtype}.")
    return dtype


# -- constant values ----------------------------------------------------------------
@public("zeros_initializer", "initializers.zeros", "keras.initializers.Zeros", "keras.initializers.zeros")
class Zeros(Initializer):
    """Zeros."""

    def __init__(self, dtype: Any = float32):
        self.dtype = as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return zeros(shape, self.dtype if dtype is None else dtype)

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype.name}


@public("ones_initializer", "initializers.ones", "keras.initializers.Ones", "keras.initializers.ones")
class Ones(Initializer):
    """Ones."""

    def __init__(self, dtype: Any = float32):
        self.dtype = as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return ones(shape, self.dtype if dtype is None else dtype)

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype.name}


@public("constant_initializer", "initializers.constant", "keras.initializers.Constant", "keras.initializers.constant")
class Constant(Initializer):
    """Given values: a number, or a list or array that is filled up with its last element.

    Raises:
      TypeError: `value` is something else.
    """

    def __init__(self, value: Any = 0, dtype: Any = float32, verify_shape: bool = False):
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Invalid type for initial value: {type(value)} (expected Python scalar, list or tuple of values, or numpy.ndarray)."
            )
        self.value = value
        self.dtype = as_dtype(dtype)
        self._verify_shape = verify_shape

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None, verify_shape: bool | None = None) -> Tensor:
        if verify_shape is None:
            verify_shape = self._verify_shape
        return constant(self.value, self.dtype if dtype is None else dtype, shape, verify_shape=verify_shape)

    def get_config(self) -> dict[str, Any]:
        # As in the reference, without `verify_shape`.
        return {"value": self.value, "dtype": self.dtype.name}


# -- random values of given spread -----------------------------------------------------
@public("random_uniform_initializer", "initializers.random_uniform")
class RandomUniform(Initializer):
    """Uniform from `minval` up to but not `maxval` (1 if None, for floating types)."""

    def __init__(self, minval: Any = 0, maxval: Any = None, seed: Any = None, dtype: Any = float32):
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return random_uniform(shape, self.minval, self.maxval, self.dtype if dtype is None else dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed, "dtype": self.dtype.name}


class _Normal(Initializer):
    """A normal distribution, drawn by `_draw`."""

    _draw: Callable[..., Tensor]

    def __init__(self, mean: Any = 0.0, stddev: Any = 1.0, seed: Any = None, dtype: Any = float32):
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = _floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return self._draw(shape, self.mean, self.stddev, self.dtype if dtype is None else dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed, "dtype": self.dtype.name}


@public("random_normal_initializer", "initializers.random_normal")
class RandomNormal(_Normal):
    """Normal."""

    _draw = staticmethod(random_normal)


@public("truncated_normal_initializer", "initializers.truncated_normal")
class TruncatedNormal(_Normal):
    """Normal, drawn again where more than two standard deviations from the mean."""

    _draw = staticmethod(truncated_normal)


# -- random values scaled by the shape ----------------------------------------------------
def _sizes(shape: Any) -> list[int]:
    """The sizes of a fully known shape."""
    len(shape)  # a tensor has no length, and says so
    return [int(d._value) if isinstance(d, Dimension) else int(d) for d in shape]


def _full_shape(shape: Any, partition_info: Any) -> Any:
    """The shape of the whole variable of which `shape` is a part."""
    return shape if partition_info is None else partition_info.full_shape


@public("uniform_unit_scaling_initializer", "initializers.uniform_unit_scaling")
class UniformUnitScaling(Initializer):
    """Uniform, scaled to keep the variance of x in x @ w: between +-`factor` * sqrt(3 / inputs)."""

    def __init__(self, factor: float = 1.0, seed: Any = None, dtype: Any = float32):
        self.factor = factor
        self.seed = seed
        self.dtype = _floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        inputs = 1.0
        # The last dimension is the outputs'.
        for size in _sizes(_full_shape(shape, partition_info))[:-1]:
            inputs *= size
        limit = math.sqrt(3 / max(inputs, 1.0)) * self.factor
        return random_uniform(shape, -limit, limit, self.dtype if dtype is None else dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "seed": self.seed, "dtype": self.dtype.name}


def fans(sizes: Sequence[int]) -> tuple[float, float]:
    """How many inputs and outputs a weight of these sizes connects: (fan in, fan out)."""
    if not sizes:
        return 1.0, 1.0
    if len(sizes) == 1:
        return sizes[0], sizes[0]
    window = 1.0
    for size in sizes[:-2]:
        window *= size
    return sizes[-2] * window, sizes[-1] * window


#: the standard deviation of a standard normal cut off at two
_TRUNCATED_DEVIATION = 0.87962566103423978


@public("variance_scaling_initializer", "initializers.variance_scaling", "keras.initializers.VarianceScaling")
class VarianceScaling(Initializer):
    """Values whose variance is `scale` over the number of inputs, outputs, or their mean.

    Args:
      scale: above 0.
      mode: "fan_in", "fan_out" or "fan_avg".
      distribution: "normal" or "truncated_normal" (the same), "untruncated_normal" or "uniform".

    Raises:
      ValueError: one of them is something else, or `dtype` is not floating.
    """

    def __init__(
        self, scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal", seed: Any = None, dtype: Any = float32
    ):
        if scale <= 0.0:
            raise ValueError("`scale` must be positive float.")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError("Invalid `mode` argument:", mode)
        distribution = distribution.lower()
        if distribution not in ("normal", "uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError("Invalid `distribution` argument:", distribution)
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.seed = seed
        self.dtype = _floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtype
        fan_in, fan_out = fans(_sizes(_full_shape(shape, partition_info)))
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}[self.mode]
        scale = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * scale)
            return random_uniform(shape, -limit, limit, dtype, seed=self.seed)
        if self.distribution == "untruncated_normal":
            return random_normal(shape, 0.0, math.sqrt(scale), dtype, seed=self.seed)
        # So that the variance is right after the tails are cut off.
        return truncated_normal(shape, 0.0, math.sqrt(scale) / _TRUNCATED_DEVIATION, dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"scale": self.scale, "mode": self.mode, "distribution": self.distribution, "seed": self.seed, "dtype": self.dtype.name}


@public("glorot_uniform_initializer", "initializers.glorot_uniform", "keras.initializers.glorot_uniform")
class GlorotUniform(VarianceScaling):
    """Glorot's (Xavier's) uniform initializer: variance 2 / (inputs + outputs). `dtype` is not used, as in the reference."""

    def __init__(self, seed: Any = None, dtype: Any = float32):
        super().__init__(1.0, "fan_avg", "uniform", seed)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype.name}


@public("glorot_normal_initializer", "initializers.glorot_normal", "keras.initializers.glorot_normal")
class GlorotNormal(VarianceScaling):
    """Glorot's (Xavier's) normal initializer: variance 2 / (inputs + outputs). `dtype` is not used, as in the reference."""

    def __init__(self, seed: Any = None, dtype: Any = float32):
        super().__init__(1.0, "fan_avg", "truncated_normal", seed)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype.name}


@public("initializers.he_normal", "keras.initializers.he_normal")
def he_normal(seed: Any = None) -> VarianceScaling:
    """He's normal initializer: variance 2 / inputs."""
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed)


@public("initializers.he_uniform", "keras.initializers.he_uniform")
def he_uniform(seed: Any = None) -> VarianceScaling:
    """He's uniform initializer: variance 2 / inputs."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


@public("initializers.lecun_normal", "keras.initializers.lecun_normal")
def lecun_normal(seed: Any = None) -> VarianceScaling:
    """LeCun's normal initializer: variance 1 / inputs."""
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed)


@public("initializers.lecun_uniform", "keras.initializers.lecun_uniform")
def lecun_uniform(seed: Any = None) -> VarianceScaling:
    """LeCun's uniform initializer: variance 1 / inputs."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


@public("contrib.layers.variance_scaling_initializer")
def scaled_variance(
    factor: float = 2.0, mode: str = "FAN_IN", uniform: bool = False, seed: Any = None, dtype: Any = float32
) -> Callable[..., Tensor]:
    """A function of (shape, dtype) that draws values of variance `factor` over the inputs, outputs or their mean.

    Args:
      mode: "FAN_IN", "FAN_OUT" or "FAN_AVG".

    Raises:
      TypeError: `mode` is another, or `dtype` is not floating.
    """
    if not as_dtype(dtype).is_floating:
        raise TypeError("Cannot create initializer for non-floating point type.")
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError("Unknown mode %s [FAN_IN, FAN_OUT, FAN_AVG]", mode)

    def _initializer(shape: Any, dtype: Any = dtype, partition_info: Any = None) -> Tensor:
        if not as_dtype(dtype).is_floating:
            raise TypeError("Cannot create initializer for non-floating point type.")
        fan_in, fan_out = fans([float(d) for d in shape])
        n = {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return random_uniform(shape, -limit, limit, dtype, seed=seed)
        # 1.3 makes up for the tails that are cut off.
        return truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / n), dtype, seed=seed)

    return _initializer


@public("contrib.layers.xavier_initializer", "contrib.layers.xavier_initializer_conv2d")
def xavier_initializer(uniform: bool = True, seed: Any = None, dtype: Any = float32) -> Callable[..., Tensor]:
    """Xavier's (Glorot's) initializer: variance 2 / (inputs + outputs)."""
    return scaled_variance(1.0, "FAN_AVG", uniform, seed, dtype)


# -- matrices --------------------------------------------------------------------------
@public("orthogonal_initializer", "initializers.orthogonal", "keras.initializers.Orthogonal", "keras.initializers.orthogonal")
class Orthogonal(Initializer):
    """A random matrix with orthonormal rows or columns, times `gain`; of more dimensions, all but the last are taken as rows."""

    def __init__(self, gain: float = 1.0, seed: Any = None, dtype: Any = float32):
        self.gain = gain
        self.dtype = _floating(dtype)
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtype
        sizes = _sizes(shape)
        if len(sizes) < 2:
            raise ValueError("The tensor to initialize must be at least two-dimensional")
        rows, columns = math.prod(sizes[:-1]), sizes[-1]
        normal = random_normal((max(rows, columns), min(rows, columns)), dtype=dtype, seed=self.seed)
        q = orthogonal_factor(normal)
        if rows < columns:
            q = TABLE["linalg.matrix_transpose"](q)
        return self.gain * TABLE["reshape"](q, shape)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "seed": self.seed, "dtype": self.dtype.name}


def orthogonal_factor(matrix: Tensor) -> Tensor:
    """The orthogonal factor of `matrix`, [rows, columns], with the signs that make it uniformly distributed."""
    q, r = TABLE["linalg.qr"](matrix, full_matrices=False)
    return q * TABLE["sign"](TABLE["diag_part"](r))


@public("initializers.identity", "keras.initializers.Identity", "keras.initializers.identity")
class Identity(Initializer):
    """The identity matrix times `gain`; any two sides."""

    def __init__(self, gain: float = 1.0, dtype: Any = float32):
        self.gain = gain
        self.dtype = _floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        full_shape = _full_shape(shape, partition_info)
        if len(full_shape) != 2:
            raise ValueError("Identity matrix initializer can only be used for 2D matrices.")
        matrix = TABLE["eye"](*_sizes(full_shape), dtype=self.dtype if dtype is None else dtype)
        if partition_info is not None:
            matrix = TABLE["slice"](matrix, partition_info.var_offset, shape)
        return self.gain * matrix

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "dtype": self.dtype.name}


# -- Keras' forms ------------------------------------------------------------------------
@public("keras.initializers.TruncatedNormal", "keras.initializers.truncated_normal")
class _KerasTruncatedNormal(TruncatedNormal):
    """Normal, drawn again where more than two standard deviations from the mean."""

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None, dtype: Any = float32):
        super().__init__(mean, stddev, seed, dtype)


@public("keras.initializers.RandomUniform", "keras.initializers.random_uniform", "keras.initializers.uniform")
class _KerasRandomUniform(RandomUniform):
    """Uniform."""

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None, dtype: Any = float32):
        super().__init__(minval, maxval, seed, dtype)


@public("keras.initializers.RandomNormal", "keras.initializers.normal", "keras.initializers.random_normal")
class _KerasRandomNormal(RandomNormal):
    """Normal."""

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None, dtype: Any = float32):
        super().__init__(mean, stddev, seed, dtype)


for _base, _form in ((TruncatedNormal, _KerasTruncatedNormal), (RandomUniform, _KerasRandomUniform), (RandomNormal, _KerasRandomNormal)):
    _form.__name__ = _form.__qualname__ = _base.__name__

#: what `get` finds by name
_BY_NAME: dict[str, Any] = {
    **{k.rpartition(".")[2]: v for k, v in TABLE.items() if k.startswith("keras.initializers.")},
    "GlorotNormal": GlorotNormal,
    "GlorotUniform": GlorotUniform,
    "one": Ones,
    "zero": Zeros,
}


@public("keras.initializers.serialize")
def serialize(initializer: Any) -> Any:
    """An initializer as a dict of class name and config; a function as its name.

    Raises:
      ValueError: it is neither.
    """
    if initializer is None:
        return None
    if hasattr(initializer, "get_config"):
        return {"class_name": type(initializer).__name__, "config": initializer.get_config()}
    if hasattr(initializer, "__name__"):
        return initializer.__name__
    raise ValueError("Cannot serialize", initializer)


@public("keras.initializers.deserialize")
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The initializer that `serialize` gave `config` for, or the one of that name.

    Raises:
      ValueError: there is none.
    """
    known = {**_BY_NAME, **(custom_objects or {})}
    if isinstance(config, dict):
        if "class_name" not in config or "config" not in config:
            raise ValueError(f"Improper config format: {config}")
        found = known.get(config["class_name"])
        if found is None:
            raise ValueError(f"Unknown initializer: {config['class_name']}")
        return found.from_config(config["config"]) if hasattr(found, "from_config") else found(**config["config"])
    if isinstance(config, str):
        found = known.get(config)
        if found is None:
            raise ValueError(f"Unknown initializer:{config}")
        return found()
    raise ValueError(f"Could not interpret serialized initializer: {config}")


@public("keras.initializers.get")
def get(identifier: Any) -> Any:
    """The initializer for a name, a config dict, or something callable (which it is already); None for None.

    Raises:
      ValueError: nothing is known by it.
    """
    if identifier is None:
        return None
    if isinstance(identifier, (dict, str)):
        return deserialize(identifier)
    if callable(identifier):
        return identifier
    raise ValueError(f"Could not interpret initializer identifier: {identifier}")
