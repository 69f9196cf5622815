"""One file per subcommand of `mast`; each holds a click command named `command`."""
