"""`python -m scopeflow`: the command line."""

from .tools.main import main

main()
