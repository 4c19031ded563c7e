"""tf.data.Options and what it is made of.

Options are accepted, checked and merged; what they switch (parallelism, rewriting, statistics) is the runtime's own choice here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ..graph.public import export, public


class OptionsBase:
    """Named values of known types; None where none was chosen."""

    #: name -> (type, what gives the value at first)
    _OPTIONS: ClassVar[dict[str, tuple[Any, Callable[[], Any]]]] = {}

    def __init__(self) -> None:
        for name, (_, first) in self._OPTIONS.items():
            self.__dict__[name] = first()

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._OPTIONS:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        wanted = self._OPTIONS[name][0]
        if not isinstance(value, wanted):
            raise TypeError(f'Property "{name}" must be of type {wanted}, got: {value!r} (type: {type(value)})')
        self.__dict__[name] = value

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, type(self)) and self.__dict__ == other.__dict__

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def merge(self, options: Any) -> Any:
        """Both together. Raises ValueError where they contradict each other, TypeError for options of another kind."""
        if type(options) is not type(self):
            raise TypeError(f"Cannot merge {type(options).__name__} into {type(self).__name__}.")
        out = type(self)()
        for name, (_, first) in self._OPTIONS.items():
            this, that, untouched = self.__dict__[name], options.__dict__[name], first()
            if isinstance(this, OptionsBase):
                out.__dict__[name] = this.merge(that)
            elif this == untouched:
                out.__dict__[name] = that
            elif that not in (untouched, this):
                raise ValueError(f"Cannot merge incompatible values ({this} and {that}) of option: {name}")
            else:
                out.__dict__[name] = this
        return out


def _unset() -> None:
    return None


def _all(kind: type, *names: str) -> dict[str, tuple[Any, Callable[[], Any]]]:
    return dict.fromkeys(names, (kind, _unset))


@public("data.experimental.DistributeOptions")
class DistributeOptions(OptionsBase):
    """How a dataset is split over workers."""

    _OPTIONS: ClassVar[Any] = {"auto_shard": (bool, lambda: True), **_all(bool, "_make_stateless"), **_all(int, "num_devices")}


@public("data.experimental.MapVectorizationOptions")
class MapVectorizationOptions(OptionsBase):
    """Whether functions of elements become functions of batches."""

    _OPTIONS: ClassVar[Any] = _all(bool, "enabled", "use_choose_fastest")


@public("data.experimental.OptimizationOptions")
class OptimizationOptions(OptionsBase):
    """How the graph of datasets is rewritten."""

    _OPTIONS: ClassVar[Any] = {
        **_all(
            bool, "apply_default_optimizations", "autotune", "autotune_buffers", "filter_fusion", "filter_with_random_uniform_fusion",
            "hoist_random_uniform", "map_and_batch_fusion", "map_and_filter_fusion", "map_fusion", "map_parallelization",
            "noop_elimination", "parallel_batch", "shuffle_and_repeat_fusion",
        ),
        **_all(int, "autotune_algorithm", "autotune_cpu_budget"),
        "map_vectorization": (MapVectorizationOptions, MapVectorizationOptions),
    }  # fmt: skip


@public("data.experimental.StatsOptions")
class StatsOptions(OptionsBase):
    """What statistics are kept of a dataset: none are, whatever these say."""

    _OPTIONS: ClassVar[Any] = {
        **_all(object, "aggregator"),
        **_all(bool, "latency_all_edges"),
        "prefix": (str, str),
        "counter_prefix": (str, str),
    }


@public("data.experimental.ThreadingOptions")
class ThreadingOptions(OptionsBase):
    """How many threads a dataset may use."""

    _OPTIONS: ClassVar[Any] = _all(int, "max_intra_op_parallelism", "private_threadpool_size")


@public("data.Options")
class Options(OptionsBase):
    """How a dataset is run."""

    _OPTIONS: ClassVar[Any] = {
        **_all(bool, "experimental_deterministic", "experimental_slack"),
        **_all(list, "experimental_stateful_whitelist"),
        "experimental_distribute": (DistributeOptions, DistributeOptions),
        "experimental_optimization": (OptimizationOptions, OptimizationOptions),
        "experimental_stats": (StatsOptions, StatsOptions),
        "experimental_threading": (ThreadingOptions, ThreadingOptions),
    }


export(OptionsBase, "python.data.util.options.OptionsBase")
