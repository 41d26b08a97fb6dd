"""How often to ask again after a failure, and how long to wait before."""

from dataclasses import dataclass

from mtp_tui.errors import MtpError, ServiceFault, Step, Throttled, UnexpectedAnswer, Unreachable

FAULT_PAUSES_S = (2.0, 5.0, 15.0)
"""After a fault of the service or the network, one after the other."""

THROTTLE_PAUSES = 5
"""How many refusals for quota in a row are waited out; each says itself how long."""

UNEXPECTED_PAUSE_S = 2.0
"""After a broken answer, once: the next one is often whole."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pause that is about to begin."""

    seconds: float
    why: str
    """One sentence for people."""


class Patience:
    """Counts the failures of one question and decides when it has been asked often enough."""

    def __init__(self) -> None:
        self._throttled = 0
        self._faults = 0
        self._unexpected = 0

    def pause_after(self, error: MtpError) -> Waiting | None:
        """The pause before asking again, or None if that is of no use (any more)."""
        match error:
            case Throttled() if self._throttled < THROTTLE_PAUSES:
                self._throttled += 1
                return Waiting(error.retry_after_s, error.summary)
            case Unreachable(step=Step.CERTIFICATE):
                return None  # a certificate is not trusted more the second time
            case ServiceFault() | Unreachable() if self._faults < len(FAULT_PAUSES_S):
                self._faults += 1
                return Waiting(FAULT_PAUSES_S[self._faults - 1], error.summary)
            case UnexpectedAnswer() if self._unexpected < 1:
                self._unexpected += 1
                return Waiting(UNEXPECTED_PAUSE_S, error.summary)
        return None
