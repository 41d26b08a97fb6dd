"""A failure on screen: what happened, what to do now, and the service's own words."""

from textual.content import Content

from mtp_tui.errors import ApiError, MtpError, SignInError, UnexpectedAnswer
from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.said import Said


class Problem(Said):
    """Hidden while there is nothing to say; never takes the place of data that is still good."""

    error: MtpError | None = None
    """What is said now."""

    def show(self, error: MtpError | None) -> None:
        """Say it, or fall silent with None."""
        if error is self.error:
            return
        self.error = error
        self.set_class(error is not None, "-shown")
        if error is None:
            return
        parts = [
            (f"✗ {error.summary}", "bold $text-error"),
            (f"→ {error.hint}" if error.hint else "", ""),
            ("\n".join(_particulars(error)), "$foreground 75%"),
        ]
        self.put(Content("\n").join(plain(text, lines=True).stylize(style) for text, style in parts if text))


def _particulars(error: MtpError) -> list[str]:
    """The service's own sentence, and on a line of its own what support would ask for."""
    ids: list[str] = []
    if isinstance(error, SignInError):
        trace = error.trace
        ids = [
            f"AADSTS{trace.number}" if trace.number else trace.error,
            f"trace {trace.trace_id}" if trace.trace_id else "",
            f"correlation {trace.correlation_id}" if trace.correlation_id else "",
            trace.timestamp,
        ]
    elif isinstance(error, ApiError):
        refusal = error.refusal
        ids = [f"HTTP {refusal.status}", refusal.code, f"request {refusal.request_id}" if refusal.request_id else ""]
    elif isinstance(error, UnexpectedAnswer) and error.path:
        ids = [f"at {error.path}"]
    sentence = f"“{error.detail[:300]}”" if error.detail else ""
    if ids:
        ids.append("e copies evidence")
    return [line for line in (sentence, " · ".join(filter(None, ids))) if line]
