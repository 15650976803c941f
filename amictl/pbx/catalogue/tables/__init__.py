"""The catalogue's entries, a table for each family of actions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from amictl.pbx.catalogue.entries import KnownAction
from amictl.pbx.catalogue.tables import (
    calls,
    channels,
    conferences,
    configuration,
    core,
    database,
    drivers,
    parking,
    pjsip,
    queues,
    recording,
    session,
    states,
    telephony,
    voicemail,
)

FAMILIES: Final[Mapping[str, tuple[KnownAction, ...]]] = MappingProxyType(
    {
        "calls": calls.ACTIONS,
        "channels": channels.ACTIONS,
        "conferences": conferences.ACTIONS,
        "configuration": configuration.ACTIONS,
        "core": core.ACTIONS,
        "database": database.ACTIONS,
        "drivers": drivers.ACTIONS,
        "parking": parking.ACTIONS,
        "pjsip": pjsip.ACTIONS,
        "queues": queues.ACTIONS,
        "recording": recording.ACTIONS,
        "session": session.ACTIONS,
        "states": states.ACTIONS,
        "telephony": telephony.ACTIONS,
        "voicemail": voicemail.ACTIONS,
    }
)

CATALOGUE: Final[Mapping[str, KnownAction]] = MappingProxyType(
    {known.name.lower(): known for actions in FAMILIES.values() for known in actions}
)
"""By lower-case name."""
