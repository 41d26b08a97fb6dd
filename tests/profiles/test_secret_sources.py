"""Where secrets come from: the order, real commands, what is said about each, and that nothing is told to anybody else."""

import asyncio
import os
import sys
import traceback
from pathlib import Path

import pytest

from mtp_tui.errors import BadInput
from mtp_tui.logs import start_logging
from mtp_tui.profiles.child_process import run
from mtp_tui.profiles.os_keyring import OsKeyring
from mtp_tui.profiles.profile import Profile, SecretFrom, SecretSource
from mtp_tui.profiles.profile_book import ProfileBook
from mtp_tui.profiles.secret_sources import Outcome, SecretSources
from mtp_tui.secret import Secret
from tests.support.clocks import StoppedClock

SECRET = "Xy8Q~made.up_secret-value~of~forty~chars"
CLIENT = "00000000-de00-4a99-8000-00000000c11e"

on_posix = pytest.mark.skipif(os.name == "nt", reason="process groups and terminals of POSIX")


def python(code: str) -> tuple[str, ...]:
    """A command that runs some Python."""
    return (sys.executable, "-c", code)


def profile(variable: str = "", command: tuple[str, ...] = (), *, keyring: bool = False) -> Profile:
    return Profile("Contoso", "contoso.com", CLIENT, secret_from=SecretFrom(variable, command, keyring))


def sources(machine: dict[str, str], *, command_within_s: float = 30.0) -> SecretSources:
    chosen = machine | {"PYTHON_KEYRING_BACKEND": "tests.profiles.keyrings.InAFile"}
    return SecretSources(chosen, OsKeyring(chosen, within_s=30.0), command_within_s=command_within_s)


# the order


async def test_a_profile_without_sources_leaves_asking(machine: dict[str, str]) -> None:
    answer = await sources(machine).find(profile())
    assert (answer.secret, answer.source, answer.attempts) == (None, SecretSource.ASKED, ())
    assert answer.sentence == "The profile names no source for its secret."


async def test_the_variable_goes_first(machine: dict[str, str]) -> None:
    answer = await sources(machine | {"CONTOSO": SECRET}).find(profile("CONTOSO", python("print('other')")))
    assert answer.secret is not None
    assert answer.secret.reveal() == SECRET
    assert answer.sentence == "The secret comes from the environment variable CONTOSO."


async def test_where_the_variable_is_missing_the_command_is_run(machine: dict[str, str]) -> None:
    answer = await sources(machine).find(profile("CONTOSO", python(f"print({SECRET!r})"), keyring=True))
    assert answer.secret is not None
    assert answer.secret.reveal() == SECRET
    assert answer.source is SecretSource.COMMAND
    assert [attempt.outcome for attempt in answer.attempts] == [Outcome.NOTHING, Outcome.FOUND]
    assert answer.attempts[0].sentence == "The environment variable CONTOSO is not set."
    assert answer.sentence == f"The secret comes from the command {sys.executable}."


async def test_where_the_command_fails_the_keyring_is_asked(machine: dict[str, str]) -> None:
    there = sources(machine)
    await there.keep(profile(), Secret(SECRET))
    answer = await there.find(profile(command=python("raise SystemExit(3)"), keyring=True))
    assert answer.secret is not None
    assert answer.secret.reveal() == SECRET
    assert answer.sentence == "The secret comes from the keyring (File keyring)."
    assert await there.forget(profile())
    answer = await there.find(profile("EMPTY", keyring=True))
    assert answer.source is SecretSource.ASKED
    assert answer.sentence == (
        "The environment variable EMPTY is not set. "
        "The keyring (File keyring) has no secret for this application in this tenant."
    )


async def test_an_empty_variable_is_said_to_be_empty(machine: dict[str, str]) -> None:
    answer = await sources(machine | {"CONTOSO": " "}).find(profile("CONTOSO"))
    assert answer.sentence == "The environment variable CONTOSO is empty."


