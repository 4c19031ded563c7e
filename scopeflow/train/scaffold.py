"""Scaffold: the ops by which a session's model is initialized, found ready, summarized and saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import dtypes, errors
from ..graph.conversion import constant
from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.public import TABLE, public
from ..ops.flow import group, no_op
from ..ops.joining import concat
from ..variables.initialization import (
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
    tables_initializer,
)
from ..variables.listing import global_variables

_UNSET = object()


def _resources_initializer() -> Any:
    # Resources that are not variables (of tf.contrib) would be initialized here; the node is there without any.
    return no_op(name="init")


def _report_uninitialized_resources() -> Any:
    graph = get_default_graph()
    with graph.name_scope("report_uninitialized_resources"), graph.device("/cpu:0"):
        return constant([], dtype=dtypes.string)


@public("train.Scaffold")
class Scaffold:
    """What a MonitoredSession needs of a graph. `finalize` makes what is not given, and finalizes the graph.

    Args:
      init_op: initializes all variables when no checkpoint is restored; its run gets `init_feed_dict`.
      init_fn: called as `init_fn(scaffold, session)` after `init_op`.
      ready_op, ready_for_local_init_op: names of variables without value, empty when the model (what local_init_op needs) is ready.
      local_init_op: initializes local variables and tables in each new session.
      summary_op: all summaries.
      saver: restores and saves.
      copy_from_scaffold: where to take from what is not given here.
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Any = None,
        init_fn: Any = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Any = None,
        copy_from_scaffold: Scaffold | None = None,
    ):
        other = copy_from_scaffold
        if other is not None and not isinstance(other, Scaffold):
            raise TypeError(f"copy_from_scaffold is not a Scaffold instance. type={type(other).__name__}")

        def first(name: str, value: Any) -> Any:
            return getattr(other, name) if value is None and other is not None else value

        self._init_op = first("init_op", init_op)
        self._ready_op = first("ready_op", ready_op)
        self._ready_for_local_init_op = first("ready_for_local_init_op", ready_for_local_init_op)
        self._local_init_op = first("local_init_op", local_init_op)
        self._summary_op = first("summary_op", summary_op)
        self._saver = first("saver", saver)
        self._init_feed_dict = first("init_feed_dict", init_feed_dict)
        self._user_init_fn = init_fn if init_fn is not None or other is None else other._user_init_fn

    def finalize(self) -> Scaffold:
        """Makes what is missing; the graph cannot be changed afterwards."""
        if self._init_op is None:
            self._init_op = Scaffold.get_or_default("init_op", GraphKeys.INIT_OP, self._default_init_op)
        if self._ready_op is None:
            self._ready_op = Scaffold.get_or_default("ready_op", GraphKeys.READY_OP, self._default_ready_op)
        if self._ready_for_local_init_op is None:
            self._ready_for_local_init_op = Scaffold.get_or_default(
                "ready_for_local_init_op", GraphKeys.READY_FOR_LOCAL_INIT_OP, self._default_ready_for_local_init_op
            )
        if self._local_init_op is None:
            self._local_init_op = Scaffold.get_or_default("local_init_op", GraphKeys.LOCAL_INIT_OP, Scaffold.default_local_init_op)
        if self._summary_op is None:
            self._summary_op = Scaffold.get_or_default("summary_op", GraphKeys.SUMMARY_OP, TABLE["summary.merge_all"])
        if self._saver is None:
            self._saver = TABLE["python.training.saver._get_saver_or_default"]()
        self._saver.build()
        get_default_graph().finalize()
        TABLE["logging.info"]("Graph was finalized.")
        return self

    @staticmethod
    def _default_init_op() -> Any:
        return group(
            global_variables_initializer(), _resources_initializer(), get_default_graph().get_collection("saved_model_initializers")
        )

    @staticmethod
    def _default_ready_op() -> Any:
        return concat([report_uninitialized_variables(), _report_uninitialized_resources()], 0)

    @staticmethod
    def _default_ready_for_local_init_op() -> Any:
        return concat([report_uninitialized_variables(global_variables()), _report_uninitialized_resources()], 0)

    @staticmethod
    def default_local_init_op() -> Any:
        """An op that initializes local variables and tables."""
        return group(local_variables_initializer(), tables_initializer(), _resources_initializer())

    @property
    def init_op(self) -> Any:
        return self._init_op

    @property
    def init_fn(self) -> Callable[[Any], None] | None:
        """A function of the session, or None."""
        user = self._user_init_fn
        return None if user is None else lambda session: user(self, session)

    @property
    def init_feed_dict(self) -> Any:
        return self._init_feed_dict

    @property
    def ready_op(self) -> Any:
        return self._ready_op

    @property
    def ready_for_local_init_op(self) -> Any:
        return self._ready_for_local_init_op

    @property
    def local_init_op(self) -> Any:
        return self._local_init_op

    @property
    def summary_op(self) -> Any:
        return self._summary_op

    @property
    def saver(self) -> Any:
        return self._saver

    @staticmethod
    def get_or_default(arg_name: str, collection_key: str, default_constructor: Callable[[], Any]) -> Any:
        """The element of a collection; if it is empty, what `default_constructor` makes, which is put in it (unless it is None).

        Raises:
          RuntimeError: the collection has several.
        """
        graph = get_default_graph()
        elements = graph.get_collection(collection_key)
        if elements:
            if len(elements) > 1:
                raise RuntimeError(
                    f"More than one item in the collection '{collection_key}'. Please indicate which one to use by passing it to the "
                    f"tf.Scaffold constructor as:  tf.Scaffold({arg_name}=item to use)"
                )
            return elements[0]
        op = default_constructor()
        if op is not None:
            graph.add_to_collection(collection_key, op)
        return op


#: what a run may raise when the session behind it is lost and can be made anew
LOST_SESSION = (errors.AbortedError, errors.UnavailableError)
