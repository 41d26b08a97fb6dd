"""PowerShell and C# as far as this machine can: parsed by their own grammars or compilers where there are any."""

import shutil
import subprocess
from pathlib import Path

import pytest
import tree_sitter_bash
import tree_sitter_c_sharp
import tree_sitter_powershell
from tree_sitter import Language as Grammar
from tree_sitter import Parser

from mtp_tui.guide.copy_as_code import Language, code_for_incidents
from mtp_tui.identity.clouds import GLOBAL
from tests.guide.hostile import HOSTILE

KINDS = ("secret", "certificate", "device-code", "browser", "token")
GRAMMARS = {
    Language.POWERSHELL: tree_sitter_powershell,
    Language.CSHARP: tree_sitter_c_sharp,
    Language.CURL: tree_sitter_bash,
}
PARSE = "$e = $null; [void][Management.Automation.Language.Parser]::ParseFile($args[0], [ref]$null, [ref]$e); $e; exit $e.Count"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", GRAMMARS)
def test_the_code_follows_the_grammar_of_its_language(language: Language, kind: str) -> None:
    parser = Parser(Grammar(GRAMMARS[language].language()))
    for value in ("harmless", *HOSTILE):
        code = code_for_incidents(language, kind, value, value, GLOBAL)
        assert not parser.parse(code.encode()).root_node.has_error, code


@pytest.mark.skipif(not shutil.which("pwsh"), reason="there is no PowerShell here")
@pytest.mark.parametrize("kind", KINDS)
def test_powershell_itself_finds_no_fault(tmp_path: Path, kind: str) -> None:
    script = tmp_path / "program.ps1"
    script.write_text(code_for_incidents(Language.POWERSHELL, kind, "contoso.com", "x", GLOBAL), encoding="utf-8-sig")
    command = ["pwsh", "-NoProfile", "-NonInteractive", "-Command", f"& {{ {PARSE} }} '{script}'"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own script
    assert done.returncode == 0, done.stdout
