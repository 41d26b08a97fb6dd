"""How to register the application: today's words of the portal, and the same as commands of the Azure CLI.

Sources: Microsoft Learn, "Create an app to access Microsoft Defender XDR without a user" and "… on behalf of a user";
Azure CLI reference, `az ad app`. The admin center's host of the government clouds is from memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mtp_tui.errors import BadInput
from mtp_tui.guide.code_request import CLIENT_ID_PLACEHOLDER, TENANT_PLACEHOLDER
from mtp_tui.guide.consent_links import consent_links, customer_consent_link, portal_redirect
from mtp_tui.identity.clouds import DOD, MTP_APP_ID, Cloud
from mtp_tui.identity.credential_form import client_id_from, tenant_from
from mtp_tui.identity.permissions import MTP, PERMISSIONS, PermissionKind

DEVICE_CODE, BROWSER = "device-code", "browser"
_USER_KINDS = (DEVICE_CODE, BROWSER)


@dataclass(frozen=True, slots=True)
class Command:
    """One line to copy."""

    label: str
    text: str
    """A command for any shell, or an address."""
    is_link: bool = False
    """Whether it is an address, to be opened or scanned."""

    @property
    def is_complete(self) -> bool:
        """Whether it works as it is: no placeholder is left in it."""
        return TENANT_PLACEHOLDER not in self.text and CLIENT_ID_PLACEHOLDER not in self.text


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step of the way."""

    title: str
    words: str
    """What to do in the portal, in the portal's own words."""
    commands: tuple[Command, ...]
    """The same for those who prefer commands, and what checks it."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What the steps are filled in with. Only IDs and domains come in here, so no shell finds anything to act on."""

    tenant: str
    client_id: str
    cloud: Cloud
    kind: str

    @property
    def is_for_user(self) -> bool:
        return self.kind in _USER_KINDS

    @property
    def is_government(self) -> bool:
        return self.cloud.login_host.endswith(".us")

    @property
    def graph_host(self) -> str:
        if self.cloud.name == DOD.name:
            return "dod-graph.microsoft.us"
        return "graph.microsoft.us" if self.is_government else "graph.microsoft.com"


def setup_steps(tenant: str, client_id: str, cloud: Cloud, kind: str) -> tuple[SetupStep, ...]:
    """The steps in order, for one kind of credential (`secret`, `certificate`, `device-code`, `browser`, `token`).

    A tenant or application that is not known yet, or cannot be one, is left as a placeholder in capitals.
    """
    names = _Names(_known_tenant(tenant), _known_client_id(client_id), cloud, kind)
    return tuple(_steps(names))


def _known_tenant(typed: str) -> str:
    try:
        return tenant_from(typed)
    except BadInput:
        return TENANT_PLACEHOLDER


def _known_client_id(typed: str) -> str:
    try:
        return client_id_from(typed)
    except BadInput:
        return CLIENT_ID_PLACEHOLDER


def _steps(names: _Names) -> Iterator[SetupStep]:
    yield _open(names)
    yield _register(names)
    yield _permit(names)
    yield _consent(names)
    if names.kind == "secret":
        yield _make_secret(names)
    elif names.kind == "certificate":
        yield _upload_certificate(names)
    elif names.is_for_user:
        yield _allow_users(names)
    yield _check(names)
    if not names.is_for_user:
        yield _invite_customers(names)


def _open(names: _Names) -> SetupStep:
    center = "https://entra.microsoft.us" if names.is_government else "https://entra.microsoft.com"
    azure = "AzureUSGovernment" if names.is_government else "AzureCloud"
    return SetupStep(
        "Open the admin center",
        f"Sign in to {center}. To register an application, the role Application Developer is enough; to consent to its "
        "permissions it takes Privileged Role Administrator or Global Administrator.",
        (
            Command("Admin center", center, is_link=True),
            Command("Choose the cloud", f"az cloud set --name {azure}"),
            Command("Sign in", f"az login --tenant {names.tenant} --allow-no-subscriptions"),
            Command("Show the tenant ID", "az account show --query tenantId -o tsv"),
        ),
    )


def _register(names: _Names) -> SetupStep:
    public = (
        " --is-fallback-public-client true --public-client-redirect-uris http://localhost" if names.is_for_user else ""
    )
    return SetupStep(
        "Register the application",
        "Entra ID > App registrations > New registration: give it a name, choose Accounts in this organizational "
        "directory only, leave the redirect URI empty, Register. From its Overview page note Application (client) ID "
        "and Directory (tenant) ID; the Object ID is neither.",
        (
            Command(
                "Register; prints the application ID",
                f"az ad app create --display-name mtp-tui --sign-in-audience AzureADMyOrg{public} --query appId -o tsv",
            ),
            Command(
                "Make its service principal, as the portal does by itself", f"az ad sp create --id {names.client_id}"
            ),
        ),
    )


