"""Phones that call in over SIP and do what only a phone can: hold, and transfer by REFER."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone


class Phones:
    """Three phones; a context manager that ends their calls.

    Args:
        pbx: Where they call in.
        calls: How many calls they make together.
        seconds: In about which time.
    """

    def __init__(self, pbx: AsteriskServer, *, calls: int, seconds: float) -> None:
        self._pbx = pbx
        self._each = max(1, calls // 3)
        self._rate = self._each / seconds
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        how_often = {"calls": self._each, "rate": self._rate}
        self._holder = self._stack.enter_context(SipPhone(self._pbx, 104))
        self._holder.call("42110", talk=0.7, hold=0.8, **how_often)
        self._transferer = self._stack.enter_context(SipPhone(self._pbx, 105))
        self._transferer.call("42104", talk=0.5, transfer_to="2101", **how_often)
        self._consulter = self._stack.enter_context(SipPhone(self._pbx, 103))
        self._consulter.call("42104", talk=0.5, consult="303", consult_for=0.7, **how_often)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def finish(self) -> None:
        """Wait until they have made all their calls.

        Raises:
            PhoneFailed: The PBX answered otherwise than phones expect.
        """
        self._holder.finish()
        self._transferer.finish()
        self._consulter.finish()
