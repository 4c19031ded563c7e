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
from .distribution import FULLY_REPARAMETERIZED, NOT_REPARAMETERIZED, Distribution, parameters_of, salted, where
from .kullback_leibler import RegisterKL


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
        name = name or (distribution.name.split("/")[-2] if bijector is None else bijector.name + distribution.name.split("/")[-2])
        with name_scope(name, values=[]) as name:
            self._override_batch = _as_shape_tensor(batch_shape, "batch_shape")
            self._override_event = _as_shape_tensor(event_shape, "event_shape")
            if self._override_batch is not None and distribution.batch_shape.ndims not in (None, 0):
                raise ValueError("Base distribution is not scalar.")
            if self._override_event is not None and distribution.event_shape.ndims not in (None, 0):
                raise ValueError("Base distribution is not scalar.")
        self._distribution, self._bijector = distribution, Identity(validate_args=validate_args) if bijector is None else bijector
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
    def _base_event_shape(self) -> TensorShape:
        return self.distribution.event_shape if self._override_event is None else constant_value_as_shape(self._override_event)

    def _event_shape(self) -> TensorShape:
        return self.bijector.forward_event_shape(self._base_event_shape())

    def _event_shape_tensor(self) -> Tensor:
        shape = self.distribution.event_shape_tensor() if self._override_event is None else self._override_event
        return self.bijector.forward_event_shape_tensor(shape)

    def _batch_shape(self) -> TensorShape:
        return self.distribution.batch_shape if self._override_batch is None else constant_value_as_shape(self._override_batch)

    def _batch_shape_tensor(self) -> Tensor:
        return self.distribution.batch_shape_tensor() if self._override_batch is None else self._override_batch

    def _event_ndims(self) -> int:
        ndims = self.event_shape.ndims
        if ndims is None:
            ndims = self._base_event_shape().ndims
        if ndims is None:
            raise NotImplementedError("a transformed distribution whose rank of events is not known when the graph is built")
        return ndims

    # -- samples ----------------------------------------------------------------------------
    def _sample_n(self, n: Any, seed: Any = None, **kwargs: Any) -> Tensor:
        overrides = [s for s in (self._override_batch, self._override_event) if s is not None]
        x = self.distribution.sample(array.concat([[n], *overrides], 0), seed=seed, **kwargs)
        if self._override_event is not None and self._override_batch is None and self.distribution.batch_shape.ndims != 0:
            # [n, event, batch] so far.
            ndims = self._base_event_shape().ndims
            rank = x.shape.ndims
            if ndims is None or rank is None:
                raise NotImplementedError("event_shape of unknown rank over a batch of distributions")
            x = array.transpose(x, [0, *range(1 + ndims, rank), *range(1, 1 + ndims)])
        return x

    def _call_sample_n(self, sample_shape: Any, seed: Any, name: str, **kwargs: Any) -> Tensor:
        with self._name_scope(name, values=[sample_shape]):
            sample_shape = convert_to_tensor(sample_shape, dtype=dtypes.int32, name="sample_shape")
            sample_shape, n = self._as_vector(sample_shape, "sample_shape")
            x = self._sample_n(n, seed, **kwargs)
            x = array.reshape(x, array.concat([sample_shape, array.shape(x)[1:]], 0))
            # Last: the bijector knows the inverse of what it returned.
            return self._with_static_shape(self.bijector.forward(x), sample_shape)

    # -- probabilities ------------------------------------------------------------------------
    def _over_event(self, x: Tensor, reduce: Any) -> Tensor:
        if self._override_event is None:
            return x
        ndims = self._base_event_shape().ndims
        return reduce(x, axis=list(range(-ndims, 0))) if ndims else x

    def _base_batch_is_first(self) -> bool:
        return self._override_event is None or self.distribution.batch_shape.ndims == 0

    def _log_prob(self, y: Any) -> Tensor:
        x = self.bijector.inverse(y)
        ildj = self.bijector.inverse_log_det_jacobian(y, event_ndims=self._event_ndims())
        return self._answer(ildj + self._over_event(self._base_question("log_prob", x), reduce_sum), y)

    def _prob(self, y: Any) -> Tensor:
        x = self.bijector.inverse(y)
        ildj = self.bijector.inverse_log_det_jacobian(y, event_ndims=self._event_ndims())
        return self._answer(exp(ildj) * self._over_event(self._base_question("prob", x), reduce_prod), y)

    def _answer(self, probability: Tensor, y: Tensor) -> Tensor:
        """With the static shape that the batch gives it."""
        ndims = y.shape.ndims
        if ndims is not None and self.batch_shape.ndims is not None:
            samples = y.shape[: ndims - self._event_ndims()]
            probability.set_shape(array.broadcast_static_shape(samples, self.batch_shape))
        return probability

    def _base_question(self, question: str, x: Tensor) -> Tensor:
        if self._base_batch_is_first():
            return getattr(self.distribution, question)(x)
        # [sample, batch, event] is what the base sees as [sample, event, batch].
        ndims, rank = self._base_event_shape().ndims, x.shape.ndims
        batch = self.distribution.batch_shape.ndims
        if ndims is None or rank is None or batch is None:
            raise NotImplementedError("event_shape of unknown rank over a batch of distributions")
        before = rank - batch - ndims
        there = [*range(before), *range(before + batch, rank), *range(before, before + batch)]
        back = [*range(before), *range(before + ndims, rank), *range(before, before + ndims)]
        return array.transpose(getattr(self.distribution, question)(array.transpose(x, there)), back)

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
        if self._override_event is not None:
            raise NotImplementedError(f"{what} is not implemented when overriding event_shape")

    # -- statistics -----------------------------------------------------------------------------
    def _entropy(self) -> Tensor:
        if not self.bijector.is_constant_jacobian:
            raise NotImplementedError("entropy is not implemented")
        entropy = self.distribution.entropy()
        if self._override_event is not None:
            entropy *= cast(reduce_prod(self._override_event), entropy.dtype)
        if self._override_batch is not None:
            entropy *= array.ones(self._override_batch, dtype=entropy.dtype)
        at = array.zeros(array.concat([self.batch_shape_tensor(), self.event_shape_tensor()], 0), dtype=self.dtype)
        return entropy - self.bijector.inverse_log_det_jacobian(at, event_ndims=self._event_ndims())


