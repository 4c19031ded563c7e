"""The error classes of `tf.errors`: one for each canonical status code."""

from __future__ import annotations

from typing import Any

from .public import export, public


@public("errors.OpError", "OpError")
class OpError(Exception):
    """An operation failed.

    Args:
      node_def: the NodeDef of the op, or None.
      op: the Operation, or None if unknown.
      message: what happened.
      error_code: the canonical status code, an int.
    """

    def __init__(self, node_def: Any, op: Any, message: str, error_code: int):
        super().__init__(message)
        self._node_def, self._op, self._message, self._error_code = node_def, op, message, error_code

    @property
    def message(self) -> str:
        return self._message

    @property
    def op(self) -> Any:
        return self._op

    @property
    def error_code(self) -> int:
        return self._error_code

    @property
    def node_def(self) -> Any:
        return self._node_def if self._node_def is not None or self._op is None else self._op.node_def

    def __str__(self) -> str:
        return self._message

    def __reduce__(self) -> Any:
        if type(self) is OpError:
            return OpError, (None, None, self._message, self._error_code)
        return type(self), (None, None, self._message)


_CODES = {
    "CANCELLED": 1,
    "UNKNOWN": 2,
    "INVALID_ARGUMENT": 3,
    "DEADLINE_EXCEEDED": 4,
    "NOT_FOUND": 5,
    "ALREADY_EXISTS": 6,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "FAILED_PRECONDITION": 9,
    "ABORTED": 10,
    "OUT_OF_RANGE": 11,
    "UNIMPLEMENTED": 12,
    "INTERNAL": 13,
    "UNAVAILABLE": 14,
    "DATA_LOSS": 15,
    "UNAUTHENTICATED": 16,
}
export(0, "errors.OK")
for _name, _code in _CODES.items():
    export(_code, "errors." + _name)


def _error(name: str, code: int, doc: str) -> type[OpError]:
    def __init__(self: Any, node_def: Any, op: Any, message: str, error_code: int = code) -> None:
        OpError.__init__(self, node_def, op, message, error_code)

    return export(type(name, (OpError,), {"__init__": __init__, "__doc__": doc, "__module__": __name__}), "errors." + name)


CancelledError = _error("CancelledError", 1, "The step was cancelled, for example by closing its session.")
UnknownError = _error("UnknownError", 2, "An error without a better class, such as an exception in a Python function.")
InvalidArgumentError = _error("InvalidArgumentError", 3, "An op was given a value it cannot work with.")
DeadlineExceededError = _error("DeadlineExceededError", 4, "A deadline passed before the step was done.")
NotFoundError = _error("NotFoundError", 5, "Something asked for, such as a file, does not exist.")
AlreadyExistsError = _error("AlreadyExistsError", 6, "Something to be created exists already.")
PermissionDeniedError = _error("PermissionDeniedError", 7, "The caller may not do this.")
UnauthenticatedError = _error("UnauthenticatedError", 16, "The caller is not authenticated.")
ResourceExhaustedError = _error("ResourceExhaustedError", 8, "Memory or another resource ran out.")
FailedPreconditionError = _error("FailedPreconditionError", 9, "The system's state forbids this: say, an uninitialized variable.")
AbortedError = _error("AbortedError", 10, "The step was aborted, for example by a concurrent one.")
OutOfRangeError = _error("OutOfRangeError", 11, "Reading went past the end of the input.")
UnimplementedError = _error("UnimplementedError", 12, "The op is not implemented for these types or devices.")
InternalError = _error("InternalError", 13, "Something inside the system is broken.")
UnavailableError = _error("UnavailableError", 14, "The runtime is not reachable at the moment.")
DataLossError = _error("DataLossError", 15, "Data is lost or corrupt.")

_BY_CODE = {
    1: CancelledError,
    2: UnknownError,
    3: InvalidArgumentError,
    4: DeadlineExceededError,
    5: NotFoundError,
    6: AlreadyExistsError,
    7: PermissionDeniedError,
    8: ResourceExhaustedError,
    9: FailedPreconditionError,
    10: AbortedError,
    11: OutOfRangeError,
    12: UnimplementedError,
    13: InternalError,
    14: UnavailableError,
    15: DataLossError,
    16: UnauthenticatedError,
}


@public("errors.exception_type_from_error_code")
def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The class for a status code."""
    return _BY_CODE[error_code]


@public("errors.error_code_from_exception_type")
def error_code_from_exception_type(cls: type[OpError]) -> int | None:
    """The status code of a class."""
    return {c: k for k, c in _BY_CODE.items()}.get(cls)


class Status:
    """A status that code under `raise_exception_on_not_ok_status` may set: a code of this module, and a message."""

    def __init__(self) -> None:
        self.code = 0
        self.message = ""

    def set(self, code: int, message: str) -> None:
        """Reports how it went."""
        self.code, self.message = code, message


@public("errors.raise_exception_on_not_ok_status")
class raise_exception_on_not_ok_status:
    """A context manager that gives a `Status`; if that has been set to anything but OK at the end, its error is raised.

    In TensorFlow the status is one of its C library, for calls of `tensorflow.pywrap_tensorflow`. That library does not exist here.
    """

    def __enter__(self) -> Status:
        self.status = Status()
        return self.status

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        if kind is None and self.status.code:
            raise exception_type_from_error_code(self.status.code)(None, None, self.status.message)


class OperatorNotAllowedInGraphError(TypeError):
    """A Python operator that would need a tensor's value while the graph is built: bool(t), iter(t)."""
