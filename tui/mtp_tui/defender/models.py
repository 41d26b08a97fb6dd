"""The values of this package under one roof. None of them needs httpx or msgspec before the first answer comes."""

from mtp_tui.defender.alert import Alert
from mtp_tui.defender.detail import Comment, IncidentDetail, detail_from
from mtp_tui.defender.device import Device, merge_devices
from mtp_tui.defender.entity import Entity, Fact, full_path, merge_entities
from mtp_tui.defender.incident import (
    Incident,
    incident_from,
    portal_link,
    same_content,
    severity_rank,
    status_rank,
)
from mtp_tui.defender.page import IncidentPage, Unreadable, page_from

__all__ = [
    "Alert",
    "Comment",
    "Device",
    "Entity",
    "Fact",
    "Incident",
    "IncidentDetail",
    "IncidentPage",
    "Unreadable",
    "detail_from",
    "full_path",
    "incident_from",
    "merge_devices",
    "merge_entities",
    "page_from",
    "portal_link",
    "same_content",
    "severity_rank",
    "status_rank",
]
