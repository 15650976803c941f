"""Actions of agents, faxes and charges: what there is of them where nobody signs in as one or sends a fax."""

from __future__ import annotations

import re
from typing import Final

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ACTION_ID, ListItem, Request
from amictl.demo.configuration import read_configuration

_NUMBER: Final = re.compile(r"\s*[+-]?\d+")
_MULTIPLIERS: Final = frozenset(
    ("onethousandth", "onehundredth", "onetenth", "one", "ten", "hundred", "thousand")
)
_SCALES: Final = frozenset(
    ("onehundredthsecond", "onetenthsecond", "second", "tenseconds", "minute", "hour", "day")
)
_CHARGED_ITEMS: Final = frozenset(
    (
        *("na", "specialarrangement", "basiccommunication", "callattempt", "callsetup", "useruserinfo"),
        "supplementaryservice",
    )
)
_FREE_RATES: Final = frozenset(("na", "free", "freefrombeginning"))
_RATES: Final = _FREE_RATES | {"duration", "flat", "volume", "specialcode"}
_BILLING_IDS: Final = frozenset(("normal", "reversecharge", "creditcard"))
_FORWARDS: Final = frozenset(
    ("callfwdunconditional", "callfwdbusy", "callfwdnoreply", "calldeflection", "calltransfer")
)


@answers("Agents")
def list_agents(request: Request) -> None:
    """List the agents of ``agents.conf`` (Asterisk apps/app_agent_pool.c); nobody signs in as one."""
    items: list[ListItem] = [
        ("Agents", [(("Agent", agent), ("Name", name), ("Status", "AGENT_LOGGEDOFF")), ACTION_ID])
        for agent, name in _agents(request).items()
    ]
    request.list("Agents will follow", items, complete="AgentsComplete")


@answers("AgentLogoff")
def log_agent_off(request: Request) -> None:
    """Sign an agent out, which is done for one who is not signed in."""
    agent = request.get("Agent")
    if not agent:
        request.fail("No agent specified")
    elif agent not in _agents(request):
        request.fail("No such agent")
    else:
        request.succeed("Agent logged out")


def _agents(request: Request) -> dict[str, str]:
    path = request.world.folder / "agents.conf"
    if not path.exists():
        return {}
    sections = read_configuration(path)
    return {section.name: section.get("fullname") for section in sections if section.name != "general"}


@answers("FAXSessions")
def list_fax_sessions(request: Request) -> None:
    """List the faxes that are on their way: none (Asterisk res/res_fax.c)."""
    start = ("EventList", "Start"), ("Message", "FAXSessionsEntry event list will follow")
    end = ("EventList", "Complete"), ("ListItems", "0"), ("Total", "0")
    request.send_messages(
        ((("Response", "Success"),), ACTION_ID, start), ((("Event", "FAXSessionsComplete"),), ACTION_ID, end)
    )


@answers("FAXSession")
def show_fax_session(request: Request) -> None:
    """Show a fax."""
    valid = _NUMBER.match(request.get("SessionNumber"))
    request.fail("Session not found" if valid else "Invalid session ID")


@answers("FAXStats")
def count_faxes(request: Request) -> None:
    """Count the faxes since the start."""
    names = (
        *("CurrentSessions", "ReservedSessions", "TransmitAttempts", "ReceiveAttempts", "CompletedFAXes"),
        "FailedFAXes",
    )
    start = (("Message", "FAXStats event will follow"),)
    request.send_messages(
        ((("Response", "Success"),), ACTION_ID, start),
        ((("Event", "FAXStats"),), ACTION_ID, tuple((name, "0") for name in names)),
    )


@answers("AOCMessage")
def tell_charge(request: Request) -> None:
    """Tell a channel's phone what its call costs, which no event tells of."""
    name, prefix = request.get("Channel"), request.get("ChannelPrefix")
    if not name and not prefix:
        request.fail("Channel and PartialChannel are not specified. Specify at least one of these.")
        return
    channels = request.world.channels
    found = channels.get(name) if name else None
    if found is None and prefix:
        found = next((each for each in channels.all() if each.name.lower().startswith(prefix.lower())), None)
    kinds = {"d": _find_fault_of_charge, "e": _find_fault_of_charge, "s": _find_fault_of_rate}
    check = kinds.get(request.get("MsgType").lower())
    if found is None:
        request.fail("No such channel")
    elif check is None:
        request.fail("Invalid MsgType")
    elif fault := check(request):
        request.fail(fault)
    else:
        request.succeed("AOC Message successfully queued on channel")


def _find_fault_of_charge(request: Request) -> str | None:
    """Return what is wrong with a charge during or after the call ("action_aoc_de_message")."""
    kind, billing = request.get("ChargeType").lower(), request.get("AOCBillingId").lower()
    is_end = request.get("MsgType").lower() == "e"
    if not kind:
        return "ChargeType not specified"
    if kind not in {"na", "free", "currency", "unit"}:
        return "Invalid ChargeType"
    if kind == "currency" and (fault := _find_fault_of_amount(request, "ChargeType is Currency")):
        return fault
    if billing and billing not in _BILLING_IDS | (_FORWARDS if is_end else frozenset()):
        return f"Invalid AOC-{'E' if is_end else 'D'} AOCBillingId"
    for header in ("ChargingAssociationId", "ChargingAssociationPlan"):
        if is_end and request.get(header) and not _NUMBER.match(request.get(header)):
            return f"Invalid {header}"
    return None


def _find_fault_of_amount(request: Request, reason: str) -> str | None:
    multiplier = request.get("CurrencyMultiplier").lower()
    if not _NUMBER.match(request.get("CurrencyAmount")):
        return f"Invalid CurrencyAmount, CurrencyAmount is a required when {reason}"
    if not multiplier:
        return "ChargeMultiplier unspecified, ChargeMultiplier is required when ChargeType is Currency."
    return None if multiplier in _MULTIPLIERS else "Invalid ChargeMultiplier"


def _find_fault_of_rate(request: Request) -> str | None:
    """Return what is wrong with a tariff before the call ("action_aoc_s_submessage"); none is right, too."""
    item, rate = request.get("ChargedItem").lower(), request.get("RateType").lower()
    if "ChargedItem" not in {line.partition(":")[0] for line in request.lines}:
        return None
    if not item or not rate:
        return "RateType not specified" if item else "ChargedItem not specified"
    if item not in _CHARGED_ITEMS:
        return "Invalid ChargedItem"
    if rate not in _RATES:
        return "Invalid RateType"
    fault = None if rate in _FREE_RATES else _find_fault_of_amount(request, "RateType is non-free")
    if fault is None and rate == "duration":
        fault = _find_fault_of_duration(request)
    if fault is None and (item == "specialarrangement" or rate == "specialcode"):
        is_missing = not _NUMBER.match(request.get("Code"))
        words = "Code is a required when ChargedItem is SpecialArrangement and when RateType is SpecialCode"
        fault = f"Invalid Code, {words}" if is_missing else None
    return fault


def _find_fault_of_duration(request: Request) -> str | None:
    scale, fine = request.get("TimeScale").lower(), request.get("GranularityTimeScale").lower()
    if not scale:
        return "TimeScale unspecified, TimeScale is required when RateType is Duration."
    if scale not in _SCALES:
        return "Invalid TimeScale"
    if not _NUMBER.match(request.get("Time")):
        return "Invalid Time, Time is a required when RateType is Duration"
    if request.get("Granularity") and fine not in _SCALES:
        return "Invalid GranularityTimeScale"
    kind = request.get("ChargingType").lower()
    return None if kind in {"", "continuouscharging", "stepfunction"} else "Invalid ChargingType"
