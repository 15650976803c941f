"""The only wiring: what depends on what, in the order in which it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, has_request_context
from flask_socketio import SocketIO

from amictl.admin import register_admin
from amictl.cli import read_command_origin, register_commands
from amictl.config import LinkSettings, Settings
from amictl.demo.pbx import DemoPbx
from amictl.demo.settings import DemoSettings
from amictl.manager import Registry
from amictl.pbx.picture.live import LivePicture
from amictl.realtime import ChangeSignal, Realtime
from amictl.realtime.asyncapi import build_document
from amictl.services.access import Actor
from amictl.services.accounts.identity import Identity, require_own_password
from amictl.services.demo import DemoKeeper
from amictl.services.execution.audit import Origin
from amictl.services.queues.days import QueueDayKeeper
from amictl.services.use_cases import UseCases
from amictl.services.utilities.reloading import LinkReloader
from amictl.store import (
    FirstStart,
    Passwords,
    Runner,
    Store,
    is_up_to_date,
    open_store,
    run_first_start,
    upgrade_database,
)
from amictl.store.passwords import run_here
from amictl.web import current_identity, read_request_origin, register_web
from amictl.web.languages import Languages, register_languages
from amictl.web.static_files import StaticFiles, register_static_files

_ROOT = Path(__file__).resolve().parent.parent
_TRANSLATIONS = _ROOT / "amictl/translations"
_MAX_BODY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Runtime:
    """How the process runs threads; the default suits tests and plain threads.

    Args:
        async_mode: python-socketio's name for it.
        run_blocking: Runs a function that would hold up all others.
    """

    async_mode: str = "threading"
    run_blocking: Runner = run_here


class Services(UseCases):
    """All services of one application; kept as ``app.extensions["amictl"]``.

    Args:
        settings: What the environment decides.
        store: The database.
        registry: The PBXes.
        queue_days: Keeps the queues' days.
        demo: Keeps the demo PBX.
        realtime: The sockets.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        registry: Registry,
        *,
        queue_days: QueueDayKeeper,
        demo: DemoKeeper,
        realtime: Realtime,
    ) -> None:
        super().__init__(
            store,
            registry,
            read_origin=_read_origin,
            read_realtime=realtime.read_metrics,
            on_logout=realtime.disconnect_session,
        )
        self.settings = settings
        self.queue_days = queue_days
        self.demo = demo
        self.realtime = realtime
        self.reloader = LinkReloader(self.reload_links)

    @property
    def socketio(self) -> SocketIO:
        """The Socket.IO server."""
        return self.realtime.socketio

    def start(self) -> None:
        """Start the links and the background tasks; the database must be up to date."""
        self.registry.start()
        self.queue_days.start()
        self.reloader.start()
        self.realtime.start()

    def stop(self) -> None:
        """Close the sockets, log off from the PBXes and end the background tasks."""
        self.realtime.stop()
        self.reloader.stop()
        self.registry.stop()
        self.demo.stop()
        self.queue_days.stop()

    def reload_links(self) -> None:
        """Make the links match the settings, and the demo PBX with them."""
        self.registry.reload()
        self.demo.settle()


def create_app(settings: Settings, *, start_links: bool = True, runtime: Runtime = Runtime()) -> Flask:
    """Return the application, wired.

    Args:
        settings: What the environment decides.
        start_links: Whether to prepare the database and start the links at once. ``wsgi.py`` does both later,
            so that ``flask db upgrade`` and the other commands build the application without side effects.
        runtime: How the process runs threads.
    """
    app = Flask("amictl", template_folder=str(_ROOT / "templates"), static_folder=None)
    store = open_store(app, settings, Passwords(run=runtime.run_blocking))
    _configure(app, settings, store)

    def load_links() -> list[LinkSettings]:
        with app.app_context():
            links = store.servers.load_link_settings()
        return demo.join(links)

    def make_picture(pbx: str) -> LivePicture:
        return demo.make_picture() if pbx == demo.name else queue_days.make_picture(pbx)

    def recheck(identity: Identity) -> Identity | None:
        with app.app_context():
            return services.identities.recheck(identity)

    languages = Languages(filter(None, (_TRANSLATIONS, settings.translations)))
    files = StaticFiles(_ROOT / "static", languages.words_of_scripts())
    signal = ChangeSignal()
    queue_days = QueueDayKeeper(store.queue_days, settings.time_zone)
    demo = DemoKeeper(
        settings.demo, lambda: DemoPbx(DemoSettings.of(settings), settings.time_zone), settings.time_zone
    )
    registry = Registry(load_links, on_change=signal.mark, make_picture=make_picture)

    def identify_socket(token: str | None) -> Identity | None:
        identity = current_identity() if token is None else services.identities.of_token(token)
        if identity is not None:
            require_own_password(identity)
        return identity

    realtime = Realtime(
        app,
        registry=registry,
        signal=signal,
        identify=identify_socket,
        recheck=recheck,
        async_mode=runtime.async_mode,
        read_release=lambda: files.present.digest,
    )
    services = Services(settings, store, registry, queue_days=queue_days, demo=demo, realtime=realtime)
    app.extensions["amictl"] = services
    register_static_files(app, files)
    register_languages(app, languages)
    register_web(
        app,
        services,
        describe_sockets=build_document,
        read_demo=lambda: demo.name,
        read_release=lambda: files.look().digest,
        time_zone=settings.zone_name,
    )
    register_admin(
        app,
        store,
        audit=services.audit,
        links=services.links,
        on_links_changed=services.reload_links,
        read_actor=_read_actor,
    )
    register_commands(app)
    if start_links:
        prepare_database(app)
        services.start()
    return app


def prepare_database(app: Flask, run_apart: Callable[[Callable[[], None]], None] = run_here) -> FirstStart:
    """Bring the database up to date, and make on a first start what is missing; return what was made.

    Args:
        app: The application.
        run_apart: Runs a function apart from the server, since it loads modules that serving does not need.
    """
    services: Services = app.extensions["amictl"]
    with app.app_context():
        if not is_up_to_date():
            run_apart(upgrade_database)
        services.audit.settle_interrupted()
        services.idempotency.settle_interrupted()
        return run_first_start(services.store)


def _configure(app: Flask, settings: Settings, store: Store) -> None:
    """Set Flask's own configuration."""
    app.config.update(
        SECRET_KEY=store.keys.secret_key,
        MAX_CONTENT_LENGTH=_MAX_BODY,
        SESSION_COOKIE_NAME="amictl_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
    )


def _read_actor() -> Actor | None:
    """Return who sends the present request, or None where nobody is recognised."""
    identity = current_identity()
    return None if identity is None else identity.actor


def _read_origin() -> Origin:
    """Return the origin of the request or the command that is being served."""
    return read_request_origin() if has_request_context() else read_command_origin()
