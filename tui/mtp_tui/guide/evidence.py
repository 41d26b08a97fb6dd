"""What to give to support about a refusal or a token: all that finds it in Microsoft's logs, and nothing secret."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from mtp_tui import __version__
from mtp_tui.errors import ApiError, MtpError, SignInError, UnexpectedAnswer, Unreachable
from mtp_tui.identity.claims import one_line, request_id
from mtp_tui.identity.clouds import GLOBAL, Cloud
from mtp_tui.identity.entra_errors import lookup_address
from mtp_tui.identity.token_checks import TokenReport
from mtp_tui.logs import redact
from mtp_tui.moments import utc_text
from mtp_tui.secret import Secret

LONGEST_ANSWER = 3000
"""Characters of an answer's own words that are kept: well below where a refusal is cut, maybe in the middle of a secret."""

LONGEST_ENCODED = 500
"""Characters of a secret that is looked for in other ways of writing it too; no secret or passphrase is longer."""

LONGEST_CLAIM = 500
"""Characters of one claim that are kept."""

SHORTEST_PART = 16
"""Characters of what is taken out as a token's part; a text of three letters with dots would take out letters."""

_CLAIMS = (
    ("Token ID", "payload", "uti"),
    ("Audience", "payload", "aud"),
    ("Issuer", "payload", "iss"),
    ("Tenant", "payload", "tid"),
    ("Application", "payload", "appid"),
    ("Application", "payload", "azp"),
    ("Object ID", "payload", "oid"),
    ("Permissions", "payload", "roles"),
    ("Permissions", "payload", "scp"),
    ("Version", "payload", "ver"),
    ("Signing key", "header", "kid"),
)
"""What support asks for; a user's name and address are not among it."""
_IN_NEED_OF_NO_CODE = re.compile(r"[A-Za-z0-9._-]+")
"""What stands for itself in JSON, HTML, forms and addresses alike."""
_BACKSLASHES = re.compile(r"\\+")
"""Of which each way of writing makes more."""
_HTML_NAMES = (("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", '"'), ("apos", "'"))
_LIBRARIES = ("msal", "httpx", "pyjwt", "cryptography", "textual")


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that was refused; empty where it is not known."""

    method: str = ""
    host: str = ""
    path: str = ""
    """Whatever follows a question mark is left out of the evidence."""
    status: int = 0
    """HTTP status of the answer; that of the error if it carries one."""
    tenant: str = ""
    client_id: str = ""
    scope: str = ""
    cloud: Cloud = GLOBAL


def evidence_bundle(
    error: MtpError,
    asked: Asked,
    *,
    now: datetime,
    clock_offset_s: float | None = None,
    versions: Mapping[str, str] | None = None,
    raw_answer: str = "",
    hidden: Iterable[Secret] = (),
) -> str:
    """The evidence about an error as lines of text, to be copied.

    `now` is the program's own time. `clock_offset_s` is the server's clock minus ours. `versions` are those installed
    unless given. `raw_answer` is the answer's body; the error's own detail stands in for it. Whatever looks like a token
    or a secret is taken out, and so is each of the `hidden` in every form that an answer could echo it in.
    """
    lines = _table("Evidence for support, without secret and token", _rows(error, asked, now, clock_offset_s), versions)
    secrets = tuple(hidden)
    answer = _without(raw_answer or error.detail, secrets)  # before it is cut
    if answer:
        lines += ["", "The answer in its own words", "", *(f"    {_one_line(line)}" for line in _cut(answer))]
    return redact(_without("\n".join(lines), secrets)) + "\n"


def token_evidence(report: TokenReport, *, now: datetime, versions: Mapping[str, str] | None = None) -> str:
    """What finds a token in Microsoft's logs, and what is to be said about it, as lines of text to be copied.

    Neither the token nor any part of it is in it. `now` is the program's own time, `versions` are those installed unless
    given.
    """
    lines = _table("Evidence about an access token, without the token", _token_rows(report, now), versions)
    reading = report.reading
    hidden = [secret for secret in (reading.value, *reading.parts) if len(secret.reveal()) >= SHORTEST_PART]
    return redact(_without("\n".join(lines), hidden)) + "\n"


def installed_versions() -> dict[str, str]:
    """Versions of this program, of Python, and of the libraries that a sign-in and an API call pass through."""
    import platform
    from importlib import metadata

    versions = {"mtp-tui": __version__, "Python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # a build that was stripped of its metadata
            continue
    return {**versions, platform.system(): platform.release()}


def _table(title: str, rows: Iterable[tuple[str, str]], versions: Mapping[str, str] | None) -> list[str]:
    """A title, and a line for every row that says something; the versions come last."""
    told = [row for row in rows if row[1]]
    told.append(("Versions", _listed(installed_versions() if versions is None else versions)))
    width = max(len(label) for label, _ in told) + 2
    return [title, "", *(f"{label:<{width}}{_one_line(value)}" for label, value in told)]


def _token_rows(report: TokenReport, now: datetime) -> Iterator[tuple[str, str]]:
    """Claims are text from outside, and may be of any length."""
    case, payload, header = report.case, report.reading.payload, report.reading.header
    verdict, sentence = report.headline(now)
    yield "Verdict", f"{verdict}: {sentence}"
    yield "Cannot be read", report.reading.problem
    yield "Request ID", request_id(payload.get("uti"))
    for label, part, name in _CLAIMS:
        members = header if part == "header" else payload
        value = one_line(members[name]) if name in members else ""
        yield f"{label} ({name})", value[:LONGEST_CLAIM]
    yield "Asked for tenant", case.tenant
    yield "As application", case.client_id
    yield "Cloud", case.cloud.name
    for label, moment in (("Issued (iat)", report.issued_at), ("Ends (exp)", report.expires_at)):
        yield label, utc_text(moment) if moment else ""
    yield "Time here", utc_text(now)
    yield "Clock", _clock_text(case.clock_offset_s)


def _rows(error: MtpError, asked: Asked, now: datetime, clock_offset_s: float | None) -> Iterator[tuple[str, str]]:
    yield "What happened", error.summary
    yield "What to do", error.hint
    yield from _request_rows(error, asked)
    if isinstance(error, SignInError):
        yield from _entra_rows(error, asked.cloud)
    if isinstance(error, ApiError):
        yield from _api_rows(error)
    if isinstance(error, Unreachable):
        yield "Failed at", error.step
    if isinstance(error, UnexpectedAnswer):
        yield "Unexpected at", error.path
    yield "Time here", utc_text(now)
    yield "Clock", _clock_text(clock_offset_s)


def _request_rows(error: MtpError, asked: Asked) -> Iterator[tuple[str, str]]:
    host = asked.host or (error.host if isinstance(error, Unreachable) else "")
    status = asked.status or (error.refusal.status if isinstance(error, ApiError) else 0)
    yield "Asked", f"{asked.method} {host}{asked.path.partition('?')[0]}".strip()
    yield "HTTP status", str(status or "")
    yield "Tenant", asked.tenant
    yield "Application", asked.client_id
    yield "Scope", asked.scope
    yield "Cloud", asked.cloud.name


def _entra_rows(error: SignInError, cloud: Cloud) -> Iterator[tuple[str, str]]:
    trace = error.trace
    yield "Error", trace.error
    if trace.number is not None:
        yield "AADSTS number", str(trace.number)
        yield "Explained at", lookup_address(trace.number, cloud)
    yield "Correlation ID", trace.correlation_id
    yield "Trace ID", trace.trace_id
    yield "Timestamp", trace.timestamp


def _api_rows(error: ApiError) -> Iterator[tuple[str, str]]:
    refusal = error.refusal
    yield "Error", refusal.code
    yield "Request ID", refusal.request_id
    yield "Permissions needed", ", ".join(refusal.needed)
    yield "Permissions held", ", ".join(refusal.held)


def _clock_text(offset_s: float | None) -> str:
    return "" if offset_s is None else f"the server's is {offset_s:+.0f} s from this machine's"


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _cut(answer: str) -> list[str]:
    text = answer if len(answer) <= LONGEST_ANSWER else f"{answer[:LONGEST_ANSWER]}…"
    return text.splitlines()


def _one_line(text: str) -> str:
    """Without what would act on the terminal that this is pasted into."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _without(text: str, hidden: Iterable[Secret]) -> str:
    """The text without the values of the secrets, in whichever way an answer may have written their characters."""
    for secret in hidden:
        value = secret.reveal()
        if not value:
            continue
        text = text.replace(value, "[secret]")
        if len(value) <= LONGEST_ENCODED and not _IN_NEED_OF_NO_CODE.fullmatch(value):
            text = re.sub("".join(map(_in_any_form, _BACKSLASHES.sub(r"\\", value))), "[secret]", text)
    return text


def _in_any_form(sign: str) -> str:
    """A pattern for one character as it is, after backslashes, percent-encoded, in JSON's and in HTML's numbers and names."""
    if _IN_NEED_OF_NO_CODE.fullmatch(sign):
        return re.escape(sign)
    code, percent = ord(sign), "".join(f"%{byte:02x}" for byte in sign.encode("utf-8", "replace"))
    units = sign.encode("utf-16-be", "surrogatepass")
    escaped = "".join(rf"\\{{1,4}}+u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))
    named = [f"&{name};" for name, one in _HTML_NAMES if one == sign]
    blank = ["[+]"] if sign == " " else []
    # possessive: an answer full of backslashes would else be tried in every way
    bare = r"\\++" if sign == "\\" else rf"\\{{0,4}}+{re.escape(sign)}"
    numbers = f"(?i:{percent}|{escaped}|&#(?:0*{code}|x0*{code:x});)"
    return f"(?:{'|'.join((numbers, *named, *blank, bare))})"  # bare comes last: %25 begins with %
