"""`mtp-tui store`: what is remembered on this machine, and how to be rid of it."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from mtp_tui.clock import Clock
from mtp_tui.commands.exits import Exit
from mtp_tui.commands.streams import is_terminal, iso, put, put_json, shown, tell, tell_problem
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.errors import MtpError
from mtp_tui.store.files import files_set_aside, store_path
from mtp_tui.store.store import Store, StoreInfo, open_store, stored_tenants


def run_store(options: argparse.Namespace, around: Surroundings) -> int:
    """Run one of the commands; gives its exit code."""
    folder = around.data_folder
    tenants = stored_tenants(folder) if folder else ()
    wanted = str(getattr(options, "tenant", "") or "").strip().lower()
    chosen = [tenant for tenant in tenants if wanted in ("", tenant)]
    if wanted and not chosen:
        tell(f"Nothing is remembered of the tenant {wanted}.")
        return Exit.NO
    try:
        if options.store_command == "clear":
            return _clear(folder, chosen, around.clock, is_sure=options.yes)
        infos = asyncio.run(_infos(folder, chosen, around.clock))
    except MtpError as error:
        tell_problem(error)
        return Exit.NO
    if options.json:
        put_json({"folder": str(folder), "tenants": {tenant: _document(info) for tenant, info in infos.items()}})
        return Exit.OK
    for tenant, info in infos.items():
        put(f"{tenant}\n{_described(info)}")
    if not infos:
        put(f"Nothing is remembered in {shown(str(folder))}.\n")
    return Exit.OK


async def _infos(folder: Path | None, tenants: Sequence[str], clock: Clock) -> dict[str, StoreInfo]:
    infos: dict[str, StoreInfo] = {}
    for tenant in tenants:
        store, said = await open_store(folder, tenant, clock)
        try:
            infos[tenant] = await store.info()
        finally:
            await store.close()
        if said:
            tell(said)
    return infos


def _clear(folder: Path | None, tenants: Sequence[str], clock: Clock, *, is_sure: bool) -> int:
    if folder is None or not tenants:
        put("Nothing is remembered.\n")
        return Exit.OK
    if not is_sure:
        if not is_terminal(sys.stdin):
            tell("Nothing was deleted: say --yes, since nobody can be asked here.")
            return Exit.USAGE
        answer = input(f"Delete what is remembered of {len(tenants)} tenant(s), choices and journal too? [y/N] ")
        if answer.strip().lower() not in ("y", "yes"):
            put("Nothing was deleted.\n")
            return Exit.NO
    are_gone = [asyncio.run(_cleared(folder, tenant, clock)) for tenant in tenants]
    return Exit.OK if all(are_gone) else Exit.NO


async def _cleared(folder: Path, tenant: str, clock: Clock) -> bool:
    """Whether nothing of the tenant is left in its file, which is said as well."""
    is_gone = False
    try:
        store, _ = await open_store(folder, tenant, clock)
        try:
            is_gone = await _is_cleared(store)
        finally:
            await store.close()
        if store.said:
            tell(store.said)
    except MtpError as error:
        tell_problem(error)
    for path in files_set_aside(store_path(folder, tenant)):
        tell(f"{path} stays: it was set aside as damaged, and may hold what was remembered. Delete it yourself.")
    put(f"{tenant}: {'deleted' if is_gone else 'not deleted, or not all of it'}\n")
    return is_gone


async def _is_cleared(store: Store) -> bool:
    """A store that has turned away from its file, before or while it is cleared, clears only what is in memory."""
    if store.path is not None:
        await store.clear()
    return store.path is not None


def _described(info: StoreInfo) -> str:
    rows = (
        ("file", str(info.path or "in memory")),
        ("size", f"{info.size_bytes / 1024:,.0f} KB"),
        ("incidents", str(info.incidents)),
        ("updated", f"{iso(info.oldest) or '-'} to {iso(info.newest) or '-'}"),
        ("as of", iso(info.as_of) or "-"),
        *(("set aside", str(path)) for path in info.set_aside),
    )
    return "".join(f"  {label:<10} {shown(value)}\n" for label, value in rows)


def _document(info: StoreInfo) -> dict[str, object]:
    return {
        "file": str(info.path) if info.path else None,
        "size_bytes": info.size_bytes,
        "incidents": info.incidents,
        "oldest_update": iso(info.oldest),
        "newest_update": iso(info.newest),
        "as_of": iso(info.as_of),
        "set_aside": [str(path) for path in info.set_aside],
    }
