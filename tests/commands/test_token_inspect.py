"""`mtp-tui token inspect`: the whole report in words or as JSON, of whatever is given, and never the token."""

import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.commands.report_json import report_object
from mtp_tui.commands.report_text import ENDLESS, document, rendered
from mtp_tui.commands.token_source import given_token
from mtp_tui.errors import BadInput
from mtp_tui.sim.faults import ALWAYS
from mtp_tui.sim.tenant import SimulatedTenant
from tests.commands.conftest import Shell
from tests.commands.tokens import CONTROL, forged, issued, shows_any_of
from tests.identity.minting import NOW, app_claims, json_values, judged, mint

LOGIN = "login.microsoftonline.com"
HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x1b[2Jexe.\u202egpj\x9b31m\x7f[red]"


def test_a_good_token_gets_its_verdict_every_check_and_every_claim(shell: Shell, tenant: SimulatedTenant) -> None:
    token = issued(tenant)
    ran = shell.run("token", "inspect", given=token)
    assert (ran.code, ran.err) == (0, "")
    for words in (
        "✓ pass         Accepted for incidents: signed by Entra",
        "Can it be read?",
        "Incident.Read.All",
        "Can do",
        "GET /api/incidents/{id}",
        "✗ fail",  # a reader may not change incidents
        "uti",
    ):
        assert words in ran.out
    assert not shows_any_of(token, ran.out)
    assert {seen.host for seen in tenant.requests} == {LOGIN}


@pytest.mark.parametrize(
    "encoded",
    [
        lambda token: token.encode(),
        lambda token: f"Authorization: Bearer {token}\r\n".encode("utf-16"),
        lambda token: token.encode("utf-16-le"),
        lambda token: json.dumps({"token_type": "Bearer", "access_token": token}).encode(),
    ],
    ids=["bare", "utf-16 with bom", "utf-16 without", "json answer"],
)
@pytest.mark.parametrize("way", ["file", "-", "nothing"])
def test_a_token_is_read_from_file_or_standard_input_in_every_shape(
    shell: Shell, tenant: SimulatedTenant, tmp_path: Path, encoded: object, way: str
) -> None:
    data = encoded(issued(tenant))  # type: ignore[operator]
    file = tmp_path / "Latest-token.txt"
    file.write_bytes(data)
    arguments = {"file": [str(file)], "-": ["-"], "nothing": []}[way]
    ran = shell.run("token", "inspect", "--offline", *arguments, given=b"" if way == "file" else data)
    assert (ran.code, ran.err) == (0, "")
    assert "Right API" in ran.out


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing on standard input"),
        (b" \r\n", "nothing on standard input"),
        (b"\x89PNG\x00\x01\x02", "not text"),
        (b"a" * 300_000, "was not read"),
    ],
)
def test_what_is_no_text_ends_with_2_and_a_sentence(shell: Shell, data: bytes, words: str) -> None:
    ran = shell.run("token", "inspect", given=data)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_a_pipe_that_does_not_wait_is_waited_for(shell: Shell) -> None:
    """As Node hands its pipes on: reading gives nothing as long as nothing has come."""
    mine, theirs = os.pipe()
    os.set_blocking(mine, False)
    with os.fdopen(mine) as pipe, ThreadPoolExecutor() as pool:
        shell.monkeypatch.setattr("sys.stdin", pipe)
        reading = pool.submit(given_token, "-")
        with os.fdopen(theirs, "w") as writer:
            writer.write("made.up.token")
        assert reading.result().reveal() == "made.up.token"
        assert os.get_blocking(mine)


def test_a_stream_that_cannot_be_read_is_a_sentence(shell: Shell, tmp_path: Path) -> None:
    with (tmp_path / "written").open("w") as file:  # as with a wrong redirection: <&1
        shell.monkeypatch.setattr("sys.stdin", open(file.fileno(), closefd=False))  # noqa: SIM115
        with pytest.raises(BadInput, match="could not be read"):
            given_token("-")


@pytest.mark.parametrize("token", [f"0.A{'x' * 60}", f"1.A{'x' * 60}.y", f"eyJ{'x' * 60}"])
def test_a_token_in_the_place_of_a_file_is_not_repeated(shell: Shell, token: str) -> None:
    ran = shell.run("token", "inspect", token)
    assert (ran.code, ran.out) == (2, "")
    assert "x" * 20 not in ran.err


@pytest.mark.parametrize("text", ["gibberish", "eyJhbGciOiJSUzI1NiJ9.cut", "a.b.c.d.e", '""'])
def test_what_is_no_readable_token_is_reported_with_2(shell: Shell, tenant: SimulatedTenant, text: str) -> None:
    ran = shell.run("token", "inspect", "--tenant", tenant.tenant_id, given=text)
    assert ran.code == 2
    assert "Can it be read?" in ran.out
    assert tenant.requests == []


