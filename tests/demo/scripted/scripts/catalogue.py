"""All scripts by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.demo.scripted.scripts import calls, consoles, queues, transfers
from tests.demo.scripted.stage import Stage

Script = Callable[[Stage], None]

SCRIPTS: Final[Mapping[str, Script]] = {
    script.__name__.replace("_", "-"): script
    for script in (
        calls.ended_by_caller,
        calls.ended_by_callee,
        calls.call_out,
        calls.busy,
        calls.refused,
        calls.no_answer,
        calls.unknown_number,
        calls.unreachable,
        calls.given_up,
        queues.queue_ended_by_caller,
        queues.queue_ended_by_agent,
        queues.queue_abandoned,
        queues.queue_timed_out,
        queues.queue_closed,
        queues.second_member,
        queues.ring_all,
        queues.paused_member,
        transfers.blind_transfer,
        transfers.blind_transfer_by_ami,
        transfers.attended_transfer,
        transfers.attended_transfer_by_ami,
        calls.hold,
        calls.digits,
        transfers.park,
        transfers.park_timeout,
        transfers.park_by_dialplan,
        consoles.conference,
        calls.voicemail,
        consoles.originate_extension,
        consoles.originate_application,
        consoles.originate_refused,
        consoles.originate_unanswered,
        consoles.redirect,
        consoles.spy,
        queues.members,
        queues.callers,
        queues.phone_drops_off,
        transfers.blind_transfer_by_code,
        transfers.attended_transfer_by_code,
        transfers.attended_transfer_refused,
        transfers.park_by_code,
        queues.queue_call_transferred,
        queues.queue_member_refuses,
        queues.agent_signs_in,
        calls.busy_with_message,
        consoles.hang_up_by_ami,
        consoles.give_up_by_ami,
        consoles.bridge_by_ami,
        consoles.record,
        consoles.variables,
        transfers.park_by_phone,
        transfers.empty_space,
        calls.messages_heard,
        consoles.conference_recorded,
        queues.queue_left_by_key,
        queues.queue_left_by_key_while_ringing,
        queues.waiting_caller_redirected,
        queues.ringing_caller_withdrawn,
        queues.queue_with_variables,
        queues.queue_emptied,
        queues.queue_with_rule,
        queues.agent_drops_caller,
        queues.queue_with_ringing,
        queues.queue_of_the_centre,
        queues.queue_call_consulted,
        queues.queue_call_parked,
        queues.queue_caller_hung_up_by_ami,
        queues.queue_member_hung_up_by_ami,
        queues.queue_member_removed,
        calls.call_out_given_up,
        transfers.transfer_to_busy,
    )
}
"""Every script, in the order in which they are played."""
