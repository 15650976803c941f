"""Actions of telephone lines and what goes over them: DAHDI, ISDN, charges, fax."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, ReplyKind
from amictl.pbx.catalogue.parameters import changes, channel, choice, integer, reads, text
from amictl.pbx.catalogue.rules import AnyOf, Needs, RequiredFor

_LINE: Final = integer("DAHDIChannel", required=True, minimum=1)
_MULTIPLIERS: Final = ("OneThousandth", "OneHundredth", "OneTenth", "One", "Ten", "Hundred", "Thousand")
_BILLING_IDS: Final = (
    "Normal", "ReverseCharge", "CreditCard", "CallFwdUnconditional", "CallFwdBusy", "CallFwdNoReply",
    "CallDeflection", "CallTransfer",
)  # fmt: skip
_CHARGED_ITEMS: Final = (
    "NA", "SpecialArrangement", "BasicCommunication", "CallAttempt", "CallSetup", "UserUserInfo",
    "SupplementaryService",
)  # fmt: skip
_RATE_TYPES: Final = ("NA", "Free", "FreeFromBeginning", "Duration", "Flat", "Volume", "SpecialCode")
_SCALES: Final = (
    "OneHundredthSecond",
    "OneTenthSecond",
    "Second",
    "TenSeconds",
    "Minute",
    "Hour",
    "Day",
)

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads(
        "DAHDIShowChannels",
        "List the DAHDI channels, or show one.",
        integer("DAHDIChannel"),
        reply=ReplyKind.LIST,
        module="chan_dahdi",
    ),
    reads(
        "DAHDIShowStatus",
        "List the DAHDI spans with their alarms.",
        reply=ReplyKind.LIST,
        since=("18.23.0", "20.8.0", "21.3.0"),
        module="chan_dahdi",
    ),
    changes("DAHDIDNDon", "Let a DAHDI line refuse calls.", _LINE, module="chan_dahdi"),
    changes("DAHDIDNDoff", "Let a DAHDI line take calls again.", _LINE, module="chan_dahdi"),
    changes(
        "DAHDIDialOffhook",
        "Dial a number on a DAHDI line that is off the hook.",
        _LINE,
        text("Number", required=True, pattern=r"[0-9A-Da-d*#wW]+", hint="digits"),
        module="chan_dahdi",
        touches="channels",
    ),
    changes("DAHDIHangup", "End the call of a DAHDI line.", _LINE, module="chan_dahdi", touches="channels"),
    changes(
        "DAHDITransfer",
        "Press the hook flash of a DAHDI line.",
        _LINE,
        module="chan_dahdi",
        touches="channels",
    ),
    changes(
        "DAHDIRestart",
        "Start all DAHDI channels anew; this ends their calls.",
        module="chan_dahdi",
        touches="channels",
    ),
    reads(
        "PRIShowSpans",
        "List the ISDN spans, or show one.",
        integer("Span"),
        reply=ReplyKind.LIST,
        module="chan_dahdi",
    ),
    changes(
        "PRIDebugSet",
        "Set how much of an ISDN span's signalling is printed.",
        integer("Span", required=True, minimum=1),
        text(
            "Level",
            required=True,
            pattern=r"(?i)off|on|hex|intense|\d{1,2}",
            hint="off, on, hex, intense or a number",
        ),
        module="chan_dahdi",
    ),
    changes(
        "PRIDebugFileSet",
        "Write the printed ISDN signalling to a file.",
        text("File", required=True),
        rights="system",
        module="chan_dahdi",
    ),
    changes("PRIDebugFileUnset", "Write no ISDN signalling to a file any more.", module="chan_dahdi"),
    changes(
        "AOCMessage",
        "Tell a channel what its call costs.",
        channel(required=False),
        text("ChannelPrefix"),
        choice("MsgType", "S", "D", "E", required=True),
        choice("ChargeType", "NA", "FREE", "Currency", "Unit"),
        text("UnitAmount(0)", pattern=r"\d{1,9}(\.\d+)?", hint="a number", numbered=True),
        integer("UnitType(0)", minimum=1, numbered=True),
        text("CurrencyName"),
        integer("CurrencyAmount"),
        choice("CurrencyMultiplier", *_MULTIPLIERS),
        choice("TotalType", "Total", "SubTotal"),
        choice("AOCBillingId", *_BILLING_IDS),
        integer("ChargingAssociationId", minimum=-32768, maximum=32767),
        text("ChargingAssociationNumber"),
        integer("ChargingAssociationPlan", maximum=127),
        choice("ChargedItem", *_CHARGED_ITEMS),
        choice("RateType", *_RATE_TYPES),
        integer("Time", minimum=1),
        choice("TimeScale", *_SCALES),
        integer("Granularity", minimum=1),
        choice("GranularityTimeScale", *_SCALES),
        choice("ChargingType", "ContinuousCharging", "StepFunction"),
        choice("VolumeUnit", "Octet", "Segment", "Message"),
        integer("Code", minimum=1, maximum=10),
        rights="aoc",
        rules=(
            AnyOf(("channel", "channel_prefix")),
            RequiredFor("charge_type", "msg_type", ("D", "E")),
            RequiredFor("currency_amount", "charge_type", ("Currency",)),
            Needs("currency_amount", ("currency_multiplier",)),
            Needs("time", ("time_scale",)),
            Needs("granularity", ("granularity_time_scale",)),
        ),
    ),
    reads("FAXSessions", "List the fax sessions.", rights="call", reply=ReplyKind.LIST, module="res_fax"),
    reads(
        "FAXSession",
        "Show a fax session.",
        integer("SessionNumber", required=True),
        rights="call",
        reply=ReplyKind.UNMARKED_LIST,
        module="res_fax",
    ),
    reads(
        "FAXStats",
        "Show how many faxes went through.",
        rights="reporting",
        reply=ReplyKind.UNMARKED_LIST,
        module="res_fax",
    ),
)
