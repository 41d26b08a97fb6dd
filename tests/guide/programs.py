"""Running generated code in processes of their own."""

import asyncio
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mtp_tui.guide.copy_as_code import Language

SHELLS = [name for name in ("sh", "bash", "zsh") if shutil.which(name) and shutil.which("curl")]
"""Those of this machine that the cURL code promises to run in."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a program left behind."""

    code: int
    output: str
    problem: str


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder to run programs in, and their environment."""

    folder: Path
    environment: Mapping[str, str]

    async def run(self, language: Language, code: str, *, shell: str = "sh", **variables: str) -> Done:
        """Run the code as it is; `variables` are set in its environment."""
        program = self.folder / ("program.py" if language is Language.PYTHON else "program.sh")
        program.write_text(code, encoding="utf-8", newline="\n")
        command = [sys.executable, "-W", "error"] if language is Language.PYTHON else [shell]
        return await self.call(*command, str(program), **variables)

    async def call(self, *command: str, **variables: str) -> Done:
        """Run a command in the folder."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.folder,
            env={**self.environment, **variables},
        )
        try:
            output, problem = await asyncio.wait_for(process.communicate(), 30)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        return Done(process.returncode or 0, output.decode(), problem.decode())
