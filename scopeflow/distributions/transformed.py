"""Distributions made of others: transformed by a bijector, independent parts of an event, mixtures; the deterministic ones."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.constant_value import constant_value_as_shape
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import abs_, exp, log, square
from ..ops.reduction import reduce_logsumexp, reduce_prod, reduce_sum
from . import kullback_leibler
from .bijectors import Identity
from .distribution import FULLY_REPARAMETERIZED, NOT_REPARAMETERIZED, Distribution, parameters_of, salted
from .kullback_leibler import RegisterKL
from .static_choices import are_equal, chosen_scalar, chosen_vector, conjunction, joined, known_value, length_of, negation


@public("distributions.TransformedDistribution", "contrib.distributions.TransformedDistribution")
class TransformedDistribution(Distribution):
    """The law of bijector(x), x of `distribution`.

    Args:
      bijector: None for the identity.
      batch_shape: independent copies of a scalar-batch distribution.
      event_shape: independent copies that make one event of scalar events.

    Raises:
      ValueError: a batch shape over a distribution that has one, an event shape over one whose events are not scalars.
    """

    def __init__(
        self,
        distribution: Distribution,
        bijector: Any = None,
        batch_shape: Any = None,
        event_shape: Any = None,
        validate_args: bool = False,
        name: str | None = None,
    ):
        self._start(distribution, bijector, batch_shape, event_shape, validate_args, name, parameters_of(locals()))

    def _start(
        self, distribution: Any, bijector: Any, batch_shape: Any, event_shape: Any, validate_args: bool, name: Any, parameters: Any
    ) -> None:
        # A name that ends in a slash is the scope that a subclass opened.
        name = name or ("" if bijector is None else bijector.name) + distribution.name
        self._distribution, self._bijector = distribution, Identity(validate_args=validate_args) if bijector is None else bijector
        with name_scope(name, values=[*distribution._graph_parents, *self._bijector.graph_parents]) as name:
            self._zero = array.constant(0, dtype="int32", name="zero")
            self._empty = array.constant([], dtype="int32", name="empty")
            self._override_batch = self._override(batch_shape, distribution.is_scalar_batch(), validate_args, "batch_shape")
            self._is_batch_override = negation(are_equal(length_of(self._override_batch), self._zero))
            self._override_event = self._override(event_shape, distribution.is_scalar_event(), validate_args, "event_shape")
            event_ndims = length_of(self._override_event)
            self._is_event_override = negation(are_equal(event_ndims, self._zero))
            # An event's dimensions that are samples of a batch come before those of the batch, and have to go behind them.
            self._turns = conjunction(self._is_event_override, negation(self._is_batch_override), negation(distribution.is_scalar_batch()))
            event_ndims = length_of(self._override_event)
            self._turned_ndims = chosen_scalar(self._turns, event_ndims, 0)
            self._event_axes = array.range_(self._turned_ndims - event_ndims, self._turned_ndims)
        super().__init__(
            distribution.dtype, distribution.reparameterization_type, validate_args, distribution.allow_nan_stats, parameters,
            [*distribution._graph_parents, *self._bijector.graph_parents], name,
        )  # fmt: skip

    @property
    def distribution(self) -> Distribution:
        """What is transformed."""
        return self._distribution

    @property
    def bijector(self) -> Any:
        """The transformation."""
        return self._bijector

    # -- shapes ---------------------------------------------------------------------------
    def _override(self, shape: Any, base_is_scalar: Tensor, validate_args: bool, name: str) -> Tensor:
        """The shape that stands for the base distribution's, a vector; empty where there is none."""
        shape = shape.as_list() if isinstance(shape, TensorShape) else [] if shape is None else shape
        shape = convert_to_tensor(shape, dtype=dtypes.int32, name=name)
        ndims = length_of(_vector(shape))
        is_scalar = are_equal(ndims, 0)
        if known_value(is_scalar):
            return self._empty
        checks, sizes = [], known_value(shape)
        if sizes is not None and (sizes <= 0).any():
            raise ValueError("shape override must have positive elements")
        if sizes is None and validate_args:
            checks.append(TABLE["assert_positive"](shape, message="shape override must have positive elements"))
        neither = conjunction(negation(base_is_scalar), negation(is_scalar))
        known = known_value(neither)
        if known:
            raise ValueError("base distribution not scalar")
        if known is None and validate_args:
            checks.append(TABLE["assert_equal"](neither, False, message="base distribution not scalar"))
        return array.with_dependencies(checks, shape) if checks else shape

    def _overrides_batch(self) -> bool | None:
        """Whether there is a shape of the batch of its own; None where it is not known."""
        return _truth(self._is_batch_override)

    def _overrides_event(self) -> bool | None:
        """The same of events."""
        return _truth(self._is_event_override)

    def _shape_of(self, overrides: Any, override: Tensor, base: TensorShape) -> TensorShape:
        if overrides is None:
            return TensorShape(None)
        return constant_value_as_shape(override) if overrides else base

    def _event_shape(self) -> TensorShape:
        return self.bijector.forward_event_shape(
            self._shape_of(self._overrides_event(), self._override_event, self.distribution.event_shape)
        )

    def _event_shape_tensor(self) -> Tensor:
        shape = chosen_vector(self._is_event_override, self._override_event, self.distribution.event_shape_tensor())
        return self.bijector.forward_event_shape_tensor(shape)

    def _batch_shape(self) -> TensorShape:
        return self._shape_of(self._overrides_batch(), self._override_batch, self.distribution.batch_shape)

    def _batch_shape_tensor(self) -> Tensor:
        return chosen_vector(self._is_batch_override, self._override_batch, self.distribution.batch_shape_tensor())

    def _event_ndims(self) -> Any:
        """The rank of events: a tensor where it is not known."""
        if self.event_shape.ndims is not None:
            return self.event_shape.ndims
        ndims = array.size(self.event_shape_tensor())
        known = known_value(ndims)
        return ndims if known is None else known

    def _turned(self, x: Tensor, back: bool = False) -> Tensor:
        """The dimensions of an event behind those of the batch, where they are before them, or back again."""
        turns = known_value(self._turns)
        if turns is not None and not turns:
            return x
        ndims = array.rank(x)
        first = ndims - self._turned_ndims if back else self._turned_ndims
        return array.transpose(x, joined(array.range_(first, ndims), array.range_(0, first)))

    # -- samples ----------------------------------------------------------------------------
    def _sample_n(self, n: Any, seed: Any = None, **kwargs: Any) -> Tensor:
        shape = joined(
            chosen_vector(self._turns, self._empty, [n]),
            self._override_batch,
            self._override_event,
            chosen_vector(self._turns, [n], self._empty),
        )
        return self._turned(self.distribution.sample(sample_shape=shape, seed=seed, **kwargs))

    def _call_sample_n(self, sample_shape: Any, seed: Any, name: str, **kwargs: Any) -> Tensor:
        with self._name_scope(name, values=[sample_shape]):
            sample_shape = convert_to_tensor(sample_shape, dtype=dtypes.int32, name="sample_shape")
            sample_shape, n = self._as_vector(sample_shape, "sample_shape")
            x = self._sample_n(n, seed, **kwargs)
            x = array.reshape(x, array.concat([sample_shape, array.shape(x)[1:]], 0))
            # Last: the bijector knows the inverse of what it returned.
            return self._with_static_shape(self.bijector.forward(x), sample_shape)

    # -- probabilities ------------------------------------------------------------------------
    def _log_prob(self, y: Any) -> Tensor:
        x = self.bijector.inverse(y)
        event_ndims = self._event_ndims()
        ildj = self.bijector.inverse_log_det_jacobian(y, event_ndims=event_ndims)
        if not isinstance(x, tuple):
            return self._at_one("log_prob", x, reduce_sum, lambda p: p + ildj, y, event_ndims)
        parts = [
            self._at_one("log_prob", one, reduce_sum, lambda p, at=at: p + at, y, event_ndims) for one, at in zip(x, ildj, strict=True)
        ]
        return reduce_logsumexp(array.stack(parts), axis=0)

    def _prob(self, y: Any) -> Tensor:
        x = self.bijector.inverse(y)
        event_ndims = self._event_ndims()
        ildj = self.bijector.inverse_log_det_jacobian(y, event_ndims=event_ndims)
        if not isinstance(x, tuple):
            return self._at_one("prob", x, reduce_prod, lambda p: p * exp(ildj), y, event_ndims)
        parts = [
            self._at_one("prob", one, reduce_prod, lambda p, at=at: p * exp(at), y, event_ndims) for one, at in zip(x, ildj, strict=True)
        ]
        return sum(parts)

    def _at_one(self, question: str, x: Tensor, over_event: Any, change: Any, y: Tensor, event_ndims: Any) -> Tensor:
        """The base distribution's answer at `x`, over the whole event, changed, with the static shape that the batch gives it."""
        answer = getattr(self.distribution, question)(self._turned(x, back=True))
        overrides = self._overrides_event()
        if overrides is not False:
            answer = over_event(answer, axis=self._event_axes)
        answer = change(answer)
        ndims = y.shape.ndims
        if ndims is not None and not isinstance(event_ndims, Tensor):
            answer.set_shape(array.broadcast_static_shape(y.shape[: ndims - int(event_ndims)], self.batch_shape))
        return answer

    def _log_cdf(self, y: Any) -> Tensor:
        self._scalar_only("log_cdf")
        return self.distribution.log_cdf(self.bijector.inverse(y))

    def _cdf(self, y: Any) -> Tensor:
        self._scalar_only("cdf")
        return self.distribution.cdf(self.bijector.inverse(y))

    def _log_survival_function(self, y: Any) -> Tensor:
        self._scalar_only("log_survival_function")
        return self.distribution.log_survival_function(self.bijector.inverse(y))

    def _survival_function(self, y: Any) -> Tensor:
        self._scalar_only("survival_function")
        return self.distribution.survival_function(self.bijector.inverse(y))

    def _quantile(self, value: Any) -> Tensor:
        self._scalar_only("quantile")
        return self.bijector.forward(self.distribution.quantile(value))

    def _scalar_only(self, what: str) -> None:
        overrides = self._overrides_event()
        if overrides is not False:
            raise NotImplementedError(f"{what} is not implemented when overriding event_shape")

    # -- statistics -----------------------------------------------------------------------------
    def _entropy(self) -> Tensor:
        if not self.bijector.is_constant_jacobian:
            raise NotImplementedError("entropy is not implemented")
        entropy = self.distribution.entropy()
        if self._overrides_event() is not False:
            entropy *= cast(reduce_prod(self._override_event), entropy.dtype)
        if self._overrides_batch() is not False:
            shape = array.concat([_ones_like(self._override_batch), self.distribution.batch_shape_tensor()], 0)
            entropy = array.reshape(entropy, shape)
            multiples = array.concat([self._override_batch, _ones_like(self.distribution.batch_shape_tensor())], 0)
            entropy = array.tile(entropy, multiples)
        at = array.zeros(array.concat([self.batch_shape_tensor(), self.event_shape_tensor()], 0), dtype=self.dtype)
        event_ndims = self._event_ndims()
        entropy = entropy - self.bijector.inverse_log_det_jacobian(at, event_ndims=event_ndims)
        entropy.set_shape(self.batch_shape)
        return entropy


