"""A Secret shows itself to nobody who does not ask."""

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import pytest
from rich.pretty import pretty_repr

from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.secret import Secret
from mtp_tui.settings import Settings

TEXT = "made-up~secret.value"


@pytest.fixture
def secret() -> Secret:
    return Secret(TEXT)


def test_reveal_gives_the_text(secret: Secret) -> None:
    assert secret.reveal() == TEXT


def test_no_way_of_writing_it_down_shows_it(secret: Secret) -> None:
    credentials = ClientSecret("tenant", "client", secret)
    writings = (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{secret:>40}",
        format(secret, "s"),
        "%s %r" % (secret, secret),  # noqa: UP031 - a way of writing it down
        repr([secret, {secret: secret}]),
        repr(credentials),
        repr(replace(credentials, tenant="other")),
        repr(Settings(environ={"AZURE_CLIENT_SECRET": secret.reveal()})),
        pretty_repr(credentials),
        logging.makeLogRecord({"msg": "%s", "args": (secret,)}).getMessage(),
        repr(dir(secret)),
    )
    for writing in writings:
        assert TEXT not in writing


def test_a_traceback_with_locals_does_not_show_it(secret: Secret) -> None:
    def fail(held: Secret) -> None:
        raise RuntimeError(f"with {held}")

    with pytest.raises(RuntimeError) as caught:
        fail(secret)
    assert TEXT not in "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())


def test_it_is_not_stored_or_copied(secret: Secret) -> None:
    ways: tuple[Callable[[Any], object], ...] = (pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars, bytes)
    for store in ways:
        with pytest.raises(TypeError) as caught:
            store(secret)
        assert TEXT not in str(caught.value)


def test_taking_its_owner_apart_does_not_take_it_apart(secret: Secret) -> None:
    @dataclass
    class Owner:
        secret: Secret

    with pytest.raises(TypeError):
        asdict(Owner(secret))


def test_its_state_is_not_to_be_had(secret: Secret) -> None:
    with pytest.raises((TypeError, AttributeError)):
        secret.__getstate__()


def test_equal_texts_are_not_equal_secrets(secret: Secret) -> None:
    assert secret != Secret(TEXT)
    others: list[object] = [TEXT, None]
    assert secret not in others
    assert secret in [secret]


def test_only_an_empty_one_is_false(secret: Secret) -> None:
    assert secret
    assert not Secret("")
