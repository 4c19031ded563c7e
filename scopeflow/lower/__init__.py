"""From a set of fetches and feeds to pure functions: prune, order, split into stages, trace, differentiate."""