def _truth(condition: Tensor) -> bool | None:
    known = known_value(condition)
    return None if known is None else bool(known)


def _vector(shape: Tensor) -> Tensor:
    if shape.shape.ndims not in (None, 1):
        raise ValueError("input is not a valid shape: not 1D")
    return shape


def _ones_like(shape: Tensor) -> Tensor:
    """Ones beside the sizes of a shape."""
    size = shape.shape[0].value
    return array.ones_like(shape) if size is None else array.ones([size], dtype=dtypes.int32)


@public("contrib.distributions.Independent")
class Independent(Distribution):
    """Independent parts: the rightmost dimensions of a distribution's batch seen as dimensions of an event.

    Args:
      reinterpreted_batch_ndims: how many; all but the first by default.

    Raises:
      ValueError: more than the batch has.
    """

    def __init__(
        self, distribution: Distribution, reinterpreted_batch_ndims: Any = None, validate_args: bool = False, name: str | None = None
    ):
        parameters = parameters_of(locals())
        ndims = distribution.batch_shape.ndims
        if ndims is None:
            raise NotImplementedError("a distribution whose rank of batch is not known when the graph is built")
        self._ndims = max(0, ndims - 1) if reinterpreted_batch_ndims is None else int(reinterpreted_batch_ndims)
        self._distribution = distribution
        if self._ndims > ndims:
            raise ValueError(f"reinterpreted_batch_ndims({self._ndims}) cannot exceed distribution.batch_ndims({ndims})")
        with name_scope(name or "Independent" + distribution.name) as name:
            convert_to_tensor(self._ndims, dtype=dtypes.int32, name="reinterpreted_batch_ndims")
        super().__init__(
            distribution.dtype, distribution.reparameterization_type, validate_args, distribution.allow_nan_stats, parameters,
            distribution._graph_parents, name,
        )  # fmt: skip

    @property
    def distribution(self) -> Distribution:
        """The parts."""
        return self._distribution

    @property
    def reinterpreted_batch_ndims(self) -> Any:
        return self._ndims

    def _kept(self) -> int:
        return self.distribution.batch_shape.ndims - self._ndims

    def _batch_shape(self) -> TensorShape:
        return self.distribution.batch_shape[: self._kept()]

    def _event_shape(self) -> TensorShape:
        return self.distribution.batch_shape[self._kept() :].concatenate(self.distribution.event_shape)

    def _batch_shape_tensor(self) -> Tensor:
        return self.distribution.batch_shape_tensor()[: self._kept()]

    def _event_shape_tensor(self) -> Tensor:
        return array.concat([self.distribution.batch_shape_tensor()[self._kept() :], self.distribution.event_shape_tensor()], 0)

    def _over_parts(self, x: Tensor) -> Tensor:
        return reduce_sum(x, axis=list(range(-self._ndims, 0))) if self._ndims else x

    def _sample_n(self, n: Any, seed: Any = None, **kwargs: Any) -> Tensor:
        return self.distribution.sample(sample_shape=n, seed=seed, **kwargs)

    def _log_prob(self, x: Any) -> Tensor:
        return self._over_parts(self.distribution.log_prob(x))

    def _entropy(self) -> Tensor:
        return self._over_parts(self.distribution.entropy())

    def _mean(self) -> Tensor:
        return self.distribution.mean()

    def _variance(self) -> Tensor:
        return self.distribution.variance()

    def _stddev(self) -> Tensor:
        return self.distribution.stddev()

    def _mode(self) -> Tensor:
        return self.distribution.mode()


