"""Start of a process and the import; run.py times the whole process."""

import tensorflow as tf

assert tf.Graph
