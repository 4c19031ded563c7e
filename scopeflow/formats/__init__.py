"""Bytes to NumPy and back: TensorFlow's file formats. No graph here."""
