"""What the guide and the code writers have to offer for one application, and the evidence about a problem."""

from dataclasses import dataclass
from datetime import datetime

from mtp_tui.errors import ApiError, MtpError, SignInError
from mtp_tui.guide.copy_as_code import Language, code_for_incidents, code_for_token, variable_for
from mtp_tui.guide.evidence import Asked, evidence_bundle, token_evidence
from mtp_tui.guide.setup_steps import setup_steps
from mtp_tui.identity.clouds import GLOBAL, Cloud
from mtp_tui.identity.credentials import CredentialKind, Credentials
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.offers_screen import Offer

__all__ = ["Wanted", "code_offers", "evidence", "setup_offers", "token_evidence"]

NOT_FILLED_IN = "Not filled in yet: type tenant and application ID in the sign-in pane, then come back."


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom something is to be written."""

    kind: CredentialKind = CredentialKind.SECRET
    tenant: str = ""
    client_id: str = ""
    """Empty where they are not known yet."""
    cloud: Cloud = GLOBAL
    scope: str = ""
    """Of the token; empty for the cloud's own."""


def setup_offers(wanted: Wanted) -> list[Offer]:
    """Every step of registering an application: the portal's words, then the commands."""
    offers: list[Offer] = []
    for number, step in enumerate(setup_steps(wanted.tenant, wanted.client_id, wanted.cloud, wanted.kind), 1):
        group = f"{number}. {step.title}"
        offers.append(Offer(group, f"{number}. {step.title}", step.words))
        for command in step.commands:
            gap = "" if command.is_complete else NOT_FILLED_IN
            offers.append(Offer(group, f"   {command.label}", command.text, gap, is_link=command.is_link))
    return offers


def code_offers(wanted: Wanted) -> list[Offer]:
    """The token request and the incidents request in every language; the secret is a variable."""
    gap = "" if (wanted.tenant and wanted.client_id) or wanted.kind is CredentialKind.TOKEN else NOT_FILLED_IN
    variable = variable_for(wanted.kind)
    group = f"set {variable} first" if variable else "runs as it is"
    offers: list[Offer] = []
    for language in Language:
        for label, write in (("token", code_for_token), ("incidents", code_for_incidents)):
            text = write(language, wanted.kind, wanted.tenant, wanted.client_id, wanted.cloud, scope=wanted.scope)
            offers.append(Offer(group, f"{language}: {label}", text, gap))
    return offers


def evidence(error: MtpError, tried: Credentials | None, held: SignedIn | None, now: datetime) -> str:
    """The bundle for a problem of the sign-in, or of the API by whoever is signed in."""
    hidden = [*(tried.secrets if tried else ()), *((held.token.value,) if held else ())]
    if isinstance(error, ApiError) and held is not None:
        cloud, status = held.cloud, error.refusal.status
        asked = Asked("GET", cloud.api_host, "/api/incidents", status, held.tenant, held.client_id, cloud.scope, cloud)
    elif tried is not None:
        cloud, path = tried.cloud, f"/{tried.tenant}/oauth2/v2.0/token"
        asked = Asked("POST", cloud.login_host, path, 0, tried.tenant, tried.client_id, tried.scope, cloud)
    else:
        asked = Asked()
    return evidence_bundle(
        error,
        asked,
        now=now,
        clock_offset_s=held.clock_offset_s if held else None,
        raw_answer=error.raw if isinstance(error, SignInError) else "",
        hidden=[secret for secret in hidden if secret],
    )
