"""What the guide and the code writers have to offer for one application."""

from mtp_tui.guide.copy_as_code import Language, code_for_incidents, code_for_token, variable_for
from mtp_tui.guide.setup_steps import setup_steps
from mtp_tui.identity.clouds import Cloud
from mtp_tui.ui.offers_screen import Offer

KIND = "secret"
NOT_FILLED_IN = "Not filled in yet: type tenant and application ID in the sign-in pane, then come back."


def setup_offers(tenant: str, client_id: str, cloud: Cloud) -> list[Offer]:
    """Every step of registering an application: the portal's words, then the commands."""
    offers: list[Offer] = []
    for number, step in enumerate(setup_steps(tenant, client_id, cloud, KIND), 1):
        group = f"{number}. {step.title}"
        offers.append(Offer(group, f"{number}. {step.title}", step.words))
        for command in step.commands:
            gap = "" if command.is_complete else NOT_FILLED_IN
            offers.append(Offer(group, f"   {command.label}", command.text, gap, is_link=command.is_link))
    return offers


def code_offers(tenant: str, client_id: str, cloud: Cloud) -> list[Offer]:
    """The token request and the incidents request in every language; the secret is a variable."""
    gap = "" if tenant and client_id else NOT_FILLED_IN
    offers: list[Offer] = []
    for language in Language:
        for label, write in (("token", code_for_token), ("incidents", code_for_incidents)):
            text = write(language, KIND, tenant, client_id, cloud)
            offers.append(Offer(f"set {variable_for(KIND)} first", f"{language}: {label}", text, gap))
    return offers
