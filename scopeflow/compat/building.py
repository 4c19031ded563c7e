"""tf.sysconfig, and libraries of ops: nothing here is built against TensorFlow's C++."""

from __future__ import annotations

from typing import Any, NoReturn

from ..graph.errors import UnimplementedError
from ..graph.public import public

_WAY_OUT = (
    "scopeflow runs on JAX and has neither TensorFlow's headers nor its library. Write the op in Python, as a tf.py_func, "
    "or as an op of scopeflow (CONTRIBUTING.md)."
)


def _refused(name: str, what: str) -> None:
    def function(*args: Any, **kwargs: Any) -> NoReturn:
        raise UnimplementedError(None, None, f"tf.{name} {what}: {_WAY_OUT}")

    function.__name__ = function.__qualname__ = name.rsplit(".", 1)[-1]
    function.__doc__ = f"Not there: it {what}."
    public(name)(function)


_refused("sysconfig.get_include", "names the folder of TensorFlow's headers")
_refused("sysconfig.get_lib", "names the folder of TensorFlow's library")
_refused("sysconfig.get_compile_flags", "gives flags to compile C++ against TensorFlow")
_refused("sysconfig.get_link_flags", "gives flags to link C++ with TensorFlow")
_refused("contrib.util.loader.load_op_library", "loads ops written in C++")
