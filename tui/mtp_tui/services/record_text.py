"""One record as text for another program: tab-separated, Markdown, JSON. What strangers wrote does nothing there."""

import json
from collections.abc import Sequence

from mtp_tui.defender.entity import Fact
from mtp_tui.services.export.csv_text import harmless
from mtp_tui.services.export.markdown import escaped, seen


def as_tsv(row: Sequence[Fact]) -> str:
    """A line of labels and a line of values; no value is a formula, and none holds a tab or a line feed."""
    labels, values = zip(*row, strict=True) if row else ((), ())
    return "".join("\t".join(harmless(seen(cell).strip()) for cell in cells) + "\n" for cells in (labels, values))


def as_markdown(row: Sequence[Fact]) -> str:
    """A table of two columns: a record has more facts than a page has room for columns."""
    lines = ["| Field | Value |", "| --- | --- |"]
    lines += [f"| {escaped(label)} | {escaped(value)} |" for label, value in row]
    return "\n".join(lines) + "\n"


def as_json(row: Sequence[Fact]) -> str:
    """An object with the labels as keys; a label that comes twice has a list of its values."""
    together: dict[str, list[str]] = {}
    for label, value in row:
        together.setdefault(label, []).append(value)
    plain = {label: values[0] if len(values) == 1 else values for label, values in together.items()}
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"
