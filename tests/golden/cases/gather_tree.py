"""GatherTree: a beam search's sequences, read back along their parents."""

CASES = [
    "out = tf.contrib.seq2seq.gather_tree(P([[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9]], [[-1, -1, -1]]]), P([[[0, 0, 0]], [[0, 1, 1]], [[2, 1, 2]], [[-1, -1, -1]]]), P([3]), 10)",
    "out = tf.contrib.seq2seq.gather_tree(P([[[1, 2]], [[3, 4]], [[9, 5]], [[6, 7]]]), P([[[0, 0]], [[0, 1]], [[1, 0]], [[0, 1]]]), P([4]), 9)",
    "s = np.random.RandomState(0)\nout = tf.contrib.seq2seq.gather_tree(P(s.randint(0, 6, [7, 3, 4]).astype('int32')), P(s.randint(0, 4, [7, 3, 4]).astype('int32')), P([7, 4, 0]), 5)",
    "s = np.random.RandomState(1)\nout = tf.contrib.seq2seq.gather_tree(P(s.randint(0, 6, [7, 3, 4]).astype('int32'), [None, None, 4]), P(s.randint(0, 4, [7, 3, 4]).astype('int32'), '?'), P([9, 4, 1], [None]), P(2))",
    "out = tf.contrib.seq2seq.gather_tree(P([[[1, 2]]]), P([[[0, 5]]]), [1], 9)",
    "out = tf.contrib.seq2seq.gather_tree(P([[[1, 2]], [[1, 2]]]), P([[[0, 5]], [[5, 1]]]), [2], 9)",
    "out = tf.contrib.seq2seq.gather_tree(P([[[1, 2]], [[1, 2]]]), P([[[0, 5]], [[5, 1]]]), [2, 3], 9)",
    "out = tf.contrib.seq2seq.gather_tree(P([[1, 2]]), P([[0, 5]]), [2, 3], 9)",
]
