"""The commands of `python -m analytics`, a file each: `add_parser(subparsers)`, `run(args)`."""
