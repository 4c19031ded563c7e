"""Fetch structures: what `Session.run` is asked for, flattened to tensors and ops, and put together again."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable
from typing import Any

from ..graph.composite import IndexedSlices, IndexedSlicesValue, SparseTensor, SparseTensorValue
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor

Build = Callable[[list[Any]], Any]


class Fetches:
    """Flattened fetches: the distinct `tensors` and `targets` to run, and `build` to make the result of their values."""

    def __init__(self, graph: Graph, fetches: Any):
        self.graph = graph
        self.tensors: list[Tensor] = []
        self.targets: list[Operation] = []
        self._index: dict[Tensor, int] = {}
        self._seen: set[Operation] = set()
        self.build: Build = self._structure(fetches)

    def _tensor(self, t: Tensor) -> int:
        index = self._index.get(t)
        if index is None:
            index = self._index[t] = len(self.tensors)
            self.tensors.append(t)
        return index

    def _structure(self, fetch: Any) -> Build:
        if fetch is None:
            raise TypeError(f"Fetch argument {fetch!r} has invalid type {type(fetch)!r}")
        if isinstance(fetch, (list, tuple)):
            parts = [self._structure(f) for f in fetch]
            if isinstance(fetch, list):
                return lambda v: [p(v) for p in parts]
            cls = type(fetch)
            if hasattr(fetch, "_fields"):
                return lambda v: cls(*[p(v) for p in parts])
            return lambda v: cls([p(v) for p in parts])
        if isinstance(fetch, collections.abc.Mapping):
            cls, keys = type(fetch), list(fetch.keys())
            parts = [self._structure(fetch[k]) for k in keys]
            if isinstance(fetch, collections.defaultdict):
                return lambda v: collections.defaultdict(fetch.default_factory, [(k, p(v)) for k, p in zip(keys, parts)])
            return lambda v: cls((k, p(v)) for k, p in zip(keys, parts))
        if hasattr(fetch, "__attrs_attrs__"):
            cls, names = type(fetch), [a.name for a in fetch.__attrs_attrs__]
            parts = [self._structure(getattr(fetch, n)) for n in names]
            return lambda v: cls(*[p(v) for p in parts])
        if isinstance(fetch, SparseTensor):
            index = [self._element(t) for t in (fetch.indices, fetch.values, fetch.dense_shape)]
            return lambda v: SparseTensorValue(*[i(v) for i in index])
        if isinstance(fetch, IndexedSlices):
            dense = [] if fetch.dense_shape is None else [fetch.dense_shape]
            index = [self._element(t) for t in [fetch.values, fetch.indices, *dense]]
            return lambda v: IndexedSlicesValue(*[i(v) for i in index], *([] if dense else [None]))
        for cls, expand in _expansions:
            if isinstance(fetch, cls):
                fetches, contract = expand(fetch)
                index = [self._structure(f) for f in fetches]
                return lambda v: contract([i(v) for i in index])
        return self._element(fetch)

    def _element(self, fetch: Any) -> Build:
        try:
            element = self.graph.as_graph_element(fetch, allow_tensor=True, allow_operation=True)
        except TypeError as error:
            raise TypeError(f"Fetch argument {fetch!r} has invalid type {type(fetch)!r}, must be a string or Tensor. ({error})") from None
        except ValueError as error:
            raise ValueError(f"Fetch argument {fetch!r} cannot be interpreted as a Tensor. ({error})") from None
        except KeyError as error:
            raise ValueError(f"Fetch argument {fetch!r} cannot be interpreted as a Tensor. ({error})") from None
        if not self.graph.is_fetchable(element):
            raise ValueError(f"Operation {getattr(element, 'op', element).name!r} has been marked as not fetchable.")
        if isinstance(element, Operation):
            if element not in self._seen:
                self._seen.add(element)
                self.targets.append(element)
            return lambda v: None
        index = self._tensor(element)
        return lambda v: v[index]


#: fetches of other classes: class -> (fetch -> (parts, values -> result))
_expansions: list[tuple[type, Callable[[Any], tuple[list[Any], Callable[[list[Any]], Any]]]]] = []


def register_fetch_expansion(cls: type, expand: Callable[[Any], tuple[list[Any], Callable[[list[Any]], Any]]]) -> None:
    """Makes objects of `cls` fetchable: `expand` gives the parts to fetch and the function that joins their values."""
    _expansions.append((cls, expand))