def test_a_file_that_is_not_there_ends_with_2(shell: Shell, tmp_path: Path) -> None:
    ran = shell.run("token", "inspect", str(tmp_path / "none.txt"))
    assert (ran.code, ran.out) == (2, "")
    assert "There is no file" in ran.err


@pytest.mark.parametrize("of", [lambda token: token, lambda token: "0." + token.replace(".", "_")])
def test_a_token_in_the_place_of_a_file_name_is_not_repeated(shell: Shell, tenant: SimulatedTenant, of: object) -> None:
    token = issued(tenant)
    ran = shell.run("token", "inspect", of(token))  # type: ignore[operator]
    assert (ran.code, ran.out) == (2, "")
    assert not shows_any_of(token, ran.err)


def test_a_token_too_many_is_not_repeated_either(shell: Shell, tenant: SimulatedTenant) -> None:
    token = issued(tenant)
    ran = shell.run("token", "inspect", "-", token)
    assert (ran.code, ran.out) == (2, "")
    assert "unrecognized" in ran.err
    assert not shows_any_of(token, ran.err)


# the network


@pytest.mark.parametrize("command", [("inspect",), ("inspect", "--json"), ("check",)])
def test_keys_come_from_the_cloud_that_was_chosen_whatever_the_token_names(
    shell: Shell, tenant: SimulatedTenant, command: tuple[str, ...]
) -> None:
    evil = "https://evil.example"
    token = issued(
        tenant,
        header={"jku": f"{evil}/keys", "x5u": f"{evil}/chain", "kid": "forged"},
        iss=f"{evil}/{tenant.tenant_id}/",
        tid=tenant.tenant_id,
    )
    ran = shell.run("token", *command, given=token)
    assert ran.code == (1 if command[0] == "check" else 0)
    assert tenant.requests
    assert {seen.host for seen in tenant.requests} == {LOGIN}
    assert not any("evil" in seen.url or token in str(seen.headers) for seen in tenant.requests)


@pytest.mark.parametrize("tid", ["evil.example", "../../evil", "@evil.example/", "11111111-2222", 7, None, ["a"]])
def test_a_tenant_that_is_no_guid_gets_into_no_address(shell: Shell, tenant: SimulatedTenant, tid: object) -> None:
    ran = shell.run("token", "inspect", given=issued(tenant, tid=tid))
    assert ran.code == 0
    assert "not checked" in ran.out
    assert tenant.requests == []


def test_another_cloud_is_asked_at_its_own_host(shell: Shell, tenant: SimulatedTenant) -> None:
    tenant.directory.cloud = "usgov"
    ran = shell.run("token", "inspect", "--cloud", "gcc-high", given=issued(tenant))
    assert ran.code == 0
    assert {seen.host for seen in tenant.requests} == {"login.microsoftonline.us"}


@pytest.mark.parametrize("arguments", [("inspect",), ("inspect", "--json"), ("check",)])
def test_offline_asks_nobody_and_says_so(shell: Shell, tenant: SimulatedTenant, arguments: tuple[str, ...]) -> None:
    ran = shell.run("token", *arguments, "--offline", given=issued(tenant))
    assert ran.code == 0
    assert tenant.requests == []
    assert "not checked" in ran.out
    assert "--offline" in ran.out


def test_without_network_the_signature_is_unchecked_and_the_reason_is_said(
    shell: Shell, tenant: SimulatedTenant
) -> None:
    tenant.faults.add("", httpx.ConnectError("no route"), ALWAYS)
    ran = shell.run("token", "inspect", given=issued(tenant))
    assert ran.code == 0
    assert "? not checked" in ran.out
    assert LOGIN in ran.out


# what is printed


def test_claims_of_strangers_put_no_control_code_into_the_output(shell: Shell, tenant: SimulatedTenant) -> None:
    token = issued(
        tenant, header={"alg": HOSTILE, HOSTILE: HOSTILE}, **{"app_displayname": HOSTILE, HOSTILE: [HOSTILE]}
    )
    for arguments in (("inspect",), ("inspect", "--json"), ("check",), ("check", "--json")):
        ran = shell.run("token", *arguments, given=token)
        assert ran.code in (0, 1)
        assert not CONTROL.search(ran.out + ran.err)


