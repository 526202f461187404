"""The launcher's command line."""

import argparse
import signal
import subprocess
import sys
from types import FrameType

from .demo import NotPossible, demo, reset
from .once import with_servers
from .server import ServerFailed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dealership.launcher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    once = commands.add_parser("with-servers", help="run a command against throwaway servers")
    once.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    commands.add_parser("demo", help="run the whole product with demo data")
    commands.add_parser("reset", help="delete the demo's data")
    return parser


def _stop(signum: int, _frame: FrameType | None) -> None:
    """Leave by the way of an exception, so that every server is stopped."""
    raise SystemExit(128 + signum)


def _run(options: argparse.Namespace) -> int:
    if options.command == "demo":
        return demo()
    if options.command == "reset":
        return reset()
    arguments = options.arguments
    return with_servers(arguments[1:] if arguments[:1] == ["--"] else arguments)


def main() -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args()
    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, _stop)
    try:
        return _run(options)
    except (NotPossible, ServerFailed) as error:
        print(error, file=sys.stderr)
    except subprocess.CalledProcessError:
        print("The database could not be prepared; the reason stands above.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
