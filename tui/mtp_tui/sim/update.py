"""What `PATCH /api/incidents/{id}` allows, and what it does.

Source: Microsoft Learn, "Update incidents". Where its text and its table disagree (determinations of other
classifications), the table holds. That a determination needs its classification in the same call is a guess.
"""

from collections.abc import Callable
from datetime import datetime

from mtp_tui.sim.payload import JsonObject, stamp

DETERMINATIONS = {
    "TruePositive": (
        "MultiStagedAttack",
        "MaliciousUserActivity",
        "CompromisedAccount",
        "Malware",
        "Phishing",
        "UnwantedSoftware",
        "Other",
    ),
    "InformationalExpectedActivity": ("SecurityTesting", "LineOfBusinessApplication", "ConfirmedActivity", "Other"),
    "FalsePositive": ("Clean", "NoEnoughDataToValidate", "Other"),
}
_SETTABLE_STATUSES = ("Active", "InProgress", "Resolved")


class UpdateRefused(Exception):
    """The body cannot be applied; `code` and the text go into a 400."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def changes_of(body: object, incident: JsonObject, *, author: str, now: datetime) -> JsonObject:
    """The fields that a PATCH body sets on `incident`. Raises UpdateRefused.

    Keys are case-sensitive; omitted ones keep their values; `comment` is appended to `comments`; `tags` replaces the
    list; an empty `assignedTo` takes the owner away.
    """
    if not isinstance(body, dict):
        raise UpdateRefused("InvalidRequestBody", "Request body is incorrect.")
    changes: JsonObject = {}
    for key, value in body.items():
        if key not in _CHECKS:
            raise UpdateRefused("InvalidRequestBody", f"Property '{key}' is not known. Names are case-sensitive.")
        if not _CHECKS[key](value):
            raise UpdateRefused("InvalidRequestBody", f"The value of '{key}' is not valid.")
        changes[key] = value
    _check_pair(changes)
    if incident.get("status") == "Redirected":
        raise UpdateRefused("InvalidInput", "The incident was merged into another one and cannot be updated.")
    if "comment" in changes:
        comment = {"comment": changes.pop("comment"), "createdBy": author, "createdTime": stamp(now)}
        changes["comments"] = [*(incident.get("comments") or ()), comment]
    if changes.get("assignedTo") == "":
        changes["assignedTo"] = None
    return changes


def _check_pair(changes: JsonObject) -> None:
    if "determination" not in changes:
        return
    classification = changes.get("classification", "")
    if changes["determination"] not in DETERMINATIONS.get(classification, ()):
        raise UpdateRefused(
            "InvalidRequestBody",
            f"Determination '{changes['determination']}' does not go with classification '{classification}'.",
        )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_CHECKS: dict[str, Callable[[object], bool]] = {
    "status": lambda value: value in _SETTABLE_STATUSES,
    "assignedTo": _is_text,
    "classification": lambda value: isinstance(value, str) and value in DETERMINATIONS,
    "determination": lambda value: any(value in words for words in DETERMINATIONS.values()),
    "tags": lambda value: isinstance(value, list) and all(isinstance(tag, str) for tag in value),
    "comment": lambda value: isinstance(value, str) and value != "",
}
