"""`tf.raw_ops`: every declared op by its op type, called with keywords only."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from ..graph.public import export
from ..op.declare import OPS


class RawOps(ModuleType):
    """The namespace `tf.raw_ops`."""

    def __getattr__(self, name: str) -> Any:
        op = OPS.get(name)
        if op is None:
            if name.startswith("__"):
                raise AttributeError(name)
            raise AttributeError(f"tf.raw_ops.{name} is not in scopeflow yet.")

        @functools.wraps(op)
        def raw(**keywords: Any) -> Any:
            return op(**keywords)

        del raw.__wrapped__  # whose signature is another
        raw.__name__ = raw.__qualname__ = name
        setattr(self, name, raw)
        return raw

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *OPS})


export(RawOps("scopeflow.raw_ops", __doc__), "raw_ops")
