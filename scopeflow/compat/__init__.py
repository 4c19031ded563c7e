"""What old programs expect around the library: the `tensorflow` import hook, tf.app, tf.flags, tf.logging, tf.gfile, the protos."""

from . import app, deprecation, devices, files, flags, hook, inspecting, logging, mnist, protos, resources, testing, text, versions  # noqa: F401
