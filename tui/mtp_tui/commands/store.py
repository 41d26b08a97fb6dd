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
from mtp_tui.store.store import StoreInfo, open_store, stored_tenants


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
    if not tenants:
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
    asyncio.run(_cleared(folder, tenants, clock))
    put("".join(f"{tenant}: deleted\n" for tenant in tenants))
    return Exit.OK


async def _cleared(folder: Path | None, tenants: Sequence[str], clock: Clock) -> None:
    for tenant in tenants:
        store, _ = await open_store(folder, tenant, clock)
        try:
            await store.clear()
        finally:
            await store.close()


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
