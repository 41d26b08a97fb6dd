"""Entra's refusal → what happened, and what to do now. The sentences are in `entra_error_table`."""

import re
from collections.abc import Mapping

from mtp_tui.errors import EntraTrace, SignInError
from mtp_tui.identity.clouds import GLOBAL, Cloud
from mtp_tui.identity.consent import consent_link
from mtp_tui.identity.entra_error_table import BY_NUMBER, BY_WORD, Explanation

_NUMBER_IN_TEXT = re.compile(r"AADSTS(\d{4,9})")
LONGEST_DESCRIPTION = 2000
"""Characters of `error_description` that are looked at; Entra's own have a few hundred."""
LONGEST_RAW_ANSWER = 4000
"""Characters of a refusing answer that are kept; Entra's own have one or two thousand."""

LONGEST_WORD = 200
"""Characters of an error word, an ID or a time that are kept; Entra's own have 36 at most."""

_NUMBER = re.compile(r"\d{4,9}")
_END_OF_FIRST_LINE = re.compile(r"Trace ID:|Correlation ID:|[\r\n]")


_NEVER_KEPT = frozenset({"access_token", "refresh_token", "id_token", "device_code"})
"""Members of an answer that make it no refusal, and none to be shown."""


def explain_refusal(
    body: Mapping[str, object],
    *,
    tenant: str,
    client_id: str,
    scope: str,
    status: int,
    cloud: Cloud = GLOBAL,
    raw: str = "",
) -> SignInError:
    """The error to raise for a refusing answer of Entra, whatever its body holds.

    `body` is the parsed answer, as MSAL passes it on too; `status` is the HTTP status, 0 if it is not known; `raw` is
    the answer's text, kept for whoever has to hand it on.
    Source: Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
    """
    description = _text(body, "error_description", LONGEST_DESCRIPTION)
    word = _text(body, "error")
    numbers = _numbers(body, description)
    number = next((one for one in numbers if one in BY_NUMBER), numbers[0] if numbers else None)
    explanation = BY_NUMBER.get(number or 0) or BY_WORD.get(word) or _unknown(word, number, description, cloud, status)
    # An empty ID must not leave a hole in a sentence.
    names = {
        "tenant": tenant or "of the request",
        "client_id": client_id or "of the request",
        "resource": scope.removesuffix("/.default") or cloud.resource,
        "login_host": cloud.login_host,
        "consent_link": consent_link(cloud, tenant, client_id),
    }
    hint = _filled(explanation.to_do, names)
    others = [other for other in numbers if other != number]
    if others:
        hint = f"{hint} (The answer also carries AADSTS{', AADSTS'.join(map(str, others))}.)"
    trace = EntraTrace(word, number, _text(body, "correlation_id"), _text(body, "trace_id"), _text(body, "timestamp"))
    # both, since MSAL passes on less than came, and what came need not be JSON
    holds_token = _NEVER_KEPT & body.keys() or any(f'"{name}"' in raw for name in _NEVER_KEPT)
    kept = "" if holds_token else raw[:LONGEST_RAW_ANSWER]
    happened = _filled(explanation.happened, names)
    return SignInError(happened, hint, trace=trace, detail=_first_line(description), raw=kept)


def lookup_address(number: int, cloud: Cloud = GLOBAL) -> str:
    """Microsoft's own page about an AADSTS number; opens in any browser without signing in."""
    return f"https://{cloud.login_host}/error?code={number}"


def _text(body: Mapping[str, object], name: str, longest: int = LONGEST_WORD) -> str:
    value = body.get(name)
    return value[:longest].strip() if isinstance(value, str) else ""


def _numbers(body: Mapping[str, object], description: str) -> tuple[int, ...]:
    """Every AADSTS number of the answer, each once: `error_codes` first, which may be a text, then the text's own."""
    codes = body.get("error_codes")
    listed = codes if isinstance(codes, list) else [codes]
    found = [
        int(match) for code in listed[:20] for match in _NUMBER.findall(str(code)[:200]) if not isinstance(code, bool)
    ]
    found += [int(match) for match in _NUMBER_IN_TEXT.findall(description[:2000])]
    return tuple(dict.fromkeys(found))


def _first_line(description: str) -> str:
    return _END_OF_FIRST_LINE.split(description, maxsplit=1)[0].strip()


def _unknown(word: str, number: int | None, description: str, cloud: Cloud, status: int) -> Explanation:
    """For a refusal that is not in the table: Entra's own words, and where Microsoft explains the number."""
    said = re.sub(r"^AADSTS\d+:\s*", "", _first_line(description))
    sentence = re.split(r"(?<=[.!?])\s", said, maxsplit=1)[0]
    if number is not None:
        named = f"AADSTS{number}, {word}" if word else f"AADSTS{number}"
        return Explanation(
            _refused(named, sentence), f"Microsoft explains this number at {lookup_address(number, cloud)}"
        )
    if status == 429:
        return BY_NUMBER[90055]
    if status >= 500:
        return Explanation(f"Entra failed on its side (HTTP {status}).", "Try again in a minute.")
    named = word or (f"HTTP {status}" if status else "no reason given")
    return Explanation(
        _refused(named, sentence),
        "Try again; if it repeats, give the time and the trace ID to whoever looks after the tenant.",
    )


def _refused(named: str, sentence: str) -> str:
    """Entra's own words on one line; their braces are doubled, because a sentence of ours has placeholders there."""
    text = (
        f"Entra refused the sign-in ({named}): {sentence[:300]}"
        if sentence
        else f"Entra refused the sign-in ({named})."
    )
    return "".join(sign if sign.isprintable() else " " for sign in text).replace("{", "{{").replace("}", "}}")


def _filled(template: str, names: Mapping[str, str]) -> str:
    return template.format_map(names)
