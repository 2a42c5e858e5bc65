"""`python -m sage_connect.cli`."""

from . import main

main()
