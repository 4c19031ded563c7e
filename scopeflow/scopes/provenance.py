"""Where a variable's name comes from (written later in this file)."""
