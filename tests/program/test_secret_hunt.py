"""No secret and no token is in any file of the program, on the screen, on the clipboard, in a picture of the screen, in any
process's arguments or any child's environment, even after a crash."""

import asyncio
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from mtp_tui.clock import system_clock
from mtp_tui.sim import faults
from mtp_tui.sim.browser import browse
from mtp_tui.sim.tenant import SimulatedTenant
from tests.program.conftest import SECRET
from tests.sim.assertions import Pair, pair
from tests.support.hunt import Hunt
from tests.support.machines import ROOT
from tests.support.program import asked_for_incidents, open_profiles, pick_profile, write_profiles
from tests.support.terminal import CLIPBOARD, Terminal
from tests.support.tls_server import TlsTenant

WRONG = "Wr0ng~made.up-for_this~test+only/too"
PASSPHRASE = "made-up passphrase/of+a&file=%41"

LOUD = """
import logging, os, sys
from pathlib import Path

desk = Path(sys.argv[1])
arguments = open(desk / "arguments", "a", encoding="utf-8")
environments = open(desk / "environments", "a", encoding="utf-8")

def note(event, given):
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        print(given[:2], file=arguments, flush=True)
        inherited = given[3] if event == "subprocess.Popen" else given[2] if len(given) > 2 else None
        print(dict(inherited or os.environ), file=environments, flush=True)

sys.addaudithook(note)

from mtp_tui import cli, logs
from mtp_tui.identity import msal_answers
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.ui import app

msal_answers.LONGEST_INTERVAL_S = 1  # in place of the five seconds after which Entra wants to be asked

start = logs.start_logging

def start_loudly(path):
    is_logging = start(path)
    for name in ("", *logging.root.manager.loggerDict, "httpx", "httpcore", "msal", "asyncio", "urllib3"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    return is_logging

logs.start_logging = start_loudly

class Watched(app.MtpApp):
    CSS_PATH = [Path(app.__file__).parent / path for path in app.MtpApp.CSS_PATH]
    BINDINGS = [("f9", "take_picture")]

    def action_take_picture(self):
        self.save_screenshot("picture.svg", path=str(desk))

app.MtpApp = Watched
usual = IncidentFeed.refresh

async def refresh(feed):
    if (desk / "fail").exists():
        token = (await feed._client._tokens.bearer()).reveal()
        secret = os.fsdecode((desk / "secret").read_bytes()).strip()
        raise RuntimeError("failed with client_secret=" + secret + " and Authorization: Bearer " + token)
    async for event in usual(feed):
        yield event

IncidentFeed.refresh = refresh
sys.exit(cli.main(["--refresh", "3600", "--profile", "variable"]))
"""
"""The program, with all that any library of its has to say in the log, every command line that it starts noted with its
environment, a key that takes a picture of the screen, and a service that can be told to fail, with secrets in its hands."""


