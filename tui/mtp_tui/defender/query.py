"""What can be asked of the incidents endpoint."""

from dataclasses import dataclass
from datetime import UTC, datetime

PAGE_SIZE = 100
"""The most that one answer holds; the service refuses to be asked for more."""


@dataclass(frozen=True, slots=True)
class IncidentQuery:
    """A question for incidents, the one updated last on top.

    The service can narrow by `lastUpdateTime`, `createdTime`, `status` and `assignedTo` only; severity, names and the
    rest are narrowed among what has been loaded.
    Source: https://learn.microsoft.com/defender-xdr/api-list-incidents
    """

    changed_since: datetime | None = None
    """Only what was updated at this moment or later (aware); None asks for everything that is kept."""
    changed_until: datetime | None = None
    """Only what was updated at this moment or earlier (aware). That the service understands `le` is *unconfirmed*."""
    created_since: datetime | None = None
    """Only what was created at this moment or later (aware)."""
    status: str = ""
    """Only incidents of this status, in the spelling of the documentation; empty asks for all."""
    assigned_to: str = ""
    """Only what is assigned to this address; whether capitals count is not documented. Empty asks for all."""

    def to_params(self, skip: int = 0, top: int = PAGE_SIZE) -> dict[str, str]:
        """The OData parameters, not yet percent-encoded."""
        params = {"$top": str(top)}
        if skip:
            params["$skip"] = str(skip)
        conditions = self._conditions()
        if conditions:
            params["$filter"] = " and ".join(conditions)
        return params

    def _conditions(self) -> list[str]:
        """For `$filter`, of which only `eq`, `gt`, `ge` and `and` are known to be used; `le` is tried by long readings."""
        conditions: list[str] = []
        if self.changed_since is not None:
            # ge, not gt: several incidents may share a time to the last digit
            conditions.append(f"lastUpdateTime ge {odata_time(self.changed_since)}")
        if self.changed_until is not None:
            conditions.append(f"lastUpdateTime le {odata_time(self.changed_until)}")
        if self.created_since is not None:
            conditions.append(f"createdTime ge {odata_time(self.created_since)}")
        if self.status:
            conditions.append(f"status eq {odata_text(self.status)}")
        if self.assigned_to:
            conditions.append(f"assignedTo eq {odata_text(self.assigned_to)}")
        return conditions


def odata_time(moment: datetime) -> str:
    """`2026-11-22T15:04:05.1234Z`: UTC, unquoted, without trailing zeros, as the service writes it."""
    utc = moment.astimezone(UTC)
    fraction = f".{utc.microsecond:06d}".rstrip("0") if utc.microsecond else ""
    return f"{utc:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def odata_text(text: str) -> str:
    """In single quotes, those inside it doubled. Source: OData 4.01 ABNF, `string`."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
