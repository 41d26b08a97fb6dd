"""The command line: arguments → settings → services → app, or → a command that needs no screen.

Nothing heavy is imported before it is known to be needed.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from mtp_tui import __version__

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from mtp_tui.commands.surroundings import Surroundings
    from mtp_tui.settings import Settings

EXIT_OK = 0
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

_NO_SCREENS = ("dumb", "unknown")
"""What terminals call themselves that print lines and do no more. One that says nothing is tried."""


def main(arguments: Sequence[str] | None = None, around: "Surroundings | None" = None) -> int:
    """Run `mtp-tui` and return its exit code: 0 left by the user, 1 a bug, 2 wrong usage or nowhere to paint; 129, 130,
    131 and 143 ended by HUP (or the terminal is gone), INT, QUIT and TERM, and so on. A command has codes of its own.

    `around` is what a command finds around it, instead of the network, the machine's clock and the environment.
    """
    if around is None:
        sys.excepthook = _told_of_bug
    options = parser().parse_args(arguments)
    if options.command is not None:
        return _run_command(options, around)
    if obstacle := _obstacle(options, os.environ):
        from mtp_tui.commands.streams import is_terminal, put, tell

        if is_terminal(sys.stdout) and not is_terminal(sys.stderr):
            put(f"mtp-tui: {obstacle}\n")  # nobody would read it in a file
        else:
            tell(obstacle)
        return EXIT_USAGE
    try:
        return _run(options)
    except KeyboardInterrupt:  # before it was painted
        return EXIT_INTERRUPTED


def _obstacle(options: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Why the window cannot be opened here, as a sentence; empty if it can."""
    from mtp_tui.commands.streams import is_terminal

    # the window is painted on standard error, as Textual does it
    if not all(map(is_terminal, (sys.stdin, sys.stdout, sys.stderr))):
        return "The window needs a terminal: standard input, output and error must not be redirected. Commands for scripts are in --help."
    term = environ.get("TERM", "").lower()
    if term in _NO_SCREENS:
        return f"This terminal says that it cannot be painted on (TERM={term}): set TERM=xterm-256color if it can, else use the commands of --help."
    if not options.demo and (switch := _listener(environ)):
        return f"{switch}, secrets too: unset it, or use it with --demo."
    return ""


def _listener(environ: Mapping[str, str]) -> str:
    """The variable that makes Textual log keys and the values of fields, or write the screen to a file that others may
    read, and what it does; empty if there is none. Source: Textual 8.2, `textual.constants` and `textual.features`."""
    if environ.get("TEXTUAL_LOG"):
        return "TEXTUAL_LOG writes down all that is typed"
    if environ.get("TEXTUAL_SCREENSHOT"):
        return "TEXTUAL_SCREENSHOT writes down what is shown"
    features = {feature.strip().lower() for feature in environ.get("TEXTUAL", "").split(",")}
    return "TEXTUAL=devtools writes down all that is typed" if "devtools" in features else ""


