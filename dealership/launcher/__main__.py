"""The launcher's command line."""

import argparse
import signal
import sys
from types import FrameType

from .once import with_servers
from .server import ServerFailed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dealership.launcher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    once = commands.add_parser("with-servers", help="run a command against throwaway servers")
    once.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    return parser


def _stop(signum: int, _frame: FrameType | None) -> None:
    """Leave by the way of an exception, so that every server is stopped."""
    raise SystemExit(128 + signum)


def main() -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args()
    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, _stop)
    try:
        arguments = options.arguments
        return with_servers(arguments[1:] if arguments[:1] == ["--"] else arguments)
    except ServerFailed as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
