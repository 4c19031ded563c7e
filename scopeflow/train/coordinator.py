"""Coordinator: lets the threads of a training program stop together, and hands on the error of the first that failed."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..graph import errors
from ..graph.public import TABLE, public


@public("train.Coordinator")
class Coordinator:
    """Threads ask `should_stop`; any of them may `request_stop`, with the exception that it ended by; `join` waits for all.

    Args:
      clean_stop_exception_types: exceptions that mean a clean stop and that `join` does not raise; OutOfRangeError if None.
    """

    def __init__(self, clean_stop_exception_types: Any = None):
        if clean_stop_exception_types is None:
            clean_stop_exception_types = (errors.OutOfRangeError,)
        self._clean_stop_exception_types = tuple(clean_stop_exception_types)
        self._lock = threading.Lock()
        self._stop_event = threading.Event()
        self._exc_info_to_raise: Any = None
        self._joined = False
        self._registered_threads: set[threading.Thread] = set()

    def _clean(self, ex: Any) -> Any:
        if isinstance(ex, tuple):
            ex = ex[1]
        return None if isinstance(ex, self._clean_stop_exception_types) else ex

    def request_stop(self, ex: Any = None) -> None:
        """Asks all threads to stop. After that `should_stop` is True.

        Args:
          ex: why: an exception, or `sys.exc_info()`. Joining raises the first one given. If all have joined already, it is raised here.
        """
        with self._lock:
            serious = self._clean(ex)
            if self._joined:
                if serious is not None:
                    raise serious
                return
            if not self._stop_event.is_set():
                if serious is not None and self._exc_info_to_raise is None:
                    TABLE["logging.info"]("Error reported to Coordinator: %s, %s", type(serious), serious)
                    if isinstance(ex, tuple):
                        self._exc_info_to_raise = ex
                    else:
                        current = sys.exc_info()
                        self._exc_info_to_raise = current if current[1] is ex else (type(ex), ex, ex.__traceback__)
                self._stop_event.set()

    def clear_stop(self) -> None:
        """Forgets that a stop was asked for, so that threads can run again."""
        with self._lock:
            self._joined = False
            self._exc_info_to_raise = None
            self._stop_event.clear()

    def should_stop(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop_event.is_set()

    @contextlib.contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """A context in which an exception asks for a stop, and goes no further."""
        try:
            yield
        except BaseException as ex:
            self.request_stop(ex)

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until a stop is asked for, or for `timeout` seconds; whether it was."""
        return self._stop_event.wait(timeout)

    def register_thread(self, thread: threading.Thread) -> None:
        """Adds a thread to those that `join` waits for."""
        with self._lock:
            self._registered_threads.add(thread)

    def join(
        self, threads: Sequence[threading.Thread] | None = None, stop_grace_period_secs: float = 120, ignore_live_threads: bool = False
    ) -> None:
        """Waits until the threads (given here and registered) end.

        Once a stop is asked for, they have `stop_grace_period_secs` left.

        Raises:
          RuntimeError: some still run after that, unless `ignore_live_threads`.
          The exception that a stop was asked for with.
        """
        with self._lock:
            waited = self._registered_threads | set(threads or ())
        live = [t for t in waited if t.is_alive()]
        while any(t.is_alive() for t in live) and not self.wait_for_stop(0.05):
            pass
        deadline = time.monotonic() + stop_grace_period_secs
        for thread in live:
            thread.join(max(0.0, deadline - time.monotonic()))
        stragglers = [t.name for t in live if t.is_alive()]
        with self._lock:
            self._joined = True
            self._registered_threads = set()
            if self._exc_info_to_raise is not None:
                _, error, trace = self._exc_info_to_raise
                raise error.with_traceback(trace)
            if stragglers:
                text = f"Coordinator stopped with threads still running: {' '.join(stragglers)}"
                if not ignore_live_threads:
                    raise RuntimeError(text)
                TABLE["logging.info"](text)

    @property
    def joined(self) -> bool:
        """Whether `join` is done."""
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raises the exception that a stop was asked for with, if any."""
        with self._lock:
            if self._exc_info_to_raise is not None:
                _, error, trace = self._exc_info_to_raise
                raise error.with_traceback(trace)


@public("train.LooperThread")
class LooperThread(threading.Thread):
    """A thread that calls a function again and again until its coordinator stops.

    Args:
      timer_interval_secs: seconds from one call to the next, 0 or None for at once.
      target, args, kwargs: the function and its arguments; without one, `run_loop` is called.
    """

    def __init__(self, coord: Coordinator, timer_interval_secs: float | None, target: Any = None, args: Any = None, kwargs: Any = None):
        if not isinstance(coord, Coordinator):
            raise ValueError(f"'coord' argument must be a Coordinator: {coord}")
        super().__init__()
        self.daemon = True
        self._coord = coord
        self._timer_interval_secs = timer_interval_secs
        self._looper_target: Callable[..., Any] | None = target
        if target is not None:
            self._looper_args, self._looper_kwargs = args or (), kwargs or {}
        elif args or kwargs:
            raise ValueError("'args' and 'kwargs' argument require that you also pass 'target'")
        coord.register_thread(self)

    @staticmethod
    def isAlive(self) -> bool:
        """`is_alive`, as Python 2 called it."""
        return self.is_alive()

    def loop(coord: Coordinator, timer_interval_secs: float | None, target: Any, args: Any = None, kwargs: Any = None) -> LooperThread:
        """A started thread that calls `target`."""
        looper = LooperThread(coord, timer_interval_secs, target=target, args=args, kwargs=kwargs)
        looper.start()
        return looper

    def run(self) -> None:
        """The thread's loop."""
        with self._coord.stop_on_exception():
            self.start_loop()
            if not self._timer_interval_secs:
                while not self._coord.should_stop():
                    self.run_loop()
            else:
                due = time.monotonic()
                while not self._coord.wait_for_stop(max(0.0, due - time.monotonic())):
                    due += self._timer_interval_secs
                    self.run_loop()
            self.stop_loop()

    def start_loop(self) -> None:
        """Called before the loop."""

    def stop_loop(self) -> None:
        """Called after the loop."""

    def run_loop(self) -> None:
        """One round: calls the target."""
        if self._looper_target is not None:
            self._looper_target(*self._looper_args, **self._looper_kwargs)
