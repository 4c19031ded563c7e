"""The op families: each op is declared once, in the file of its family."""
