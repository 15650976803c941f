"""What every page says while the PBX that it shows is the demo: that its calls are simulated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from amictl.errors import StorageUnavailable
from amictl.store import Permission
from amictl.web.visitors import current_identity


@dataclass(frozen=True, slots=True)
class DemoNotice:
    """The notice of one page.

    Args:
        pbx: The name of the demo PBX.
        alone: Whether there is no other PBX.
        signed_in: Whether the visitor is known.
        may_connect: Whether the visitor may add a PBX.
    """

    pbx: str
    alone: bool
    signed_in: bool
    may_connect: bool


def register_demo_notice(
    app: Flask, read_demo: Callable[[], str | None], list_pbxes: Callable[[], list[str]]
) -> None:
    """Give every page the notice to show, as ``demo``; None without a demo.

    Args:
        app: The application.
        read_demo: Returns the name of the demo PBX, where there is one.
        list_pbxes: Returns the names of all PBXes.
    """

    @app.context_processor
    def describe_demo() -> dict[str, DemoNotice | None]:
        name = read_demo()
        if name is None:
            return {"demo": None}
        try:
            identity = current_identity()
        except StorageUnavailable:  # the page tells of just that
            identity = None
        may_connect = identity is not None and identity.actor.may(Permission.PBX_ADMIN)
        alone = list_pbxes() == [name]
        return {"demo": DemoNotice(name, alone, identity is not None, may_connect)}
