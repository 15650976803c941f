"""Putting the web's blueprints, guards and error answers on the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from amictl.services.any_action import AnyActionService
from amictl.services.astdb import AstdbService
from amictl.services.audit import AuditService
from amictl.services.calls import CallService
from amictl.services.channel_control import ChannelControlService
from amictl.services.channels import ChannelService
from amictl.services.conferences import ConferenceService
from amictl.services.idempotency import IdempotencyService
from amictl.services.identity import IdentityService
from amictl.services.live_calls import LiveCallService
from amictl.services.mailboxes import MailboxService
from amictl.services.metrics import MetricsService
from amictl.services.originations import OriginationService
from amictl.services.parking import ParkingService
from amictl.services.queue_callers import QueueCallerService
from amictl.services.queue_upkeep import QueueUpkeepService
from amictl.services.queues import QueueService
from amictl.services.readiness import ReadinessService
from amictl.services.recordings import RecordingService
from amictl.services.supervision import SupervisionService
from amictl.services.system import SystemService
from amictl.services.telephony import TelephonyService
from amictl.services.tokens import TokenService
from amictl.services.transfers import TransferService
from amictl.services.utilities import UtilityService
from amictl.services.variables import VariableService
from amictl.web.any_action import make_any_action_blueprint
from amictl.web.audit import make_audit_blueprint
from amictl.web.auditing import register_auditing
from amictl.web.auth import make_auth_blueprint
from amictl.web.calls import make_calls_blueprint
from amictl.web.channel_control import make_channel_control_blueprint
from amictl.web.channels import make_channels_blueprint
from amictl.web.conferences import make_conferences_blueprint, make_participants_blueprint
from amictl.web.database import make_database_blueprint
from amictl.web.documentation import make_documentation_blueprint
from amictl.web.errors import register_errors
from amictl.web.guards import register_guards
from amictl.web.headers import register_headers
from amictl.web.health import make_health_blueprint
from amictl.web.idempotency import register_idempotency
from amictl.web.live_calls import make_live_calls_blueprint
from amictl.web.mailboxes import make_mailboxes_blueprint
from amictl.web.metrics import make_metrics_blueprint
from amictl.web.pages import make_pages_blueprint
from amictl.web.parking import make_parking_blueprint
from amictl.web.queue_callers import make_queue_callers_blueprint
from amictl.web.queue_members import make_queue_members_blueprint
from amictl.web.queue_upkeep import make_queue_upkeep_blueprint
from amictl.web.queues import make_queues_blueprint
from amictl.web.recordings import make_recordings_blueprint
from amictl.web.system import make_system_blueprint
from amictl.web.telephony import make_sip_blueprint, make_states_blueprint
from amictl.web.tokens import make_tokens_blueprint
from amictl.web.transfers import make_transfers_blueprint
from amictl.web.utilities import make_utilities_blueprint
from amictl.web.variables import make_variables_blueprint
from amictl.web.visitors import register_visitors


@dataclass(frozen=True, slots=True)
class WebServices:
    """What the web needs.

    Args:
        identities: Recognises people and programs.
        audit: Records refused writes and logins.
        idempotency: Remembers the first answers to writes.
        tokens: Use cases of API tokens.
        calls: Starting and ending calls.
        originations: What became of ordered calls.
        transfers: Moving calls.
        parking: Use cases of parking lots.
        supervision: Listening in.
        channel_control: Acting on single channels.
        channels: Reads of channels and bridges.
        live_calls: Reads of calls.
        variables: Variables of channels and of the PBX.
        recordings: Recordings of channels.
        conferences: Use cases of conferences.
        queues: Reads of queues, and their members.
        queue_callers: Callers who wait in queues.
        queue_upkeep: Queues as a whole.
        utilities: Signs of life of the links.
        readiness: Whether the links carry anything now.
        metrics: Everything that is measured.
        system: The PBX itself.
        telephony: Phones and their states.
        mailboxes: Mailboxes.
        database: The PBX's database.
        any_action: Any AMI action.
        on_logout: Called with the ID of a session that was just ended.
    """

    identities: IdentityService
    audit: AuditService
    idempotency: IdempotencyService
    tokens: TokenService
    calls: CallService
    originations: OriginationService
    transfers: TransferService
    parking: ParkingService
    supervision: SupervisionService
    channel_control: ChannelControlService
    channels: ChannelService
    live_calls: LiveCallService
    variables: VariableService
    recordings: RecordingService
    conferences: ConferenceService
    queues: QueueService
    queue_callers: QueueCallerService
    queue_upkeep: QueueUpkeepService
    utilities: UtilityService
    readiness: ReadinessService
    metrics: MetricsService
    system: SystemService
    telephony: TelephonyService
    mailboxes: MailboxService
    database: AstdbService
    any_action: AnyActionService
    on_logout: Callable[[str], None]


def register_web(app: Flask, services: WebServices) -> None:
    """Put everything that answers HTTP requests on the application."""
    register_headers(app)
    register_errors(app)
    register_visitors(app, services.identities)
    register_guards(app)
    register_auditing(app, services.audit)
    register_idempotency(app, services.idempotency, services.audit)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    app.register_blueprint(
        make_auth_blueprint(services.identities, services.audit, limiter, services.on_logout)
    )
    app.register_blueprint(make_pages_blueprint(services.utilities))
    app.register_blueprint(make_health_blueprint(services.readiness))
    app.register_blueprint(make_metrics_blueprint(services.metrics))
    app.register_blueprint(make_calls_blueprint(services.calls, services.originations, services.supervision))
    app.register_blueprint(make_transfers_blueprint(services.transfers))
    app.register_blueprint(make_parking_blueprint(services.parking))
    app.register_blueprint(make_channel_control_blueprint(services.channel_control))
    app.register_blueprint(make_channels_blueprint(services.channels))
    app.register_blueprint(make_live_calls_blueprint(services.live_calls))
    app.register_blueprint(make_variables_blueprint(services.variables))
    app.register_blueprint(make_recordings_blueprint(services.recordings))
    app.register_blueprint(make_conferences_blueprint(services.conferences))
    app.register_blueprint(make_participants_blueprint(services.conferences))
    app.register_blueprint(make_queues_blueprint(services.queues))
    app.register_blueprint(make_queue_members_blueprint(services.queues))
    app.register_blueprint(make_queue_callers_blueprint(services.queue_callers))
    app.register_blueprint(make_queue_upkeep_blueprint(services.queue_upkeep))
    app.register_blueprint(make_utilities_blueprint(services.utilities))
    app.register_blueprint(make_system_blueprint(services.system))
    app.register_blueprint(make_sip_blueprint(services.telephony))
    app.register_blueprint(make_states_blueprint(services.telephony))
    app.register_blueprint(make_mailboxes_blueprint(services.mailboxes))
    app.register_blueprint(make_database_blueprint(services.database))
    app.register_blueprint(make_any_action_blueprint(services.any_action))
    app.register_blueprint(make_tokens_blueprint(services.tokens))
    app.register_blueprint(make_audit_blueprint(services.audit))
    app.register_blueprint(make_documentation_blueprint(app))
