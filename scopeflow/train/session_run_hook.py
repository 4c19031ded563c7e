"""SessionRunHook: code that runs around each run of a MonitoredSession."""

from __future__ import annotations

import collections
from typing import Any

from ..graph.public import public


@public("train.SessionRunHook", "estimator.SessionRunHook")
class SessionRunHook:
    """Extends the runs of a MonitoredSession; subclasses override what they need."""

    def begin(self) -> None:
        """Called once, before the session is made: the graph may still be changed."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Called when a session was made, also again after a failure; the graph is finalized."""

    def before_run(self, run_context: SessionRunContext) -> Any:
        """Called before each run; may return SessionRunArgs with what to fetch and feed besides."""

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Called after each run with the values that `before_run` asked for; may ask for a stop."""

    def end(self, session: Any) -> None:
        """Called at the end, if no error other than OutOfRangeError or StopIteration ended the session."""


@public("train.SessionRunArgs", "estimator.SessionRunArgs")
class SessionRunArgs(collections.namedtuple("SessionRunArgs", ["fetches", "feed_dict", "options"])):
    """What a hook adds to a run: fetches (any structure), a feed_dict, RunOptions."""

    def __new__(cls, fetches: Any, feed_dict: Any = None, options: Any = None) -> SessionRunArgs:
        return super().__new__(cls, fetches, feed_dict, options)


@public("train.SessionRunValues", "estimator.SessionRunValues")
class SessionRunValues(collections.namedtuple("SessionRunValues", ["results", "options", "run_metadata"])):
    """What a run gave to a hook: the values of its fetches, the RunOptions, the RunMetadata."""


@public("train.SessionRunContext", "estimator.SessionRunContext")
class SessionRunContext:
    """A run, as hooks see it."""

    def __init__(self, original_args: Any, session: Any):
        self._original_args, self._session, self._stop_requested = original_args, session, False

    @property
    def original_args(self) -> Any:
        """What `MonitoredSession.run` was called with, as SessionRunArgs."""
        return self._original_args

    @property
    def session(self) -> Any:
        """The session."""
        return self._session

    @property
    def stop_requested(self) -> bool:
        """Whether a hook asked to stop."""
        return self._stop_requested

    def request_stop(self) -> None:
        """Makes the MonitoredSession stop after this run."""
        self._stop_requested = True
