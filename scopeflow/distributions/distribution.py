"""Distribution: what all probability distributions have in common.

A distribution has a batch of independent laws ([batch shape], one for each element of its broadcast parameters), each over events
([event shape]). `sample` puts [sample shape] before both.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..graph.constant_value import constant_value, constant_value_as_shape
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.dtypes import as_dtype, int32
from ..graph.operation import Tensor
from ..graph.public import TABLE, export, public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops import array
from ..ops.elementwise import equal, exp, log, log1p, sqrt, square
from ..ops.reduction import reduce_prod


@public("distributions.ReparameterizationType", "contrib.distributions.ReparameterizationType")
class ReparameterizationType:
    """Whether gradients go through samples to the parameters."""

    def __init__(self, rep_type: str):
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameteriation Type: {self._rep_type}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None  # type: ignore[assignment]


FULLY_REPARAMETERIZED = export(
    ReparameterizationType("FULLY_REPARAMETERIZED"), "distributions.FULLY_REPARAMETERIZED", "contrib.distributions.FULLY_REPARAMETERIZED"
)
NOT_REPARAMETERIZED = export(
    ReparameterizationType("NOT_REPARAMETERIZED"), "distributions.NOT_REPARAMETERIZED", "contrib.distributions.NOT_REPARAMETERIZED"
)


@public("distributions.Distribution", "contrib.distributions.Distribution")
class Distribution:
    """A probability distribution; subclasses define `_sample_n`, `_log_prob`, `_mean`, ..., shapes and parameters.

    Args:
      dtype: of events.
      reparameterization_type: FULLY_REPARAMETERIZED or NOT_REPARAMETERIZED.
      validate_args: whether arguments are checked when they are computed.
      allow_nan_stats: whether a statistic that does not exist is nan; else it is an error.
      parameters: what it was made of.
      graph_parents: the tensors it was made of.

    Raises:
      ValueError: a graph parent that is no tensor.
    """

    def __init__(
        self,
        dtype: Any,
        reparameterization_type: Any,
        validate_args: bool,
        allow_nan_stats: bool,
        parameters: dict[str, Any] | None = None,
        graph_parents: Any = None,
        name: str | None = None,
    ):
        graph_parents = [] if graph_parents is None else graph_parents
        for i, t in enumerate(graph_parents):
            if t is None or not isinstance(t, Tensor):
                raise ValueError(f"Graph parent item {i} is not a Tensor; {t}.")
        if not name or name[-1] != "/":
            with name_scope(name or type(self).__name__) as scope:
                name = scope
        self._dtype = None if dtype is None else as_dtype(dtype)
        self._reparameterization_type = reparameterization_type
        self._allow_nan_stats, self._validate_args = allow_nan_stats, validate_args
        self._parameters = {k: v for k, v in (parameters or {}).items() if not k.startswith("__") and k != "self"}
        self._graph_parents = graph_parents
        self._name = name

    # -- what it is -------------------------------------------------------------------
    @property
    def name(self) -> str:
        """Its name scope, with a slash."""
        return self._name

    @property
    def dtype(self) -> Any:
        """The type of events."""
        return self._dtype

    @property
    def parameters(self) -> dict[str, Any]:
        """What the constructor was given."""
        return dict(self._parameters)

    @property
    def reparameterization_type(self) -> Any:
        return self._reparameterization_type

    @property
    def allow_nan_stats(self) -> bool:
        return self._allow_nan_stats

    @property
    def validate_args(self) -> bool:
        return self._validate_args

    def copy(self, **override_parameters_kwargs: Any) -> Distribution:
        """A distribution of the same parameters, except those given."""
        return type(self)(**{**self._parameters, **override_parameters_kwargs})

    @classmethod
    def param_shapes(cls, sample_shape: Any, name: str = "DistributionParamShapes") -> dict[str, Tensor]:
        """The shapes of the parameters that give samples of `sample_shape`."""
        with name_scope(name, values=[sample_shape]):
            return cls._param_shapes(sample_shape)

    @classmethod
    def param_static_shapes(cls, sample_shape: Any) -> dict[str, TensorShape]:
        """`param_shapes` as TensorShapes. Raises ValueError if `sample_shape` is not known."""
        if isinstance(sample_shape, TensorShape):
            if not sample_shape.is_fully_defined():
                raise ValueError("TensorShape sample_shape must be fully defined")
            sample_shape = sample_shape.as_list()
        out = {}
        for name, shape in cls.param_shapes(sample_shape).items():
            static = constant_value(shape)
            if static is None:
                raise ValueError("sample_shape must be a fully-defined TensorShape or list/tuple")
            out[name] = TensorShape(static.tolist())
        return out

    @staticmethod
    def _param_shapes(sample_shape: Any) -> dict[str, Tensor]:
        raise NotImplementedError("param_shapes not implemented")

    def __str__(self) -> str:
        batch = f", batch_shape={self.batch_shape}" if self.batch_shape.ndims is not None else ""
        event = f", event_shape={self.event_shape}" if self.event_shape.ndims is not None else ""
        return f'tfp.distributions.{type(self).__name__}("{self.name}"{batch}{event}, dtype={self.dtype.name})'

    def __repr__(self) -> str:
        return (
            f"<tfp.distributions.{type(self).__name__} '{self.name}' batch_shape={self.batch_shape} event_shape={self.event_shape} "
            f"dtype={self.dtype.name}>"
        )

    @contextlib.contextmanager
    def _name_scope(self, name: str, values: Any = None) -> Iterator[str]:
        with name_scope(self._name), name_scope(name, values=[*(values or []), *self._graph_parents]) as scope:
            yield scope

    def _missing(self, method: str) -> Any:
        raise NotImplementedError(f"{method} is not implemented: {type(self).__name__}")

    # -- shapes -------------------------------------------------------------------------
    def _batch_shape_tensor(self) -> Tensor:
        return self._missing("batch_shape_tensor")

    def _event_shape_tensor(self) -> Tensor:
        return self._missing("event_shape_tensor")

    def _batch_shape(self) -> TensorShape:
        return TensorShape(None)

    def _event_shape(self) -> TensorShape:
        return TensorShape(None)

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The batch shape, int32."""
        with self._name_scope(name):
            if self.batch_shape.is_fully_defined():
                return convert_to_tensor(self.batch_shape.as_list(), dtype=int32, name="batch_shape")
            return self._batch_shape_tensor()

    def event_shape_tensor(self, name: str = "event_shape_tensor") -> Tensor:
        """The event shape, int32."""
        with self._name_scope(name):
            if self.event_shape.is_fully_defined():
                return convert_to_tensor(self.event_shape.as_list(), dtype=int32, name="event_shape")
            return self._event_shape_tensor()

    @property
    def batch_shape(self) -> TensorShape:
        """The static batch shape."""
        return as_shape(self._batch_shape())

    @property
    def event_shape(self) -> TensorShape:
        """The static event shape."""
        return as_shape(self._event_shape())

    def is_scalar_event(self, name: str = "is_scalar_event") -> Tensor:
        """Whether events are scalars."""
        with self._name_scope(name):
            return convert_to_tensor(self._is_scalar(self.event_shape, self.event_shape_tensor), name="is_scalar_event")

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> Tensor:
        """Whether there is one law alone."""
        with self._name_scope(name):
            return convert_to_tensor(self._is_scalar(self.batch_shape, self.batch_shape_tensor), name="is_scalar_batch")

    @staticmethod
    def _is_scalar(static: TensorShape, dynamic: Any) -> Any:
        if static.ndims is not None:
            return static.ndims == 0
        return equal(array.shape(dynamic())[0], 0)

    # -- samples --------------------------------------------------------------------------
    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        return self._missing("sample_n")

    def sample(self, sample_shape: Any = (), seed: Any = None, name: str = "sample") -> Tensor:
        """Independent draws, [sample shape, batch shape, event shape]."""
        return self._call_sample_n(sample_shape, seed, name)

    def _call_sample_n(self, sample_shape: Any, seed: Any, name: str, **kwargs: Any) -> Tensor:
        with self._name_scope(name, values=[sample_shape]):
            sample_shape = convert_to_tensor(sample_shape, dtype=int32, name="sample_shape")
            sample_shape, n = self._as_vector(sample_shape, "sample_shape")
            samples = self._sample_n(n, seed, **kwargs)
            rest = array.shape(samples)[1:]
            samples = array.reshape(samples, array.concat([sample_shape, rest], 0))
            return self._with_static_shape(samples, sample_shape)

    def _as_vector(self, x: Tensor, name: str) -> tuple[Tensor, Any]:
        """(`x` with one dimension, the product of its elements)."""
        known = constant_value(x)
        total = reduce_prod(x) if known is None else np.prod(known, dtype=x.dtype.as_numpy_dtype)
        rank = x.shape.ndims
        if rank is None:
            shape = array.where(equal(array.rank(x), 0), [1], array.shape(x))
            x = array.reshape(x, shape)
        elif rank == 0:
            x = array.reshape(x, [1]) if known is None else convert_to_tensor(np.array([known], known.dtype), name=name)
        elif rank != 1:
            raise ValueError("Input is neither scalar nor vector.")
        return x, total

    def _with_static_shape(self, x: Tensor, sample_shape: Tensor) -> Tensor:
        shape = constant_value_as_shape(sample_shape)
        if shape.ndims is not None and self.batch_shape.ndims is not None and self.event_shape.ndims is not None:
            x.set_shape(shape.concatenate(self.batch_shape).concatenate(self.event_shape))
        return x

    # -- probabilities ----------------------------------------------------------------------
    def _has(self, method: str) -> bool:
        return hasattr(self, method)

    def _call_with_value(self, value: Any, name: str, ways: Any, **kwargs: Any) -> Tensor:
        """The first of `ways`, (method, what is done to its result), that the class has."""
        with self._name_scope(name, values=[value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            for method, change in ways:
                if self._has(method):
                    try:
                        result = getattr(self, method)(value, **kwargs)
                    except NotImplementedError:
                        continue
                    return result if change is None else change(result)
            return self._missing(ways[0][0][1:])

    def _call_log_prob(self, value: Any, name: str, **kwargs: Any) -> Tensor:
        return self._call_with_value(value, name, (("_log_prob", None), ("_prob", log)), **kwargs)

    def _call_prob(self, value: Any, name: str, **kwargs: Any) -> Tensor:
        return self._call_with_value(value, name, (("_prob", None), ("_log_prob", exp)), **kwargs)

    def _call_log_cdf(self, value: Any, name: str, **kwargs: Any) -> Tensor:
        return self._call_with_value(value, name, (("_log_cdf", None), ("_cdf", log)), **kwargs)

    def _call_cdf(self, value: Any, name: str, **kwargs: Any) -> Tensor:
        return self._call_with_value(value, name, (("_cdf", None), ("_log_cdf", exp)), **kwargs)

    def log_prob(self, value: Any, name: str = "log_prob") -> Tensor:
        """The logarithm of the density, or of the probability, of `value`."""
        return self._call_log_prob(value, name)

    def prob(self, value: Any, name: str = "prob") -> Tensor:
        """The density, or the probability, of `value`."""
        return self._call_prob(value, name)

    def log_cdf(self, value: Any, name: str = "log_cdf") -> Tensor:
        """Log P[X <= value]."""
        return self._call_log_cdf(value, name)

    def cdf(self, value: Any, name: str = "cdf") -> Tensor:
        """P[X <= value]."""
        return self._call_cdf(value, name)

    def log_survival_function(self, value: Any, name: str = "log_survival_function") -> Tensor:
        """Log P[X > value]."""
        with self._name_scope(name, values=[value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            if self._has("_log_survival_function"):
                return self._log_survival_function(value)
            return log1p(-self.cdf(value))

    def survival_function(self, value: Any, name: str = "survival_function") -> Tensor:
        """P[X > value]."""
        with self._name_scope(name, values=[value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            if self._has("_survival_function"):
                return self._survival_function(value)
            return 1.0 - self.cdf(value)

    def quantile(self, value: Any, name: str = "quantile") -> Tensor:
        """The x with P[X <= x] = value."""
        return self._call_with_value(value, name, (("_quantile", None),))

    # -- statistics ---------------------------------------------------------------------------
    def _statistic(self, name: str, ways: Any) -> Tensor:
        with self._name_scope(name):
            for method, change in ways:
                if self._has(method):
                    result = getattr(self, method)()
                    return result if change is None else change(result)
            return self._missing(ways[0][0][1:])

    def entropy(self, name: str = "entropy") -> Tensor:
        """Shannon's entropy, in nats."""
        return self._statistic(name, (("_entropy", None),))

    def mean(self, name: str = "mean") -> Tensor:
        return self._statistic(name, (("_mean", None),))

    def variance(self, name: str = "variance") -> Tensor:
        return self._statistic(name, (("_variance", None), ("_stddev", square)))

    def stddev(self, name: str = "stddev") -> Tensor:
        """The standard deviation."""
        return self._statistic(name, (("_stddev", None), ("_variance", sqrt)))

    def covariance(self, name: str = "covariance") -> Tensor:
        """The covariance matrix of an event."""
        return self._statistic(name, (("_covariance", None),))

    def mode(self, name: str = "mode") -> Tensor:
        """The most probable event."""
        return self._statistic(name, (("_mode", None),))

    def cross_entropy(self, other: Distribution, name: str = "cross_entropy") -> Tensor:
        """The cross entropy of `other` relative to this."""
        from .kullback_leibler import cross_entropy

        with self._name_scope(name):
            return cross_entropy(self, other, allow_nan_stats=self.allow_nan_stats)

    def kl_divergence(self, other: Distribution, name: str = "kl_divergence") -> Tensor:
        """The Kullback-Leibler divergence of `other` from this."""
        from .kullback_leibler import kl_divergence

        with self._name_scope(name):
            return kl_divergence(self, other, allow_nan_stats=self.allow_nan_stats)


class ScalarDistribution(Distribution):
    """A distribution of scalar events whose batch shape is that of its broadcast parameters."""

    #: the properties that hold the parameters
    _parameter_names: tuple[str, ...] = ()

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Tensor]:  # type: ignore[override]
        return {k: convert_to_tensor(sample_shape, dtype=int32) for k in cls._parameter_names}

    def _batch_shape_tensor(self) -> Tensor:
        first, *rest = [getattr(self, k) for k in self._parameter_names]
        if not rest:
            return array.shape(first)
        return _broadcast_shape([first, *rest])

    def _batch_shape(self) -> TensorShape:
        shape, *rest = [getattr(self, k).shape for k in self._parameter_names]
        for other in rest:
            shape = array.broadcast_static_shape(shape, other)
        return shape

    def _event_shape_tensor(self) -> Tensor:
        return array.constant([], dtype=int32)

    def _event_shape(self) -> TensorShape:
        return TensorShape([])


def _broadcast_shape(parameters: list[Tensor]) -> Tensor:
    first, *rest = parameters
    shape = array.shape(first)
    return array.broadcast_dynamic_shape(shape, _broadcast_shape(rest)) if rest else shape


def parameters_of(frame: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a constructor, from its `locals()` at the start."""
    return {k: v for k, v in frame.items() if not k.startswith("__") and k != "self"}


@contextlib.contextmanager
def construction(name: str, values: Any, assertions: Any = ()) -> Iterator[str]:
    """The name scope of a constructor, in which parameters wait for their checks."""
    with name_scope(name, values=values) as scope, control_dependencies(list(assertions)):
        yield scope


def nan_for(dtype: Any) -> Any:
    """Nan in a type."""
    return np.array(np.nan, dtype=as_dtype(dtype).as_numpy_dtype)


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """`tf.where` with broadcasting."""
    return TABLE["where_v2"](condition, x, y)


def salted(seed: Any, salt: str) -> int | None:
    """Another seed, for a second draw: the reference's, from the MD5 sum of the seed and a salt. None stays None."""
    if seed is None:
        return None
    return int(hashlib.md5((str(seed) + salt).encode()).hexdigest()[:8], 16) & 0x7FFFFFFF
