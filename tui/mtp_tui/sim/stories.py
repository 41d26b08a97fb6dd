"""The believable incidents of the simulated tenant: what happened in ninety days, seeded, and ending now.

A few stories are placed by hand in the last hours, the rest by chance. Each goes through the hands of a security team:
the older, the more likely owned, commented on, classified and resolved; some were merged into others.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from mtp_tui.sim import plots_cloud as cloud
from mtp_tui.sim import plots_endpoint as endpoint
from mtp_tui.sim import plots_identity as identity
from mtp_tui.sim import plots_mail as mail
from mtp_tui.sim.cast import ANALYSTS, Cast
from mtp_tui.sim.payload import JsonObject, instant, stamp
from mtp_tui.sim.scene import Scene

Plot = Callable[[Scene], None]

FIRST_ID = 41_207
"""The oldest incident's ID; the others follow with gaps."""

_HEADLINES: tuple[tuple[float, Plot], ...] = (
    (0.07, endpoint.antivirus_find),
    (0.35, mail.mail_removed),
    (1.05, mail.phish_to_token_theft),
    (1.4, endpoint.ransomware_everywhere),
    (2.1, mail.mail_reported),
    (3.5, identity.password_spray),
    (4.2, endpoint.coin_miner),
    (5.0, cloud.consent_abuse),
    (6.4, mail.invoice_fraud),
    (9.0, cloud.leaving_with_data),
    (11.5, identity.domain_takeover),
    (14.0, endpoint.info_stealer),
    (20.0, mail.weaponised_attachment),
    (26.0, endpoint.ransomware),
)
"""How many hours ago, and what."""

_USUAL: tuple[tuple[Plot, int], ...] = (
    (endpoint.antivirus_find, 62),
    (identity.unfamiliar_sign_in, 52),
    (mail.mail_removed, 42),
    (mail.mail_reported, 26),
    (endpoint.odd_powershell, 18),
    (identity.impossible_travel, 16),
    (cloud.analytics_rule, 13),
    (cloud.dlp_match, 12),
    (mail.forwarding_rule, 11),
    (cloud.database_attack, 9),
    (mail.phish_to_token_theft, 9),
    (cloud.storage_access, 8),
    (endpoint.info_stealer, 7),
    (mail.weaponised_attachment, 7),
    (endpoint.usb_worm, 6),
    (identity.mfa_fatigue, 5),
    (identity.password_spray, 5),
    (mail.invoice_fraud, 4),
    (cloud.consent_abuse, 4),
    (endpoint.coin_miner, 4),
    (identity.honeytoken, 4),
    (cloud.mass_deletion, 3),
    (cloud.leaving_with_data, 3),
    (endpoint.web_shell, 3),
    (endpoint.ransomware, 2),
    (identity.domain_takeover, 2),
)
"""What happens how often in ninety days."""

_DAYS = 90


def build_incidents(seed: int, now: datetime) -> list[JsonObject]:
    """Some 350 incidents of the ninety days before `now`, newest update first. The same for the same seed and now."""
    dice = random.Random(f"{seed}/calendar")
    calendar = [(hours, plot) for hours, plot in _HEADLINES]
    calendar += [(_hours_ago(dice), plot) for plot, count in _USUAL for _ in range(count)]
    calendar.sort(key=lambda entry: -entry[0])
    cast = Cast(seed, now)
    incidents: list[JsonObject] = []
    incident_id = FIRST_ID
    for number, (hours, plot) in enumerate(calendar):
        scene = Scene(random.Random(f"{seed}/story/{number}"), cast, now - timedelta(hours=hours), now)
        plot(scene)
        incidents.append(_with_care(scene, incident_id))
        incident_id += scene.dice.randrange(1, 5)
        if len(scene.alerts) > 3 and number % 3 == 0:  # now and then the second alert had an incident of its own first
            scene.alerts, scene.name, scene.tags = scene.alerts[1:2], "", ()
            incidents.append(_merged(scene, incident_id, incidents[-1]))
            incident_id += 1
    incidents.sort(key=lambda incident: instant(incident["lastUpdateTime"]), reverse=True)
    return incidents


def _hours_ago(dice: random.Random) -> float:
    """Anywhere in the ninety days, the recent ones more often: an incident in five is of the last three days."""
    return dice.uniform(0.2, 72) if dice.random() < 0.2 else dice.uniform(72, 24 * _DAYS)


def _with_care(scene: Scene, incident_id: int) -> JsonObject:
    """The incident, and what the security team has done about it by now."""
    dice = scene.dice
    incident = scene.written(incident_id)
    age = scene.now - scene.start
    is_grave = incident["severity"] in ("High", "Medium")
    if age < timedelta(hours=1) or dice.random() < (0.05 if age > timedelta(days=7) else 0.45):
        return incident
    incident["assignedTo"] = dice.choice(ANALYSTS) if is_grave or dice.random() < 0.6 else "Automation"
    last = max(alert.at for alert in scene.alerts)
    left_s = max(1.0, (scene.now - last).total_seconds())
    first_look = last + timedelta(seconds=min(left_s * 0.6, dice.uniform(120, 14_400)))
    incident["status"] = "InProgress"
    touched = first_look
    is_done = age > timedelta(days=10) or (age > timedelta(hours=18) and dice.random() < 0.6)
    remarks = scene.remarks if is_done else scene.remarks[:1]
    for remark in remarks if is_grave or dice.random() < 0.3 else ():
        incident["comments"].append(
            {
                "comment": remark,
                "createdBy": dice.choice(ANALYSTS),
                "createdTime": stamp(touched.replace(microsecond=0)),
            }
        )
        touched = min(scene.now, touched + timedelta(seconds=min(left_s * 0.1, dice.uniform(300, 7200))))
    if is_done:
        _resolve(incident, scene, touched)
    incident["lastUpdateTime"] = stamp(touched)
    return incident


def _resolve(incident: JsonObject, scene: Scene, at: datetime) -> None:
    """Closed: the alerts with it; now and then nobody says why, which is common in live data."""
    incident["status"] = "Resolved"
    if scene.dice.random() < 0.88:
        incident["classification"], incident["determination"] = scene.outcome
    for alert in incident["alerts"]:
        alert["status"] = "Resolved"
        alert["resolvedTime"] = alert["lastUpdatedTime"] = stamp(at)
        alert["assignedTo"] = incident["assignedTo"]
        if incident["classification"] != "Unknown":
            alert["classification"], alert["determination"] = scene.outcome


def _merged(part: Scene, incident_id: int, survivor: JsonObject) -> JsonObject:
    """An incident that began as one alert of the survivor, and is now only a sign that points there.

    It is left with no alerts and no severity (seen in captures; Microsoft Learn names only `redirectIncidentId`).
    """
    merged = part.written(incident_id)
    at = min(part.now, part.alerts[0].at + timedelta(minutes=part.dice.uniform(2, 9)))
    merged.update(
        status="Redirected",
        severity="UnSpecified",
        redirectIncidentId=survivor["incidentId"],
        alerts=[],
        lastUpdateTime=stamp(at),
    )
    return merged
