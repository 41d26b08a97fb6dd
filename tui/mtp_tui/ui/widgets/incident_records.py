"""The alerts, the evidence and the devices of an opened incident, each a list with pages."""

from dataclasses import dataclass

from mtp_tui.clock import Clock
from mtp_tui.defender.detail import began_at, in_time_order
from mtp_tui.defender.evidence import EvidenceGroup, EvidenceItem, evidence_of
from mtp_tui.defender.models import Alert, Device, IncidentDetail
from mtp_tui.defender.tactics import tactic_name
from mtp_tui.ui.lines import Line, Role, Span, heading, text_line
from mtp_tui.ui.widgets.incident_lines import (
    NOT_SENT,
    alert_page,
    device_page,
    entity_page,
    judged_span,
    severity_span,
    why_no_alerts,
)
from mtp_tui.ui.widgets.incident_overview import KINDS
from mtp_tui.ui.widgets.list_with_page import ListWithPage
from mtp_tui.ui.widgets.record_columns import Column


def _said(text: str, role: Role = Role.TEXT) -> Span:
    return Span(text, role) if text else NOT_SENT


class AlertsView(ListWithPage[Alert]):
    """Alerts from the first activity on."""

    def __init__(self, clock: Clock, *, id: str) -> None:  # noqa: A002 - Textual's name
        self._clock = clock
        columns: tuple[Column[Alert], ...] = (
            Column("Began UTC", 11, self._began),
            Column("Severity", 8, lambda alert: severity_span(alert.severity, short=True)),
            Column("Alert", 20, lambda alert: _said(alert.title, Role.STRONG), grows=True),
            Column("Status", 10, lambda alert: _said(alert.status)),
            Column("Tactic", 20, lambda alert: _said(tactic_name(alert.category)), drop=1),
            Column("Source", 22, lambda alert: _said(alert.service_source, Role.DIM), drop=2),
        )
        super().__init__(columns, id=id)

    def show_detail(self, detail: IncidentDetail) -> None:
        """Show the alerts of an incident."""
        self.show(in_time_order(detail.alerts), owner=detail.incident.id, why_empty=why_no_alerts(detail))

    def key_of(self, record: Alert) -> str:
        return record.key

    def page_of(self, record: Alert) -> list[Line]:
        return alert_page(record, self._clock())

    def _began(self, alert: Alert) -> Span:
        """Of another year than this one the day stands for it; the page has it whole."""
        moment = began_at(alert)
        if moment is None:
            return NOT_SENT
        return Span(f"{moment:%m-%d %H:%M}" if moment.year == self._clock().year else f"{moment:%Y-%m-%d}")


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A line of the evidence: the head of a group, or one entity below it."""

    group: EvidenceGroup
    item: EvidenceItem | None = None
    is_folded: bool = False

    @property
    def key(self) -> str:
        """Unique within an incident: heads and entities share no key."""
        return f"entity {self.item.key}" if self.item else f"type {self.group.type.casefold()}"


_ON = "On device"

_DETAILS = {
    "User": ("Account", "SID"),
    "Mailbox": ("Display name", "Account"),
    "MailMessage": ("Sender", "Recipient"),
    "MailCluster": ("Mails", ""),
    "File": (_ON, "Path"),
    "Process": (_ON, "Process ID"),
    "Registry": ("Value name", "Value"),
    "SecurityGroup": ("Group ID", ""),
}
"""By type, the two facts that stand beside the entity itself; they are the group's own column titles.

