"""A SIP phone that does at any moment what it is told: sipp plays a scenario from its beginning to its end.

One UDP socket on a loopback address of its own, one thread that answers what comes. It knows what the scripts
need of RFC 3261 (registration, calls both ways, hold), RFC 3515 and RFC 3891 (transfers), and no more.
"""

from __future__ import annotations

import itertools
import secrets
import socket
from ipaddress import IPv4Address
from threading import Condition, RLock, Thread
from types import TracebackType
from typing import Self

from tests.demo.scripted.telephone.leg import Leg, PhoneFailed
from tests.demo.scripted.telephone.messages import Dialog, SipMessage, answer_challenge, contact_of, tag_of
from tests.patience import PATIENCE

_FIRST_ADDRESS = IPv4Address("127.0.4.1")  # Linux answers for all of 127.0.0.0/8
_addresses = itertools.count()


class SoftPhone:
    """One endpoint of ``pjsip.conf``; a context manager that ends its calls without a word.

    Args:
        pbx: Host and port of the PBX's SIP.
        user: Name of the endpoint.
        secret: Its password; empty where the PBX knows it by its address.
        host: Its address; one that no other phone has, unless given.
        port: Its SIP port; one that is free, unless given.

    Attributes:
        legs: Its calls, the oldest first, those that are over included.
        changed: The condition under which its state is read and waited for.
    """

    def __init__(self, pbx: str, user: str, secret: str = "", *, host: str = "", port: int = 0) -> None:
        self.pbx, self.user, self._secret = pbx, user, secret
        pbx_host, _, pbx_port = pbx.partition(":")
        self._pbx_address = (pbx_host, int(pbx_port))
        self.host = host or str(_FIRST_ADDRESS + next(_addresses))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.host, port))
        self.port: int = self._socket.getsockname()[1]
        self.legs: list[Leg] = []
        self.changed = Condition(RLock())
        self._answered: dict[tuple[str, str], SipMessage] = {}
        self._finals: dict[str, SipMessage] = {}
        self._invites: dict[Leg, SipMessage] = {}
        self._is_plugged = True
        self._registration = secrets.token_hex(8)
        self._sequence = itertools.count(1)
        self._thread = Thread(target=self._listen, name=f"phone {user}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    @property
    def contact(self) -> str:
        """Its address for the PBX."""
        return f"sip:{self.user}@{self.host}:{self.port}"

    def register(self, expires: int = 3600) -> None:
        """Sign in for so many seconds, or out with 0.

        Raises:
            PhoneFailed: The PBX refused.
        """
        address = f"sip:{self.user}@{self.pbx}"
        dialog = Dialog(self._registration, f"<{address}>", f"<{address}>", f"sip:{self.pbx}")
        headers = (("Contact", f"<{self.contact}>"), ("Expires", str(expires)))
        answer = self.request(dialog, "REGISTER", headers=headers)
        if answer.status != 200:
            raise PhoneFailed(f"{self.user} may not register: {answer.start}")

    def unplug(self) -> None:
        """Be gone without a word to the PBX."""
        with self.changed:
            if not self._is_plugged:
                return
            self._is_plugged = False
        for leg in self.legs:
            if leg.state != "over":
                leg.become("over")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"\0", (self.host, self.port))
        self._thread.join()
        self._socket.close()

    def dial(self, extension: str, *, caller: str = "", name: str = "") -> Leg:
        """Call an extension; returns as soon as the PBX has the invitation.

        Args:
            extension: What is dialled.
            caller: The number that is shown, where it is not the phone's own (a trunk's).
            name: The name that is shown with it.
        """
        shown = f'"{name}" ' if name else ""
        local = f"{shown}<sip:{caller or self.user}@{self.pbx}>"
        target = f"sip:{extension}@{self.pbx}"
        dialog = Dialog(secrets.token_hex(8), local, f"<{target}>", target)
        leg = Leg(self, dialog)
        with self.changed:
            self.legs.append(leg)
        Thread(target=self._invite, args=(leg,), name=f"call of {self.user}", daemon=True).start()
        return leg

    def await_leg(self, state: str, number: int = -1) -> Leg:
        """Wait until its latest call, or another by its place in ``legs``, is in a state.

        Raises:
            PhoneFailed: It did not come to that.
        """

        def has_come() -> bool:
            return bool(self.legs[number:]) and self.legs[number].state == state

        with self.changed:
            if not self.changed.wait_for(has_come, PATIENCE):
                states = [leg.state for leg in self.legs]
                raise PhoneFailed(f"No call of {self.user} became {state}: {states}")
            return self.legs[number]

    def respond(self, request: SipMessage, status: str, *, body: str = "") -> None:
        """Answer a request; the same answer is given again when the request is repeated."""
        tag = self._tag(request)
        headers = (("Contact", f"<{self.contact}>"),)
        answer = request.answer(status, *headers, tag=tag, body=body)
        with self.changed:
            self._answered[request.get("Call-ID"), request.get("CSeq")] = answer
        self._send(answer)

    def request(
        self, dialog: Dialog, method: str, *, headers: tuple[tuple[str, str], ...] = (), body: str = ""
    ) -> SipMessage:
        """Send a request in a dialogue, answer the challenge, and return the final response."""
        answer = self._await_final(self._send_request(dialog, method, headers, body))
        if answer.status == 401 and self._secret:
            proof = answer_challenge(
                answer.get("WWW-Authenticate"),
                user=self.user,
                secret=self._secret,
                method=method,
                address=dialog.target,
            )
            if method == "INVITE":
                self._acknowledge(dialog, answer)
            answer = self._await_final(
                self._send_request(dialog, method, (*headers, ("Authorization", proof)), body)
            )
        if method == "INVITE":
            self._acknowledge(dialog, answer)
        return answer

    def cancel(self, leg: Leg) -> None:
        """Give up a call that is not answered yet (section 9)."""
        with self.changed:
            if not self.changed.wait_for(lambda: leg in self._invites or leg.state == "over", PATIENCE):
                raise PhoneFailed(f"The PBX does not know yet that {self.user} calls")
            invite = self._invites.get(leg)
        if invite is None or leg.state == "over":
            return
        kept = [
            pair for pair in invite.headers if pair[0] in {"Via", "Max-Forwards", "From", "To", "Call-ID"}
        ]
        sequence = invite.get("CSeq").split()[0]
        self._send(
            SipMessage(invite.start.replace("INVITE", "CANCEL", 1), (*kept, ("CSeq", f"{sequence} CANCEL")))
        )

    def _invite(self, leg: Leg) -> None:
        try:
            self._finish_invite(leg, self.request(leg.dialog, "INVITE", body=leg.media.describe()))
        except PhoneFailed:
            leg.become("over")
            if self._is_plugged:
                raise

    def _finish_invite(self, leg: Leg, answer: SipMessage) -> None:
        leg.status = answer.status
        if answer.status != 200:
            leg.become("over")
            return
        leg.media.connect(answer.body)
        leg.become("up")

    def _send_request(
        self, dialog: Dialog, method: str, headers: tuple[tuple[str, str], ...], body: str
    ) -> SipMessage:
        dialog.sequence += 1
        message = self._make(dialog, method, dialog.sequence, headers, body)
        if method == "INVITE":
            with self.changed:
                for leg in self.legs:
                    if leg.dialog is dialog and leg.state == "calling":
                        self._invites[leg] = message
                        self.changed.notify_all()
        self._send(message)
        return message

    def _make(
        self,
        dialog: Dialog,
        method: str,
        sequence: int,
        headers: tuple[tuple[str, str], ...] = (),
        body: str = "",
    ) -> SipMessage:
        via = f"SIP/2.0/UDP {self.host}:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport"
        own = [("Via", via), ("Max-Forwards", "70")]
        own += [("From", f"{dialog.local};tag={dialog.local_tag}"), ("To", dialog.remote)]
        own += [("Call-ID", dialog.call_id), ("CSeq", f"{sequence} {method}")]
        if method in {"INVITE", "REFER"}:
            own += [("Contact", f"<{self.contact}>")]
        if body:
            own += [("Content-Type", "application/sdp")]
        return SipMessage(f"{method} {dialog.target} SIP/2.0", (*own, *headers), body)

    def _acknowledge(self, dialog: Dialog, answer: SipMessage) -> None:
        sequence = int(answer.get("CSeq").split()[0])
        if answer.status == 200:
            dialog.remote = answer.get("To")
            dialog.target = contact_of(answer)
            self._send(self._make(dialog, "ACK", sequence))
            return
        # The transaction's own: the same branch as the invitation (section 17.1.1.3).
        vias = [("Via", answer.get("Via"))]
        kept = [(name, answer.get(name)) for name in ("From", "To", "Call-ID")]
        self._send(
            SipMessage(
                f"ACK {dialog.target} SIP/2.0",
                (*vias, ("Max-Forwards", "70"), *kept, ("CSeq", f"{sequence} ACK")),
            )
        )

    def _await_final(self, request: SipMessage) -> SipMessage:
        branch = _branch(request)
        with self.changed:
            if not self.changed.wait_for(lambda: branch in self._finals or not self._is_plugged, PATIENCE):
                raise PhoneFailed(f"No answer to {request.start} of {self.user}")
            if branch not in self._finals:
                raise PhoneFailed(f"{self.user} is unplugged")
            return self._finals[branch]

    def _send(self, message: SipMessage) -> None:
        if self._is_plugged:
            self._socket.sendto(message.encode(), self._pbx_address)

    def _listen(self) -> None:
        while self._is_plugged:
            data = self._socket.recv(65536)
            if data.strip(b"\0\r\n"):
                message = SipMessage.parse(data)
                (self._take_response if message.status else self._take_request)(message)

    def _take_response(self, message: SipMessage) -> None:
        with self.changed:
            if message.status >= 200:
                if message.method != "CANCEL":
                    self._finals[_branch(message)] = message
            elif message.status in {180, 183} and (leg := self._leg(message)) and leg.state == "calling":
                leg.state = "ringing"
            self.changed.notify_all()

    def _take_request(self, message: SipMessage) -> None:
        known = self._answered.get((message.get("Call-ID"), message.get("CSeq")))
        if known:
            self._send(known)
            return
        leg = self._leg(message)
        match message.method:
            case "ACK":
                return
            case "INVITE" if leg is None:
                self._ring(message)
            case "INVITE" if leg:
                leg.media.connect(message.body)
                self.respond(message, "200 OK", body=leg.media.describe())
            case "CANCEL" if leg and leg.invitation:
                self.respond(message, "200 OK")
                self.respond(leg.invitation, "487 Request Terminated")
                leg.become("over")
            case "BYE" if leg:
                self.respond(message, "200 OK")
                leg.become("over")
            case "NOTIFY" if leg and message.body.startswith("SIP/2.0 2") and leg.state == "up":
                self.respond(
                    message, "200 OK"
                )  # the transfer went well, and the PBX waits for the phone to go
                leg.become("over")
                self._send_request(leg.dialog, "BYE", (), "")
            case _:
                self.respond(message, "200 OK")

    def _ring(self, message: SipMessage) -> None:
        tag = self._tag(message)
        dialog = Dialog(message.get("Call-ID"), message.get("To"), message.get("From"), contact_of(message))
        dialog.local_tag = tag
        self.respond(message, "180 Ringing")
        with self.changed:
            self.legs.append(Leg(self, dialog, incoming=message))
            self.changed.notify_all()

    def _tag(self, request: SipMessage) -> str:
        return tag_of(request.get("To")) or f"tag-{request.get('Call-ID')[:12]}"

    def _leg(self, message: SipMessage) -> Leg | None:
        called = message.get("Call-ID")
        return next((leg for leg in self.legs if leg.dialog.call_id == called), None)


def _branch(message: SipMessage) -> str:
    return message.get("Via").partition("branch=")[2].partition(";")[0]
