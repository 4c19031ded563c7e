"""How an op is declared, and what follows from a declaration: builder, inference, folding."""
