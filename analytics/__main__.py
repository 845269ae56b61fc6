"""`python -m analytics`: what the pages do, without a screen."""

import argparse
import contextlib
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

from analytics import commands
from analytics.errors import RequestError
from analytics.language import _


def parser() -> argparse.ArgumentParser:
    """The words of the command line: a command is a module of `analytics.commands` that has `add_parser`."""
    made = argparse.ArgumentParser(
        prog="python -m analytics",
        description=_("Decision support for a bank branch that wants to serve people better."),
        epilog=_(
            "Exit status: 0 done; 1 the data or the request is at fault, said in a sentence; 2 wrong words."
        ),
    )
    subparsers = made.add_subparsers(dest="command", metavar=_("COMMAND"), required=True)
    for found in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"analytics.commands.{found.name}")
        if hasattr(module, "add_parser"):
            module.add_parser(subparsers)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status."""
    args = parser().parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except RequestError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print(_("Stopped."), file=sys.stderr)
    except BrokenPipeError:
        pass  # whoever read the output, such as `head`, has seen enough
    except OSError as error:  # no room, no right, a file in place of a folder: in the system's words
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror or error}.", file=sys.stderr)
    except Exception as error:  # a defect; a person still gets a sentence, not a traceback
        message = _("This should not have happened: {kind}: {error}")
        print(
            message.format(kind=type(error).__name__, error=str(error).splitlines()[0] if str(error) else ""),
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    done = main()
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    # Past the interpreter's own end, at which DuckDB prints a page about objects that caches still hold.
    os._exit(done)
