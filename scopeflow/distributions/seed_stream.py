"""SeedStream: seeds for the parts of a computation, from one."""

from __future__ import annotations

import hashlib
from typing import Any

from ..graph.public import public


@public("contrib.distributions.SeedStream")
class SeedStream:
    """Called, gives the next seed: of the seed it was made with (another stream's next one), a salt and a count. None stays None."""

    def __init__(self, seed: Any, salt: str):
        self._seed = seed.original_seed if isinstance(seed, SeedStream) else seed
        self._salt, self._counter = salt, 0

    def __call__(self) -> int | None:
        self._counter += 1
        if self._seed is None:
            return None
        digest = hashlib.sha512(str((self._seed, self._counter, self._salt)).encode("utf-8"))
        return int(digest.hexdigest(), 16)

    @property
    def original_seed(self) -> Any:
        """What it was made with."""
        return self._seed

    @property
    def salt(self) -> str:
        """What tells it from streams of the same seed."""
        return self._salt
