"""Running graphs: sessions, plans and their cache, the store of variables."""

from . import session  # noqa: F401
