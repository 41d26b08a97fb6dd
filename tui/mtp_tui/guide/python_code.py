"""The requests as Python: the standard library where it suffices, MSAL where something has to be signed or opened."""

from mtp_tui.guide.code_request import TokenRequest, filled, head
from mtp_tui.guide.quoting import for_python

_NEEDS = "Needs Python 3.9 or newer, and nothing else."
_NEEDS_MSAL = 'Needs Python 3.9 or newer, and: pip install "msal>=1.35"'

_ASK = '''

def ask(address, fields=None, headers=None):
    """The answer as bytes; ends the program with the service's own words if it refuses."""
    body = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers or {})) as answer:
            return answer.read()
    except urllib.error.HTTPError as refusal:
        sys.exit(f"HTTP {refusal.code} {refusal.read().decode(errors='replace')}")


'''

_BY_APP = """
token = json.loads(ask(‹token_address›, {
    "client_id": ‹client_id›,
    "client_secret": os.environ.get("AZURE_CLIENT_SECRET") or sys.exit("AZURE_CLIENT_SECRET is not set."),
    "grant_type": "client_credentials",
    "scope": ‹scope›,
}))["access_token"]
"""

_SIGNED = """
path = os.environ.get("AZURE_CLIENT_CERTIFICATE_PATH") or sys.exit("AZURE_CLIENT_CERTIFICATE_PATH is not set.")
passphrase = os.environ.get("AZURE_CLIENT_CERTIFICATE_PASSWORD")
if path.lower().endswith((".pfx", ".p12")):
    credential = {"private_key_pfx_path": path, "passphrase": passphrase}
else:
    with open(path, encoding="ascii") as file:
        pem = file.read()
    credential = {"private_key": pem, "public_certificate": pem, "passphrase": passphrase}
app = msal.ConfidentialClientApplication(
    ‹client_id›,
    authority=‹authority›,
    client_credential=credential,
)
answer = app.acquire_token_for_client(‹scopes›)
token = answer.get("access_token") or sys.exit(answer.get("error_description") or str(answer))
"""

_BY_DEVICE = """
code = json.loads(ask(‹device_address›, {
    "client_id": ‹client_id›,
    "scope": ‹scope›,
}))
print(code["message"], file=sys.stderr, flush=True)
fields = urllib.parse.urlencode({
    "client_id": ‹client_id›,
    "device_code": code["device_code"],
    "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
}).encode()
pause_s, token = int(code.get("interval", 5)), None
while token is None:
    time.sleep(pause_s)
    try:
        with urllib.request.urlopen(‹token_address›, fields) as answer:
            token = json.load(answer)["access_token"]
    except urllib.error.HTTPError as refusal:
        text = refusal.read().decode(errors="replace")
        if '"slow_down"' in text:
            pause_s += 5
        elif '"authorization_pending"' not in text:
            sys.exit(text)
"""

_BY_BROWSER = """
app = msal.PublicClientApplication(
    ‹client_id›,
    authority=‹authority›,
)
answer = app.acquire_token_interactive(‹scopes›)
token = answer.get("access_token") or sys.exit(answer.get("error_description") or str(answer))
"""

_GIVEN = """
token = os.environ.get("MTP_TOKEN") or sys.exit("MTP_TOKEN is not set.")
"""

_SHOW = """
print(token)
"""

_INCIDENTS = """

page = json.loads(ask(‹incidents_address›, headers={
    "Accept": "application/json",
    "Authorization": f"Bearer {token}",
}))
print(json.dumps(page, indent=2))
"""

_ASKING = {
    "secret": _BY_APP,
    "certificate": _SIGNED,
    "device-code": _BY_DEVICE,
    "browser": _BY_BROWSER,
    "token": _GIVEN,
}
_OF_MSAL = ("certificate", "browser")


def token_code(request: TokenRequest) -> str:
    """A program that prints an access token and nothing else."""
    asking = _ASKING[request.kind]
    return _program(request, "Prints an access token.", asking, _SHOW, {})


def incidents_code(request: TokenRequest, incidents_address: str) -> str:
    """A program that prints one page of incidents."""
    address = {"incidents_address": for_python(incidents_address)}
    return _program(request, "Prints one page of incidents as JSON.", _ASKING[request.kind], _INCIDENTS, address)


def _program(request: TokenRequest, does: str, asking: str, end: str, more: dict[str, str]) -> str:
    body = asking.lstrip("\n") + end.removeprefix("\n")
    if "ask(" in body:
        body = _ASK + body
    scopes = ", ".join(for_python(scope) for scope in request.scope.split())
    values = {
        "token_address": for_python(request.token_address),
        "device_address": for_python(request.device_address),
        "authority": for_python(request.authority),
        "client_id": for_python(request.client_id),
        "scope": for_python(request.scope),
        "scopes": f"[{scopes}]",
        **more,
    }
    needs = _NEEDS_MSAL if request.kind in _OF_MSAL else _NEEDS
    imports = _imports(body) if body.startswith("\n") else f"{_imports(body)}\n"
    return f"{head('#', request, does, needs)}{imports}{filled(body, values)}"


def _imports(body: str) -> str:
    """Those that the program uses, as a person would write them."""
    used = [name for name in ("json", "os", "sys", "time") if f"{name}." in body]
    if "urllib" in body:
        used += ["urllib.error", "urllib.parse", "urllib.request"]
    lines = [f"import {name}\n" for name in used]
    if "msal." in body:
        lines.append("\nimport msal\n")
    return "".join(lines)
