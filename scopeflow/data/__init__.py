"""tf.data: datasets, their transformations, and iterators. What runs is NumPy on the host, beside the device's work."""

from . import contrib_names, dataset, experimental, iterators, optionals, readers  # noqa: F401
