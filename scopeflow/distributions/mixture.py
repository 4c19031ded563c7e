"""Mixture: one of several distributions, chosen by a categorical one."""

from __future__ import annotations

from typing import Any

from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.elementwise import sqrt, square
from ..ops.reduction import reduce_logsumexp, reduce_prod, reduce_sum
from .discrete import Categorical
from .distribution import NOT_REPARAMETERIZED, Distribution, parameters_of, salted, where


@public("contrib.distributions.Mixture")
class Mixture(Distribution):
    """One of `components`, chosen by `cat`.

    Args:
      cat: a Categorical of as many classes.
      components: distributions of one batch and event shape.
      use_static_graph: whether each component draws a sample for every place, or only for those where it is chosen (other numbers).

    Raises:
      TypeError: `cat` is no Categorical, a component no distribution, or they have different types.
      ValueError: no components, or another number than classes.
    """

    def __init__(
        self, cat: Any, components: Any, validate_args: bool = False, allow_nan_stats: bool = True, use_static_graph: bool = False,
        name: str = "Mixture",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        if not isinstance(cat, Categorical):
            raise TypeError(f"cat must be a Categorical distribution, but saw: {cat}")
        if not components:
            raise ValueError("components must be a non-empty list or tuple")
        for c in components:
            if not isinstance(c, Distribution):
                raise TypeError(f"all components must be Distribution instances but saw: {components}")
        dtype = components[0].dtype
        if not all(d.dtype == dtype for d in components):
            raise TypeError(f"All components must have the same dtype, but saw dtypes: {[(d.name, d.dtype) for d in components]}")
        shape = components[0].event_shape
        if any(d.event_shape.ndims is None for d in components):
            raise ValueError("Expected to know rank(event_shape) from all components, but could not.")
        self._static_event_shape, self._static_batch_shape = shape, cat.batch_shape
        for d in components:
            self._static_event_shape = self._static_event_shape.merge_with(d.event_shape)
            self._static_batch_shape = self._static_batch_shape.merge_with(d.batch_shape)
        classes = cat.logits.shape[-1].value
        if classes is None:
            raise ValueError("Could not infer number of classes from cat and unable to compare this value to the number of components.")
        if classes != len(components):
            raise ValueError(f"cat.num_classes != len(components): {classes} vs. {len(components)}")
        self._use_static_graph = use_static_graph
        self._cat, self._components, self._num_components = cat, list(components), classes
        parents = [*cat._graph_parents, *(t for d in components for t in d._graph_parents)]
        with name_scope(name, values=[cat.logits]) as name:
            pass
        super().__init__(dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, name)

    @property
    def cat(self) -> Any:
        """What chooses."""
        return self._cat

    @property
    def components(self) -> Any:
        """What is chosen from."""
        return self._components

    @property
    def num_components(self) -> Any:
        """How many."""
        return self._num_components

    def _batch_shape(self) -> TensorShape:
        return self._static_batch_shape

    def _batch_shape_tensor(self) -> Tensor:
        return self._cat.batch_shape_tensor()

    def _event_shape(self) -> TensorShape:
        return self._static_event_shape

    def _event_shape_tensor(self) -> Tensor:
        return self._components[0].event_shape_tensor()

    def _expand(self, x: Tensor) -> Tensor:
        for _ in range(self._static_event_shape.ndims):
            x = array.expand_dims(x, -1)
        return x

    def _cat_probs(self, log_probs: bool) -> list[Tensor]:
        which = TABLE["nn.log_softmax"] if log_probs else TABLE["nn.softmax"]
        probs = which(self._cat.logits)
        return array.unstack(probs, num=self._num_components, axis=-1)

    def _mean(self) -> Tensor:
        means = [d.mean() for d in self._components]
        return TABLE["add_n"]([self._expand(p) * m for p, m in zip(self._cat_probs(False), means)])

    def _stddev(self) -> Tensor:
        means = array.stack([d.mean() for d in self._components], -1)
        deviations = array.stack([d.stddev() for d in self._components], -1)
        probs = array.stack([self._expand(p) for p in self._cat_probs(False)], -1)
        mean = reduce_sum(probs * means, -1, keepdims=True)
        return sqrt(reduce_sum(probs * (square(deviations) + square(means - mean)), -1))

    def _weighted(self, of: Any) -> Tensor:
        terms = [c + of(d) for c, d in zip(self._cat_probs(True), self._components)]
        return reduce_logsumexp(array.stack(terms, axis=0), axis=[0])

    def _log_prob(self, x: Any) -> Tensor:
        return self._weighted(lambda d: d.log_prob(x))

    def _log_cdf(self, x: Any) -> Tensor:
        return self._weighted(lambda d: d.log_cdf(x))

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        chosen = self._cat.sample(n, seed=seed)
        draw = self._draws_of_all if self._use_static_graph else self._draws_in_turn
        masks, samples = [], []
        for c, d in enumerate(self._components):
            seed = salted(seed, "mixture")
            masks.append(TABLE["equal"](chosen, array.constant(c, dtype=chosen.dtype)))
            samples.append(draw(d, n, seed, masks[-1]))
        zeros = array.zeros_like(samples[0])
        return TABLE["add_n"]([where(self._expand(m), s, zeros) for m, s in zip(masks, samples)])

    @staticmethod
    def _draws_of_all(d: Any, n: Any, seed: Any, mask: Tensor) -> Tensor:
        return d.sample(n, seed=seed)

    def _draws_in_turn(self, d: Any, n: Any, seed: Any, mask: Tensor) -> Tensor:
        """What a component gives where it is chosen: its k-th draw at the k-th such place, as if it were asked for no more."""
        batch_size = reduce_prod(self.batch_shape_tensor())
        draws = d.sample(n * batch_size, seed=seed)
        event = self.event_shape_tensor()
        flat = array.reshape(draws, array.concat([[n * batch_size * batch_size], event], 0))
        places = array.reshape(mask, [-1])
        turn = TABLE["maximum"](TABLE["cumsum"](TABLE["cast"](places, "int32")) - 1, 0)
        column = TABLE["floormod"](TABLE["range"](0, n * batch_size), batch_size)
        picked = array.gather(flat, turn * batch_size + column)
        return array.reshape(picked, array.concat([array.shape(mask), event], 0))

    def entropy_lower_bound(self, name: str = "entropy_lower_bound") -> Tensor:
        """A lower bound of the entropy: the mean of the components' entropies."""
        with self._name_scope(name, values=[self._cat.logits]):
            entropies = [d.entropy() for d in self._components]
            return TABLE["add_n"]([p * h for p, h in zip(self._cat_probs(False), entropies)])