def _permit(names: _Names) -> SetupStep:
    kind = PermissionKind.DELEGATED if names.is_for_user else PermissionKind.APPLICATION
    needed, *others = (each for each in PERMISSIONS if each.resource == MTP.name and each.kind is kind)
    wanted = [each for each in (needed, *others) if each.value.startswith(("Incident.", "AdvancedHunting."))]
    list_of_roles = "oauth2PermissionScopes" if names.is_for_user else "appRoles"
    title = "Delegated permissions" if names.is_for_user else "Application permissions"
    type_ = "Scope" if names.is_for_user else "Role"
    return SetupStep(
        "Add the permission",
        f"API permissions > Add a permission > APIs my organization uses: type {MTP.name}, which is not listed before "
        f"you type. {title}: tick {needed.value}, Add permissions. If the API is not found, Defender was never used in "
        f"this tenant: open https://{names.cloud.portal_host} once with a licence.",
        (
            *(
                Command(
                    f"{each.value}: {each.unlocks}",
                    f"az ad app permission add --id {names.client_id} --api {MTP_APP_ID} --api-permissions {each.id}={type_}",
                )
                for each in wanted
            ),
            Command(
                "Look up the ID of a permission",
                f"az ad sp show --id {MTP_APP_ID} --query \"{list_of_roles}[?value=='{needed.value}'].id\" -o tsv",
            ),
        ),
    )


def _consent(names: _Names) -> SetupStep:
    tenant = "" if names.tenant == TENANT_PLACEHOLDER else names.tenant
    own, _ = consent_links(names.cloud, tenant, names.client_id)
    grant = (
        Command(
            "Consent for all users, to reading only",
            f"az ad app permission grant --id {names.client_id} --api {MTP_APP_ID} --scope Incident.Read",
        )
        if names.is_for_user
        else Command(
            "Consent, some seconds after the permission was added",
            f"az ad app permission admin-consent --id {names.client_id}",
        )
    )
    return SetupStep(
        "Grant admin consent",
        "API permissions > Grant admin consent: the column Status turns to Granted. Again after every permission that "
        "is added; a token from before keeps what it had. An administrator elsewhere can use the link instead. "
        f"{own.note}",
        (Command("Admin consent link", own.address, is_link=True), grant),
    )


def _make_secret(names: _Names) -> SetupStep:
    return SetupStep(
        "Make a client secret",
        "Certificates & secrets > Client secrets > New client secret. Copy the column Value now, it is never shown "
        "again; Secret ID is not the secret. A new secret may take some minutes to work.",
        (
            Command(
                "Make a secret; prints its value (without --append all others would be removed)",
                f"az ad app credential reset --id {names.client_id} --append --display-name mtp-tui --years 1 --query password -o tsv",
            ),
        ),
    )


def _upload_certificate(names: _Names) -> SetupStep:
    return SetupStep(
        "Upload the certificate",
        "Certificates & secrets > Certificates > Upload certificate: the public part only, as .cer, .pem or .crt. The "
        "thumbprint shown there is the one that this program shows. It may take some seconds to work.",
        (
            Command(
                "Make key and certificate for a year, without passphrase",
                'openssl req -x509 -newkey rsa:3072 -sha256 -days 365 -nodes -subj "/CN=mtp-tui" -keyout mtp-tui.pem -out mtp-tui.pem',
            ),
            Command("Take out the public part", "openssl x509 -in mtp-tui.pem -out mtp-tui.cer"),
            Command(
                "Upload it (without --append all others would be removed)",
                f'az ad app credential reset --id {names.client_id} --append --display-name mtp-tui --cert "@mtp-tui.cer"',
            ),
        ),
    )


def _allow_users(names: _Names) -> SetupStep:
    flows = (
        "Set Allow public client flows to Yes, else Entra answers AADSTS7000218. "
        if names.kind == DEVICE_CODE
        else "Add a platform > Mobile and desktop applications: http://localhost, without a port. "
    )
    return SetupStep(
        "Let users sign in with it",
        f"Authentication: {flows}Besides this, the user needs a role in Defender that may see incidents.",
        (
            Command(
                "Both at once (replaces the redirect addresses of that platform)",
                f"az ad app update --id {names.client_id} --is-fallback-public-client true --public-client-redirect-uris http://localhost",
            ),
        ),
    )


def _check(names: _Names) -> SetupStep:
    claim = "scp" if names.is_for_user else "roles"
    needed = "Incident.Read" if names.is_for_user else "Incident.Read.All"
    granted = Command(
        "What is granted",
        f"az rest --method GET --url \"https://{names.graph_host}/v1.0/servicePrincipals(appId='{names.client_id}')/appRoleAssignments\"",
    )
    ends = Command(
        "When its secrets and certificates end",
        f'az ad app credential list --id {names.client_id} --query "[].endDateTime" -o tsv',
    )
    with_certificates = Command(ends.label, ends.text.replace("credential list", "credential list --cert"))
    credential = {"secret": (ends,), "certificate": (with_certificates,)}.get(names.kind, ())
    return SetupStep(
        "Check it",
        f"Sign in with this program: the token pane shows {needed} in {claim}. If it is missing there, consent is what "
        "is missing.",
        (
            Command("What is asked for", f"az ad app permission list --id {names.client_id}"),
            *(() if names.is_for_user else (granted,)),
            *credential,
        ),
    )


def _invite_customers(names: _Names) -> SetupStep:
    redirect = portal_redirect(names.cloud)
    return SetupStep(
        "For the tenants of customers",
        "Only if the application is to work in other tenants too. Authentication > Supported account types: Accounts in "
        f"any organizational directory; Add a platform > Web: {redirect}. Then send the link to each customer's "
        "administrator, and sign in with the customer's tenant ID.",
        (
            Command(
                "Open it to other tenants (replaces its Web redirect addresses)",
                f"az ad app update --id {names.client_id} --sign-in-audience AzureADMultipleOrgs --web-redirect-uris {redirect}",
            ),
            Command("Consent link for customers", customer_consent_link(names.cloud, names.client_id), is_link=True),
        ),
    )
