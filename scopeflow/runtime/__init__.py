"""Running graphs: sessions, plans and their cache, the store of variables."""