async def test_without_tenant_and_application_the_keyring_is_not_asked(machine: dict[str, str]) -> None:
    nobody = Profile("Nobody", secret_from=SecretFrom(keyring=True))
    there = sources(machine)
    assert "needs tenant and application" in (await there.find(nobody)).sentence
    with pytest.raises(BadInput):
        await there.forget(nobody)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a keyring")
async def test_that_there_is_no_keyring_is_explained_once(machine: dict[str, str]) -> None:
    on_a_jump_host = SecretSources(machine, OsKeyring(machine, within_s=30.0))
    first = (await on_a_jump_host.find(profile(keyring=True))).attempts[0]
    second = (await on_a_jump_host.find(profile(keyring=True))).attempts[0]
    assert (first.outcome, second.outcome) == (Outcome.ABSENT, Outcome.ABSENT)
    assert "Secret Service" in first.sentence
    assert "secret_command" in first.hint
    assert (second.sentence, second.hint) == ("There is no keyring on this machine.", "")


# commands


@pytest.mark.parametrize(
    "printed", [f"{SECRET}", f"{SECRET}\n", f"{SECRET}\r\nurl: https://x\n", f"\ufeff{SECRET}\n\n"]
)
async def test_the_first_line_of_the_output_is_the_secret(machine: dict[str, str], printed: str) -> None:
    command = python(f"import sys; sys.stdout.buffer.write({printed.encode()!r})")
    answer = await sources(machine).find(profile(command=command))
    assert answer.secret is not None
    assert answer.secret.reveal() == SECRET


@pytest.mark.parametrize(
    ("code", "said", "detail"),
    [
        ("import sys; sys.exit('vault is sealed')", "failed with exit code 1.", "vault is sealed"),
        ("print()", "printed nothing in its first line.", ""),
        ("pass", "printed nothing in its first line.", ""),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", "printed something that is not UTF-8 text.", ""),
        ("while True: print('x' * 1000)", "printed without end and was stopped.", ""),
    ],
)
async def test_a_command_that_fails_says_how_in_its_own_words(
    machine: dict[str, str], code: str, said: str, detail: str
) -> None:
    answer = await sources(machine).find(profile(command=python(code)))
    (attempt,) = answer.attempts
    assert (attempt.outcome, attempt.detail) == (Outcome.FAILED, detail)
    assert attempt.sentence.endswith(said)


async def test_a_command_that_complains_at_length_is_heard_out(machine: dict[str, str]) -> None:
    code = f"import sys; sys.stderr.write('noise ' * 100000); print({SECRET!r})"
    answer = await sources(machine).find(profile(command=python(code)))
    assert answer.source is SecretSource.COMMAND


async def test_a_command_that_cannot_be_run_is_said(machine: dict[str, str], tmp_path: Path) -> None:
    missing = await sources(machine).find(profile(command=("no-such-program-here",)))
    assert missing.sentence == "The command no-such-program-here was not found."
    (tmp_path / "no-program").write_text("", encoding="utf-8")
    refused = await sources(machine).find(profile(command=(str(tmp_path / "no-program"),)))
    assert refused.attempts[0].outcome is Outcome.FAILED
    unspeakable = await sources(machine).find(profile(command=(sys.executable, "-c", "\ud800")))
    assert unspeakable.attempts[0].outcome is Outcome.FAILED


async def test_no_shell_reads_a_command(machine: dict[str, str], tmp_path: Path) -> None:
    code = "import sys; print(sys.argv[1])"
    answer = await sources(machine).find(profile(command=(*python(code), f"$(touch {tmp_path}/made); `id` | cat")))
    assert answer.secret is not None
    assert answer.secret.reveal() == f"$(touch {tmp_path}/made); `id` | cat"
    assert not (tmp_path / "made").exists()


async def test_a_command_that_others_could_have_written_is_not_run(machine: dict[str, str], tmp_path: Path) -> None:
    command = python(f"open({str(tmp_path / 'made')!r}, 'w')")
    refused = Profile("A", secret_from=SecretFrom(command=command, command_refused="Other users may change it."))
    answer = await sources(machine).find(refused)
    assert answer.sentence == "Other users may change it. Its secret_command was not run."
    assert not (tmp_path / "made").exists()


