"""Who issued a certificate that is not trusted: mostly the box that inspects TLS, which is then known by its name."""

import asyncio
import logging
import ssl

from mtp_tui.network_failures import proxy_for

log = logging.getLogger(__name__)

ASKED_WITHIN_S = 5.0
_LONGEST_NAME = 80


async def issuer_of(host: str) -> str:
    """The issuer's name as the certificate that answers for a host has it: a stranger's text; empty if it cannot be had.

    Shakes hands once more, believing anybody, and hangs up: nothing is sent to whoever is not trusted.
    """
    try:
        async with asyncio.timeout(ASKED_WITHIN_S):
            der = await _certificate_of(host)
    except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as error:
        log.info("issuer of the certificate not found: %s", type(error).__name__)
        return ""
    return issuer_in(der) if der else ""


async def _certificate_of(host: str) -> bytes | None:
    believing = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    believing.check_hostname, believing.verify_mode = False, ssl.CERT_NONE
    proxy = proxy_for(host)
    name, _, port = (proxy or f"{host}:443").rpartition(":")
    reader, writer = await asyncio.open_connection(name.strip("[]"), int(port))
    try:
        if proxy:
            writer.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode("ascii"))
            answer = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in answer.split(b"\r\n", 1)[0]:
                return None
        await writer.start_tls(believing, server_hostname=host)
        certificate: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return certificate
    finally:
        writer.transport.abort()


def issuer_in(der: bytes) -> str:
    """The issuer's name in a certificate (DER); empty if that is none, or an odd one. Never raises."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    from mtp_tui.certificate_faults import certificate_faults

    try:
        issuer = x509.load_der_x509_certificate(der).issuer
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
            names = issuer.get_attributes_for_oid(kind)
            if names:
                return str(names[0].value)[:_LONGEST_NAME]
        return issuer.rfc4514_string()[:_LONGEST_NAME]
    except certificate_faults() as error:
        log.info("issuer of the certificate not read: %s", type(error).__name__)
        return ""