One file or command is often on many devices, and rows of it differ in nothing else."""


class EvidenceView(ListWithPage[EvidenceRow]):
    """Every entity once, by type; the head of each type says what its columns hold, and folds."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        self._detail: IncidentDetail | None = None
        self._folded: set[str] = set()
        columns: tuple[Column[EvidenceRow], ...] = (
            Column("Evidence by type", 22, _entity, grows=True),
            Column("", 16, lambda row: _beside(row, 0), drop=2),
            Column("", 20, lambda row: _beside(row, 1), drop=3),
            Column("Verdict", 15, lambda row: judged_span(row.item.entity.verdict) if row.item else _nothing),
            Column(
                "Remediation",
                14,
                lambda row: judged_span(row.item.entity.remediation) if row.item else _nothing,
                drop=1,
            ),
            Column(
                "Alerts", 6, lambda row: Span(str(len(row.item.alerts))) if row.item else _nothing, right=True, drop=4
            ),
        )
        super().__init__(columns, id=id)

    def show_detail(self, detail: IncidentDetail) -> None:
        """Show the evidence of an incident; groups that were folded stay folded, also for the next one."""
        self._detail = detail
        rows: list[EvidenceRow] = []
        for group in evidence_of(detail):
            is_folded = group.type.casefold() in self._folded
            rows.append(EvidenceRow(group, is_folded=is_folded))
            rows += [] if is_folded else [EvidenceRow(group, item) for item in group.items]
        why = "The service sent no entities with this incident."
        self.show(rows, owner=detail.incident.id, why_empty=why, first=1)  # below the first head

    @property
    def item(self) -> EvidenceItem | None:
        """The entity under the cursor; None on the head of a group."""
        return self.record.item if self.record else None

    def key_of(self, record: EvidenceRow) -> str:
        return record.key

    def page_of(self, record: EvidenceRow) -> list[Line]:
        if record.item is not None:
            return entity_page(record.item)
        lines = [heading(_name(record.group), str(len(record.group.items)))]
        return [*lines, *(text_line(item.entity.title or "no name", indent=2) for item in record.group.items)]

    def choose(self, record: EvidenceRow) -> None:
        """A head folds or unfolds its group, an entity opens its page."""
        if record.item is not None or self._detail is None:
            super().choose(record)
            return
        self._folded ^= {record.group.type.casefold()}
        self.show_detail(self._detail)


_nothing = Span("")


def _name(group: EvidenceGroup) -> str:
    return KINDS.get(group.type, group.type or "Type not given")


def _entity(row: EvidenceRow) -> Span:
    if row.item is None:
        return Span(f"{'▸' if row.is_folded else '▾'} {_name(row.group)} {len(row.group.items)}", Role.HEADING)
    return Span(f"  {row.item.entity.title or 'no name'}", Role.STRONG if row.item.entity.title else Role.DIM)


def _beside(row: EvidenceRow, place: int) -> Span:
    """On a head the label of a fact, on an entity the fact; for types that we do not know whatever came first."""
    label = _DETAILS.get(row.group.type, ("", ""))[place]
    if row.item is None:
        return Span(label, Role.LABEL)
    facts = dict(reversed(row.item.entity.facts))
    if label == _ON:
        return _said(row.item.device_name or row.item.entity.device_id)
    if label:
        return _said(facts.get(label, ""))
    if row.group.type in KINDS:
        return _nothing
    others = [f"{name}: {value}" for name, value in facts.items() if value != row.item.entity.title]
    return Span(others[-1 - place] if place < len(others) else "", Role.DIM)


class DevicesView(ListWithPage[Device]):
    """Devices by their identifier, each once."""

    def __init__(self, clock: Clock, *, id: str) -> None:  # noqa: A002 - Textual's name
        self._clock = clock
        self._detail: IncidentDetail | None = None
        columns: tuple[Column[Device], ...] = (
            Column("Device", 22, lambda device: _said(device.title, Role.STRONG), grows=True),
            Column("System", 18, lambda device: _said(device.os_platform)),
            Column("Health", 9, lambda device: _said(device.health)),
            Column("Risk", 13, lambda device: _risk(device.risk)),
            Column("Group", 20, lambda device: _said(device.group), drop=1),
            Column("Antivirus", 12, lambda device: _said(device.antivirus), drop=2),
        )
        super().__init__(columns, id=id)

    def show_detail(self, detail: IncidentDetail) -> None:
        """Show the devices of an incident."""
        self._detail = detail
        why = "The service sent no devices with this incident."
        self.show(detail.devices, owner=detail.incident.id, why_empty=why)

    def key_of(self, record: Device) -> str:
        return _device_key(record)

    def page_of(self, record: Device) -> list[Line]:
        alerts = self._detail.alerts if self._detail else ()
        key = _device_key(record)
        naming = [alert for alert in alerts if any(_device_key(device) == key for device in alert.devices)]
        return device_page(record, tuple(naming), self._clock())


def _device_key(device: Device) -> str:
    return (device.id or device.entra_id or device.title).casefold()


def _risk(risk: str) -> Span:
    if risk.casefold() in ("", "none"):
        return _said(risk, Role.DIM)
    return severity_span(risk, short=True)
