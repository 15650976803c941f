"""One call of a SIP phone, and what can be done with it at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.demo.scripted.telephone.media import Media
from tests.demo.scripted.telephone.messages import Dialog, SipMessage

if TYPE_CHECKING:
    from tests.demo.scripted.telephone.soft_phone import SoftPhone

REFUSALS = {"busy": "486 Busy Here", "declined": "603 Decline", "unknown": "404 Not Found"}
"""How a phone refuses a call."""


class PhoneFailed(AssertionError):
    """The PBX did not do what a phone expects."""


class Leg:
    """One call of a phone.

    Attributes:
        state: ``calling``, ``ringing`` (they ring us, or we hear that they are rung), ``up``, ``over``.
        status: The last status code that the other side gave to our invitation.
    """

    def __init__(self, phone: SoftPhone, dialog: Dialog, *, incoming: SipMessage | None = None) -> None:
        self.dialog, self.phone = dialog, phone
        self.state = "ringing" if incoming else "calling"
        self.status = 0
        self.media = Media(phone.host)
        self._invite = incoming
        self._version = 1

    def answer(self) -> None:
        """Take the call that rings."""
        if self._invite is None or self.state != "ringing":
            raise PhoneFailed(f"{self.phone.user} has no call to answer")
        self.media.connect(self._invite.body)
        self.phone.respond(self._invite, "200 OK", body=self.media.describe())
        self.become("up")

    def refuse(self, how: str = "busy") -> None:
        """Refuse the call that rings, in one of the ways of ``REFUSALS``."""
        if self._invite is None or self.state != "ringing":
            raise PhoneFailed(f"{self.phone.user} has no call to refuse")
        self.phone.respond(self._invite, REFUSALS[how])
        self.become("over")

    def hang_up(self) -> None:
        """End the call, or give up calling; harmless when it is over."""
        with self.phone.changed:
            state = self.state
        if state == "over":
            return
        if state == "up":
            self.become("over")
            self.phone.request(self.dialog, "BYE")
        elif self.is_incoming:
            self.refuse()
        else:
            self.phone.cancel(self)

    @property
    def is_incoming(self) -> bool:
        """Whether the PBX called."""
        return self._invite is not None

    @property
    def invitation(self) -> SipMessage | None:
        """The invitation of a call that came."""
        return self._invite

    def hold(self, on: bool = True) -> None:
        """Put the other side on hold (RFC 3264, section 8.4), or take it back."""
        self._describe_anew("sendonly" if on else "sendrecv")

    def press(self, digits: str) -> None:
        """Press keys, one after the other."""
        for digit in digits:
            self.media.press(digit)

    def transfer(self, extension: str) -> None:
        """Send the other side there, blindly."""
        self._refer(f"<sip:{extension}@{self.phone.pbx}>")

    def transfer_to(self, other: Leg) -> None:
        """Send the other side to whom another call of this phone talks to."""
        dialog = other.dialog
        replaces = f"{dialog.call_id};to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"
        address = dialog.remote.partition("<")[2].partition(">")[0]
        self._refer(f"<{address}?Replaces={quote(replaces, safe='')}>")

    def become(self, state: str) -> None:
        """Change the state and wake who waits for it."""
        with self.phone.changed:
            self.state = state
            if state == "over":
                self.media.close()
            self.phone.changed.notify_all()

    def _describe_anew(self, direction: str) -> None:
        self._version += 1
        answer = self.phone.request(self.dialog, "INVITE", body=self.media.describe(direction, self._version))
        if answer.status != 200:
            raise PhoneFailed(f"{self.phone.user} may not change its call: {answer.start}")

    def _refer(self, target: str) -> None:
        headers = (("Refer-To", target), ("Referred-By", f"<sip:{self.phone.user}@{self.phone.pbx}>"))
        answer = self.phone.request(self.dialog, "REFER", headers=headers)
        if answer.status != 202:
            raise PhoneFailed(f"{self.phone.user} may not transfer: {answer.start}")
