"""One incident as a report in Markdown, for tickets and handovers: facts, alerts, evidence by type, and what happened when.

Words of strangers are text and never markup: in prose they are escaped, web addresses too, lest a reader on the web
makes links of them (of mail addresses it may); names, hashes and command lines stand in code spans. Times are UTC.
Source: CommonMark 0.31, and the autolinks of GitHub Flavored Markdown.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from mtp_tui.defender.detail import in_time_order
from mtp_tui.defender.entity import Fact
from mtp_tui.defender.evidence import EvidenceItem, evidence_of
from mtp_tui.defender.facts import alert_facts, alert_moments, device_facts, in_words, incident_facts
from mtp_tui.defender.models import Device, IncidentDetail
from mtp_tui.moments import utc_text
from mtp_tui.services.export.seen import is_seen

_MEANT = re.compile(r"([\\`*_\[\]<>|~&$@])")
_AT_START = re.compile(r"^(\s*)([#+\-=:]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"(?i)(www)\.|:(?=//)")
_BACKTICKS = re.compile(r"`+")

Moment = tuple[datetime, str]


def report(detail: IncidentDetail) -> str:
    """The whole report, with a line feed at its end."""
    incident = detail.incident
    sections = (
        [f"# {escaped(incident.name) or 'Incident'} ({escaped(incident.id)})", "", *_facts_of(detail)],
        _section("Alerts", len(detail.alerts), _alerts(detail)),
        _section("Devices", len(detail.devices), map(_device, detail.devices)),
        _section("Entities", len(detail.entities), _entities(detail)),
        _section("Timeline", None, (f"- {utc_text(moment)}: {what}" for moment, what in timeline(detail))),
        _section("Comments", len(detail.comments), _comments(detail)),
    )
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def timeline(detail: IncidentDetail) -> list[Moment]:
    """What has a time, in its order, each in words whose outside text is already Markdown."""
    incident = detail.incident
    moments = [(incident.created_at, "incident created"), (incident.updated_at, "incident updated last")]
    for number, alert in enumerate(in_time_order(detail.alerts), 1):
        which = f"alert {number}, {escaped(alert.title) or 'no title'}"
        by_moment = {moment: label for label, moment in reversed(alert_moments(alert))}  # of equal times the first
        moments += [(moment, f"{label.lower()}: {which}") for moment, label in by_moment.items()]
    moments += [(comment.created_at, f"comment by {escaped(comment.created_by)}") for comment in detail.comments]
    return sorted(((moment, what) for moment, what in moments if moment), key=lambda pair: pair[0])


def escaped(text: str) -> str:
    """Outside text as prose on one line, with nothing in it that Markdown or a terminal would act on."""
    text = _MEANT.sub(r"\\\1", seen(text).strip())
    text = _ADDRESS.sub(lambda match: f"{match[1]}\\." if match[1] else "\\:", text)
    return _AT_START.sub(_escaped_start, text)


def seen(text: str) -> str:
    """The text on one line, with marks such as `‹202E›` for characters that act or cannot be seen."""
    text = " ".join(text.split()) if any(char in text for char in "\t\r\n") else text
    if is_seen(text):
        return text
    return "".join(char if is_seen(char) else f"‹{ord(char):X}›" for char in text)


def _escaped_start(match: re.Match[str]) -> str:
    mark = match[2]
    return f"{match[1]}{mark}\\" if mark.isdecimal() else f"{match[1]}\\{mark}"


def _code(text: str) -> str:
    """A code span, in which nothing is markup; as many backticks around it as it takes."""
    text = seen(text).strip()
    if not text:
        return "–"
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(text)), default=0) + 1)
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _facts_of(detail: IncidentDetail) -> Iterator[str]:
    known = incident_facts(detail.incident)
    more = (
        *in_words((("First activity", detail.first_activity), ("Last activity", detail.last_activity))),
        ("Merged into", detail.incident.redirect_id),
        ("MITRE ATT&CK", ", ".join(detail.techniques)),
        *detail.extra,
    )
    yield from _facts((*(fact for fact in known if fact[0] != "Name"), *more))
    if detail.incident.uri:
        yield f"- **Portal:** {_code(detail.incident.uri)}"


def _alerts(detail: IncidentDetail) -> Iterator[str]:
    for number, alert in enumerate(in_time_order(detail.alerts), 1):
        yield from (f"### {number}. {escaped(alert.title) or 'no title'}", "")
        yield from _facts((("Severity", alert.severity), *alert_facts(alert), *in_words(alert_moments(alert))))
        devices = ", ".join(_code(device.title) for device in alert.devices if device.title)
        if devices:
            yield f"- **Devices:** {devices}"
        yield from ("", *_paragraphs(alert.description))


def _device(device: Device) -> str:
    return f"- {_code(' / '.join(device.names) or 'name not sent')}{_among(device_facts(device)[1:])}"


def _entities(detail: IncidentDetail) -> Iterator[str]:
    for group in evidence_of(detail):
        yield from (f"### {escaped(group.type) or 'Other'}", "", *map(_entity, group.items), "")


def _entity(item: EvidenceItem) -> str:
    entity = item.entity
    facts = (
        *entity.facts,
        ("verdict", entity.verdict),
        ("remediation", entity.remediation),
        ("on device", item.device_name),
    )
    return f"- {_code(entity.title)}{_among(fact for fact in facts if fact[1] != entity.title)}"


def _comments(detail: IncidentDetail) -> Iterator[str]:
    for comment in detail.comments:
        when = utc_text(comment.created_at) if comment.created_at else "time not given"
        yield from (f"**{escaped(comment.created_by) or 'author not given'}**, {when}:", "")
        yield from _paragraphs(comment.text)
        yield from _facts(comment.extra)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in filter(str.strip, text.splitlines()):
        yield from (escaped(paragraph), "")


def _section(title: str, count: int | None, lines: Iterable[str]) -> list[str]:
    body = "\n".join(lines).strip().split("\n")
    return [f"## {title}{'' if count is None else f' ({count})'}", "", *(body if any(body) else ["None were sent."])]


def _facts(facts: Iterable[Fact]) -> Iterator[str]:
    return (f"- **{escaped(label)}:** {escaped(value)}" for label, value in facts if value)


def _among(facts: Iterable[Fact]) -> str:
    given = [f"{escaped(label)} {_code(value)}" for label, value in facts if value]
    return f": {', '.join(given)}" if given else ""
