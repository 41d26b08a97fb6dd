"""The requests as cURL, for a POSIX shell.

Secret and token go to curl by standard input, never as an argument, which other people on a jump host can list. All
of it stands in parentheses, so that neither a variable nor a failure is left in the shell that it is pasted into.
"""

import json

from mtp_tui.guide.code_request import TokenRequest, filled, head
from mtp_tui.guide.quoting import for_shell, shell_field

_NEEDS = "Needs sh, bash or zsh, with curl 7.76 or newer."
_NEEDS_OPENSSL = (
    "Needs sh, bash or zsh, with curl 7.76 or newer and openssl. The file is PEM, with key and certificate in it."
)
_NO_BROWSER = " curl opens no browser, so this asks for a device code instead."

_BEGIN = r"""
(
  ‹check›
  field() { printf %s "$2" | tr -d '\n' | sed -n 's/.*"'"$1"'" *: *"\{0,1\}\([^",}]*\).*/\1/p'; }
"""

_BY_APP = r"""
  answer=$(printf %s "$AZURE_CLIENT_SECRET" | curl -sS ‹token_address› \
    ‹client_id› \
    --data-urlencode client_secret@- \
    --data-urlencode grant_type=client_credentials \
    ‹scope›)
"""

_SIGNED = r"""
  export AZURE_CLIENT_CERTIFICATE_PASSWORD="${AZURE_CLIENT_CERTIFICATE_PASSWORD-}"
  base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
  thumbprint=$(openssl x509 -in "$AZURE_CLIENT_CERTIFICATE_PATH" -outform DER | openssl dgst -sha256 -binary | base64url)
  now=$(date +%s)
  header=$(printf '{"alg":"PS256","typ":"JWT","x5t#S256":"%s"}' "$thumbprint" | base64url)
  claims=$(printf '{"aud":%s,"iss":%s,"sub":%s,"jti":"%s","nbf":%s,"iat":%s,"exp":%s}' \
    ‹audience_json› ‹client_id_json› ‹client_id_json› \
    "$(openssl rand -hex 16)" "$now" "$now" "$((now + 300))" | base64url)
  signature=$(printf %s "$header.$claims" | openssl dgst -sha256 -binary \
    -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 \
    -sign "$AZURE_CLIENT_CERTIFICATE_PATH" -passin env:AZURE_CLIENT_CERTIFICATE_PASSWORD | base64url)
  [ -n "$thumbprint" ] && [ -n "$signature" ] || exit 1
  answer=$(printf %s "$header.$claims.$signature" | curl -sS ‹token_address› \
    ‹client_id› \
    --data-urlencode client_assertion@- \
    --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
    --data-urlencode grant_type=client_credentials \
    ‹scope›)
"""

_BY_DEVICE = r"""
  code=$(curl -sS ‹device_address› \
    ‹client_id› \
    ‹scope›)
  device_code=$(field device_code "$code")
  [ -n "$device_code" ] || { printf '%s\n' "$code" >&2; exit 1; }
  printf 'Open %s and type %s\n' "$(field verification_uri "$code")" "$(field user_code "$code")" >&2
  pause_s=$(field interval "$code")
  while :; do
    sleep "${pause_s:-5}"
    answer=$(printf %s "$device_code" | curl -sS ‹token_address› \
      ‹client_id› \
      --data-urlencode device_code@- \
      --data-urlencode grant_type=urn:ietf:params:oauth:grant-type:device_code)
    case $(field error "$answer") in
      (authorization_pending) ;;
      (slow_down) pause_s=$((pause_s + 5)) ;;
      (*) break ;;
    esac
  done
"""

_UNPACK = r"""
  token=$(field access_token "$answer")
  [ -n "$token" ] || { printf '%s\n' "$answer" >&2; exit 1; }
"""

_GIVEN = r"""
(
  ‹check›
  token=$MTP_TOKEN
"""

_SHOW = r"""
  printf '%s\n' "$token"
)
"""

_INCIDENTS = r"""
  printf 'Authorization: Bearer %s\n' "$token" | curl -sS --fail-with-body -H @- -H 'Accept: application/json' \
    ‹incidents_address›
)
"""

_ASKING = {
    "secret": _BY_APP,
    "certificate": _SIGNED,
    "device-code": _BY_DEVICE,
    "browser": _BY_DEVICE,
}


def token_code(request: TokenRequest) -> str:
    """A script that prints an access token and nothing else."""
    return _head(request, "Prints an access token.") + _script(request, _SHOW, {})


def incidents_code(request: TokenRequest, incidents_address: str) -> str:
    """A script that prints one page of incidents as the API sends it."""
    address = {"incidents_address": for_shell(incidents_address)}
    return _head(request, "Prints one page of incidents as JSON.") + _script(request, _INCIDENTS, address)


def _head(request: TokenRequest, does: str) -> str:
    if request.kind == "browser":
        does += _NO_BROWSER
    return head("#", request, does, _NEEDS_OPENSSL if request.kind == "certificate" else _NEEDS)


def _script(request: TokenRequest, end: str, more: dict[str, str]) -> str:
    parts = [_GIVEN] if request.kind == "token" else [_BEGIN, _ASKING[request.kind], _UNPACK]
    template = "".join(part.lstrip("\n") for part in (*parts, end))
    check = f': "${{{request.variable}:?has to be set first}}"'
    return filled(
        template if request.variable else template.replace("  ‹check›\n", ""),
        {
            "check": check,
            "token_address": for_shell(request.token_address),
            "device_address": for_shell(request.device_address),
            "client_id": shell_field("client_id", request.client_id),
            "scope": shell_field("scope", request.scope),
            "audience_json": for_shell(json.dumps(request.token_address)),
            "client_id_json": for_shell(json.dumps(request.client_id)),
            **more,
        },
    )
