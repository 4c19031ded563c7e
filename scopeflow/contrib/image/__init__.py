"""tf.contrib.image: projective transforms, warps along fields and splines, connected components."""

from . import components, transforms, warps  # noqa: F401
