"""Settings for all tests."""

import os

# Programs that tests start leave nothing in the home folder.
os.environ.setdefault("SCOPEFLOW_CACHE", "off")
