"""One sign-in's dealings with Entra by MSAL: its application object, and what becomes of its answers and failures."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from mtp_tui import __version__
from mtp_tui.errors import BadInput, SignInError
from mtp_tui.identity.certificate_opening import open_certificate
from mtp_tui.identity.certificates import Certificate
from mtp_tui.identity.credentials import ClientCertificate, ClientSecret, Credentials, Field
from mtp_tui.identity.entra_errors import explain_refusal
from mtp_tui.identity.msal_http import MsalHttp
from mtp_tui.identity.progress import OnProgress, SignInStep
from mtp_tui.wire import Answer, Wire

T = TypeVar("T")


class MsalClient:
    """MSAL for one sign-in; to be opened before it is asked, and closed afterwards.

    MSAL's own caches die with it: the token is remembered by the session, and MSAL's memory of refusals would answer
    with the old error for a minute after the fault was mended in the portal.
    """

    def __init__(self, wire: Wire, credentials: Credentials) -> None:
        """To be made on the event loop; nothing is sent before `open`."""
        self.credentials = credentials
        self._http = MsalHttp(wire, credentials.cloud, self.refusal)
        self._application: Any = None

    @property
    def last(self) -> Answer | None:
        """Entra's latest answer."""
        return self._http.last

    async def open(self, on_progress: OnProgress) -> None:
        """Load MSAL, read the certificate if it takes one, and find the tenant.

        Raises SignInError, Unreachable or UnexpectedAnswer as `ask`, and BadInput for a certificate of no use.
        """
        on_progress(SignInStep.LIBRARY)
        await asyncio.to_thread(_load_msal)
        certificate = None
        if isinstance(self.credentials, ClientCertificate):
            on_progress(SignInStep.CERTIFICATE)
            given = self.credentials
            certificate = await asyncio.to_thread(open_certificate, given.path, given.passphrase or None)
        on_progress(SignInStep.TENANT)
        self._application = await self._in_thread(lambda: _application(self.credentials, certificate, self._http))

    async def ask(self, request: Callable[[Any], object]) -> dict[str, Any]:
        """What `request` gets from MSAL's application object, in a thread; cancelling it stops what is under way.

        Raises Unreachable when Entra cannot be asked, UnexpectedAnswer when something else than Entra answers, and
        SignInError when it fails on its side. Other refusals are in what is returned: `refusal` explains them.
        """
        answer = await self._in_thread(lambda: request(self._application))
        return dict(answer) if isinstance(answer, Mapping) else {}

    def refusal(self, body: Mapping[str, object], *, is_answer: bool = True) -> SignInError:
        """The error for a refusal, with the latest answer if that is where it stood (`is_answer`)."""
        last = self._http.last if is_answer else None
        return explain_refusal(
            body,
            tenant=self.credentials.tenant,
            client_id=self.credentials.client_id,
            cloud=self.credentials.cloud,
            scope=self.credentials.scope,
            status=last.status if last else 0,
            raw=last.text if last else "",
        )

    def close(self) -> None:
        """Give up whatever is under way."""
        self._http.stop()

    async def _in_thread(self, blocking: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(blocking)
        except Exception as error:
            if isinstance(self.credentials, ClientCertificate) and _is_of_the_key(error):
                raise _unusable_key() from error
            raise


def _load_msal() -> None:
    import msal  # noqa: F401 - a quarter of a second, off the event loop


def _application(credentials: Credentials, certificate: Certificate | None, http: MsalHttp) -> object:
    """MSAL's object for these credentials, which asks for the tenant's metadata at once. Blocks."""
    import msal

    authority = f"https://{credentials.cloud.login_host}/{credentials.tenant}"
    shared = {
        "http_client": http,
        "instance_discovery": False,  # the hosts are from our own table of clouds
        "app_name": "mtp-tui",
        "app_version": __version__,
    }
    if credentials.is_for_user:
        return msal.PublicClientApplication(credentials.client_id, authority=authority, **shared)
    proof: object = None
    if isinstance(credentials, ClientSecret):
        proof = credentials.secret.reveal()
    elif certificate is not None:
        proof = {"private_key": certificate.private_key.reveal(), "public_certificate": certificate.pem}
    return msal.ConfidentialClientApplication(
        credentials.client_id,
        authority=authority,
        client_credential=proof,
        azure_region=False,  # else MSAL_FORCE_REGION in the environment silently moves the sign-in to another host
        **shared,
    )


def _is_of_the_key(error: Exception) -> bool:
    """Whether this is how MSAL, PyJWT and cryptography fail with a key they cannot sign with."""
    from jwt import PyJWTError

    return isinstance(error, ValueError | TypeError | PyJWTError)


def _unusable_key() -> BadInput:
    return BadInput(
        Field.CERTIFICATE,
        "Nothing could be signed with this certificate's private key.",
        "Entra takes RSA keys of 2048 bits and more; make a new key and certificate, and register its public part.",
    )