@on_posix
async def test_a_command_has_no_terminal_to_ask_on(machine: dict[str, str]) -> None:
    """Neither its own input nor the terminal behind it, nor gpg's way round."""
    code = "import os, sys; assert sys.stdin.read() == '' and os.getsid(0) == os.getpid() and 'GPG_TTY' not in os.environ; print('alone')"
    answer = await sources(machine | {"GPG_TTY": "/dev/pts/0"}).find(profile(command=python(code)))
    assert answer.source is SecretSource.COMMAND


def is_running(process_id: int) -> bool:
    """Whether there is such a process, and not just its entry that nobody has collected yet."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_command_that_hangs_is_stopped_with_all_that_it_started(
    machine: dict[str, str], tmp_path: Path
) -> None:
    children = tmp_path / "children"
    code = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork();"
        f"open({str(children)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(600)"
    )
    answer = await sources(machine, command_within_s=1.5).find(profile(command=python(code)))
    assert "did not finish within 2 s and was stopped" in answer.sentence
    assert "in another terminal" in answer.attempts[0].hint
    ids = [int(word) for word in children.read_text(encoding="utf-8").split()]
    assert len(ids) == 2
    async with asyncio.timeout(5):  # the second one was stopped too, and need not have ended yet
        while any(is_running(each) for each in ids):  # noqa: ASYNC110 - the kernel has no event for it
            await asyncio.sleep(0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_command_is_stopped_when_the_person_does_not_want_to_wait(
    machine: dict[str, str], tmp_path: Path
) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    code = f"import os, time; open({str(started)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    finding = asyncio.create_task(sources(machine).find(profile(command=python(code))))
    process_id = int(await asyncio.to_thread(started.read_text))
    assert is_running(process_id)
    finding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await finding
    assert not is_running(process_id)


@on_posix
async def test_what_a_command_leaves_behind_is_not_waited_for(machine: dict[str, str]) -> None:
    """An agent that it started holds its output open, and lives on."""
    code = f"import os, sys, time; print({SECRET!r}, flush=True); os.fork() or (os.setsid(), time.sleep(5))"
    answer = await asyncio.wait_for(sources(machine).find(profile(command=python(code))), 4)
    assert answer.secret is not None
    assert answer.secret.reveal() == SECRET


# nobody is told


async def test_neither_file_nor_log_nor_any_text_of_ours_holds_the_secret(
    machine: dict[str, str], tmp_path: Path, clock: StoppedClock
) -> None:
    folder = tmp_path / "ours"
    assert start_logging(folder / "mtp-tui.log")
    try:
        book = ProfileBook(folder / "profiles.toml", clock)
        there = sources(machine | {"CONTOSO": SECRET})
        every = [profile("CONTOSO"), profile(command=python(f"print({'X' + SECRET[1:]!r})")), profile(keyring=True)]
        await there.keep(every[2], Secret(SECRET))
        for number, each in enumerate(every):
            book.save(
                Profile(f"{number}", each.tenant, each.client_id, secret_from=SecretFrom("CONTOSO", keyring=True))
            )
            answer = await there.find(each)
            assert answer.secret is not None
            assert SECRET not in repr(answer) + answer.sentence
            assert book.touch(f"{number}")
        await there.forget(every[2])
    finally:
        start_logging(None)
    written = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(written) == {"mtp-tui.log", "profiles.toml"}
    assert b"secret by keyring: found" in written["mtp-tui.log"]
    for content in written.values():
        assert SECRET.encode() not in content


async def test_what_became_of_a_command_does_not_show_what_it_printed(machine: dict[str, str]) -> None:
    ending = await run(python(f"print({SECRET!r})"), machine, within_s=30)
    assert ending.output.decode().strip() == SECRET
    assert SECRET not in repr(ending)


async def test_a_traceback_with_local_variables_does_not_show_the_secret(machine: dict[str, str]) -> None:
    there = sources(machine | {"CONTOSO": SECRET})
    secret = (await there.find(profile("CONTOSO"))).secret
    assert secret is not None
    try:
        raise RuntimeError(repr(secret))
    except RuntimeError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "Secret(…)" in shown
