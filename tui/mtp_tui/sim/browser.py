"""A browser that follows one sign-in page back to the program that opened it, for the demo and for the tests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx


@dataclass(frozen=True, slots=True)
class Landing:
    """The request that the browser sends to the loopback address."""

    method: str
    url: str
    form: dict[str, str] = field(default_factory=dict)
    """The fields of a form post; empty otherwise."""


class StayedOnPage(Exception):
    """The page sends nobody back; the text is the page."""


async def browse(handle: Callable[[httpx.Request], Awaitable[httpx.Response]], url: str) -> Landing:
    """Open a sign-in address at the tenant whose `handle` this is. Raises StayedOnPage."""
    answer = await handle(httpx.Request("GET", url))
    if answer.is_redirect:
        return Landing("GET", answer.headers["Location"])
    page = _FormReader()
    page.feed(answer.text)
    if not page.action:
        raise StayedOnPage(answer.text)
    return Landing("POST", page.action, page.fields)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given.get("value", "")
