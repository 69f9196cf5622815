"""`python -m mast_api` is the `mast` command."""

from mast_api.cli import main

main()
