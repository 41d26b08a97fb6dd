"""The field that names a certificate file, and says what is in it before it is used."""

import asyncio

from textual import on, work
from textual.message import Message

from mtp_tui.clock import Clock
from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import Field
from mtp_tui.identity.typed_paths import others_may_read
from mtp_tui.secret import Secret
from mtp_tui.ui.widgets.credential_field import CredentialField


class CertificateField(CredentialField):
    """Shows whose certificate it is, its thumbprint, and how long it lasts."""

    class Read(Message):
        """The file was looked at: what it holds, or what is wrong with it or its passphrase."""

        def __init__(self, path: str, words: str, fault: BadInput | None) -> None:
            super().__init__()
            self.path = path
            self.words = words
            self.fault = fault

    def __init__(self, clock: Clock) -> None:
        super().__init__(Field.CERTIFICATE, "Certificate", "path of a PEM or PFX file with its private key")
        self._clock = clock

    def look(self, passphrase: Secret) -> None:
        """Read the file that is named, if one is."""
        path = self.typed.strip()
        if path:
            self._read(path, passphrase)

    @work(exclusive=True, group="certificate", description="read the certificate")
    async def _read(self, path: str, passphrase: Secret) -> None:
        from mtp_tui.identity.certificate_opening import open_certificate

        words, fault = "", None
        try:
            read = await asyncio.to_thread(open_certificate, path, passphrase)
        except BadInput as error:
            fault = error
        else:
            now = self._clock()
            sign = "✓" if read.is_valid(now) else "!"
            words = f"{sign} {read.subject}\n  thumbprint {read.thumbprint}\n  {read.standing(now)}"
            if others_may_read(path):
                words += "\n! Other users may read this file with its private key: chmod 600 keeps them out."
        self.post_message(self.Read(path, words, fault))

    @on(Read)
    def show_what_was_read(self, event: Read) -> None:
        if event.path != self.typed.strip():
            event.stop()  # another file is named by now
        elif event.fault is None:
            self.remark(event.words)
        elif event.fault.field == self.field:
            self.show_fault(event.fault)
