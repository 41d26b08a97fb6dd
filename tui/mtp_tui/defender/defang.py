"""Addresses made harmless for mails and tickets, and back: nothing in them can be clicked, and people still read them."""

import re
from ipaddress import IPv6Address

_HTTP = re.compile(r"(?i)http(?=s?:)")
_OTHER_SCHEME = re.compile(r"(?<!hxxp)(?<!hxxps)(?<=[A-Za-z0-9+-]):(?=//)")
_JOINT = re.compile(r"\[[.。．｡@]\]|[.。．｡](?=\S)|@")
"""What holds an address together, or was made harmless before; browsers take all four for a dot."""

_HXXP = re.compile(r"(?i)hxxp(?=s?(?::|\[:))")
_HARMLESS = re.compile(r"(?i)\[(?P<sign>[.。．｡@:]|://)\]|\((?P<round>[.@])\)|[\[(](?P<word>dot|at)[\])]")
"""What stands for a sign in what was made harmless, here or by others."""
_SIGNS = {"dot": ".", "at": "@"}


def defang(text: str) -> str:
    """`http` becomes `hxxp`, a dot inside a word `[.]`, `@` becomes `[@]`, the colons of an IPv6 address `[:]`.

    Every dot inside a word counts, also that of a file name: some mail programs make links of `report.zip`. A text that
    is harmless already stays as it is.
    """
    if _is_ipv6(text.strip()):
        return text.replace(":", "[:]").replace(".", "[.]")
    return _JOINT.sub(_apart, _OTHER_SCHEME.sub("[:]", _HTTP.sub("hxxp", text)))


def refang(text: str) -> str:
    """What was made harmless as it was before, be it by `defang` or as others write it: `(.)`, `[dot]`, `[at]`, `[://]`."""
    return _HARMLESS.sub(_joint, _HXXP.sub("http", text))


def _joint(mark: re.Match[str]) -> str:
    return mark["sign"] or mark["round"] or _SIGNS[mark["word"].lower()]


def _apart(joint: re.Match[str]) -> str:
    return joint.group() if len(joint.group()) == 3 else f"[{joint.group()}]"


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
