"""What changed between two tokens: permissions, for whom and for what they are, lifetime, and every other claim.

Only claims are kept and compared, never a token's text. Claims that differ in every token are left out.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from mtp_tui.identity.claims import one_line
from mtp_tui.identity.permissions import TokenKind, kind_of, permissions_in, resource_of
from mtp_tui.identity.token_checks import TokenReport
from mtp_tui.moments import from_epoch, span

_ABSENT = object()
"""Stands for a claim that a token does not have; null is a value."""
_ALWAYS_NEW = frozenset(
    {"iat", "nbf", "exp", "uti", "aio", "rh", "nonce"}
    | {"xms_ftd", "xms_acd", "xms_act_fct", "xms_sub_fct", "xms_tnt_fct", "xms_rd", "xms_st", "xms_pftexp"}
)
"""Different in every token, or undocumented and for Microsoft only. That the latter always change is a guess."""
_TOLD_APART = frozenset({"aud", "tid", "ver", "appid"})
_OLDER_NAMES = {"azp": "appid", "azpacr": "appidacr"}
"""What version 2.0 renamed; a claim is compared under its name in version 1.0."""


@dataclass(frozen=True, slots=True)
class Claims:
    """A token's claims without the token: what may be kept once the token is gone."""

    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not what it was."""

    name: str
    """The claim, or a word for what it says."""
    before: str
    """On one line, uncut, `absent` for a claim that was not there. Text from outside."""
    after: str

    def __str__(self) -> str:
        return f"{self.name}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the later of two tokens differs from the earlier."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    kept: tuple[str, ...]
    """Permissions. None is kept from one API to another, nor from an application to a user: the same word differs."""
    tenant: Change | None
    audience: Change | None
    application: Change | None
    kind: Change | None
    """For whom the tokens speak."""
    version: Change | None
    lifetime_before_s: int | None
    """From issue to expiry in seconds; None if the token does not say."""
    lifetime_after_s: int | None
    other_claims: tuple[Change, ...]
    """In the earlier token's order, then what is new."""

    @property
    def is_same(self) -> bool:
        """Whether nothing differs but the times: Entra gives each token a lifetime of its own."""
        return not (self.gained or self.lost or self._told_apart or self.other_claims)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One line each, gravest first; never empty."""
        return tuple(self._sentences())

    @property
    def _told_apart(self) -> tuple[Change, ...]:
        changes = (self.tenant, self.audience, self.application, self.kind, self.version)
        return tuple(change for change in changes if change is not None)

    def _sentences(self) -> Iterator[str]:
        if self.is_same:
            yield "Nothing but the times differs."
        if self.lost:
            yield f"Lost: {', '.join(self.lost)}"
        yield from map(str, self._told_apart)
        if self.gained:
            yield f"Gained: {', '.join(self.gained)}"
        lengths = _length(self.lifetime_before_s), _length(self.lifetime_after_s)
        if lengths[0] != lengths[1]:
            yield str(Change("Lifetime", *lengths))
        yield from map(str, self.other_claims)


def claims_of(report: TokenReport) -> Claims:
    """The claims of a judged token; none for one that could not be read."""
    return Claims(dict(report.reading.payload))


def compare(before: Claims, after: Claims) -> Comparison:
    """What differs from one token to the next; any JSON at all in any claim is compared."""
    earlier, later = _under_older_names(before.payload), _under_older_names(after.payload)
    kinds = kind_of(earlier), kind_of(later)
    held, holds = permissions_in(earlier), permissions_in(later)
    stays = kinds[0] is kinds[1] and _api(earlier) == _api(later)
    return Comparison(
        gained=tuple(value for value in holds if not (stays and value in held)),
        lost=tuple(value for value in held if not (stays and value in holds)),
        kept=tuple(value for value in held if stays and value in holds),
        tenant=_change("Tenant", earlier, later, "tid"),
        audience=_change("Audience", earlier, later, "aud"),
        application=_change("Application", earlier, later, "appid"),
        kind=None if kinds[0] is kinds[1] else Change("Speaks for", kinds[0], kinds[1]),
        version=_change("Version", earlier, later, "ver"),
        lifetime_before_s=_lifetime_s(earlier),
        lifetime_after_s=_lifetime_s(later),
        other_claims=tuple(_other_claims(earlier, later)),
    )


def _under_older_names(payload: Mapping[str, object]) -> dict[str, object]:
    """A renamed claim keeps its name where the token has both."""
    return {
        older if (older := _OLDER_NAMES.get(name, name)) not in payload else name: value
        for name, value in payload.items()
    }


def _api(payload: Mapping[str, object]) -> str:
    """What tells one API from another: its application ID if it is known here, whatever name the token gives it."""
    api = resource_of(payload.get("aud"))
    return api.app_id if api else _as_json(payload.get("aud"))


def _other_claims(earlier: Mapping[str, object], later: Mapping[str, object]) -> Iterator[Change]:
    for name in dict.fromkeys((*earlier, *later)):
        if name in _ALWAYS_NEW or name in _TOLD_APART or _is_told_as_permissions(name, earlier, later):
            continue
        change = _change(name, earlier, later, name)
        if change:
            yield change


def _change(word: str, earlier: Mapping[str, object], later: Mapping[str, object], claim: str) -> Change | None:
    before, after = earlier.get(claim, _ABSENT), later.get(claim, _ABSENT)
    if _meaning(claim, before) == _meaning(claim, after):
        return None
    is_plain = _shown(before, one_line) != _shown(after, one_line)  # not so for 1 and "1", or "a, b" and ["a", "b"]
    write = one_line if is_plain else _as_json
    return Change(word, _shown(before, write), _shown(after, write))


def _shown(value: object, write: Callable[[object], str]) -> str:
    return "absent" if value is _ABSENT else write(value)


def _meaning(claim: str, value: object) -> object:
    """What two values are compared by: the order of a list's items says nothing, nor do relations' second numbers."""
    if value is _ABSENT:
        return None
    if claim == "xms_idrel" and isinstance(value, str):
        value = value.split()[::2]
    if isinstance(value, list):
        return sorted(_as_json(item) for item in value)
    return _as_json(value)


def _is_told_as_permissions(name: str, earlier: Mapping[str, object], later: Mapping[str, object]) -> bool:
    """Whether gained, lost and kept say all there is to say about `roles` or `scp`."""
    present = [payload for payload in (earlier, later) if name in payload]
    counted = all(name == ("scp" if kind_of(payload) is TokenKind.USER else "roles") for payload in present)
    return (
        counted
        and len({type(payload[name]) for payload in present}) == 1
        and all(isinstance(payload[name], str) or _is_list_of_text(payload[name]) for payload in present)
    )


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _lifetime_s(payload: Mapping[str, object]) -> int | None:
    issued_at = from_epoch(payload.get("iat")) or from_epoch(payload.get("nbf"))
    expires_at = from_epoch(payload.get("exp"))
    return int((expires_at - issued_at).total_seconds()) if issued_at and expires_at else None


def _length(seconds: int | None) -> str:
    return "unknown" if seconds is None else span(timedelta(seconds=seconds))


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
