"""What old programs expect around the library: the `tensorflow` import hook, tf.app, tf.flags, tf.logging, tf.gfile, the protos."""

from . import (  # noqa: F401
    app,
    behavior,
    deprecation,
    devices,
    files,
    flags,
    gradient_checks,
    hook,
    inspect_checkpoint,
    inspecting,
    logging,
    mnist,
    private_objects,
    profiler,
    protos,
    raw_ops,
    resources,
    testing,
    text,
    versions,
)
