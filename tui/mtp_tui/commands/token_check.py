"""`mtp-tui token check`: whether a token will do, said by the exit code.

With `--json` it prints an object: `version` (1), `holds`, `conditions` as [{condition, asked, holds, is_checked,
sentence}], and `checked_at` and `expires_at` (UTC in ISO 8601, the latter null if the token does not say).
Nothing is printed on standard output for a token that cannot be read.
"""

import argparse

from mtp_tui.commands.conditions import Condition, Demands, conditions, respelt
from mtp_tui.commands.exits import Exit
from mtp_tui.commands.judging import Asked, judged
from mtp_tui.commands.streams import iso, put, put_json, shown, tell
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.commands.token_source import given_token
from mtp_tui.errors import BadInput
from mtp_tui.identity.credential_form import audience_from
from mtp_tui.identity.credentials import Field

VERSION = 1


def check(options: argparse.Namespace, asked: Asked, around: Surroundings) -> Exit:
    """Print a line per condition. Raises BadInput for wrong demands, and for a token that cannot be read."""
    demands = _demands(options)
    report = judged(given_token(options.file), asked, around)
    if not report.reading.is_readable:
        raise BadInput(Field.TOKEN, report.reading.problem, report.findings[0].fix)
    now = around.clock()
    judged_conditions = conditions(report, demands, now)
    holds = all(condition.holds for condition in judged_conditions)
    if options.json:
        put_json(
            {
                "version": VERSION,
                "holds": holds,
                "conditions": [_as_object(condition) for condition in judged_conditions],
                "checked_at": iso(now),
                "expires_at": iso(report.expires_at),
            }
        )
    elif not options.quiet:
        put("".join(f"{_line(condition)}\n" for condition in judged_conditions))
    return Exit.OK if holds else Exit.NO


def _demands(options: argparse.Namespace) -> Demands:
    wanted: list[str] = []
    for value in options.require:
        meant = respelt(value.strip())
        if not meant or " " in meant:
            raise BadInput("require", "A permission is one word.", "Repeat --require for each of several.")
        if meant != value.strip():
            tell(f"{value} is the spelling of the 2020 guide; {meant} is looked for.")
        wanted.append(meant)
    return Demands(tuple(wanted), audience_from(options.audience), options.min_left, options.signed)


def _line(condition: Condition) -> str:
    sign, word = ("✓", "holds") if condition.holds else ("✗", "does not hold")
    if condition.holds and not condition.is_checked:
        sign, word = "?", "not checked"
    asked = f" {shown(condition.asked)}" if condition.asked else ""
    return f"{sign} {condition.name}{asked}: {word}. {shown(condition.sentence)}"


def _as_object(condition: Condition) -> dict[str, object]:
    return {
        "condition": condition.name,
        "asked": condition.asked,
        "holds": condition.holds,
        "is_checked": condition.is_checked,
        "sentence": condition.sentence,
    }
