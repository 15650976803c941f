"""The page that connects an Asterisk: what to paste there, what the checks find, and the link at last.

A secret goes in and never comes out: only one that was made here is shown, once, by the page that makes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import orjson
from flask import Response, redirect, request, stream_with_context, url_for
from flask_admin import BaseView, expose
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from amictl.admin.findings import show_finding
from amictl.admin.forms import LinkForm
from amictl.admin.tables import GuardedView, SettingsContext
from amictl.config import DEFAULT_AMI_PORT, DEFAULT_AMI_TLS_PORT
from amictl.errors import AmictlError, FieldProblem, InvalidInput
from amictl.manager import Check, Finding
from amictl.manager.stanza import USERNAME
from amictl.services.access import Actor
from amictl.services.utilities.links import Connected, LinkService
from amictl.store import Permission

_SECRET_BYTES: Final = 24  # 32 characters
_SECRET_MARK: Final = lazy_gettext("(the secret that you enter here)")  # stands where the page puts it
_STREAM: Final = "application/x-ndjson"
_FIRST_NAME: Final = "main"
_FIRST_HOST: Final = "127.0.0.1"


class ConnectPage(GuardedView, BaseView):  # type: ignore[misc] # Flask-Admin has no types
    """Host, user and secret of an Asterisk, looked at before anything is stored.

    With scripts the findings come one by one, as lines of JSON; without, the page comes with all of them.

    Args:
        settings: The database, the audit log, and who asks.
        links: Tests links and connects servers.
    """

    needs = frozenset({Permission.PBX_ADMIN})

    def __init__(self, settings: SettingsContext, links: LinkService) -> None:
        self.read_actor = settings.read_actor
        self._servers = settings.store.servers
        self._audit = settings.audit
        self._links = links
        super().__init__(name=lazy_gettext("Connect your Asterisk"), endpoint="admin_connect", url="connect")

    def is_visible(self) -> bool:
        """Return False: the list of servers leads here, and the menu to that."""
        return False

    @expose("/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def index(self) -> BaseResponse | str:
        """Show the page, or test or connect what it was sent with."""
        actor = self._require_actor()
        if request.method == "GET":
            return self._show_fresh(actor)
        form = LinkForm()
        if not form.validate():
            return self._refuse(actor, form, ())
        try:
            fields = form.read_fields()
            steps = (self._links.connect if self._wants_link() else self._links.test)(actor, fields)
            if _wants_stream():
                lines = stream_with_context(self._write_lines(actor, steps))
                return Response(lines, mimetype=_STREAM, headers={"X-Accel-Buffering": "no"})  # nginx
            return self._show_result(actor, form, list(steps))
        except AmictlError as error:
            self._audit.record_refusal(actor, error.code, error.detail)
            in_fields = error.problems if isinstance(error, InvalidInput) else ()
            return self._refuse(actor, form, in_fields or (FieldProblem("", error.detail),))

    @expose("/stanza/", methods=("POST",))  # type: ignore[untyped-decorator]
    def write_stanza(self) -> BaseResponse:
        """Return the stanza for a host and a user, with a mark where the page puts the secret."""
        port = request.form.get("port", "", str)
        stanza = self._links.write_stanza(
            self._require_actor(),
            request.form.get("username", ""),
            str(_SECRET_MARK),
            request.form.get("host", ""),
            int(port) if port.isascii() and port.isdecimal() and int(port) < 65536 else DEFAULT_AMI_PORT,
        )
        return Response(orjson.dumps({"stanza": stanza}), mimetype="application/json")

    def _show_fresh(self, actor: Actor) -> str:
        """Return the page with a secret that was made for it."""
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        taken = {server.name for server in self._servers.all()}
        form = LinkForm(
            data={
                "name": "" if _FIRST_NAME in taken else _FIRST_NAME,
                "host": _FIRST_HOST,
                "port": DEFAULT_AMI_PORT,
                "username": USERNAME,
                "tls_verify": True,
            }
        )
        return self._render(actor, form, secret=secret)

    def _show_result(
        self, actor: Actor, form: LinkForm, steps: Sequence[Finding | Connected]
    ) -> BaseResponse | str:
        """Return the page with all findings, or lead to the console."""
        findings = {step.check: show_finding(step) for step in steps if isinstance(step, Finding)}
        if isinstance(steps[-1], Connected):
            return redirect(_find_console(steps[-1]), 303)
        return self._render(actor, form, findings=findings)

    def _refuse(self, actor: Actor, form: LinkForm, problems: Sequence[FieldProblem]) -> BaseResponse:
        """Return what cannot be used, at its fields."""
        notices = [problem.detail for problem in problems if problem.field not in form]
        for problem in problems:
            if problem.field in form:
                field = form[problem.field]
                field.errors = [*field.errors, problem.detail]
        if _wants_stream():
            told = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
            content = orjson.dumps({"fields": told, "notice": " ".join(notices)})
            return Response(content, 422, mimetype="application/json")
        return Response(self._render(actor, form, notice=" ".join(notices)), 422, mimetype="text/html")

    def _render(
        self,
        actor: Actor,
        form: LinkForm,
        *,
        secret: str = "",
        findings: Mapping[Check, dict[str, Any]] = MappingProxyType({}),
        notice: str = "",
    ) -> str:
        """Return the page; only a secret that was just made is in it."""
        marked = self._links.write_stanza(
            actor,
            form.username.data or USERNAME,
            str(_SECRET_MARK),
            form.host.data or _FIRST_HOST,
            form.port.data or DEFAULT_AMI_PORT,
        )
        page: str = self.render(
            "admin/connect.html",
            form=form,
            secret=secret,
            marked=marked,
            mark=_SECRET_MARK,
            checks=list(Check),
            ports=(DEFAULT_AMI_PORT, DEFAULT_AMI_TLS_PORT),
            findings=findings,
            notice=notice,
        )
        return page

    def _write_lines(self, actor: Actor, steps: Iterator[Finding | Connected]) -> Iterator[bytes]:
        """Yield a line of JSON for each step; an error ends them."""
        try:
            for step in steps:
                yield orjson.dumps(_tell(step)) + b"\n"
        except AmictlError as error:
            self._audit.record_refusal(actor, error.code, error.detail)
            yield orjson.dumps({"error": error.detail}) + b"\n"

    def _require_actor(self) -> Actor:
        """Return who asks; whoever is nobody was refused before."""
        actor = self.read_actor()
        if actor is None:
            raise RuntimeError("GuardedView lets nobody in who is not recognised.")
        return actor

    @staticmethod
    def _wants_link() -> bool:
        """Return whether the button was Connect."""
        return request.form.get("do") == "connect"


def _wants_stream() -> bool:
    """Return whether the page's script asks."""
    return request.accept_mimetypes.best == _STREAM


def _find_console(connected: Connected) -> str:
    """Return the address of the console that shows a PBX."""
    return url_for("console.show_console", pbx=connected.name)


def _tell(step: Finding | Connected) -> dict[str, Any]:
    """Return what the page's script is told of a step."""
    if isinstance(step, Finding):
        return show_finding(step)
    return {
        "connected": step.name,
        "up": step.up,
        "detail": step.detail,
        "console": _find_console(step),
    }
