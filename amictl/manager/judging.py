"""What each fact about a link means: pure, from what a PBX told to a finding with what to change."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from cryptography import x509

from amictl.config import LinkSettings
from amictl.errors import LoginRefused
from amictl.manager.event_filters import find_filtered, find_responsible
from amictl.manager.findings import (
    MODULES_CONF,
    Check,
    Finding,
    Remedy,
    Verdict,
    run_on_pbx,
    set_in_amictl,
    set_in_general,
    set_in_section,
    take_out_of_section,
)
from amictl.manager.login import SessionTaken
from amictl.manager.rights import (
    UserRights,
    describe_missing_classes,
    find_held,
    find_lacking_writes,
)
from amictl.manager.stanza import write_permit_line, write_read_line, write_write_line
from amictl.manager.tls import TLS_LISTENER, TlsInfo
from amictl.pbx.catalogue import CATALOGUE, NEWEST_VERSION, OLDEST_VERSION, is_new_enough, parse_version
from amictl.pbx.picture.hearing import CLASS_OF_EVENT

_EXPIRES_SOON: Final = timedelta(days=14)
_CLOCK_FINE: Final = 2.0  # seconds
_CLOCK_WRONG: Final = 60.0

MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "app_queue": "queues and agents",
        "res_parking": "parked calls",
        "app_confbridge": "conferences",
        "res_pjsip": "PJSIP endpoints",
        "chan_sip": "SIP peers",
        "chan_iax2": "IAX2 peers",
        "res_manager_devicestate": "device states",
        "app_voicemail": "mailboxes",
        "app_mixmonitor": "recordings",
    }
)
"""The modules by which Asterisk has what amictl shows, and what is missing without each."""

_QUEUES: Final = "app_queue"  # without it there is no call centre


@dataclass(frozen=True, slots=True)
class PbxFacts:
    """What a PBX told its AMI user.

    Args:
        actions: Lower-case names of what the user may send; None when the PBX does not list them.
        version: Asterisk's version; None when the user may not ask.
        rights: The user's classes; None where Asterisk does not tell.
        filters: Key and value of the user's ``eventfilter`` lines; None where Asterisk does not tell.
        banner: AMI's first line.
    """

    actions: frozenset[str] | None
    version: str | None
    rights: UserRights | None
    filters: Sequence[tuple[str, str]] | None
    banner: str


def judge_reach(settings: LinkSettings, banner: str, comes_from: str) -> Finding:
    """Return what a greeting means.

    Args:
        settings: Where it came from.
        banner: AMI's first line.
        comes_from: The address that amictl uses on the way there.
    """
    return Finding(
        Check.REACH,
        Verdict.FINE,
        f"{banner} answers at {settings.host}:{settings.port}. amictl comes from {comes_from}.",
    )


def judge_tls(tls: TlsInfo | None, reached: str, now: datetime) -> Finding:
    """Return whether a link is protected on its way.

    Args:
        tls: What was agreed on; None for plain TCP.
        reached: The PBX's IP address.
        now: The present instant, aware.
    """
    if tls is None:
        if ipaddress.ip_address(reached.partition("%")[0]).is_loopback:
            return Finding(
                Check.CERTIFICATE,
                Verdict.FINE,
                "Without TLS, and never off this machine.",
            )
        return Finding(
            Check.CERTIFICATE,
            Verdict.WARNING,
            "Without TLS: who is on the way between amictl and the PBX can read and change all of it.",
            (TLS_LISTENER, set_in_amictl("TLS: on", "Port: that of tlsbindaddr, 5039 by default")),
        )
    certificate = x509.load_der_x509_certificate(tls.certificate)
    until = certificate.not_valid_after_utc
    seen = (
        f"{tls.protocol}; the certificate is for {certificate.subject.rfc4514_string() or 'nobody by name'}, "
        f"signed by {certificate.issuer.rfc4514_string()}, valid until {until:%Y-%m-%d}."
    )
    if not tls.verified:
        return Finding(
            Check.CERTIFICATE,
            Verdict.WARNING,
            f"{seen} It is not verified: anybody on the way could pose as the PBX.",
            (
                set_in_amictl(
                    "Verify the server's certificate: on", "Private CA: the PEM of whoever signed it"
                ),
            ),
        )
    if until - now < _EXPIRES_SOON:
        return Finding(
            Check.CERTIFICATE,
            Verdict.WARNING,
            f"{seen} That is soon: from then on there is no link.",
            (set_in_general("tlscertfile = (a new certificate)"),),
        )
    return Finding(Check.CERTIFICATE, Verdict.FINE, seen)


def judge_refusal(settings: LinkSettings, error: LoginRefused, comes_from: str) -> Finding:
    """Return what a refused login means.

    Args:
        settings: Who was refused.
        error: Why.
        comes_from: The address that amictl uses on the way there.
    """
    if isinstance(error, SessionTaken):
        remedy = set_in_section(settings.username, "allowmultiplelogin = yes")
    else:
        remedy = set_in_section(
            settings.username, "secret = (the one that you give amictl)", write_permit_line(comes_from)
        )
    return Finding(Check.LOGIN, Verdict.WRONG, error.detail, (remedy,))


def judge_version(username: str, facts: PbxFacts) -> Finding:
    """Return whether amictl knows this version of Asterisk."""
    if facts.version is None:
        return Finding(
            Check.VERSION,
            Verdict.UNKNOWN,
            f"The AMI user may not ask for Asterisk's version; the greeting says {facts.banner}.",
            (set_in_section(username, _ask_write(facts)),),
        )
    major = next(iter(parse_version(facts.version)), None)
    if major is None or OLDEST_VERSION <= major <= NEWEST_VERSION:
        return Finding(Check.VERSION, Verdict.FINE, f"Asterisk {facts.version}.")
    age = "older" if major < OLDEST_VERSION else "newer"
    return Finding(
        Check.VERSION,
        Verdict.WARNING,
        f"Asterisk {facts.version} is {age} than those that amictl is made for, {OLDEST_VERSION} to "
        f"{NEWEST_VERSION}: what differs may be shown wrongly or not at all.",
    )


def judge_rights(username: str, facts: PbxFacts) -> Finding:
    """Return whether the user has the classes that amictl asks for."""
    missing = "\n".join(describe_missing_classes(facts.rights, facts.actions, facts.version))
    if not missing:
        return Finding(
            Check.RIGHTS, Verdict.FINE, "The AMI user has every read and write class that amictl asks for."
        )
    lacking_writes = find_lacking_writes(facts.rights, facts.actions, facts.version)
    reads = facts.rights.read if facts.rights else frozenset()
    lines = []
    if facts.rights is None or facts.rights.lacking_reads:
        lines.append(write_read_line(reads))
    if facts.rights is None or lacking_writes:
        lines.append(_ask_write(facts))
    verdict = Verdict.WRONG if facts.rights or lacking_writes else Verdict.UNKNOWN
    return Finding(Check.RIGHTS, verdict, missing, (set_in_section(username, *lines),))


def judge_modules(username: str, facts: PbxFacts) -> Finding:
    """Return which modules are not loaded of those by which Asterisk has what amictl shows."""
    actions = facts.actions
    if actions is None:
        return Finding(
            Check.MODULES,
            Verdict.UNKNOWN,
            "The PBX does not list its actions, which tell its modules.",
        )
    version, held = parse_version(facts.version), find_held(facts.rights, actions)
    loaded, absent, hidden = [], [], []
    for module in MODULES:
        known = [each for each in CATALOGUE.values() if each.module == module]
        usable = [
            each
            for each in known
            if is_new_enough(version, each.since) and not (each.until and version >= (each.until + 1,))
        ]
        if any(each.name.lower() in actions for each in known):
            loaded.append(module)
        elif any(not each.rights or held & (each.rights | {"all"}) for each in usable):
            absent.append(module)
        elif usable:
            hidden.append(module)
    seen = [
        _tell(loaded, "Loaded: {}."),
        _tell(absent, "Not loaded, and so not shown: {}."),
        _tell(hidden, "The AMI user may not see whether these are loaded: {}."),
    ]
    words = " ".join(filter(None, seen))
    if _QUEUES in absent:
        return Finding(
            Check.MODULES,
            Verdict.WARNING,
            words,
            (
                Remedy(f"Set in {MODULES_CONF} under [modules]:", (f"load = {_QUEUES}.so",)),
                run_on_pbx(f'asterisk -rx "module load {_QUEUES}"'),
            ),
        )
    if hidden:
        return Finding(Check.MODULES, Verdict.UNKNOWN, words, (set_in_section(username, _ask_write(facts)),))
    return Finding(Check.MODULES, Verdict.FINE, words)


def judge_filters(username: str, facts: PbxFacts) -> Finding:
    """Return whether ``eventfilter`` lines keep away events that amictl needs."""
    if facts.filters is None:
        return Finding(
            Check.FILTERS,
            Verdict.UNKNOWN,
            "The PBX does not show the AMI user's lines in manager.conf; that needs the write class system.",
            (set_in_section(username, _ask_write(facts)),),
        )
    filtered = sorted(find_filtered(facts.filters, CLASS_OF_EVENT))
    if filtered:
        lines = [f"{key} = {value}" for key, value in find_responsible(facts.filters, CLASS_OF_EVENT)]
        return Finding(
            Check.FILTERS,
            Verdict.WRONG,
            f"An eventfilter of the AMI user keeps these events away: {', '.join(filtered)}.",
            (take_out_of_section(username, *lines),),
        )
    return Finding(Check.FILTERS, Verdict.FINE, "No eventfilter keeps away what amictl needs.")


def judge_clock(offset: float | None, round_trip: float) -> Finding:
    """Return whether the PBX's clock agrees with ours.

    Args:
        offset: Seconds that the PBX's clock is ahead of ours; None when it did not tell its time.
        round_trip: Seconds that the answer took, half of which is not known of the offset.
    """
    answers = f"It answers in {round_trip * 1000:.1f} ms."
    if offset is None:
        return Finding(Check.CLOCK, Verdict.UNKNOWN, f"{answers} It does not tell its time.")
    if abs(offset) <= max(_CLOCK_FINE, round_trip):
        return Finding(
            Check.CLOCK, Verdict.FINE, f"{answers} Its clock and ours are {abs(offset):.1f} s apart."
        )
    side = "ahead of" if offset > 0 else "behind"
    return Finding(
        Check.CLOCK,
        Verdict.WRONG if abs(offset) > _CLOCK_WRONG else Verdict.WARNING,
        f"{answers} Its clock is {_tell_seconds(abs(offset))} {side} ours: the console shows the PBX's time, "
        "logs and audit rows ours. Set the one that is wrong.",
        (run_on_pbx("timedatectl set-ntp true"),),
    )


def _ask_write(facts: PbxFacts) -> str:
    """Return the line of write classes that amictl asks for, with those that the user has besides."""
    return write_write_line(facts.rights.write if facts.rights else frozenset())


def _tell(modules: Sequence[str], words: str) -> str:
    """Return a sentence on modules and what they are for; nothing where there are none."""
    named = ", ".join(f"{MODULES[module]} ({module})" for module in modules)
    return words.format(named) if named else ""


def _tell_seconds(seconds: float) -> str:
    """Return a time that people can grasp."""
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"


def read_today() -> datetime:
    """Return the present instant, aware."""
    return datetime.now(UTC)
