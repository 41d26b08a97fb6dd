"""The requests as PowerShell, without modules. The script block keeps variables and preferences out of the session."""

from mtp_tui.guide.code_request import TokenRequest, filled, head
from mtp_tui.guide.quoting import for_powershell

_NEEDS = "Needs Windows PowerShell 5.1 or PowerShell 7."
_NEEDS_7 = "Needs PowerShell 7: the keys of Windows PowerShell 5.1 cannot sign in the way that Entra asks for."
_NO_BROWSER = " A browser would need a module, so this asks for a device code instead."

_BEGIN = """
& {
    $ErrorActionPreference = 'Stop'
    # Windows PowerShell on older servers still begins with TLS 1.0.
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
"""

_CHECK = """
    if (-not $env:‹variable›) { throw '‹variable› is not set.' }
"""

_BY_APP = """
    $answer = Invoke-RestMethod -Method Post -Uri ‹token_address› -Body @{
        client_id     = ‹client_id›
        client_secret = $env:AZURE_CLIENT_SECRET
        grant_type    = 'client_credentials'
        scope         = ‹scope›
    }
    $token = $answer.access_token
"""

_SIGNED = """
    $path = (Resolve-Path -LiteralPath $env:AZURE_CLIENT_CERTIFICATE_PATH).ProviderPath
    $passphrase = [string]$env:AZURE_CLIENT_CERTIFICATE_PASSWORD
    $certificate = if ($path -match '\\.(pfx|p12)$') {
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($path, $passphrase)
    } elseif ($passphrase) {
        [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromEncryptedPemFile($path, $passphrase)
    } else {
        [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile($path)
    }
    $encode = { param([byte[]]$bytes) [Convert]::ToBase64String($bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_') }
    $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    $header = @{
        alg        = 'PS256'
        typ        = 'JWT'
        'x5t#S256' = & $encode ($certificate.GetCertHash([Security.Cryptography.HashAlgorithmName]::SHA256))
    }
    $claims = @{
        aud = ‹token_address›
        iss = ‹client_id›
        sub = ‹client_id›
        jti = [string][guid]::NewGuid()
        nbf = $now
        iat = $now
        exp = $now + 300
    }
    $signed = @($header, $claims | ForEach-Object {
        & $encode ([Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -Compress $_)))
    }) -join '.'
    $key = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($certificate)
    $signature = $key.SignData(
        [Text.Encoding]::ASCII.GetBytes($signed),
        [Security.Cryptography.HashAlgorithmName]::SHA256,
        [Security.Cryptography.RSASignaturePadding]::Pss
    )
    $answer = Invoke-RestMethod -Method Post -Uri ‹token_address› -Body @{
        client_id             = ‹client_id›
        client_assertion      = "$signed.$(& $encode $signature)"
        client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
        grant_type            = 'client_credentials'
        scope                 = ‹scope›
    }
    $token = $answer.access_token
"""

_BY_DEVICE = """
    $code = Invoke-RestMethod -Method Post -Uri ‹device_address› -Body @{
        client_id = ‹client_id›
        scope     = ‹scope›
    }
    Write-Host $code.message
    $pauseSeconds = [int]$code.interval
    $token = $null
    while (-not $token) {
        Start-Sleep -Seconds $pauseSeconds
        try {
            $answer = Invoke-RestMethod -Method Post -Uri ‹token_address› -Body @{
                client_id   = ‹client_id›
                device_code = $code.device_code
                grant_type  = 'urn:ietf:params:oauth:grant-type:device_code'
            }
            $token = $answer.access_token
        } catch {
            if ("$($_.ErrorDetails)" -match '"slow_down"') { $pauseSeconds += 5 }
            elseif ("$($_.ErrorDetails)" -notmatch '"authorization_pending"') { throw }
        }
    }
"""

_GIVEN = """
    $token = $env:MTP_TOKEN
"""

_SHOW = """
    $token
}
"""

_INCIDENTS = """
    $page = Invoke-WebRequest -UseBasicParsing -Uri ‹incidents_address› -Headers @{
        Accept        = 'application/json'
        Authorization = "Bearer $token"
    }
    # Windows PowerShell would read UTF-8 without a charset as Latin-1.
    [Text.Encoding]::UTF8.GetString($page.RawContentStream.ToArray())
}
"""

_ASKING = {
    "secret": _BY_APP,
    "certificate": _SIGNED,
    "device-code": _BY_DEVICE,
    "browser": _BY_DEVICE,
    "token": _GIVEN,
}


def token_code(request: TokenRequest) -> str:
    """A script that puts out an access token and nothing else."""
    return _head(request, "Prints an access token.") + _script(request, _SHOW, {})


def incidents_code(request: TokenRequest, incidents_address: str) -> str:
    """A script that puts out one page of incidents as the API sends it."""
    address = {"incidents_address": for_powershell(incidents_address)}
    return _head(request, "Prints one page of incidents as JSON.") + _script(request, _INCIDENTS, address)


def _head(request: TokenRequest, does: str) -> str:
    if request.kind == "browser":
        does += _NO_BROWSER
    return head("#", request, does, _NEEDS_7 if request.kind == "certificate" else _NEEDS)


def _script(request: TokenRequest, end: str, more: dict[str, str]) -> str:
    parts = (_BEGIN, _CHECK if request.variable else "", _ASKING[request.kind], end)
    return filled(
        "".join(part.lstrip("\n") for part in parts),
        {
            "variable": request.variable,
            "token_address": for_powershell(request.token_address),
            "device_address": for_powershell(request.device_address),
            "client_id": for_powershell(request.client_id),
            "scope": for_powershell(request.scope),
            **more,
        },
    )
