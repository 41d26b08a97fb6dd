"""No value breaks out of its quotes, in any language, and no code holds a secret."""

import ast
import re

import pytest

from mtp_tui.guide.copy_as_code import Language, code_for_incidents, code_for_token, variable_for
from mtp_tui.identity.clouds import GCC_HIGH, GLOBAL
from tests.guide.hostile import HOSTILE
from tests.guide.literals import take_apart

KINDS = ("secret", "certificate", "device-code", "browser", "token")
TENANT = "00000000-de00-4000-8000-00000000c0de"
CLIENT_ID = "00000000-de00-4a99-8000-00000000c11e"
SCOPE = "https://api.security.microsoft.com/.default"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", [Language.POWERSHELL, Language.CSHARP])
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_changes_nothing_but_the_literals_it_stands_in(
    language: Language, kind: str, value: str
) -> None:
    scope = "".join(value.split())  # C# takes scopes one by one
    harmless = take_apart(language, code_for_token(language, kind, TENANT, CLIENT_ID, GLOBAL, scope=SCOPE))
    hostile = take_apart(language, code_for_token(language, kind, value, value, GLOBAL, scope=scope))
    assert hostile.code == harmless.code
    for before, after in zip(harmless.values, hostile.values, strict=True):
        match before:
            case _ if before == CLIENT_ID:
                assert after == value
            case _ if before == SCOPE:
                assert after == scope
            case _ if TENANT in before:
                assert re.fullmatch(r"https://login\.microsoftonline\.com/[\w.~%-]+(/oauth2/v2\.0/\w+)?", after)
            case _:
                assert after == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", HOSTILE)
def test_in_python_too_every_hostile_value_stays_one_literal(kind: str, value: str) -> None:
    tree = ast.parse(code_for_token(Language.PYTHON, kind, value, value, GLOBAL, scope=SCOPE))
    literals = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value == value]
    harmless = ast.parse(code_for_token(Language.PYTHON, kind, TENANT, CLIENT_ID, GLOBAL, scope=SCOPE))
    assert len(list(ast.walk(tree))) == len(list(ast.walk(harmless)))
    assert literals or kind == "token"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_pasted_holds_nothing_that_acts_on_a_terminal(language: Language, kind: str, value: str) -> None:
    for code in (
        code_for_token(language, kind, value, value, GLOBAL, scope=value),
        code_for_incidents(language, kind, value, value, GLOBAL, scope=value, api_base=f"https://api.example/{value}"),
    ):
        assert all(line.isprintable() for line in code.split("\n"))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
def test_the_code_says_which_variable_to_set_and_reads_it(language: Language, kind: str) -> None:
    code = code_for_incidents(language, kind, TENANT, CLIENT_ID, GLOBAL)
    variable = variable_for(kind)
    if variable:
        assert code.count(variable) >= 2
        assert f"Set the environment variable {variable} first" in code
    else:
        assert "Set the environment variable" not in code


@pytest.mark.parametrize("kind", KINDS)
def test_the_comments_of_a_shell_hold_nothing_that_zsh_would_take_for_a_command(kind: str) -> None:
    """At its prompt zsh knows no comments unless told to."""
    lines = code_for_token(Language.CURL, kind, TENANT, CLIENT_ID, GLOBAL).splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert comments
    assert all(re.fullmatch(r"#[\w ,.:-]+", comment) for comment in comments)


@pytest.mark.parametrize("language", Language)
def test_what_is_not_known_is_a_placeholder_and_the_cloud_gives_the_hosts(language: Language) -> None:
    code = code_for_incidents(language, "secret", "", "", GCC_HIGH)
    assert "https://login.microsoftonline.us/YOUR-TENANT-ID" in code
    assert "YOUR-APPLICATION-ID" in code
    assert "https://api-gov.security.microsoft.us/.default" in code
    assert "https://api-gov.security.microsoft.us/api/incidents?$top=100" in code


@pytest.mark.parametrize("language", Language)
def test_a_regions_host_takes_the_place_of_the_clouds(language: Language) -> None:
    code = code_for_incidents(
        language, "secret", TENANT, CLIENT_ID, GLOBAL, api_base="https://api-eu.security.microsoft.com/"
    )
    assert "https://api-eu.security.microsoft.com/api/incidents?$top=100" in code