@RegisterKL(Independent, Independent)
def _kl_independent(a: Independent, b: Independent, name: str | None = None) -> Tensor:
    if not a.event_shape.is_compatible_with(b.event_shape):
        raise ValueError("KL(Independent || Independent) event shapes are not compatible")
    if a.distribution.event_shape != b.distribution.event_shape:
        raise NotImplementedError("KL between Independents of different event shapes")
    return a._over_parts(kullback_leibler.kl_divergence(a.distribution, b.distribution, name=name))


@public("contrib.distributions.MixtureSameFamily")
class MixtureSameFamily(Distribution):
    """One of the components, which are the last dimension of a distribution's batch, chosen by a categorical distribution.

    Raises:
      ValueError: a mixing distribution whose events are not scalars or not integers, or of another number of components.
    """

    def __init__(
        self,
        mixture_distribution: Any,
        components_distribution: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MixtureSameFamily",
    ):
        parameters = parameters_of(locals())
        with name_scope(name) as name:
            event_shape = components_distribution.event_shape_tensor()
            if not mixture_distribution.dtype.is_integer:
                raise ValueError(f"`mixture_distribution.dtype` ({mixture_distribution.dtype}) is not over integers")
            if mixture_distribution.event_shape.ndims not in (None, 0):
                raise ValueError("`mixture_distribution` must have scalar `event_dim`s")
            shape = components_distribution.batch_shape
            if shape.ndims is None or components_distribution.event_shape.ndims is None:
                raise NotImplementedError("components whose ranks are not known when the graph is built")
            if not mixture_distribution.batch_shape.is_compatible_with(shape[:-1]) and mixture_distribution.batch_shape.ndims != 0:
                raise ValueError(
                    f"`mixture_distribution.batch_shape` ({mixture_distribution.batch_shape}) is not compatible with "
                    f"`components_distribution.batch_shape` ({shape[:-1]})"
                )
            k = mixture_distribution.logits.shape[-1].value
            if k is not None and shape[-1].value is not None and k != shape[-1].value:
                raise ValueError(
                    f"`mixture_distribution components` ({k}) does not equal `components_distribution.batch_shape[-1]` ({shape[-1].value})"
                )
            self._event_ndims = event_shape.shape.dims[0].value
        self._mixture, self._components = mixture_distribution, components_distribution
        super().__init__(
            components_distribution.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters,
            [*mixture_distribution._graph_parents, *components_distribution._graph_parents], name,
        )  # fmt: skip

    @property
    def mixture_distribution(self) -> Any:
        """What chooses."""
        return self._mixture

    @property
    def components_distribution(self) -> Any:
        """What is chosen from."""
        return self._components

    def _batch_shape(self) -> TensorShape:
        return self._components.batch_shape[:-1]

    def _batch_shape_tensor(self) -> Tensor:
        return self._components.batch_shape_tensor()[:-1]

    def _event_shape(self) -> TensorShape:
        return self._components.event_shape

    def _event_shape_tensor(self) -> Tensor:
        return self._components.event_shape_tensor()

    def _with_event(self, weights: Tensor) -> Tensor:
        for _ in range(self._event_ndims):
            weights = array.expand_dims(weights, -1)
        return weights

    def _mix(self, weights: Tensor, values: Tensor) -> Tensor:
        return reduce_sum(values * self._with_event(weights), axis=-1 - self._event_ndims)

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        x = self._components.sample(n, seed=salted(seed, "MixtureSameFamily"))
        chosen = self._mixture.sample(
            n if self._mixture.batch_shape.ndims else array.concat([[n], self._batch_shape_tensor()], 0), seed=seed
        )
        mask = array.one_hot(chosen, array.shape(self._mixture.logits)[-1], dtype=x.dtype)
        return self._mix(mask, x)

    def _beside_components(self, x: Tensor) -> Tensor:
        """`x` with a dimension for the components before those of its events."""
        with name_scope("pad_sample_dims", values=[x]):
            ndims = array.rank(x) if x.shape.ndims is None else x.shape.ndims
            shape, events = array.shape(x), ndims - self._event_ndims
            return array.reshape(x, array.concat([shape[:events], [1], shape[events:]], axis=0))

    def _log_prob(self, x: Any) -> Tensor:
        x = self._beside_components(x)
        return reduce_logsumexp(self._components.log_prob(x) + TABLE["nn.log_softmax"](self._mixture.logits), axis=-1)

    def _log_cdf(self, x: Any) -> Tensor:
        x = self._beside_components(x)
        return reduce_logsumexp(self._components.log_cdf(x) + TABLE["nn.log_softmax"](self._mixture.logits), axis=-1)

    def _mean(self) -> Tensor:
        return self._mix(self._mixture.probs, self._components.mean())

    def _variance(self) -> Tensor:
        mean = self._beside_components(self._mean())
        within = self._mix(self._mixture.probs, self._components.variance())
        return within + self._mix(self._mixture.probs, square(self._components.mean() - mean))

    def _covariance(self) -> Tensor:
        if self._event_ndims != 1:
            raise NotImplementedError("covariance is for vectors")
        weights = self._mixture.probs[..., None, None]
        away = self._components.mean() - array.expand_dims(self._mean(), -2)
        between = away[..., None] * away[..., None, :]
        return reduce_sum(weights * (self._components.covariance() + between), axis=-3)


