"""One field of the sign-in form: its label, its input, and the place where its fault is said."""

from textual import events
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import Field
from mtp_tui.ui.widgets.said import Said


class PlainInput(Input):
    """Takes the whole of a paste: a portal's label and its value often stand on two lines."""

    class Pasted(Message):
        """Several lines were pasted, and stand in the field as one."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def _on_paste(self, event: events.Paste) -> None:
        # Textual takes the first line of a paste only
        text = event.text.strip()
        if text:
            self.replace(" ".join(text.split()), *sorted(self.selection))
            self.post_message(self.Pasted(text))
        event.stop()
        event.prevent_default()


class SecretInput(Input):
    """Shows dots; nothing in it can be copied out, and line breaks of a paste stay for the field's check to speak of."""

    def action_copy(self) -> None:
        """Nothing: what is shown as dots is not to land in a clipboard."""

    def action_cut(self) -> None:
        self.delete_selection()

    def _on_paste(self, event: events.Paste) -> None:
        # Textual takes the first line of a paste only: a wrapped secret would be cut without a word
        text = event.text.strip()
        if text:
            self.replace(text, *sorted(self.selection))
        event.stop()
        event.prevent_default()


class CredentialField(Vertical):
    """A label beside an input, and a fault below once there is one."""

    def __init__(self, field: Field, label: str, placeholder: str = "", *, is_secret: bool = False) -> None:
        self._input: Input = (
            SecretInput(placeholder=placeholder, password=True, select_on_focus=False, id=f"input-{field}")
            if is_secret
            else PlainInput(placeholder=placeholder, select_on_focus=False, id=f"input-{field}")
        )
        super().__init__(self._input, id=f"field-{field}")
        self.field = field
        self._label = label
        self._placeholder = placeholder
        self._said = Said(classes="fault")
        self.fault: BadInput | None = None
        """What is wrong with the field, as far as that is said."""

    def render(self) -> Content:
        return Content(self._label)  # the margin of the input leaves room for it

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self._input.value

    @typed.setter
    def typed(self, text: str) -> None:
        self._input.value = text

    @property
    def said(self) -> str:
        """The fault or the remark below the field; empty when there is none."""
        return self._said.text

    def hint(self, text: str = "") -> None:
        """What an empty field shows; without a text what it showed at first."""
        self._input.placeholder = text or self._placeholder

    def focus_input(self) -> None:
        """Put the cursor into the field."""
        if self._input.is_attached:
            self._input.focus()
        else:
            self.call_after_refresh(self._input.focus)  # the field is just being made

    def show_fault(self, fault: BadInput | None) -> None:
        """Say what is wrong with the field, or nothing; a remark stays until there is a fault."""
        self.fault = fault
        if fault is not None or self.has_class("-faulty"):
            self._say(f"✗ {fault.summary} {fault.hint}".strip() if fault else "", is_fault=True)

    def remark(self, text: str) -> None:
        """Say something about what was typed that is no fault; empty for nothing."""
        self._say(text, is_fault=False)

    def _say(self, text: str, *, is_fault: bool) -> None:
        self.set_class(bool(text) and is_fault, "-faulty")
        self.set_class(bool(text) and not is_fault, "-remarked")
        self._said.say(text)
        if text and self.is_attached and not self._said.is_attached:
            self.mount(self._said)
