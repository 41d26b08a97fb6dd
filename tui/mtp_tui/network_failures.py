"""Why no answer came: the exceptions of httpx and of what lies below it, as sentences with a next step."""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from mtp_tui.errors import Step, Unreachable

_LOOK_AT_NETWORK = "Check the network, a firewall or VPN; behind a proxy, set HTTPS_PROXY."


def unreachable(error: Exception, host: str, *, connect_s: float, silence_s: float, whole_s: float) -> Unreachable:
    """What a failed request to `host` means; the limits in seconds are those it was made with.

    A plain TimeoutError is the end of `whole_s`.
    """
    import httpx

    causes = list(_causes(error))
    proxy = proxy_for(host)
    refused = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    # the first that fits counts: the gravest reason, then how far the request got
    meanings: tuple[tuple[bool, Step, str, str], ...] = (
        (
            refused is not None,
            Step.CERTIFICATE,
            f"The certificate of {host} is not trusted: {refused.verify_message if refused else ''}".rstrip(" :.")
            + ".",
            "If your network inspects TLS, add its root to the system's trust store or name it in SSL_CERT_FILE.",
        ),
        (
            isinstance(error, httpx.ProxyError),
            Step.PROXY,
            f"The proxy refused to pass on to {host}.",
            "Check HTTPS_PROXY and NO_PROXY, and whether the proxy wants a name.",
        ),
        (
            isinstance(error, UnicodeError | httpx.LocalProtocolError),
            Step.CONNECTION,
            f"The request to {host} holds characters that cannot be sent.",
            "Sign in again; if it repeats, what was typed or what Entra answered has control characters in it.",
        ),
        (
            bool(proxy) and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) and not _is_tls(causes),
            Step.PROXY,
            f"No connection to the proxy {proxy}, through which {host} is to be reached.",
            "Check HTTPS_PROXY, or unset it if there is no proxy; NO_PROXY names hosts that are reached without it.",
        ),
        (
            any(isinstance(cause, socket.gaierror) for cause in causes),
            Step.NAME,
            f"The name {host} was not found.",
            "Check the network and DNS; behind a proxy, set HTTPS_PROXY.",
        ),
        (
            _is_tls(causes),
            Step.CERTIFICATE,
            f"No TLS connection with {host} came about.",
            "Something in between may speak plain HTTP or old TLS.",
        ),
        (
            isinstance(error, httpx.ConnectTimeout),
            Step.CONNECTION,
            f"{host} did not take the connection within {connect_s:g} s.",
            _LOOK_AT_NETWORK,
        ),
        (isinstance(error, httpx.ConnectError), Step.CONNECTION, f"No connection to {host}.", _LOOK_AT_NETWORK),
        (
            isinstance(error, httpx.TimeoutException),
            Step.ANSWER,
            f"{host} sent nothing for {silence_s:g} s; its answer was given up.",
            "Try again in a moment.",
        ),
        (
            isinstance(error, TimeoutError),
            Step.ANSWER,
            f"The answer of {host} was not complete within {whole_s:g} s.",
            "Try again; if it repeats, the line is slow, or a proxy in between holds the answer back.",
        ),
        (True, Step.ANSWER, f"The answer of {host} broke off or could not be read.", "Try again in a moment."),
    )
    _, step, summary, hint = next(meaning for meaning in meanings if meaning[0])
    # a proxy's or TLS library's own words help; those of a time-out or a failed encoding only repeat or reveal
    detail = (
        ""
        if refused or isinstance(error, UnicodeError | httpx.TimeoutException | httpx.LocalProtocolError | TimeoutError)
        else str(error)
    )
    return Unreachable(step, host, summary, hint, detail=detail)


def _is_tls(causes: list[BaseException]) -> bool:
    # waiting for bytes is no failure of TLS, but stands among the causes of every time-out over it
    waits = ssl.SSLWantReadError | ssl.SSLWantWriteError
    return any(isinstance(cause, ssl.SSLError) and not isinstance(cause, waits) for cause in causes)


def proxy_for(host: str) -> str:
    """Host and port of the proxy that the environment names for an https host, without name and password; empty if none."""
    from urllib.request import getproxies, proxy_bypass  # a hundredth of a second that only failures need

    if proxy_bypass(host):
        return ""
    proxies = getproxies()
    named = proxies.get("https") or proxies.get("all") or ""
    try:
        parts = urlsplit(named if "://" in named else f"http://{named}")
        return f"{parts.hostname}:{parts.port or 80}" if parts.hostname else ""
    except ValueError:
        return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