class _Deterministic(Distribution):
    """All probability at one place."""

    _event_rank = 0

    def __init__(self, loc: Any, atol: Any, rtol: Any, validate_args: bool, allow_nan_stats: bool, name: str, parameters: Any):
        with name_scope(name, values=[loc, atol, rtol]) as name:
            loc = convert_to_tensor(loc, name="loc")
            if loc.shape.ndims is not None and loc.shape.ndims < self._event_rank:
                raise ValueError("Argument loc must be at least rank 1.")
            self._loc = loc
            self._atol, self._rtol = self._tolerance(atol), self._tolerance(rtol)
            self._slack = self._atol if rtol is None else self._atol + self._rtol * abs_(loc)
        super().__init__(loc.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [loc], name)

    def _tolerance(self, value: Any) -> Tensor:
        return convert_to_tensor(0 if value is None else value, dtype=self._loc.dtype)

    @property
    def loc(self) -> Tensor:
        """The place."""
        return self._loc

    @property
    def atol(self) -> Tensor:
        """How far from it still counts."""
        return self._atol

    @property
    def rtol(self) -> Tensor:
        """The same, as a part of |loc|."""
        return self._rtol

    def _batch_shape(self) -> TensorShape:
        shape = self._loc.shape
        return shape[: shape.ndims - self._event_rank] if shape.ndims is not None else shape

    def _event_shape(self) -> TensorShape:
        return self._loc.shape[-self._event_rank :] if self._event_rank else TensorShape([])

    def _batch_shape_tensor(self) -> Tensor:
        return array.shape(self._loc)[: -self._event_rank] if self._event_rank else array.shape(self._loc)

    def _event_shape_tensor(self) -> Tensor:
        return array.shape(self._loc)[-self._event_rank :] if self._event_rank else array.constant([], dtype=dtypes.int32)

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        known, ndims = known_value(n), self._loc.shape.ndims
        if known is not None and ndims is not None:
            multiples: Any = [int(known)] + [1] * ndims
        else:
            multiples = array.concat([[n], array.ones_like(array.shape(self._loc))], 0)
        return array.tile(self._loc[None, ...], multiples=multiples)

    def _log_prob(self, x: Any) -> Tensor:
        return log(self._prob(x))

    def _prob(self, x: Any) -> Tensor:
        near = abs_(x - self._loc) <= self._slack
        return cast(TABLE["reduce_all"](near, axis=-1) if self._event_rank else near, self.dtype)

    def _entropy(self) -> Tensor:
        return array.zeros(self.batch_shape_tensor(), dtype=self.dtype)

    def _mean(self) -> Tensor:
        return array.identity(self._loc)

    def _mode(self) -> Tensor:
        return self.mean()

    def _variance(self) -> Tensor:
        return array.zeros_like(self._loc)


@public("contrib.distributions.Deterministic")
class Deterministic(_Deterministic):
    """The scalar `loc`, within atol + rtol |loc|."""

    def __init__(
        self,
        loc: Any,
        atol: Any = None,
        rtol: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Deterministic",
    ):
        super().__init__(loc, atol, rtol, validate_args, allow_nan_stats, name, parameters_of(locals()))

    def _cdf(self, x: Any) -> Tensor:
        return cast(x >= self._loc - self._slack, self.dtype)


@public("contrib.distributions.VectorDeterministic")
class VectorDeterministic(_Deterministic):
    """The vector `loc`, [batch, k], each element within atol + rtol |loc|."""

    _event_rank = 1

    def __init__(
        self, loc: Any, atol: Any = None, rtol: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "VectorDeterministic",
    ):  # fmt: skip
        super().__init__(loc, atol, rtol, validate_args, allow_nan_stats, name, parameters_of(locals()))
