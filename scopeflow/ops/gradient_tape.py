"""tf.GradientTape in a graph, where the ops themselves are the tape."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..graph import nest
from ..graph.public import public
from .gradients import UnconnectedGradients, gradients


@public("GradientTape", "python.eager.backprop.GradientTape")
class GradientTape:
    """Gradients of what is computed under `with GradientTape() as tape:`. In a graph they are those of `tf.gradients`.

    Args:
      persistent: `gradient` may be called more than once.
      watch_accessed_variables: accepted; the gradient for any source can be asked for.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True):
        self._persistent = persistent
        self._watched: list[Any] = []
        self._recording = self._used = False

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise ValueError("Tape is already recording.")
        self._recording = True
        return self

    def __exit__(self, *error: object) -> None:
        self._recording = False

    def watch(self, tensor: Any) -> None:
        """Says that the gradient for a tensor, or for several, will be asked for."""
        self._watched += nest.flatten(tensor)

    def watched_variables(self) -> tuple[Any, ...]:
        """The variables that `watch` was given."""
        return tuple(v for v in self._watched if hasattr(v, "initializer"))

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A `with` block outside of the tape.

        Raises:
          ValueError: the tape is not recording.
        """
        if not self._recording:
            raise ValueError("Tape is not recording.")
        self._recording = False
        try:
            yield
        finally:
            self._recording = True

    def reset(self) -> None:
        """Forgets what is watched."""
        self._watched = []

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradients of the sum of `target` (tensors) for `sources`, in their structure; None where nothing depends on one.

        Args:
          output_gradients: for each tensor of `target`, the gradient that flows into it; None: ones.
          unconnected_gradients: what a source gets that the target does not depend on.

        Raises:
          RuntimeError: the tape is not persistent and was asked before.
        """
        if self._used and not self._persistent:
            raise RuntimeError("GradientTape.gradient can only be called once on non-persistent tapes.")
        self._used = True
        found = gradients(
            nest.flatten(target),
            nest.flatten(sources),
            grad_ys=None if output_gradients is None else nest.flatten(output_gradients),
            unconnected_gradients=UnconnectedGradients(unconnected_gradients),
        )
        return nest.pack_sequence_as(sources, found)