def test_lines_in_a_pipe_are_not_wrapped(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = shell.run("token", "inspect", "--offline", given=issued(tenant, roles=None))
    [line] = [line for line in ran.out.splitlines() if "Add a permission" in line]
    assert line.endswith("UTC.")


def test_a_terminal_is_filled_to_its_width_and_coloured() -> None:
    lines = document(judged(), NOW)
    narrow = rendered(lines, width=60, is_coloured=False)
    assert max(map(len, narrow.splitlines())) <= 60
    assert not CONTROL.search(narrow)
    assert "\n\nPermissions" in narrow
    coloured = rendered(lines, width=60, is_coloured=True)
    assert "\x1b[32m✓ pass" in coloured


@pytest.mark.parametrize(
    ("environ", "is_coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_no_color_is_honoured(
    shell: Shell, tenant: SimulatedTenant, environ: dict[str, str], is_coloured: bool
) -> None:
    class Screen(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

        def fileno(self) -> int:
            raise OSError("not on a system")

    screen = Screen()
    shell.monkeypatch.setattr("sys.stdout", screen)
    shell.environ = environ
    assert shell.run("token", "inspect", "--offline", given=issued(tenant)).code == 0
    assert ("\x1b[" in screen.getvalue()) is is_coloured
    assert max(map(len, screen.getvalue().splitlines())) <= 80 or is_coloured


def test_a_long_claim_name_is_not_cut() -> None:
    lines = document(judged(mint(app_claims(tenant_region_scope="EU"))), NOW)
    assert " tenant_region_scope  EU\n" in rendered(lines, width=80, is_coloured=False)


def test_a_code_page_without_the_signs_keeps_them_apart(shell: Shell, tenant: SimulatedTenant) -> None:
    page = io.BytesIO()
    shell.monkeypatch.setattr("sys.stdout", io.TextIOWrapper(page, encoding="cp1252", write_through=True))
    assert shell.run("token", "inspect", "--offline", given=issued(tenant)).code == 0
    assert b"\\u2713 pass" in page.getvalue()


# JSON


def test_json_has_everything_but_the_token(shell: Shell, tenant: SimulatedTenant) -> None:
    token = issued(tenant)
    ran = shell.run("token", "inspect", "--json", given=token)
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert list(told) == [
        "version", "is_readable", "shape", "verdict", "conclusions", "findings", "kind", "api", "permissions", "can_do", "times", "claims",
    ]  # fmt: skip
    assert (told["version"], told["verdict"]["verdict"], told["kind"]) == (1, "pass", "application")
    assert told["times"]["expires_at"] == "2026-11-20T12:59:59Z"
    assert told["times"]["judged_at"] == "2026-11-20T12:00:00Z"
    assert told["claims"]["payload"]["tid"] == tenant.tenant_id
    assert told["claims"]["header"]["alg"] == "RS256"
    assert {tuple(finding) for finding in told["findings"]} == {
        ("check", "title", "verdict", "sentence", "expected", "actual", "fix")
    }
    assert [(row["call"], row["verdict"], row["allowed_by"]) for row in told["can_do"]] == [
        ("list", "pass", "Incident.Read.All"),
        ("get", "pass", "Incident.Read.All"),
        ("update", "fail", None),
        ("hunt", "fail", None),
    ]
    assert told["permissions"][0]["standing"] == "granted"
    assert not shows_any_of(token, ran.out)


def test_json_of_a_forged_token_says_so_and_ends_with_0(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = shell.run("token", "inspect", "--json", given=forged(issued(tenant)))
    assert ran.code == 0
    assert json.loads(ran.out)["verdict"]["verdict"] == "fail"


def test_json_of_something_unreadable_is_still_whole(shell: Shell) -> None:
    ran = shell.run("token", "inspect", "--json", given="gibberish")
    assert ran.code == 2
    told = json.loads(ran.out)
    assert (told["is_readable"], told["claims"]) == (False, {"header": {}, "payload": {}})


@given(name=st.text(max_size=8), value=json_values)
def test_whatever_a_claim_holds_the_report_is_json_and_plain_text(name: str, value: object) -> None:
    try:
        token = mint(app_claims() | {name or "x": value})
    except UnicodeEncodeError:
        return
    report = judged(token)
    told = json.dumps(report_object(report, NOW), allow_nan=False)
    assert json.loads(told)["version"] == 1
    assert not CONTROL.search(rendered(document(report, NOW), width=ENDLESS, is_coloured=False))


def test_a_number_beyond_json_is_text() -> None:
    report = judged(mint(app_claims(big=1)))
    report.reading.payload["big"] = [float("inf")]  # as Python reads 1e999
    claims = report_object(report, NOW)["claims"]
    assert json.loads(json.dumps(claims, allow_nan=False))["payload"]["big"] == ["inf"]
