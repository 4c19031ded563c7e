"""tf.contrib.cudnn_rnn: what cuDNN's recurrent networks compute, for any device."""

from . import compatible_cells, networks, saving  # noqa: F401