def _as_shape_tensor(shape: Any, name: str) -> Any:
    if shape is None:
        return None
    if isinstance(shape, TensorShape):
        shape = shape.as_list()
    return convert_to_tensor(shape, dtype=dtypes.int32, name=name)


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
            pass
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
def _kl_independent(a: Independent, b: Independent, name: str = "kl_independent") -> Tensor:
    if not a.event_shape.is_compatible_with(b.event_shape):
        raise ValueError("KL(Independent || Independent) event shapes are not compatible")
    if a.distribution.event_shape != b.distribution.event_shape:
        raise NotImplementedError("KL between Independents of different event shapes")
    with name_scope(name):
        return a._over_parts(kullback_leibler.kl_divergence(a.distribution, b.distribution))


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
        ones = array.ones(array.concat([[n], array.ones_like(array.shape(self._loc))], 0), dtype=self._loc.dtype)
        return self._loc * ones

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
        return self._mean()

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
        return where(x >= self._loc - self._slack, array.ones_like(x), array.zeros_like(x))


@public("contrib.distributions.VectorDeterministic")
class VectorDeterministic(_Deterministic):
    """The vector `loc`, [batch, k], each element within atol + rtol |loc|."""

    _event_rank = 1

    def __init__(
        self, loc: Any, atol: Any = None, rtol: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "VectorDeterministic",
    ):  # fmt: skip
        super().__init__(loc, atol, rtol, validate_args, allow_nan_stats, name, parameters_of(locals()))
