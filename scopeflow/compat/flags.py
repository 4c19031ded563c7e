"""tf.flags (and tf.app.flags): absl's flags, parsed from the command line when first read."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from absl import flags as _flags

from ..graph.public import export

#: how TensorFlow's own DEFINE_* functions call the arguments -> absl's names
_OLD_KEYWORDS = {"flag_name": "name", "default_value": "default", "docstring": "help"}


class ParsedOnRead:
    """The program's flags: absl's FlagValues, which parse `sys.argv` when a flag is first read."""

    def __getattr__(self, name: str) -> Any:
        values = _flags.FLAGS
        if not name.startswith("__") and name != "_parse_args" and name in values and not values.is_parsed():
            values(sys.argv)
        return getattr(values, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_flags.FLAGS, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_flags.FLAGS, name)

    def __getitem__(self, name: str) -> Any:
        return _flags.FLAGS[name]

    def __setitem__(self, name: str, flag: Any) -> None:
        _flags.FLAGS[name] = flag

    def __contains__(self, name: str) -> bool:
        return name in _flags.FLAGS

    def __iter__(self) -> Any:
        return iter(_flags.FLAGS)

    def __len__(self) -> int:
        return len(_flags.FLAGS)

    def __dir__(self) -> list[str]:
        return dir(_flags.FLAGS)

    def __call__(self, *args: Any, **kwargs: Any) -> list[str]:
        return _flags.FLAGS(*args, **kwargs)


FLAGS = export(ParsedOnRead(), "flags.FLAGS", "app.flags.FLAGS")


def _with_old_keywords(define: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(define)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return define(*args, **{_OLD_KEYWORDS.get(k, k): v for k, v in kwargs.items()})

    # absl names the module that defines a flag by its caller; this file must not count as one.
    _flags.disclaim_key_flags()
    return wrapper


def _publish() -> None:
    for name in dir(_flags):
        value = getattr(_flags, name)
        if name.startswith("_") or name in ("FLAGS", "absltest") or type(value).__name__ == "module":
            continue
        if name in ("DEFINE_string", "DEFINE_integer", "DEFINE_float", "DEFINE_bool", "DEFINE_boolean"):
            value = globals().setdefault(name, _with_old_keywords(value))
        export(value, f"flags.{name}", f"app.flags.{name}")


_publish()
