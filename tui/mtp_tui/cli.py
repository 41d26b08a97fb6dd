"""The command line: arguments → settings → services → app. Nothing heavy is imported before it is known to be needed."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mtp_tui import __version__

if TYPE_CHECKING:
    from mtp_tui.settings import Prefill

EXIT_OK = 0
EXIT_BUG = 1
EXIT_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `mtp-tui` and return its exit code: 0 left by the user, 1 a bug, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("mtp-tui needs a terminal: standard input and output must not be redirected.", file=sys.stderr)  # noqa: T201
        return EXIT_USAGE
    return _run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mtp-tui",
        description="Sign in to Microsoft Defender XDR with an Entra app registration, see what its access token is worth, and browse incidents live.",
        epilog="AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET fill in the sign-in pane. HTTPS_PROXY, NO_PROXY and "
        "SSL_CERT_FILE are honoured. A secret is never taken from an argument, since other users can list those.",
    )
    parser.add_argument("--version", action="version", version=f"mtp-tui {__version__}")
    parser.add_argument(
        "--demo", action="store_true", help="use the built-in simulated tenant: no network, no settings, no files"
    )
    parser.add_argument(
        "--theme", choices=("dark", "light"), default="dark", help="colours to start with (default: dark; T switches)"
    )
    parser.add_argument(
        "--profile", metavar="NAME", help="start with this profile of profiles.toml in the settings folder"
    )
    parser.add_argument(
        "--refresh",
        type=_seconds,
        metavar="SECONDS",
        help="how often the queue refreshes by itself (default: 30, in the demo 6; at least 5)",
    )
    return parser


def _seconds(text: str) -> float:
    from mtp_tui.settings import REFRESH_AT_LEAST_S

    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not REFRESH_AT_LEAST_S <= seconds <= 86400:
        raise argparse.ArgumentTypeError(f"must lie between {REFRESH_AT_LEAST_S:.0f} and 86400 seconds")
    return seconds


def _run(options: argparse.Namespace) -> int:
    from mtp_tui import logs, settings

    log_file = None if options.demo else settings.log_file()
    if not logs.start_logging(log_file):
        log_file = None
    prefill = settings.prefill_from({} if options.demo else os.environ)
    if options.profile and not options.demo:
        named = _prefill_of(options.profile)
        if named is None:
            return EXIT_USAGE
        prefill = named
    chosen = settings.Settings(
        prefill=prefill,
        refresh_every_s=options.refresh,
        theme=f"mtp-{options.theme}",
        log_file=log_file,
    )

    from mtp_tui.services import wiring
    from mtp_tui.ui.app import MtpApp

    app = MtpApp(wiring.demo(chosen) if options.demo else wiring.live(chosen))
    app.run()
    return EXIT_OK if app.return_code in (None, 0) else EXIT_BUG


def _prefill_of(name: str) -> "Prefill | None":
    """What the profile says; None, with the reason on standard error, if it cannot be used."""
    import asyncio

    from mtp_tui import settings
    from mtp_tui.clock import system_clock
    from mtp_tui.errors import MtpError
    from mtp_tui.services.chosen_profile import prefill_from_profile

    print(f"mtp-tui: looking for the secret of the profile {name!r} … Ctrl+C stops", file=sys.stderr)  # noqa: T201
    try:
        prefill, sentence = asyncio.run(prefill_from_profile(name, settings.profile_file(), os.environ, system_clock))
    except KeyboardInterrupt:
        print("mtp-tui: stopped.", file=sys.stderr)  # noqa: T201
        return None
    except MtpError as error:
        print(f"mtp-tui: {error.summary} {error.hint}".rstrip(), file=sys.stderr)  # noqa: T201
        return None
    if not prefill.secret:
        print(f"mtp-tui: {sentence} You will be asked for the secret.", file=sys.stderr)  # noqa: T201
    return prefill
