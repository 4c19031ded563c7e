"""The error classes: codes, parts, pickling. Each result is what the reference gives."""

import pytest

ERRORS = [
    (
        "e = tf.errors.NotFoundError(None, None, 'gone'); (e.message, e.error_code, e.op, e.node_def, str(e), "
        "isinstance(e, tf.errors.OpError))",
        "('gone', 5, None, None, 'gone', True)",
    ),
    ("e = tf.errors.InvalidArgumentError(None, tf.constant(1.0, name='c').op, 'bad'); (e.op.name, e.message)", "('c', 'bad')"),
    ("e = tf.errors.InvalidArgumentError(tf.no_op(name='n').node_def, None, 'bad'); (e.op, e.node_def.name)", "(None, 'n')"),
    (
        "e = pickle.loads(pickle.dumps(tf.errors.AbortedError(None, None, 'x'))); (type(e).__name__, e.message, e.error_code)",
        "('AbortedError', 'x', 10)",
    ),
    ("e = pickle.loads(pickle.dumps(tf.OpError(None, None, 'x', 3))); (type(e).__name__, e.message, e.error_code)", "('OpError', 'x', 3)"),
    (
        "[tf.errors.exception_type_from_error_code(i).__name__ for i in range(1, 17)]",
        "['CancelledError', 'UnknownError', 'InvalidArgumentError', 'DeadlineExceededError', 'NotFoundError', "
        "'AlreadyExistsError', 'PermissionDeniedError', 'ResourceExhaustedError', 'FailedPreconditionError', "
        "'AbortedError', 'OutOfRangeError', 'UnimplementedError', 'InternalError', 'UnavailableError', "
        "'DataLossError', 'UnauthenticatedError']",
    ),
    (
        "[tf.errors.error_code_from_exception_type(tf.errors.exception_type_from_error_code(i)) for i in range(1, 17)]",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]",
    ),
    ("tf.errors.exception_type_from_error_code(99)", "KeyError: 99"),
    (
        "(tf.errors.OK, tf.errors.CANCELLED, tf.errors.INVALID_ARGUMENT, tf.errors.DATA_LOSS, tf.errors.UNAUTHENTICATED)",
        "(0, 1, 3, 15, 16)",
    ),
    ("e = tf.errors.UnknownError(None, None, 'u', 7); e.error_code", "7"),
]


@pytest.mark.parametrize("code, result", ERRORS)
def test_errors(gives, code, result):
    assert gives(code, result)
