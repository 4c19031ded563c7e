"""Session and InteractiveSession: running a graph with state of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ..graph import dtypes
from ..graph.composite import IndexedSlices, SparseTensor
from ..graph.default_graph import get_default_graph, pop_session, push_session
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape, dims_compatible
from ..op.resources import waiting_at_most
from .fetch import Fetches
from .plan import Plan
from .servers import reset_server, store_of
from .store import Store

_SIMPLE = (Tensor, Operation, str)


class BaseSession:
    """A graph with live variables."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None):
        if graph is None:
            graph = get_default_graph()
        elif not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph)}")
        if not isinstance(target, (str, bytes)) and target is not None:
            raise TypeError(f"target must be a string, but got {target!r}")
        if config is not None and type(config).__name__ != "ConfigProto":
            raise TypeError(f"config must be a tf.ConfigProto, but got {type(config)}")
        self._graph = graph
        self._target = target
        self._config = config
        self._timeout = getattr(config, "operation_timeout_in_ms", 0)
        self._closed = False
        self._opened = True
        shared = store_of(target)
        #: whether the variables are a server's, and stay when the session is closed
        self._is_shared = shared is not None
        self._store = Store() if shared is None else shared
        self._plans: dict[Any, Plan] = {}
        self._fetches: dict[Any, Fetches] = {}
        self._mutations = graph._mutations

    @property
    def graph(self) -> Graph:
        """The graph this session runs."""
        return self._graph

    @property
    def graph_def(self) -> Any:
        """The graph as a GraphDef."""
        return self._graph.as_graph_def()

    @property
    def sess_str(self) -> Any:
        return self._target

    def list_devices(self) -> list[Any]:
        """The devices there are, as (name, device_type, memory_limit_bytes) objects."""
        return [_Device(f"/job:localhost/replica:0/task:0/device:{d.platform.upper()}:{d.id}", d.platform.upper()) for d in jax.devices()]

    def close(self) -> None:
        """Frees the session's variables and ends runs that wait in queues. Running it afterwards raises RuntimeError."""
        self._closed = True
        if not self._is_shared:
            self._store.resources.close()
            with self._store.lock:
                self._store.values.clear()
                self._store.layout += 1
        self._plans.clear()
        self._fetches.clear()

    def as_default(self) -> Any:
        """A context in which this is the default session; leaving it does not close the session."""
        return _DefaultSession(self)

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """The values of `fetches`, in the structure they come in (None for an operation).

        Args:
          fetches: a tensor, variable, operation or name; or a (nested) list, tuple, dict, namedtuple of them.
          feed_dict: values to use for tensors; any tensor may be fed.
          options: a RunOptions: `timeout_in_ms` limits how long the run waits in queues.
          run_metadata: a RunMetadata, left as it is.

        Raises:
          RuntimeError: the session is closed, or the graph is empty.
          ValueError, TypeError: a fetch or feed is not of this graph, or a fed value does not fit.
          tf.errors.OpError: the run failed; no variable has changed.
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        graph = self._graph
        if not graph._ops:
            raise RuntimeError("The Session graph is empty.  Add operations to the graph before calling run().")
        if graph._mutations != self._mutations:
            self._mutations = graph._mutations
            self._plans.clear()
        handler = self._handler(fetches)
        if feed_dict:
            feeds, values = self._feed(feed_dict)
        else:
            feeds, values = (), []
        key = (handler, feeds)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plan(key, handler, feeds)
        limit = self._timeout if options is None else options.timeout_in_ms or self._timeout
        if limit:
            with waiting_at_most(limit):
                return handler.build(plan.run(self._store, values))
        return handler.build(plan.run(self._store, values))

    def _handler(self, fetches: Any) -> Fetches:
        key: Any = None
        if isinstance(fetches, _SIMPLE):
            key = fetches
        elif type(fetches) in (list, tuple) and all(isinstance(f, _SIMPLE) for f in fetches):
            key = (type(fetches), *fetches)
        if key is None:
            return Fetches(self._graph, fetches)
        handler = self._fetches.get(key)
        if handler is None:
            handler = self._fetches[key] = Fetches(self._graph, fetches)
        return handler

    def _plan(self, key: Any, handler: Fetches, feeds: tuple[Tensor, ...]) -> Plan:
        # The same fetches in another structure share a plan.
        flat = (tuple(handler.tensors), tuple(handler.targets), feeds)
        plan = self._plans.get(flat)
        if plan is None:
            plan = self._plans[flat] = Plan(handler.tensors, handler.targets, feeds)
        if handler in self._fetches.values():
            self._plans[key] = plan
        return plan

    # -- feeding -------------------------------------------------------------------------
    def _feed(self, feed_dict: Any) -> tuple[tuple[Tensor, ...], list[Any]]:
        graph = self._graph
        if not hasattr(feed_dict, "items"):
            raise TypeError(f"The feed_dict argument must be a dictionary from tensors to values, got {type(feed_dict).__name__}.")
        pairs: dict[Tensor, Any] = {}
        for given, value in feed_dict.items():
            if type(given) is Tensor and given.op.graph is graph:
                pairs[given] = self._feed_value(given, value)
                continue
            for t, v in self._expand_feed(given, value):
                try:
                    t = graph.as_graph_element(t, allow_tensor=True, allow_operation=False)
                except Exception as error:
                    raise TypeError(f"Cannot interpret feed_dict key as Tensor: {error.args[0] if error.args else error}") from None
                pairs[t] = self._feed_value(t, v)
        order = tuple(pairs)
        return order, list(pairs.values())

    def _expand_feed(self, given: Any, value: Any) -> list[tuple[Any, Any]]:
        if isinstance(given, SparseTensor):
            return list(zip((given.indices, given.values, given.dense_shape), value))
        if isinstance(given, IndexedSlices):
            parts = [given.values, given.indices] + ([] if given.dense_shape is None else [given.dense_shape])
            return list(zip(parts, value))
        for cls, expand in _feed_expansions:
            if isinstance(given, cls):
                return expand(given, value)
        if isinstance(given, (list, tuple)):
            if not isinstance(value, (list, tuple)) or len(value) != len(given):
                raise TypeError(f"Cannot interpret feed_dict key as Tensor: Can not convert a {type(given).__name__} into a Tensor.")
            return [pair for g, v in zip(given, value) for pair in self._expand_feed(g, v)]
        return [(given, value)]

    def _feed_value(self, t: Tensor, value: Any) -> Any:
        dtype = t.dtype.base_dtype
        kind = dtype.np_dtype
        if isinstance(value, Tensor) or hasattr(value, "_as_graph_element"):
            raise TypeError(
                "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, strings, lists, numpy "
                f"ndarrays, or TensorHandles. For reference, the tensor object was {value!s} which was passed to the feed with key {t!s}."
            )
        if isinstance(value, np.ndarray) and value.dtype == kind and kind.kind != "O":
            array = value
        elif isinstance(value, jax.Array):
            array = value if value.dtype == kind else value.astype(kind)
        else:
            array = _as_fed(t, dtype, kind, value)
        if t._dims != array.shape and not dims_compatible(t._dims, array.shape):
            raise ValueError(
                f"Cannot feed value of shape {array.shape!r} for Tensor {t.name!r}, which has shape {str(TensorShape.of(t._dims))!r}"
            )
        if self._graph._unfeedable and t in self._graph._unfeedable:
            raise ValueError(f"Tensor {t} may not be fed.")
        return array

    # -- other ways to run -----------------------------------------------------------------
    def make_callable(self, fetches: Any, feed_list: Any = None, accept_options: bool = False) -> Callable[..., Any]:
        """A function of the values for `feed_list` that runs `fetches`.

        Raises:
          TypeError: `feed_list` is not a list or tuple; when called: the number of values is wrong.
        """
        if feed_list is not None and not isinstance(feed_list, (list, tuple)):
            raise TypeError("`feed_list` must be a list or tuple.")
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        feeds = [self._graph.as_graph_element(f, allow_operation=False) for f in feed_list or ()]
        Fetches(self._graph, fetches)  # says at once what cannot be fetched

        def call(*values: Any, **keywords: Any) -> Any:
            if len(values) != len(feeds):
                raise TypeError(f"make_callable: {len(feeds)} feed values expected ({', '.join(f.name for f in feeds)}), got {len(values)}")
            return self.run(fetches, dict(zip(feeds, values)))

        return call

    def partial_run_setup(self, fetches: Any, feeds: Any = None) -> Any:
        """Refused: a run is one compiled program here."""
        raise _no_partial_runs()

    def partial_run(self, handle: Any, fetches: Any, feed_dict: Any = None) -> Any:
        """Refused: a run is one compiled program here."""
        raise _no_partial_runs()

    def reset(self, *unused: Any) -> None:
        """Forgets all variables."""
        with self._store.lock:
            self._store.values.clear()
            self._store.layout += 1

    def __repr__(self) -> str:
        return f"<scopeflow {type(self).__name__} graph={self._graph!r} closed={self._closed}>"


#: feeds of other classes: class -> (key, value -> tensors and what to feed for each)
_feed_expansions: list[tuple[type, Callable[[Any, Any], list[tuple[Any, Any]]]]] = []


def register_feed_expansion(cls: type, expand: Callable[[Any, Any], list[tuple[Any, Any]]]) -> None:
    """Makes objects of `cls` keys of feed_dict: `expand(key, value)` gives the tensors to feed, each with its value."""
    _feed_expansions.append((cls, expand))


def _no_partial_runs() -> Exception:
    from ..graph.errors import UnimplementedError

    return UnimplementedError(
        None,
        None,
        "partial_run is not in scopeflow: a run is compiled as a whole. Run the parts with Session.run and feed what the first gave.",
    )


def _as_fed(t: Tensor, dtype: dtypes.DType, kind: np.dtype, value: Any) -> np.ndarray:
    if isinstance(value, int) and not isinstance(value, bool) and dtype.is_integer:
        if kind.type(np.iinfo(kind).max) < value or value < np.iinfo(kind).min:
            raise TypeError(
                f"Type of feed value {value} with type {type(value)} is not compatible with Tensor type {kind.type}. Try explicitly "
                "setting the type of the feed tensor to a larger type (e.g. int64)."
            )
    if isinstance(value, float) and dtype.is_integer and kind.type(value) != value:
        raise TypeError(
            f"Type of feed value {value} with type {type(value)} is not compatible with Tensor type {kind.type}. Try explicitly "
            "setting the type of the feed tensor to a larger type (e.g. int64)."
        )
    if kind.kind == "O":
        array = np.asarray(value, object)
        flat = [x.encode() if isinstance(x, str) else bytes(x) if isinstance(x, (np.bytes_,)) else x for x in array.ravel()]
        out = np.empty(array.shape, object)
        out.reshape(-1)[:] = flat
        return out
    try:
        return np.asarray(value, dtype=kind)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{error} (feeding Tensor {t.name!r} of type {dtype.name})") from None


class _Device:
    def __init__(self, name: str, device_type: str):
        self.name, self.device_type, self.memory_limit_bytes, self.incarnation = name, device_type, 0, 0

    def __repr__(self) -> str:
        return f"_DeviceAttributes({self.name}, {self.device_type}, 0, 0)"


class _DefaultSession:
    """Makes a session the default one, and its graph the default graph."""

    def __init__(self, session: BaseSession, graph: bool = False):
        self._session = session
        self._graph = session.graph.as_default() if graph else None

    def __enter__(self) -> BaseSession:
        push_session(self._session)
        if self._graph is not None:
            self._graph.__enter__()
        return self._session

    def __exit__(self, *info: Any) -> None:
        if self._graph is not None:
            self._graph.__exit__(*info)
        pop_session(self._session)


@public("Session")
class Session(BaseSession):
    """Runs operations and evaluates tensors of a graph.

    `with tf.Session() as sess:` makes it the default session and closes it at the end.

    Args:
      target: the execution engine; only the one in this process.
      graph: the graph to run, the default graph if None.
      config: a ConfigProto, accepted.
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None):
        super().__init__(target, graph, config)
        self._contexts: list[_DefaultSession] = []

    def __enter__(self) -> Session:
        if self._contexts:
            import warnings

            warnings.warn("Session contexts are nested: the outer one stays open.", stacklevel=2)
        context = _DefaultSession(self, graph=True)
        self._contexts.append(context)
        context.__enter__()
        return self

    def __exit__(self, *info: Any) -> None:
        self._contexts.pop().__exit__(*info)
        self.close()

    @staticmethod
    def reset(target: Any, containers: Any = None, config: Any = None) -> None:  # type: ignore[override]
        """Forgets the variables of the server at `target`, those in `containers` only if given; other sessions share nothing."""
        reset_server(target, containers)


@public("InteractiveSession")
class InteractiveSession(BaseSession):
    """A Session that is the default one from its construction on, for use in a shell."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None):
        super().__init__(target, graph, config)
        self._default = _DefaultSession(self, graph=graph is not None)
        self._default.__enter__()

    def close(self) -> None:
        """Closes the session and takes it off the stack of default sessions."""
        super().close()
        if self._default is not None:
            self._default.__exit__(None, None, None)
            self._default = None
