"""The tenant's incidents, newest update first, with each one's JSON kept until it changes."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from mtp_tui.clock import Clock
from mtp_tui.sim.payload import JsonObject, instant, json_bytes, stamp

ENTITY_KEYS = (
    "entityType", "sha1", "sha256", "fileName", "filePath", "processId", "processCommandLine", "processCreationTime",
    "parentProcessId", "parentProcessCreationTime", "ipAddress", "url", "accountName", "domainName", "userSid", "aadUserId",
    "userPrincipalName", "mailboxDisplayName", "mailboxAddress", "clusterBy", "sender", "recipient", "subject",
    "deliveryAction", "securityGroupId", "securityGroupName", "registryHive", "registryKey", "registryValueType",
    "registryValue", "deviceId",
)  # fmt: skip
"""Every key of an entity in the samples of Microsoft Learn, "List incidents"; there each entity has them all."""


class _Row:
    """One item of the list, and its JSON by entity mode."""

    __slots__ = ("_json", "id", "updated", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        is_object = isinstance(value, dict)
        self.id = str(value.get("incidentId")) if is_object else ""
        self.updated = instant(value.get("lastUpdateTime")) if is_object else ""
        self._json: dict[bool, bytes] = {}

    def json(self, null_padded: bool) -> bytes:
        if null_padded not in self._json:
            self._json[null_padded] = json_bytes(_padded(self.value) if null_padded else self.value)
        return self._json[null_padded]


class IncidentTable:
    """What `GET /api/incidents` has to offer.

    Items are not to be changed in place: `change` and `upsert` put a new one in the old one's place, so that what a
    test has in hand stays as it was.
    """

    def __init__(self, clock: Clock, incidents: Iterable[object] = ()) -> None:
        """`incidents` are taken as they are, also repeated IDs and items that are not incidents at all."""
        self._clock = clock
        self._rows = [_Row(incident) for incident in incidents]
        self._by_id = {row.id: row for row in self._rows}
        self._ordered: list[_Row] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, item: object) -> None:
        """Add anything as it is, nothing checked and nothing replaced."""
        row = _Row(item)
        self._rows.append(row)
        self._by_id[row.id] = row
        self._ordered = None

    def upsert(self, incident: JsonObject) -> None:
        """Add an incident, or put it in the place of the one with the same `incidentId`."""
        old = self._by_id.get(str(incident.get("incidentId")))
        if old is not None:
            self._rows.remove(old)
        self.add(incident)

    def change(self, incident_id: int | str, **fields: object) -> JsonObject:
        """Set fields of an incident and its `lastUpdateTime` to now (unless given). Returns it; KeyError if unknown."""
        old: JsonObject = self._by_id[str(incident_id)].value
        new = {**old, "lastUpdateTime": stamp(self._clock()), **fields}
        self.upsert(new)
        return new

    def remove(self, incident_id: int | str) -> None:
        """Take an incident away, as when its retention ends. Raises KeyError if unknown."""
        self._rows.remove(self._by_id.pop(str(incident_id)))
        self._ordered = None

    def get(self, incident_id: int | str) -> JsonObject | None:
        """The incident with that ID."""
        row = self._by_id.get(str(incident_id))
        return row.value if row else None

    def json(self, incident_id: int | str, *, null_padded: bool = False) -> bytes:
        """The incident as JSON. Raises KeyError if unknown."""
        return self._by_id[str(incident_id)].json(null_padded)

    def all(self) -> list[Any]:
        """Every item, newest `lastUpdateTime` first; those without one last."""
        return [row.value for row in self._in_order()]

    def page(
        self, wanted: Callable[[JsonObject], bool] | None, skip: int, top: int, *, null_padded: bool = False
    ) -> tuple[list[bytes], bool]:
        """The JSON of up to `top` items after `skip`, and whether there are more.

        The order is by last update: documented as "newest on top", seen as this in captures of 2021.
        """
        rows = self._in_order()
        if wanted is not None:
            rows = [row for row in rows if isinstance(row.value, dict) and wanted(row.value)]
        return [row.json(null_padded) for row in rows[skip : skip + top]], len(rows) > skip + top

    def _in_order(self) -> list[_Row]:
        if self._ordered is None:
            self._ordered = sorted(self._rows, key=lambda row: row.updated, reverse=True)
        return self._ordered


def _padded(value: Any) -> Any:
    """The incident with every documented key in every entity, null where it has none: the payloads of 2020 and 2021."""
    if not isinstance(value, dict):
        return value
    copy = deepcopy(value)
    for alert in copy.get("alerts") or ():
        if isinstance(alert, dict) and isinstance(alert.get("entities"), list):
            alert["entities"] = [
                {**dict.fromkeys(ENTITY_KEYS), **entity} if isinstance(entity, dict) else entity
                for entity in alert["entities"]
            ]
    return copy
