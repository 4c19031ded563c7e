"""tf.data: datasets, their transformations, and iterators. What runs is NumPy on the host, beside the device's work."""

from . import (  # noqa: F401
    contrib_names,
    csv_files,
    databases,
    dataset,
    experimental,
    iterators,
    optionals,
    options,
    readers,
    resampling,
    specs,
)
