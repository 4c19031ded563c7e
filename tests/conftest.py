"""Settings for all tests, and the import hook as a fixture."""

import os
from collections.abc import Iterator

import pytest

import scopeflow
from scopeflow.compat import hook

# Programs that tests start leave nothing in the home folder.
os.environ.setdefault("SCOPEFLOW_CACHE", "off")


@pytest.fixture
def hooked() -> Iterator[None]:
    """`import tensorflow` gives scopeflow for as long as the test runs."""
    scopeflow.install()
    yield
    hook.uninstall()
