"""``Idempotency-Key``: a write of the API that is sent twice is carried out once."""

from __future__ import annotations

from flask import Flask, Response, request

from amictl.errors import ActionRefused, ActionTimeout, AmictlError, OutcomeUnknown
from amictl.services.accounts.identity import Identity
from amictl.services.execution.audit import AuditService
from amictl.services.execution.idempotency import (
    HEADER,
    FirstAnswer,
    IdempotencyService,
    Slot,
    describe_request,
)
from amictl.store.audit_entry import DONE
from amictl.web.auditing import read_request_origin
from amictl.web.visitors import current_identity

REPLAYED_HEADER = "Idempotency-Replayed"
_SLOT = "amictl.idempotency_slot"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MAY_CHANGE = frozenset({401, 403, 413, 429, 500, 503})
_SENT = frozenset({DONE, ActionRefused.code, ActionTimeout.code, OutcomeUnknown.code, AmictlError.code})


def register_idempotency(app: Flask, service: IdempotencyService, audit: AuditService) -> None:
    """Attach the check to the application; register it after the guards and after the auditing.

    Args:
        app: The application.
        service: Remembers the first answers.
        audit: Records that an answer was given again.
    """

    @app.before_request
    def begin_once() -> Response | None:
        key = request.headers.get(HEADER)
        if key is None or request.method not in _WRITES or not request.path.startswith("/api/"):
            return None
        identity = current_identity()
        if identity is None or request.endpoint is None:
            return None
        asked = describe_request(list(request.args.items(multi=True)), request.get_data())
        begun = service.begin(_name_owner(identity), f"{request.method} {request.path}", key, asked)
        if isinstance(begun, FirstAnswer):
            audit.record_event(
                identity.actor, "replayed", "The first answer to this Idempotency-Key, given again."
            )
            return _give_again(begun)
        request.environ[_SLOT] = begun
        return None

    @app.after_request
    def finish_once(response: Response) -> Response:
        slot: Slot | None = request.environ.pop(_SLOT, None)
        if slot is None:
            return response
        if _is_final(response, read_request_origin().outcomes):
            answer = FirstAnswer(
                response.status_code, response.mimetype or "", response.get_data(as_text=True)
            )
            service.finish(slot, answer)
        else:
            service.abandon(slot)
        return response

    @app.teardown_request
    def settle_crashed(_error: BaseException | None) -> None:
        slot: Slot | None = request.environ.pop(_SLOT, None)
        if slot is not None:
            service.finish_unknown(slot)


def _name_owner(identity: Identity) -> str:
    """Return whose keys these are: one token's must not give away another's answers."""
    person = f"user:{identity.actor.user_id}"
    return person if identity.token_id is None else f"{person}/token:{identity.token_id}"


def _is_final(response: Response, outcomes: list[str]) -> bool:
    """Return whether a retry must get this answer: something was sent, or the answer would be the same."""
    return not _SENT.isdisjoint(outcomes) or response.status_code not in _MAY_CHANGE


def _give_again(answer: FirstAnswer) -> Response:
    """Return the response for a first answer."""
    response = Response(answer.body, status=answer.status, mimetype=answer.media_type)
    response.headers[REPLAYED_HEADER] = "true"
    return response
