"""What all settings pages share: who may see them, a list, a form, and a removal that is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any, ClassVar

import structlog
from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import validate_csrf
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import ValidationError

from amictl.errors import AmictlError, InvalidInput
from amictl.services.access import Actor
from amictl.services.execution.audit import AuditService
from amictl.store import Permission, Store, db

ReadActor = Callable[[], Actor | None]
"""Returns who sends the present request, or None where nobody is recognised."""


_REMOVE = lazy_gettext("Remove")
_REMOVE_OF = lazy_gettext("Remove %(name)s")
_EMPTY = lazy_gettext("There is nothing here yet.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWords:
    """What the pages of one kind of settings say; ``%(name)s`` stands for the name of a row.

    Args:
        new: The button and the title of the form for a new row.
        change: The title of the form for a stored row.
        remove: The button.
        remove_of: What the button does, with the row.
        remove_question: What is asked before.
        remove_warning: What follows from it.
        removed: What is said afterwards.
        missing: There is no such row.
        not_saved: The database refused it.
        empty: What stands in place of an empty list.
    """

    new: LazyString
    change: LazyString
    remove: LazyString = _REMOVE
    remove_of: LazyString = _REMOVE_OF
    remove_question: LazyString
    remove_warning: LazyString
    removed: LazyString
    missing: LazyString
    not_saved: LazyString
    empty: LazyString = _EMPTY


_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HANDLERS = frozenset({"index_view", "create_view", "edit_view", "delete_view"})
_MAX_ID = 2**31 - 1
_log = structlog.get_logger(__name__)

_SHOWN_AS: dict[type, Callable[[Any, Any, str], str]] = {
    bool: lambda _view, value, _name: gettext("yes") if value else gettext("no"),
    datetime: lambda _view, value, _name: value.strftime("%Y-%m-%d %H:%M UTC"),
    frozenset: lambda _view, value, _name: ", ".join(sorted(value)),
    NoneType: lambda _view, _value, _name: "-",
}


class GuardedView:
    """The first base of each Flask-Admin view: checks who asks, and the CSRF token of a write.

    ``needs`` names the permissions of which one is enough. Bearer tokens are refused: these pages are for
    browsers.
    """

    needs: ClassVar[frozenset[Permission]] = frozenset()
    read_actor: ReadActor

    def is_accessible(self) -> bool:
        """Return whether the visitor may use this view; the menu asks this too."""
        actor = self.read_actor()
        return actor is not None and actor.via == "session" and not self.needs.isdisjoint(actor.permissions)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> None:  # noqa: ANN401, ARG002
        """Refuse with 401 whoever is not logged in, and with 403 everybody else."""
        abort(401 if self.read_actor() is None else 403)

    def _handle_view(self, name: str, **kwargs: Any) -> Any:  # noqa: ANN401 - Flask-Admin's own signature
        """Check the permission, then the CSRF token of anything but a read, for any handler there is."""
        refusal = super()._handle_view(name, **kwargs)  # type: ignore[misc]
        if refusal is None and request.method not in _SAFE_METHODS:
            try:
                validate_csrf(request.form.get("csrf_token"))
            except ValidationError:
                abort(
                    400, gettext("The form has expired. Go back, load the page again and send it once more.")
                )
        return refusal

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Run the handler once; Flask-Admin's own way calls it again after any TypeError in it."""
        return fn(self, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class SettingsContext:
    """What every settings page is given.

    Args:
        store: Reads and writes the database.
        audit: Records changes and refusals.
        read_actor: Returns who asks.
    """

    store: Store
    audit: AuditService
    read_actor: ReadActor


class SettingsTable(GuardedView, ModelView):  # type: ignore[misc] # Flask-Admin has no types
    """One kind of settings: every write goes through the store, which checks and commits it.

    Args:
        model: The stored model that is listed.
        settings: The database, the audit log, and who asks.
        name: What the menu calls it.
        endpoint: The last part of the routes' URL; their names are ``admin_<endpoint>.…``.
    """

    noun: ClassVar[str]  # in the log and the audit log, which are English
    words: ClassVar[TableWords]
    form_class: ClassVar[type[FlaskForm]] = FlaskForm
    extra_handlers: ClassVar[frozenset[str]] = frozenset()

    _urls: list[tuple[str, str, Iterable[str]]]  # rule, handler, methods: gathered by Flask-Admin
    form_base_class = FlaskForm  # its CSRF token is the one that the whole site uses
    can_export = False
    can_view_details = False
    can_set_page_size = False
    page_size = 50
    column_type_formatters = _SHOWN_AS

    def __init__(self, model: type, settings: SettingsContext, *, name: LazyString, endpoint: str) -> None:
        self.read_actor = settings.read_actor
        self.store = settings.store
        self._audit = settings.audit
        super().__init__(model, db, name=name, endpoint=f"admin_{endpoint}", url=endpoint)
        # Only these handlers get a route; Flask-Admin's bulk, export and inline ones have no use here.
        self._urls = [route for route in self._urls if route[1] in _HANDLERS | self.extra_handlers]

    def store_new(self, form: Any) -> object:  # noqa: ANN401
        """Store what the form says as a new row and return it."""
        raise NotImplementedError

    def store_changed(self, row: Any, form: Any) -> object:  # noqa: ANN401
        """Store what the form says of a row and return the row."""
        raise NotImplementedError

    def remove(self, row: Any) -> str:  # noqa: ANN401
        """Remove a row and return what it was called."""
        raise NotImplementedError

    def scaffold_form(self) -> type[FlaskForm]:
        """Return the form; nothing is derived from the model's columns."""
        return self.form_class

    def get_one(self, id: str) -> Any:  # noqa: A002, ANN401 - Flask-Admin's own signature
        """Return the row of that ID, or None."""
        if not id.isascii() or not id.isdecimal() or int(id) > _MAX_ID:
            return None
        return db.session.get(self.model, int(id))

    def create_model(self, form: Form) -> object | None:
        """Store a new row; a refusal is shown at the form's fields."""
        return self.attempt(lambda: self.store_new(form), "created", form)

    def update_model(self, form: Form, model: Any) -> bool:  # noqa: ANN401
        """Change a row; a refusal is shown at the form's fields."""
        return self.attempt(lambda: self.store_changed(model, form), "changed", form) is not None

    @expose("/delete/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def delete_view(self) -> Response | str:
        """Ask on a page of its own whether to remove a row, then remove it.

        No script stands between the button and the removal, so a blocked script cannot turn into an
        unconfirmed removal.
        """
        back = self.get_url(".index_view")
        row = self.get_one(request.values.get("id", "")) if self.can_delete else None
        if row is None:
            flash(str(self.words.missing), "danger")
            return redirect(back)
        title = str(row)
        if request.method == "GET":
            page: str = self.render("admin/model/delete.html", title=title, row_id=row.id, return_url=back)
            return page
        if self.attempt(lambda: self.remove(row), "removed") is not None:
            flash(self.words.removed % {"name": title}, "success")
        return redirect(back)

    def attempt(self, work: Callable[[], object], deed: str, form: Form | None = None) -> object | None:
        """Do a write and return its result, or None after showing why it was refused.

        Args:
            work: Does the write and returns the row, or its name.
            deed: What was done, for the log.
            form: The form whose fields may be refused.
        """
        try:
            result = work()
        except AmictlError as error:
            self._audit.record_refusal(self.read_actor(), error.code, error.detail)
            if isinstance(error, InvalidInput):
                _show_problems(error, form)
            else:
                flash(error.detail, "danger")
        except SQLAlchemyError:
            db.session.rollback()
            _log.exception("settings_not_saved", what=self.noun)
            flash(str(self.words.not_saved), "danger")
        else:
            actor = self.read_actor()
            _log.info(
                "settings_saved", what=self.noun, deed=deed, name=str(result), by=actor and actor.username
            )
            self._audit.record_change(actor, f"The {self.noun} {result} was {deed}.")
            return result
        return None


def _show_problems(error: InvalidInput, form: Form | None) -> None:
    """Show each refused field where it was typed, or above the page when the form has no such field."""
    for problem in error.problems:
        if form is not None and problem.field in form:
            field = form[problem.field]
            field.errors = [*field.errors, problem.detail]
        else:
            flash(f"{problem.field}: {problem.detail}", "danger")
