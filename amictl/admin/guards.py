"""What every settings page checks before it runs: who asks, and the CSRF token of a write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from amictl.services.access import Actor
from amictl.store import Permission

ReadActor = Callable[[], Actor | None]
"""Returns who sends the present request, or None for a stranger."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class GuardedView:
    """Mixed into each Flask-Admin view, before it: nobody passes who was not let in here.

    ``needs`` names the permissions of which one is enough. Bearer tokens are refused: these pages are for
    people.
    """

    needs: ClassVar[frozenset[Permission]] = frozenset()
    read_actor: ReadActor

    def is_accessible(self) -> bool:
        """Return whether the visitor may use this view; the menu asks this too."""
        actor = self.read_actor()
        return actor is not None and actor.via == "session" and not self.needs.isdisjoint(actor.permissions)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> None:  # noqa: ANN401, ARG002
        """Refuse: strangers are to log in, others may not."""
        abort(401 if self.read_actor() is None else 403)

    def _handle_view(self, name: str, **kwargs: Any) -> Any:  # noqa: ANN401 - Flask-Admin's own signature
        """Check the permission, then the CSRF token of anything but a read, for any handler there is."""
        refusal = super()._handle_view(name, **kwargs)  # type: ignore[misc]
        if refusal is None and request.method not in _SAFE_METHODS:
            try:
                validate_csrf(request.form.get("csrf_token"))
            except ValidationError:
                abort(400, "The form has expired. Go back, load the page again and send it once more.")
        return refusal

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Run the handler once; Flask-Admin's own way calls it again after any TypeError in it."""
        return fn(self, *args, **kwargs)