def _told_of_bug(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
    """In place of Python's own, which writes to the terminal whatever a stranger put into the message."""
    from traceback import format_exception

    from mtp_tui.commands.streams import tell_bug

    tell_bug("".join(format_exception(kind, error, trace)))


class _Parser(argparse.ArgumentParser):
    """Repeats no token and no secret that somebody gave as an argument, and nothing that acts on a terminal."""

    def error(self, message: str) -> NoReturn:
        from mtp_tui.commands.streams import shown
        from mtp_tui.logs import redact

        super().error(shown(redact(message)))


def parser() -> argparse.ArgumentParser:
    """Every option and every command."""
    from mtp_tui.commands.incidents_arguments import add_incidents
    from mtp_tui.commands.store_arguments import add_store
    from mtp_tui.commands.token_arguments import add_token

    parser = _Parser(
        prog="mtp-tui",
        description="Sign in to Microsoft Defender XDR with an Entra app registration, see what its access token is worth, and browse incidents live.",
        epilog="AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET make the profile “environment”, which fills in the sign-in pane. HTTPS_PROXY, NO_PROXY and "
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
        "--profile",
        metavar="NAME",
        help="start with this profile of profiles.toml in the settings folder, or with “environment”, which the AZURE_* variables make",
    )
    parser.add_argument(
        "--refresh",
        type=_seconds,
        metavar="SECONDS",
        help="how often the queue refreshes by itself (default: 30, in the demo 6; at least 5)",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="allow changes of incidents: status, owner, classification, tags, comments (default: read-only)",
    )
    parser.add_argument(
        "--bell", action="store_true", help="ring the terminal's bell when a refresh brings something new at High"
    )
    parser.add_argument("--no-store", action="store_true", help="remember no incidents for the next start")
    parser.add_argument(
        "--keep-days",
        type=_days,
        default=180.0,
        metavar="DAYS",
        help="how long an incident is remembered after its last update (default: 180)",
    )
    commands = parser.add_subparsers(dest="command", metavar="[command]", title="without a screen")
    add_token(commands)
    add_incidents(commands)
    add_store(commands)
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


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days") from None
    if not 0 < days <= 3650:
        raise argparse.ArgumentTypeError("must lie between 0 and 3650 days")
    return days


def _run_command(options: argparse.Namespace, around: "Surroundings | None") -> int:
    if options.demo:
        parser().error("--demo goes with the screen only: there is no simulated tenant for a command to ask")
    if options.write:
        parser().error("--write goes with the screen only: no command changes an incident")
    try:
        if options.command == "store":
            from mtp_tui.commands.store import run_store

            return run_store(options, around or _surroundings())
        if options.command != "token":
            from mtp_tui.commands.incidents import run_incidents

            return run_incidents(options, around or _surroundings())
        from mtp_tui.commands.token import run_token

        return run_token(options, around or _surroundings())
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _surroundings() -> "Surroundings":
    import asyncio

    from mtp_tui import logs, settings
    from mtp_tui.clock import system_clock
    from mtp_tui.commands.surroundings import Surroundings
    from mtp_tui.private_memory import keep_memory_private
    from mtp_tui.services.browser import open_in_window
    from mtp_tui.wire import Wire

    keep_memory_private()
    logs.guard_tracebacks()
    logs.start_logging(None)  # standard error is for what the command has to say
    environ = _taken_environment(settings.profile_file())

    def open_browser(address: str) -> None:
        if settings.has_windows(environ):
            open_in_window(address)

    return Surroundings(
        Wire, system_clock, asyncio.sleep, environ, settings.profile_file(), open_browser, settings.data_folder()
    )


def _run(options: argparse.Namespace) -> int:
    import gc

    gc.disable()  # what is loaded for the first paint stays; the screen goes on collecting after it

    from mtp_tui import logs, settings
    from mtp_tui.private_memory import keep_memory_private

    keep_memory_private()
    logs.guard_tracebacks()
    log_file = None if options.demo else settings.log_file()
    if not logs.start_logging(log_file):
        log_file = None
    environ = settings.frozen_environment(os.environ) if options.demo else _taken_environment(settings.profile_file())
    chosen = chosen_settings(options, environ, log_file)
    if chosen is None:
        return EXIT_USAGE

    # so long Textual waits whether Escape begins a sequence; of its own tenth of a second, the next key is taken for one
    os.environ.setdefault("ESCDELAY", "50")

    from mtp_tui.endings import end_in_order
    from mtp_tui.services import wiring
    from mtp_tui.ui.app import MtpApp

    app = MtpApp(wiring.demo(chosen) if options.demo else wiring.live(chosen))
    if isinstance(sys.__stderr__, TextIOWrapper):  # a terminal is asked in UTF-8 and answers in it, whatever LANG says
        sys.__stderr__.reconfigure(encoding="utf-8", errors="backslashreplace")
    end_in_order(app.leave)
    app.run()
    if gap := logs.problem():
        from mtp_tui.commands.streams import tell

        tell(gap)
    return app.return_code or EXIT_OK


def chosen_settings(
    options: argparse.Namespace, environ: Mapping[str, str], log_file: "Path | None"
) -> "Settings | None":
    """All that was chosen; None, with the reason on standard error, if there is no such profile.

    The demo takes nothing of the environment and of the settings folder.
    """
    from mtp_tui import settings

    profile_file = None if options.demo else settings.profile_file()
    profile = ""
    if options.profile is not None and profile_file is not None:
        profile = _checked_profile(options.profile, profile_file, environ)
        if not profile:
            return None
    return settings.Settings(
        profile=profile,
        environ=settings.frozen_environment({} if options.demo else environ),
        profile_file=profile_file,
        has_store=True,
        data_folder=None if options.demo or options.no_store else settings.data_folder(),
        retention_days=options.keep_days,
        may_write=options.write,
        refresh_every_s=options.refresh,
        bell=options.bell,
        theme=f"mtp-{options.theme}",
        log_file=log_file,
        terminal=settings.terminal_environment(environ),
    )


def _taken_environment(profile_file: "Path") -> Mapping[str, str]:
    """The environment as it is; what of it is secret is then taken out of it, so that no browser inherits it."""
    from mtp_tui.profiles.secret_variables import secret_variables
    from mtp_tui.settings import frozen_environment

    environ = frozen_environment(os.environ)
    for name in secret_variables(profile_file):
        os.environ.pop(name, None)
    return environ


def _checked_profile(name: str, path: "Path", environ: Mapping[str, str]) -> str:
    """The profile's name as it is written; empty, with the reason on standard error, if there is none that can be used."""
    from mtp_tui.clock import system_clock
    from mtp_tui.commands.streams import tell_problem
    from mtp_tui.errors import MtpError
    from mtp_tui.services.profiles import profile_named

    try:
        return profile_named(name, path, environ, system_clock).name
    except MtpError as error:
        tell_problem(error)
        return ""
