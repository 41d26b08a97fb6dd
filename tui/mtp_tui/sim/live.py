"""What arrives while somebody looks: new incidents, and changes to known ones, by a script that never ends.

Everything follows from the seed and the moment at which the tenant began; when the requests come does not matter.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mtp_tui.sim import plots_cloud as cloud
from mtp_tui.sim import plots_endpoint as endpoint
from mtp_tui.sim import plots_identity as identity
from mtp_tui.sim import plots_mail as mail
from mtp_tui.sim.cast import ANALYSTS, Cast
from mtp_tui.sim.payload import JsonObject, stamp
from mtp_tui.sim.scene import SEVERITIES, Scene
from mtp_tui.sim.table import IncidentTable

Plot = Callable[[Scene], None]

_GRAVE: tuple[Plot, ...] = (
    mail.phish_to_token_theft,
    endpoint.ransomware,
    endpoint.info_stealer,
    identity.password_spray,
    endpoint.web_shell,
    identity.mfa_fatigue,
)
_USUAL: tuple[Plot, ...] = (
    endpoint.antivirus_find,
    identity.unfamiliar_sign_in,
    mail.mail_removed,
    mail.mail_reported,
    endpoint.odd_powershell,
    cloud.analytics_rule,
    identity.impossible_travel,
    cloud.dlp_match,
)
_OPEN = ("Active", "InProgress")


@dataclass(frozen=True, slots=True)
class _Event:
    """One thing that happens `after_s` seconds from the beginning."""

    after_s: float
    kind: str


_FIRST_MINUTE = (
    _Event(6, "grave"),
    _Event(12, "worse"),
    _Event(20, "owner"),
    _Event(28, "usual"),
    _Event(36, "comment"),
    _Event(44, "progress"),
    _Event(52, "usual"),
)
_LATER = ("usual", "usual", "usual", "grave", "worse", "owner", "comment", "progress", "resolved", "resolved", "merged")


class Arrivals:
    """The script of one tenant, played up to a moment."""

    def __init__(self, seed: int, start: datetime) -> None:
        self._seed = seed
        self._start = start
        self._cast = Cast(seed, start)
        self._events = self._script()
        self._next = next(self._events)
        self._number = 0
        self._latest_grave = ""

    def advance(self, table: IncidentTable, now: datetime) -> None:
        """Let everything happen that is due by now. A clock that goes back changes nothing."""
        while self._start + timedelta(seconds=self._next.after_s) <= now:
            moment = self._start + timedelta(seconds=self._next.after_s)
            dice = random.Random(f"{self._seed}/live/{self._number}")
            self._play(self._next.kind, table, moment, dice)
            self._number += 1
            self._next = next(self._events)

    def _script(self) -> Iterator[_Event]:
        yield from _FIRST_MINUTE
        dice = random.Random(f"{self._seed}/script")
        after_s = _FIRST_MINUTE[-1].after_s
        while True:
            after_s = round(after_s + dice.uniform(15, 20), 3)
            yield _Event(after_s, dice.choice(_LATER))

    def _play(self, kind: str, table: IncidentTable, moment: datetime, dice: random.Random) -> None:
        if kind in ("grave", "usual"):
            self._arrive(
                table, moment, dice, dice.choice(_GRAVE if kind == "grave" else _USUAL), is_grave=kind == "grave"
            )
            return
        incident = self._subject(kind, table, dice)
        if incident is not None:
            fields = self._changed(kind, incident, table, moment, dice)
            table.change(incident["incidentId"], lastUpdateTime=stamp(moment), **fields)

    def _arrive(
        self, table: IncidentTable, moment: datetime, dice: random.Random, plot: Plot, *, is_grave: bool
    ) -> None:
        """A new incident with what its plot has to show in its first two minutes."""
        scene = Scene(dice, self._cast, moment - timedelta(minutes=2), moment)
        plot(scene)
        incident = scene.written(_highest_id(table) + dice.randrange(1, 4))
        incident.update(createdTime=stamp(moment), lastUpdateTime=stamp(moment))
        if is_grave:
            incident["severity"] = "High"
            self._latest_grave = str(incident["incidentId"])
        table.add(incident)

    def _subject(self, kind: str, table: IncidentTable, dice: random.Random) -> JsonObject | None:
        """Which incident it happens to: the newest grave one is taken up first, the others by chance."""
        candidates = [
            each
            for each in table.all()[:60]
            if isinstance(each, dict) and each.get("status") in _OPEN and isinstance(each.get("alerts"), list)
        ]
        if kind == "worse":
            candidates = [each for each in candidates if each.get("severity") == "Medium"]
        elif kind in ("owner", "progress") and self._latest_grave:
            latest = table.get(self._latest_grave)
            self._latest_grave = self._latest_grave if kind == "owner" else ""
            return latest if latest and latest.get("status") in _OPEN else None
        elif kind == "merged":
            candidates = [each for each in candidates if len(each["alerts"]) == 1]
        return dice.choice(candidates) if candidates else None

    def _changed(
        self, kind: str, incident: JsonObject, table: IncidentTable, moment: datetime, dice: random.Random
    ) -> JsonObject:
        """The fields of the incident that are other than before."""
        comments = list(incident.get("comments") or ())
        match kind:
            case "worse":
                return self._worse(incident, moment, dice)
            case "owner":
                return {"assignedTo": dice.choice(ANALYSTS)}
            case "progress":
                return {"status": "InProgress", "assignedTo": incident.get("assignedTo") or dice.choice(ANALYSTS)}
            case "comment":
                remark = dice.choice(
                    (
                        "Looking into it.",
                        "Called the user, no answer yet.",
                        "Device isolated.",
                        "Same sender as yesterday.",
                    )
                )
                return {
                    "comments": [
                        *comments,
                        {"comment": remark, "createdBy": dice.choice(ANALYSTS), "createdTime": stamp(moment)},
                    ],
                    "tags": [*(incident.get("tags") or ()), "Under review"][-4:],
                }
            case "merged":
                return {
                    "status": "Redirected",
                    "severity": "UnSpecified",
                    "alerts": [],
                    "redirectIncidentId": _survivor(table, incident),
                }
        classification, determination = dice.choice(
            (
                ("TruePositive", "Malware"),
                ("FalsePositive", "Clean"),
                ("InformationalExpectedActivity", "ConfirmedActivity"),
            )
        )
        return {
            "status": "Resolved",
            "classification": classification,
            "determination": determination,
            "assignedTo": incident.get("assignedTo") or dice.choice(ANALYSTS),
        }

    def _worse(self, incident: JsonObject, moment: datetime, dice: random.Random) -> JsonObject:
        """Severity rises to High with another alert."""
        scene = Scene(dice, self._cast, moment - timedelta(minutes=2), moment)
        dice.choice(_GRAVE)(scene)
        alert = scene.alerts[-1]
        alert.severity = SEVERITIES[-1]
        return {"severity": "High", "alerts": [*incident["alerts"], scene.written_alert(alert, incident["incidentId"])]}


def _survivor(table: IncidentTable, incident: JsonObject) -> object:
    """The ID of the newest other incident that has not been merged itself."""
    others = (each for each in table.all() if isinstance(each, dict) and each is not incident)
    return next((each.get("incidentId") for each in others if each.get("status") in _OPEN), None)


def _highest_id(table: IncidentTable) -> int:
    ids = [each.get("incidentId") for each in table.all() if isinstance(each, dict)]
    return max((number for number in ids if isinstance(number, int)), default=1000)
