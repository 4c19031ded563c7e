"""tensorflow.python.debug: importable, and refused at its use."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf

pytestmark = pytest.mark.usefixtures("hooked")


def test_it_can_be_imported_and_refuses_to_work() -> None:
    from tensorflow.python import debug as tf_debug
    from tensorflow.python.debug import DumpingDebugWrapperSession
    from tensorflow.python.debug.wrappers import hooks

    assert DumpingDebugWrapperSession is tf_debug.DumpingDebugWrapperSession
    for use in (tf_debug.LocalCLIDebugWrapperSession, hooks.DumpingDebugHook):
        with pytest.raises(tf.errors.UnimplementedError, match=f"{use.__name__}: scopeflow has no tfdbg"):
            use(None)


def test_the_filter_for_infinities() -> None:
    from tensorflow.python.debug import has_inf_or_nan

    found = [has_inf_or_nan(None, v) for v in (None, np.array(["a"]), np.ones(2), np.array([1.0, np.nan]), np.array([np.inf]))]
    assert found == [False, False, False, True, True]
