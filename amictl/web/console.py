"""The console: which tabs there are and who sees them, and the one page that shows them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from amictl.errors import NotFound, PermissionDenied
from amictl.services.access import Actor
from amictl.services.utilities.utilities import UtilityService
from amictl.store.permissions import Permission
from amictl.web.static_files import compress_page
from amictl.web.visitors import describe_visitor, require_identity

ADMIN_URL = "/admin/"


@dataclass(frozen=True, slots=True)
class ConsoleTab:
    """One tab of the console.

    Its markup is ``templates/tabs/_<name>.html``, its script ``static/js/tabs/<name>.js``, which exports a
    class of that name, such as ``QueuesTab``.

    Args:
        name: Its name in addresses.
        label: Its name for people.
        icon: Its icon of the sprite.
        permissions: Who has any of these sees it.
    """

    name: str
    label: LazyString
    icon: str
    permissions: frozenset[Permission]


TABS = (
    ConsoleTab("calls", lazy_gettext("Calls"), "phone-calling", frozenset({Permission.LIVE_READ})),
    ConsoleTab("channels", lazy_gettext("Channels"), "list-details", frozenset({Permission.LIVE_READ})),
    ConsoleTab("queues", lazy_gettext("Queues"), "users-group", frozenset({Permission.LIVE_READ})),
    ConsoleTab("agents", lazy_gettext("Agents"), "headset", frozenset({Permission.LIVE_READ})),
    ConsoleTab("events", lazy_gettext("Events"), "activity", frozenset({Permission.EVENTS_READ})),
    ConsoleTab(
        "actions",
        lazy_gettext("Actions"),
        "phone-outgoing",
        frozenset(
            {
                Permission.LIVE_READ,
                Permission.CALLS_ORIGINATE,
                Permission.CHANNELS_VARIABLES,
                Permission.COMMAND_RUN,
                Permission.COMMAND_ANY,
            }
        ),
    ),
)
"""All tabs, in their order; the first one that somebody may see is where ``/console/`` leads."""


def make_console_blueprint(
    utilities: UtilityService, read_release: Callable[[], str], time_zone: str
) -> Blueprint:
    """Return the routes ``/``, ``/console/`` and ``/console/<tab>/…``, which all show one page.

    What comes after the tab's name is the tab's own business (a queue, a call), and is read by its script.

    Args:
        utilities: Knows which PBXes the visitor may see.
        read_release: Returns the release of the static files, which the page names.
        time_zone: The name of the time zone in which the queues' days begin.
    """
    blueprint = Blueprint("console", __name__)
    blueprint.after_request(compress_page)

    @blueprint.get("/")
    def show_start() -> Response:
        return redirect(url_for("console.show_console", pbx=request.args.get("pbx")))

    @blueprint.get("/console/")
    def show_console() -> str:
        return _render(None)

    @blueprint.get("/console/<tab>", strict_slashes=False)
    @blueprint.get("/console/<tab>/<path:path>")
    def show_tab(tab: str, path: str = "") -> str:  # noqa: ARG001 - the tab's script reads the path
        return _render(tab)

    def _render(name: str | None) -> str:
        actor = require_identity().actor
        tabs = [tab for tab in TABS if tab.permissions & actor.permissions]
        boot = {
            "pbxes": utilities.list_pbxes(actor),
            "default_pbx": utilities.default_pbx(actor),
            **describe_visitor(actor),
            "csrf_token": generate_csrf(),
            "admin_url": ADMIN_URL,
            "root": url_for("console.show_console"),
            "release": read_release(),
            "time_zone": time_zone,
        }
        return render_template("console.html", boot=boot, tabs=tabs, shown_tab=_find_tab(name, tabs, actor))

    return blueprint


def _find_tab(name: str | None, tabs: list[ConsoleTab], actor: Actor) -> str | None:
    """Return the name of the tab to show; None where the visitor may see none.

    Raises:
        NotFound: There is no such tab.
        PermissionDenied: The visitor's role does not see it.
    """
    if name is None:
        return tabs[0].name if tabs else None
    found = next((tab for tab in TABS if tab.name == name), None)
    if found is None:
        raise NotFound(f"The console has no tab {name}.")
    if found not in tabs:
        raise PermissionDenied(f"The role {actor.role} does not see the tab {found.label} of the console.")
    return name
