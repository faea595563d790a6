"""`python -m chainlead` is the command line."""

from chainlead.cli import main

main()
