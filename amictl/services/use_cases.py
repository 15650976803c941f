"""Every use case of one application: a service stands here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from amictl.manager import Registry
from amictl.services.accounts.identity import IdentityService
from amictl.services.accounts.sessions import SessionLifetimes, SessionTable
from amictl.services.accounts.tokens import TokenService
from amictl.services.calls.calls import CallService
from amictl.services.calls.channel_control import ChannelControlService
from amictl.services.calls.live_calls import LiveCallService
from amictl.services.calls.originations import OriginationService
from amictl.services.calls.parking import ParkingService
from amictl.services.calls.supervision import SupervisionService
from amictl.services.calls.transfers import TransferService
from amictl.services.channels.channels import ChannelService
from amictl.services.channels.conferences import ConferenceService
from amictl.services.channels.recordings import RecordingService
from amictl.services.channels.variables import VariableService
from amictl.services.execution.action_metrics import ActionMetrics
from amictl.services.execution.audit import AuditService, Origin
from amictl.services.execution.execution import Execution
from amictl.services.execution.idempotency import IdempotencyService
from amictl.services.metrics.metrics import DeliveryMetricsReading, MetricsService
from amictl.services.metrics.readiness import ReadinessService
from amictl.services.queues.callers import QueueCallerService
from amictl.services.queues.members import QueueMemberService
from amictl.services.queues.queues import QueueService
from amictl.services.queues.upkeep import QueueUpkeepService
from amictl.services.utilities.any_action import AnyActionService
from amictl.services.utilities.astdb import AstdbService
from amictl.services.utilities.dialplan import DialplanService
from amictl.services.utilities.links import LinkService
from amictl.services.utilities.mailboxes import MailboxService
from amictl.services.utilities.system import SystemService
from amictl.services.utilities.telephony import TelephonyService
from amictl.services.utilities.utilities import UtilityService
from amictl.store import Store


class UseCases:
    """The services that the web and the command line use; each is made once, and not replaced.

    Args:
        store: The database.
        registry: The PBXes.
        read_origin: Returns the origin of the request or command that is being served, for the audit log.
        read_realtime: Returns what was counted of the delivery to clients.
        on_logout: Called with the ID of a session that was just ended.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        *,
        read_origin: Callable[[], Origin],
        read_realtime: Callable[[], DeliveryMetricsReading],
        on_logout: Callable[[str], None],
    ) -> None:
        action_metrics = ActionMetrics()
        self.store = store
        self.registry = registry
        self.on_logout = on_logout
        self.audit = AuditService(store.audit_log, read_origin)
        self.links = LinkService(store.servers, self.audit, registry, self.reload_links)
        self.execution = execution = Execution(self.audit, action_metrics)
        self.identities = IdentityService(store.accounts, store.tokens, SessionTable(SessionLifetimes()))
        self.tokens = TokenService(store.accounts, store.tokens, self.audit)
        self.idempotency = IdempotencyService(store.idempotency_keys, store.box)
        self.originations = OriginationService(registry, execution)
        self.calls = CallService(registry, execution, self.originations)
        self.supervision = SupervisionService(registry, execution, self.originations)
        self.transfers = TransferService(registry, execution)
        self.parking = ParkingService(registry, execution)
        self.channel_control = ChannelControlService(registry, execution)
        self.channels = ChannelService(registry)
        self.live_calls = LiveCallService(registry)
        self.variables = VariableService(registry, execution)
        self.recordings = RecordingService(registry, execution)
        self.conferences = ConferenceService(registry, execution)
        self.queues = QueueService(registry, execution)
        self.queue_members = QueueMemberService(registry, execution)
        self.queue_callers = QueueCallerService(registry, execution)
        self.queue_upkeep = QueueUpkeepService(registry, execution)
        self.utilities = UtilityService(registry)
        self.system = SystemService(registry, execution, store.allowed_commands.prefixes)
        self.telephony = TelephonyService(registry, execution)
        self.dialplan = DialplanService(registry, execution)
        self.mailboxes = MailboxService(registry, execution)
        self.database = AstdbService(registry, execution)
        self.any_action = AnyActionService(registry, execution)
        self.readiness = ReadinessService(registry, store.writer.prove)
        self.metrics = MetricsService(registry, action_metrics, read_realtime)

    def reload_links(self) -> None:
        """Take up the stored servers: links start, stop and restart; returns when that is done."""
        self.registry.reload()
