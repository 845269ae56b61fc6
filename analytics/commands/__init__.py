"""The commands of `python -m analytics`, a file each: `add_parser(subparsers)` names it, `run(args)` does it."""
