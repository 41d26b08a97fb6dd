"""What is remembered of each tenant from one sign-in to the next, and of a token that leaves nothing behind."""

import asyncio

from mtp_tui.clock import Clock
from mtp_tui.errors import MtpError
from mtp_tui.services.memory import Memory
from mtp_tui.services.session import SignedIn
from mtp_tui.settings import Settings


class Memories:
    """Those of one start of the program: each tenant has one, which is kept until the end."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._kept: dict[str, Memory] = {}
        self._alone: Memory | None = None
        """That of a token of whose incidents nothing may be remembered, as long as somebody is signed in with it. It holds
        their journal too where none is kept on the disk."""
        self._closing: set[asyncio.Task[None]] = set()

    def of(self, signed_in: SignedIn) -> Memory:
        """For whoever is signed in now, which nobody else is."""
        self.leave()
        settings, tenant_id = self._settings, signed_in.tenant_id
        if not (settings.has_store and signed_in.may_read_incidents(self._clock())):
            keeps_journals = settings.has_store and settings.data_folder is not None
            no_journal = _no_journal() if keeps_journals else None
            self._alone = Memory(None, tenant_id, self._clock, no_journal=no_journal)
            return self._alone
        if tenant_id not in self._kept:
            self._kept[tenant_id] = Memory(settings.data_folder, tenant_id, self._clock, settings.retention_days)
        return self._kept[tenant_id]

    def leave(self) -> None:
        """Nobody is signed in any more: what was remembered only for as long as somebody was is dropped."""
        if self._alone is not None:
            task = asyncio.get_running_loop().create_task(self._alone.close())
            self._closing.add(task)  # the loop itself holds tasks loosely
            task.add_done_callback(self._closing.discard)
            self._alone = None

    async def close(self) -> None:
        """All of them."""
        self.leave()
        await asyncio.gather(*self._closing, *(memory.close() for memory in self._kept.values()))


def _no_journal() -> MtpError:
    return MtpError(
        "Nothing can be changed with this token: nothing of it is kept on the disk, and neither would be the journal.",
        "Sign in with a token that can be read and may read incidents, or start with --no-store: then the journal of what is "
        "done with this token ends with the sign-in.",
    )
