"""tf.contrib.grid_rnn: nodes."""

_G = "G = tf.contrib.grid_rnn ;; "
_RUN = " ;; [c.output_size, c(x, c.zero_state(4, tf.float32))]"

CASES = [
    _G + "c = G.Grid1BasicRNNCell(3)" + _RUN,
    _G + "c = G.Grid1BasicLSTMCell(3)" + _RUN,
    _G + "c = G.Grid1LSTMCell(3, use_peepholes=True)" + _RUN,
    _G + "c = G.Grid2BasicRNNCell(3, tied=True)" + _RUN,
    _G + "c = G.Grid2BasicLSTMCell(3, forget_bias=0.5)" + _RUN,
    _G + "c = G.Grid2LSTMCell(3)" + _RUN,
    _G + "c = G.Grid2LSTMCell(3, True, use_peepholes=True)" + _RUN,
    _G + "c = G.Grid2GRUCell(5)" + _RUN,
    _G + "c = G.Grid3LSTMCell(3)" + _RUN,
    _G + "c = G.Grid3LSTMCell(3, tied=True) ;; [c.state_size, tf.nn.static_rnn(c, [x, x], dtype=tf.float32)[0]]",
    _G
    + "c = G.GridRNNCell(3, 3, input_dims=[0, 2], output_dims=[1, 2], priority_dims=1) ;; c(tf.zeros([4, 2]), c.zero_state(4, tf.float32))",
    _G + "c = G.Grid2LSTMCell(3, state_is_tuple=False, output_is_tuple=False) ;; [c.state_size, c.output_size, c(x, tf.zeros([4, 12]))]",
    _G + "c = G.Grid2BasicLSTMCell(3, state_is_tuple=False) ;; [c.state_size, c.output_size]",
    _G
    + "c = G.GridRNNCell(3, 2, 0, [0, 1], 1, output_is_tuple=False, cell_fn=tf.nn.rnn_cell.GRUCell) ;; c(x, c.zero_state(4, tf.float32))",
    _G + "G.GridRNNCell(3, 0)",
    _G + "G.GridRNNCell(3, 2, input_dims=2)",
]