@dataclass(slots=True)
class Desk:
    """Somebody's files outside of the program's own: where secrets may lie, and where it is noted what was started."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> Path:
        return self.folder / "arguments"

    @property
    def environments(self) -> Path:
        """What the programs were given that were started, as the audit hook and they themselves saw it."""
        return self.folder / "environments"

    @property
    def picture(self) -> Path:
        return self.folder / "picture.svg"

    def let_service_fail(self) -> None:
        (self.folder / "fail").touch()

    @property
    def opened(self) -> Path:
        """Where the browser notes the address that it is to open."""
        return self.folder / "opened"

    @property
    def token(self) -> Path:
        return self.folder / "Latest-token.txt"

    @property
    def certificate(self) -> Path:
        return self.folder / "app.pfx"


@pytest.fixture
def tenant(tenant: SimulatedTenant) -> SimulatedTenant:
    """With so few incidents that one page holds them all."""
    few = tenant.incidents.all()[:40]
    tenant = SimulatedTenant(clock=system_clock, incidents=few)
    tenant.apps[tenant.client_id].secret = SECRET
    return tenant


@pytest.fixture
def desk(tmp_path: Path, tenant: SimulatedTenant) -> Desk:
    """With a certificate, a file for a command to print, a browser, and a keyring."""
    desk = Desk(tmp_path / "desk")
    desk.folder.mkdir()
    registered = x509.load_pem_x509_certificate(pair().pem.encode())
    lock = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    desk.certificate.write_bytes(pkcs12.serialize_key_and_certificates(None, pair().key, registered, None, lock))
    desk.certificate.chmod(0o600)
    tenant.apps[tenant.client_id].certificates.append(pair().pem)
    (desk.folder / "secret").write_text(f"{SECRET}\n")
    browser = desk.folder / "browser"
    browser.write_text(
        f'#!/bin/sh\nenv >> "{desk.environments}"\necho "$1" > "{desk.opened}.new" && mv "{desk.opened}.new" "{desk.opened}"\n'
    )
    browser.chmod(0o755)
    desk.environ = {
        "HUNT_SECRET": SECRET,
        "DISPLAY": ":77",
        "BROWSER": str(browser),
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "tests.profiles.keyrings.InAFile",
        "KEYRING_TEST_FILE": str(desk.folder / "keyring.json"),
    }
    return desk


def profiles_of(desk: Desk) -> dict[str, str]:
    return {
        "variable": 'secret_env = "HUNT_SECRET"',
        "command": f'secret_command = ["cat", "{desk.folder / "secret"}"]',
        "typed": "",
        "paper": f'kind = "certificate"\ncertificate_path = "{desk.certificate}"',
        "phone": 'kind = "device-code"',
        "window": 'kind = "browser"',
        "clip": 'kind = "token"',
    }


class Visitor:
    """Signs in by every kind there is, one after the other, in one run of the program."""

    def __init__(self, terminal: Terminal, tenant: SimulatedTenant, server: TlsTenant, desk: Desk) -> None:
        self._terminal = terminal
        self._tenant = tenant
        self._server = server
        self._desk = desk
        self._asked = 0

    def sign_in_by_variable_and_renew(self) -> None:
        self._terminal.read_until("taken from the environment variable HUNT_SECRET")
        self._terminal.press("\r")
        self._until_queue()
        self._renew()
        self._terminal.press("2")
        self._terminal.read_until("Accepted for incidents", "Report")
        for _ in ("Can do", "Claims", "JSON", "Token"):
            self._terminal.press("\x1b[C")  # right
        self._terminal.read_until("hidden: v shows it")
        self._terminal.press("\x1b[20~")  # F9
        self._until(self._desk.picture.exists)
        self._terminal.press("3c")
        self._terminal.read_until("Copy as code", "cURL: token")
        self._terminal.press("y")
        self._until(lambda: self._terminal.clipboard)
        self._terminal.press("q")
        self._terminal.read_until("Sev")

    def sign_in_by_command(self) -> None:
        pick_profile(self._terminal, "command")
        self._until_queue()

    def be_refused_and_type_again(self) -> None:
        copied = len(self._terminal.clipboard)
        pick_profile(self._terminal, "typed")
        self._terminal.read_until("the secret's Value")
        self._terminal.press(f"{WRONG}\r")
        self._terminal.read_until("7000215")
        self._terminal.press("e")
        self._until(lambda: len(self._terminal.clipboard) > copied)
        assert "7000215" in self._terminal.clipboard[-1]

    def keep_in_keyring(self) -> None:
        """Type the secret, save the form with it in the keyring, and sign in with what the keyring has."""
        open_profiles(self._terminal, "typed")
        self._terminal.press(" ")
        self._terminal.read_until("the secret's Value", also=lambda: "Esc closes" not in self._terminal.screen.text)
        self._terminal.press("\r")
        self._terminal.read_until("The client secret is missing.")
        self._terminal.press(SECRET)
        self._terminal.read_until("•" * len(SECRET))
        self._terminal.press("\x1b")  # out of the field
        self._terminal.settle()
        open_profiles(self._terminal, "typed")
        self._terminal.press("n")
        self._terminal.read_until("Save the form as a profile")
        self._terminal.press("\r")
        self._terminal.read_until("Keep the secret", "Keep it")
        self._terminal.press("y")
        self._terminal.read_until("The secret is in the keyring")
        self._terminal.press("\r")
        self._until_queue()

    def sign_in_by_certificate_and_renew(self) -> None:
        pick_profile(self._terminal, "paper")
        self._terminal.read_until("is protected by a passphrase")
        self._terminal.press(f"{PASSPHRASE}\r")
        self._until_queue()
        self._renew()

    def sign_in_by_device_code_and_renew(self) -> None:
        pick_profile(self._terminal, "phone")
        self._terminal.read_until("and enter the code", also=lambda: self._tenant.entra.device_codes)
        self._tenant.entra.device_codes[-1].approve()
        copied = len(self._terminal.clipboard)
        self._terminal.press("y")
        self._until(lambda: len(self._terminal.clipboard) > copied)
        self._until_queue()
        self._renew()

    def sign_in_by_browser_and_renew(self) -> None:
        pick_profile(self._terminal, "window")
        self._until(self._desk.opened.exists)
        asyncio.run(self._come_back(self._desk.opened.read_text().strip()))
        self._until_queue()
        self._renew()

    def paste_a_token_and_name_a_file_with_one(self) -> None:
        pick_profile(self._terminal, "clip")
        self._terminal.read_until("paste it: raw")
        self._terminal.paste(self._server.issued[0])
        self._terminal.read_until("••••")
        self._terminal.press("\r")
        self._until_queue()
        self._desk.token.write_text(self._server.issued[1])
        pick_profile(self._terminal, "clip")
        self._terminal.read_until("paste it: raw", "such as Latest-token.txt")
        self._terminal.press("\t")
        self._terminal.settle()
        self._terminal.paste(str(self._desk.token))
        self._terminal.read_until(also=lambda: "such as Latest-token.txt" not in self._terminal.screen.text)
        self._terminal.press("\r")
        self._until_queue()

    def crash(self) -> None:
        """The service fails with what no error of ours is, and with secrets in its words and its variables."""
        self._terminal.settle()
        self._desk.let_service_fail()
        self._terminal.press("r")
        assert self._terminal.leave() == 1
        assert "This is a bug in mtp-tui" in self._terminal.screen.text
        assert "client_secret=[secret]" in self._terminal.screen.text
        assert self._terminal.is_restored

    async def _come_back(self, address: str) -> None:
        landing = await browse(self._tenant.handle, address)
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.request(landing.method, landing.url, data=landing.form or None)

    def _renew(self) -> None:
        """The API refuses the token once, and takes the next one."""
        self._terminal.settle()  # a queue that is being loaded cannot be refreshed
        issued = len(self._server.issued)
        self._tenant.faults.add("/api/incidents", faults.unauthorized())
        self._terminal.press("r")
        self._until(lambda: len(self._server.issued) > issued)
        self._until_queue()

    def _until_queue(self) -> None:
        whole = f"{len(self._tenant.incidents.all())} incidents"
        self._terminal.read_until("Sev", whole, also=lambda: asked_for_incidents(self._tenant) > self._asked)
        self._asked = asked_for_incidents(self._tenant)

    def _until(self, is_so: Callable[[], object]) -> None:
        self._terminal.read_until(also=is_so)


def left_behind(terminal: Terminal, folders: Sequence[Path], desk: Desk) -> dict[str, bytes]:
    """Everything that anybody could find out, by where it is."""
    painted = CLIPBOARD.sub(b"", terminal.painted)  # which is looked through as it was before it became base64
    paths = [path for folder in folders for path in folder.rglob("*")]
    files = {path.name: path.read_bytes() for path in paths if path.is_file()}
    return files | {
        "names of files": "\n".join(map(str, paths)).encode(),
        "terminal": painted,
        "terminal without control codes": re.sub(rb"\x1b\[[0-9;:?<>=]*[@-~]", b"", painted),
        "screens": "\n".join(terminal.screens).encode(),
        "screens, lines joined": "".join(line for screen in terminal.screens for line in screen.split("\n")).encode(),
        "clipboard": "\n".join(terminal.clipboard).encode(),
        "arguments": desk.arguments.read_bytes(),
        "environments": desk.environments.read_bytes(),
        "picture": desk.picture.read_bytes(),
    }


def hunt_for(server: TlsTenant, signer: Pair) -> Hunt:
    """For everything that was typed, read or sent."""
    hunt = Hunt()
    hunt.add("client secret", SECRET)
    hunt.add("wrong client secret", WRONG)
    hunt.add("passphrase", PASSPHRASE)
    numbers = signer.key.private_numbers()
    for name, number in {"d": numbers.d, "p": numbers.p, "q": numbers.q}.items():
        hunt.add(f"private key, {name}", number.to_bytes((number.bit_length() + 7) // 8, "big"))
    for name, secret in server.secrets:
        hunt.add(name, secret)
    return hunt


def test_signing_in_by_every_kind_leaves_no_secret_anywhere(
    *, online: dict[str, str], home: Path, tenant: SimulatedTenant, server: TlsTenant, desk: Desk, tmp_path: Path
) -> None:
    write_profiles(home, tenant, profiles_of(desk))
    script = tmp_path / "loud.py"
    script.write_text(LOUD)
    command = [sys.executable, str(script), str(desk.folder)]
    del online["COLORTERM"]  # a third of the bytes
    scratch, started_in = tmp_path / "scratch", tmp_path / "started in"
    scratch.mkdir()
    started_in.mkdir()
    variables = online | desk.environ | {"TMPDIR": str(scratch)}
    with Terminal(command, variables, width=100, height=24, folder=started_in) as terminal:
        visitor = Visitor(terminal, tenant, server, desk)
        visitor.sign_in_by_variable_and_renew()
        visitor.sign_in_by_command()
        visitor.be_refused_and_type_again()
        visitor.keep_in_keyring()
        visitor.sign_in_by_certificate_and_renew()
        visitor.sign_in_by_device_code_and_renew()
        visitor.sign_in_by_browser_and_renew()
        visitor.paste_a_token_and_name_a_file_with_one()
        process = Path("/proc", str(terminal.process.pid))
        seen = {name: read_if_there(process / name) for name in ("cmdline", "comm", "limits")}
        visitor.crash()

    assert {name for name, _ in server.secrets} == {
        "client_secret", "client_assertion", "device_code", "code", "code_verifier",
        "access_token", "refresh_token", "id_token",
    }  # fmt: skip
    assert SECRET in (desk.folder / "keyring.json").read_text(), "the keyring, which is no file of ours, was used"
    everything = left_behind(terminal, (home, scratch, started_in), desk) | seen
    if seen["limits"]:
        assert re.search(rb"Max core file size +0 +0 ", seen["limits"])
    assert b"DEBUG" in everything["mtp-tui.log"]
    assert b"keyring_process.py" in everything["arguments"]
    assert everything["environments"].count(b"KEYRING_TEST_FILE") >= 4, "command, keyring and browser"
    assert b"token" in everything["picture"]
    assert tenant.entra.device_codes[0].user_code in terminal.clipboard
    hunt = hunt_for(server, pair())
    assert {place: found for place, data in everything.items() if (found := hunt.found_in(data))} == {}
    planted = [data + b"x" * lead + server.issued[-1].encode() for lead in range(3) for data in everything.values()]
    assert all(map(hunt.found_in, planted))


def read_if_there(path: Path) -> bytes:
    """Where there is a /proc."""
    return path.read_bytes() if path.exists() else b""
