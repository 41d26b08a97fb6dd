"""Profiles in words: the columns of their list, and all that one of them says."""

from collections.abc import Callable, Sequence
from datetime import datetime

from mtp_tui.identity.clouds import BY_KEY
from mtp_tui.moments import both_texts, relative
from mtp_tui.profiles.profile import ENVIRONMENT, Profile, SecretFrom
from mtp_tui.profiles.profile_file import Problem
from mtp_tui.ui.lines import BLANK, Line, Role, Span, fact, heading, text_line
from mtp_tui.ui.widgets.record_columns import Column

KINDS = {
    "secret": "client secret",
    "certificate": "certificate",
    "device-code": "device code",
    "browser": "browser",
    "token": "pasted token",
}
"""The ways to sign in, as they are called on the screen."""


def columns(now: Callable[[], datetime]) -> tuple[Column[Profile], ...]:
    """What the list shows of each profile."""
    return (
        Column("Name", 16, lambda profile: Span(profile.name, Role.STRONG), grows=True),
        Column("Tenant", 21, lambda profile: _told(profile.tenant), drop=1),
        Column("Application", 36, lambda profile: _told(profile.client_id), drop=6),
        Column("Kind", 13, lambda profile: Span(KINDS.get(profile.kind, profile.kind)), drop=4),
        Column("Cloud", 12, lambda profile: Span(cloud_text(profile)), drop=3),
        Column("Secret from", 24, lambda profile: Span(secret_text(profile)), drop=2),
        Column("Last used", 14, lambda profile: Span(_last_used(profile, now())), drop=5),
    )


def cloud_text(profile: Profile) -> str:
    """The cloud, with the region of its API if one was chosen."""
    name = BY_KEY[profile.cloud].name
    return name if profile.region == "global" else f"{name} · {profile.region}"


def secret_text(profile: Profile) -> str:
    """All sources of the secret, in the order in which they are asked."""
    if profile.kind in ("device-code", "browser"):
        return "none needed"
    return ", ".join(_sources(profile.secret_from)) or "asked"


def particulars(profile: Profile, now: datetime) -> list[Line]:
    """Everything that a profile says."""
    lines = [
        heading(profile.name),
        fact("Tenant", profile.tenant),
        fact("Application", profile.client_id),
        fact("Kind", KINDS.get(profile.kind, profile.kind)),
        fact("Cloud", cloud_text(profile)),
        *([fact("Audience", profile.audience)] if profile.audience else ()),
        *([fact("Certificate", profile.certificate_path)] if profile.certificate_path else ()),
        fact("Passphrase from" if profile.kind == "certificate" else "Secret from", secret_text(profile)),
        *([fact("Write", "incidents may be changed")] if profile.may_write else ()),
        fact("Last used", _last_used(profile, now) + _moment(profile)),
    ]
    if profile.secret_from.command_refused:
        lines.append(_warning(f"{profile.secret_from.command_refused} Its command is not run."))
    if profile.name == ENVIRONMENT:
        lines.append(text_line("Made of the AZURE_* variables. n saves it under a name of its own.", Role.DIM))
    return lines


def problem_lines(problems: Sequence[Problem]) -> list[Line]:
    """What is wrong with the file, each with its place."""
    if not problems:
        return []
    return [BLANK, heading(counted(len(problems))), *(_warning(str(problem)) for problem in problems)]


def counted(problems: int) -> str:
    """`1 problem`, `2 problems`; empty for none."""
    return f"{problems} problem{'s' if problems > 1 else ''}" if problems else ""


def _warning(sentence: str) -> Line:
    return Line((Span("! Warning  ", Role.WARN), Span(sentence)))


def _told(text: str) -> Span:
    return Span(text) if text else Span("–", Role.DIM)


def _last_used(profile: Profile, now: datetime) -> str:
    return relative(profile.last_used_at, now) if profile.last_used_at else "never"


def _moment(profile: Profile) -> str:
    return f" · {both_texts(profile.last_used_at)}" if profile.last_used_at else ""


def _sources(wanted: SecretFrom) -> list[str]:
    return [
        *([f"variable {wanted.variable}"] if wanted.variable else ()),
        *([f"command {wanted.command[0]}"] if wanted.command else ()),
        *(["keyring"] if wanted.keyring else ()),
    ]
