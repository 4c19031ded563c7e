"""Images: tf.image."""

from . import (  # noqa: F401
    adjusting,
    boxes,
    boxes_of_classes,
    codecs,
    color,
    components,
    cropping,
    flipping,
    imported_gradients,
    projective,
    quality,
    resizing,
)
