"""What is to be changed: everything is left alone until it is chosen or typed."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from mtp_tui.defender.models import Incident
from mtp_tui.defender.triage_words import DETERMINATIONS, STATUSES, determinations_of, tags_in, tags_text
from mtp_tui.defender.update import Change
from mtp_tui.errors import BadInput
from mtp_tui.services.triage import ME
from mtp_tui.ui.widgets.choice import Choice
from mtp_tui.ui.widgets.credential_field import PlainInput
from mtp_tui.ui.widgets.said import Said

_AS_IS = ("", "unchanged")
_NOBODY, _TYPED = "nobody", "typed"


class TriageChoice(Choice):
    """A choice of this form; Enter goes on to what would be sent."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Review", id="triage.review", tooltip="See what would be sent; nothing is sent yet"),
    ]


class _Row(Horizontal):
    """A label, and what is chosen or typed beside it."""

    def __init__(self, label: str, entry: Widget) -> None:
        super().__init__(classes="triage-row")
        self._label = label
        self._entry = entry

    def compose(self) -> ComposeResult:
        yield Label(self._label)
        yield self._entry


class TriageForm(VerticalScroll, can_focus=False):
    """One change for any number of incidents."""

    BINDING_GROUP_TITLE = "Form"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up", "app.focus_previous", "Row before", show=False, id="triage.row-before", tooltip="Go to the row before"
        ),
        Binding("down", "app.focus_next", "Next row", show=False, id="triage.next-row", tooltip="Go to the next row"),
    ]

    class Submitted(Message):
        """Enter was pressed: this is what is wanted."""

    class Edited(Message):
        """Something else is wanted than before."""

    def __init__(self, incidents: Sequence[Incident], me: str, why_no_me: str) -> None:
        """`me` is the user principal name of whoever is signed in; empty if there is none, for the reason given."""
        super().__init__(id="triage-form")
        self._incidents = incidents
        self._me = me
        self._why_no_me = why_no_me

    def compose(self) -> ComposeResult:
        yield Said(id="triage-now")
        yield _Row("Status", TriageChoice([_AS_IS, *_words(STATUSES)], id="triage-status"))
        owners = [_AS_IS, *([(ME, f"me ({self._me})")] if self._me else []), (_NOBODY, "nobody"), (_TYPED, "other")]
        yield _Row("Owner", TriageChoice(owners, id="triage-owner"))
        with Vertical(id="triage-other"):
            yield _Row("", PlainInput(placeholder="user principal name", id="input-triage-owner"))
            yield Said(id="triage-no-me")
        yield _Row("Classification", TriageChoice([_AS_IS, *_words(DETERMINATIONS)], id="triage-classification"))
        yield _Row("Determination", TriageChoice(self._determinations(""), id="triage-determination"))
        yield _Row(
            "Add tags", PlainInput(placeholder='with commas between them; "one, with a comma"', id="input-triage-add")
        )
        yield _Row("Remove tags", PlainInput(placeholder=self._tags, id="input-triage-remove"))
        yield _Row("Comment", PlainInput(placeholder="is added; it cannot be taken back", id="input-triage-comment"))

    def on_mount(self) -> None:
        self.query_one("#triage-now", Said).say(_now(self._incidents))
        no_me = self.query_one("#triage-no-me", Said)
        no_me.say(self._why_no_me)
        no_me.display = bool(self._why_no_me)
        self._show_owner()

    def take_focus(self) -> None:
        """Give the keys to the first row."""
        self._choice("status").focus()

    @property
    def is_filled(self) -> bool:
        """Whether anything is chosen or typed."""
        return any(choice.chosen for choice in self.query(TriageChoice)) or any(
            entry.value.strip() for entry in self.query(Input)
        )

    def read(self) -> Change:
        """What is wanted. Raises BadInput if an owner was to be typed, and was not."""
        owner = self._choice("owner").chosen
        typed = self._typed("owner").strip()
        if owner == _TYPED and not typed:
            raise BadInput("owner", "No owner is typed.", "Write a user principal name, or choose “nobody”.")
        return Change(
            status=self._choice("status").chosen or None,
            assigned_to={"": None, ME: ME, _NOBODY: "", _TYPED: typed}[owner],
            classification=self._choice("classification").chosen or None,
            determination=self._choice("determination").chosen or None,
            add_tags=tags_in(self._typed("add")),
            remove_tags=tags_in(self._typed("remove")),
            comment=self._typed("comment"),
        )

    @on(Choice.Changed)
    def follow_choice(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice.id == "triage-classification":
            self._choice("determination").set_options(self._determinations(event.choice.chosen), "")
        self._show_owner()
        self.post_message(self.Edited())

    @on(Input.Changed)
    def note_edit(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Edited())

    @on(Choice.Submitted)
    @on(Input.Submitted)
    def submit(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Submitted())

    def _show_owner(self) -> None:
        self.query_one("#triage-other").display = self._choice("owner").chosen == _TYPED

    def _determinations(self, classification: str) -> list[tuple[str, str]]:
        """Those of the classification that is chosen, or else of the one that all incidents have."""
        had = {incident.classification for incident in self._incidents}
        return [_AS_IS, *_words(determinations_of(classification or (had.pop() if len(had) == 1 else "")))]

    @property
    def _tags(self) -> str:
        tags = dict.fromkeys(tag for incident in self._incidents for tag in incident.tags)
        return f"there are: {tags_text(tags)}" if tags else "there are none"

    def _choice(self, name: str) -> TriageChoice:
        return self.query_one(f"#triage-{name}", TriageChoice)

    def _typed(self, name: str) -> str:
        return self.query_one(f"#input-triage-{name}", Input).value


def _words(words: Iterable[str]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


def _now(incidents: Sequence[Incident]) -> str:
    """How one incident stands, or which ones are meant."""
    if len(incidents) > 1:
        return f"{len(incidents)} incidents: {', '.join(incident.id for incident in incidents)}"
    incident = incidents[0]
    judged = ", ".join(filter(None, (incident.classification, incident.determination)))
    now = " · ".join((incident.status or "no status", incident.assigned_to or "nobody", judged or "not classified"))
    return f"{incident.id}  {incident.name}\nNow: {now}"
