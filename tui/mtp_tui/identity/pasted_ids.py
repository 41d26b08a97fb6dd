"""Tenant and application ID out of a text in which they stand with their labels: from the portal, a script, the Azure CLI.

Only what is clear is taken: an ID belongs to the words right before it, or to the sign-in address that it stands in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from mtp_tui.identity.clouds import CLOUDS
from mtp_tui.identity.credentials import DOMAIN, GUID, SHARED_TENANTS

LONGEST_TEXT_CHARS = 20_000
"""Some ten Overview pages."""

_REACH_CHARS = 80
"""How far before an ID its label may begin."""
_HOSTS = "|".join(sorted({re.escape(host) for cloud in CLOUDS for host in (cloud.login_host, *cloud.login_aliases)}))
_ANY_GUID = re.compile(rf"(?<![0-9a-z-]){GUID.pattern}(?![0-9a-z-])", re.IGNORECASE | re.ASCII)
_IN_ADDRESS = re.compile(rf"(?<![\w.-])(?:{_HOSTS})/$", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(rf"(?<![\w.-])(?:{_HOSTS})/([a-z0-9.-]{{1,260}})(?=$|[/?#\s\"'<>,;)])", re.IGNORECASE | re.ASCII)
_LABELLED_DOMAIN = re.compile(
    r"tenant(?:[ _-]?id|\) id)?[\"'\]]{0,2}[ \t]{0,20}[:=][ \t]{0,20}(?P<quote>[\"']?)(?P<domain>[a-z0-9.-]{4,253})(?P=quote)"
    r"(?=$|[\s,;}])",
    re.IGNORECASE | re.ASCII,
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""Also the parts of `tenantId` and `AZURE_TENANT_ID`."""
_FILLERS = frozenset({"is", "copy", "copied", "to", "clipboard"})


class _Kind(Enum):
    """Whose ID it is, going by the words before it."""

    TENANT = auto()
    CLIENT = auto()
    OBJECT = auto()
    SECRET = auto()
    OTHER = auto()
    """Something with a name that is none of these, such as a subscription."""
    UNCLEAR = auto()
    """Two labels in a row, as where all labels stand before all values."""
    BARE = auto()
    """No word stands before it."""


_LABELS: tuple[tuple[tuple[str, ...], _Kind], ...] = (
    (("directory", "tenant", "id"), _Kind.TENANT),
    (("application", "client", "id"), _Kind.CLIENT),
    (("tenant", "id"), _Kind.TENANT),
    (("directory", "id"), _Kind.TENANT),
    (("application", "id"), _Kind.CLIENT),
    (("client", "id"), _Kind.CLIENT),
    (("app", "id"), _Kind.CLIENT),
    (("object", "id"), _Kind.OBJECT),
    (("secret", "id"), _Kind.SECRET),
    (("key", "id"), _Kind.SECRET),
    (("tenant",), _Kind.TENANT),
    (("tid",), _Kind.TENANT),
    (("oid",), _Kind.OBJECT),
)
"""Longest first. Source: the names on the app's Overview page, and those of the Azure CLI and the Azure SDKs."""
_OF_OTHERS = frozenset({"resource", "parent", "owner", "sso", "known", "authorized"})
"""Words that make somebody else's ID of it, such as `resourceAppId` and `appOwnerTenantId` in a manifest."""


@dataclass(frozen=True, slots=True)
class PastedIds:
    """What was understood; all empty if there is nothing in the text that the field's own check does not see as well."""

    tenant: str = ""
    """Tenant ID (GUID) or domain, in lower case."""
    client_id: str = ""
    """Application (client) ID, in lower case."""
    problem: str = ""
    """One sentence if there are IDs, but not clear whose; then the others are empty."""


def ids_in(text: str) -> PastedIds:
    """The IDs in a pasted text, if it says which is which. Nothing is raised; secrets next to them are not looked at.

    An ID on its own, with or without quotes, gives nothing: the field that it was pasted into knows what it is.
    """
    if len(text) > LONGEST_TEXT_CHARS:
        return PastedIds()
    found = list(_guids(text))
    if len(found) == 1 and not re.search(r"\w", text.lower().replace(found[0][1], "")):
        return PastedIds()
    taken = {kind: {guid for one, guid in found if one is kind} for kind in _Kind}
    tenants = taken[_Kind.TENANT] or set(_domains(text))
    clients = taken[_Kind.CLIENT]
    unclear = taken[_Kind.UNCLEAR] | taken[_Kind.BARE] - tenants - clients
    problem = _problem(tenants, clients, unclear) or ("" if tenants or clients else _nothing_useful(taken))
    if problem:
        return PastedIds(problem=problem)
    return PastedIds(tenant="".join(tenants), client_id="".join(clients))


def _guids(text: str) -> Iterator[tuple[_Kind, str]]:
    start = 0
    for match in _ANY_GUID.finditer(text):
        before = text[max(start, match.start() - _REACH_CHARS) : match.start()]
        yield (_Kind.TENANT if _IN_ADDRESS.search(before) else _kind(_WORD.findall(before))), match[0].lower()
        start = match.end()


def _kind(words: list[str]) -> _Kind:
    """Whose ID stands behind these words, of which the last count."""
    words = [word.lower() for word in words]
    while words and words[-1] in _FILLERS:
        words.pop()
    if not words:
        return _Kind.BARE
    kind, rest = _last_label(words)
    if kind is _Kind.OTHER or (rest and rest[-1] in _OF_OTHERS):
        return _Kind.OTHER
    return _Kind.UNCLEAR if _last_label(rest)[0] is not _Kind.OTHER else kind


def _last_label(words: list[str]) -> tuple[_Kind, list[str]]:
    for label, kind in _LABELS:
        if tuple(words[-len(label) :]) == label:
            return kind, words[: -len(label)]
    return _Kind.OTHER, words


def _domains(text: str) -> Iterator[str]:
    """Domains in sign-in addresses, and those with the label of a tenant that cannot be a piece of code."""
    for match in _ADDRESS.finditer(text):
        domain = match[1].lower()
        if DOMAIN.fullmatch(domain) and domain not in SHARED_TENANTS:
            yield domain
    for match in _LABELLED_DOMAIN.finditer(text):
        domain = match["domain"].lower()
        is_variable = match[0].startswith("TENANT") and f"={domain}" in match[0].lower()
        is_code = not match["quote"] and "=" in match[0] and not is_variable  # tenant = config.tenant
        if DOMAIN.fullmatch(domain) and (not is_code or ".onmicrosoft." in domain):
            yield domain


def _problem(tenants: set[str], clients: set[str], unclear: set[str]) -> str:
    if len(tenants) > 1:
        return "This text names more than one tenant; paste the ID of one."
    if len(clients) > 1:
        return "This text names more than one application; paste the ID of one."
    if len(unclear) > 1:
        return "There are several IDs in this text, and it is not clear which is which; paste them one by one."
    if unclear:
        return "There is an ID in this text, and it is not clear whose; paste it without the rest."
    return ""


def _nothing_useful(taken: dict[_Kind, set[str]]) -> str:
    """Why there are IDs in the text and none was taken; empty if there are none at all."""
    if taken[_Kind.OBJECT]:
        return "This is the Object ID; Application (client) ID and Directory (tenant) ID are what a sign-in needs."
    if taken[_Kind.SECRET]:
        return "This is the Secret ID; Application (client) ID and Directory (tenant) ID are what a sign-in needs."
    if taken[_Kind.OTHER]:
        return "This text does not say whose ID it holds; paste Application (client) ID or Directory (tenant) ID alone."
    return ""
