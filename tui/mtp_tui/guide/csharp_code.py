"""The requests as C# with MSAL.NET: the whole Program.cs of a console project."""

from mtp_tui.guide.code_request import TokenRequest, filled, head
from mtp_tui.guide.quoting import for_csharp

_NEEDS = "Needs .NET 6 or newer: dotnet new console, dotnet add package Microsoft.Identity.Client, this as Program.cs, dotnet run."
_NEEDS_ONLY_DOTNET = "Needs .NET 6 or newer: dotnet new console, this as Program.cs, dotnet run."

_VARIABLE = """
var ‹local› = Environment.GetEnvironmentVariable("‹variable›");
if (string.IsNullOrEmpty(‹local›)) throw new InvalidOperationException("‹variable› is not set.");
"""

_BY_APP = """
var app = ConfidentialClientApplicationBuilder.Create(‹client_id›)
    .WithAuthority(‹authority›)
    .WithClientSecret(secret)
    .Build();
var token = (await app.AcquireTokenForClient(‹scopes›).ExecuteAsync()).AccessToken;
"""

_SIGNED = """
var passphrase = Environment.GetEnvironmentVariable("AZURE_CLIENT_CERTIFICATE_PASSWORD");
var isPfx = path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".p12", StringComparison.OrdinalIgnoreCase);
var certificate = isPfx ? new X509Certificate2(path, passphrase)
    : string.IsNullOrEmpty(passphrase) ? X509Certificate2.CreateFromPemFile(path)
    : X509Certificate2.CreateFromEncryptedPemFile(path, passphrase);
var app = ConfidentialClientApplicationBuilder.Create(‹client_id›)
    .WithAuthority(‹authority›)
    .WithCertificate(certificate)
    .Build();
var token = (await app.AcquireTokenForClient(‹scopes›).ExecuteAsync()).AccessToken;
"""

_BY_DEVICE = """
var app = PublicClientApplicationBuilder.Create(‹client_id›)
    .WithAuthority(‹authority›)
    .Build();
var answer = await app.AcquireTokenWithDeviceCode(‹scopes›, code =>
{
    Console.Error.WriteLine(code.Message);
    return Task.CompletedTask;
}).ExecuteAsync();
var token = answer.AccessToken;
"""

_BY_BROWSER = """
var app = PublicClientApplicationBuilder.Create(‹client_id›)
    .WithAuthority(‹authority›)
    .WithRedirectUri("http://localhost")
    .Build();
var token = (await app.AcquireTokenInteractive(‹scopes›).ExecuteAsync()).AccessToken;
"""

_SHOW = """
Console.WriteLine(token);
"""

_INCIDENTS = """

using var http = new HttpClient();
using var request = new HttpRequestMessage(HttpMethod.Get, ‹incidents_address›);
request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
using var page = await http.SendAsync(request);
var text = await page.Content.ReadAsStringAsync();
if (page.IsSuccessStatusCode)
{
    Console.WriteLine(text);
}
else
{
    Console.Error.WriteLine($"HTTP {(int)page.StatusCode} {text}");
    Environment.ExitCode = 1;
}
"""

_ASKING = {
    "secret": _BY_APP,
    "certificate": _SIGNED,
    "device-code": _BY_DEVICE,
    "browser": _BY_BROWSER,
    "token": "",
}
_LOCAL = {"secret": "secret", "certificate": "path", "token": "token"}
"""What the environment variable is called in the program."""


def token_code(request: TokenRequest) -> str:
    """A program that prints an access token and nothing else."""
    return _program(request, "Prints an access token.", _SHOW, {})


def incidents_code(request: TokenRequest, incidents_address: str) -> str:
    """A program that prints one page of incidents as the API sends it."""
    address = {"incidents_address": for_csharp(incidents_address)}
    return _program(request, "Prints one page of incidents as JSON.", _INCIDENTS, address)


def _program(request: TokenRequest, does: str, end: str, more: dict[str, str]) -> str:
    parts = (_VARIABLE if request.variable else "", _ASKING[request.kind], end)
    body = "".join(part.removeprefix("\n") for part in parts)
    scopes = ", ".join(for_csharp(scope) for scope in request.scope.split())
    values = {
        "variable": request.variable,
        "local": _LOCAL.get(request.kind, ""),
        "authority": for_csharp(request.authority),
        "client_id": for_csharp(request.client_id),
        "scopes": f"new[] {{ {scopes} }}",
        **more,
    }
    needs = _NEEDS_ONLY_DOTNET if request.kind == "token" else _NEEDS
    return f"{head('//', request, does, needs)}{_usings(body)}\n{filled(body, values)}"


def _usings(body: str) -> str:
    """Those that the program uses, sorted as .NET's own formatter does."""
    names = ["System"]
    if "HttpClient" in body:
        names += ["System.Net.Http", "System.Net.Http.Headers"]
    if "X509Certificate2" in body:
        names.append("System.Security.Cryptography.X509Certificates")
    if "Task." in body:
        names.append("System.Threading.Tasks")
    if "ApplicationBuilder" in body:
        names.append("Microsoft.Identity.Client")
    return "".join(f"using {name};\n" for name in names)
