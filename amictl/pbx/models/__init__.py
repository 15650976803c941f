"""What the live picture is made of; all values, never changed in place.

Times are seconds since 1970 as floats. None means that Asterisk did not say.
"""

from amictl.pbx.models.agents import Agent, AgentQueue, AgentState
from amictl.pbx.models.bridges import Bridge
from amictl.pbx.models.calls import Call, CallState, JourneyStep, Times
from amictl.pbx.models.channels import Channel
from amictl.pbx.models.conferences import Conference, ConferenceParty
from amictl.pbx.models.endpoints import Endpoint, EndpointContact
from amictl.pbx.models.links import LinkState, LinkStatus
from amictl.pbx.models.originations import Origination, OriginationState
from amictl.pbx.models.parking import ParkedCall
from amictl.pbx.models.queue_days import MissedPeriod, MissedReason, QueueDay
from amictl.pbx.models.queues import MemberCall, Queue, QueueCaller, QueueMember, ShownMember

__all__ = [
    "Agent",
    "AgentQueue",
    "AgentState",
    "Bridge",
    "Call",
    "CallState",
    "Channel",
    "Conference",
    "ConferenceParty",
    "Endpoint",
    "EndpointContact",
    "JourneyStep",
    "LinkState",
    "LinkStatus",
    "MemberCall",
    "MissedPeriod",
    "MissedReason",
    "Origination",
    "OriginationState",
    "ParkedCall",
    "Queue",
    "QueueCaller",
    "QueueDay",
    "QueueMember",
    "ShownMember",
    "Times",
]
