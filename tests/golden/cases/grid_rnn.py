"""tf.contrib.grid_rnn: outputs and states over steps, from the reference's initial values."""

_X = "x = P(np.sin(np.arange(12, dtype=np.float32)).reshape(4, 3)); G = tf.contrib.grid_rnn; "
_RUN = "out = tf.nn.static_rnn(c, [x, x * 2], dtype=tf.float32)"

CASES = [
    _X + "c = G.Grid1LSTMCell(3, use_peepholes=True); " + _RUN,
    _X + "c = G.Grid2BasicRNNCell(3, tied=True); " + _RUN,
    _X + "c = G.Grid2GRUCell(2); " + _RUN,
    _X + "c = G.Grid3LSTMCell(3); " + _RUN,
    _X + "c = G.GridRNNCell(3, 2, input_dims=0, output_dims=[0, 1], priority_dims=1, output_is_tuple=False); " + _RUN,
]
