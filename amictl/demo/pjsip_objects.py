"""The objects of ``pjsip.conf`` and how AMI shows them (Asterisk main/sorcery.c, res/res_pjsip)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from amictl.demo.configuration import Section, Setting, is_true, read_configuration
from amictl.demo.pjsip_options import AOR, AUTH, ENDPOINT, IDENTIFY, REGISTRATION, TRANSPORT
from amictl.demo.text import Headers

_OPTIONS: Final = MappingProxyType(
    {
        "endpoint": ENDPOINT,
        "aor": AOR,
        "auth": AUTH,
        "transport": TRANSPORT,
        "identify": IDENTIFY,
        "registration": REGISTRATION,
    }
)
_YES_AND_NO: Final = MappingProxyType({"true": ("true", "false"), "yes": ("yes", "no"), "Yes": ("Yes", "No")})
_PAIR_OF: Final = {word: pair for pair in _YES_AND_NO.values() for word in pair}


# What stands for ports in the files that a real Asterisk starts on, too; nothing in the demo listens on them.
_PORTS: Final = MappingProxyType({"@SIP_PORT@": "5060", "@CARRIER_PORT@": "5060"})


def _write_address(value: str) -> str:
    return value if "/" in value else f"{value}/255.255.255.255"


# Options that are shown otherwise than they are written.
_SHOWN: Final[dict[str, Callable[[str], str]]] = {
    "Allow": lambda value: f"({value.replace(',', '|')})",
    "QualifyTimeout": lambda value: f"{float(value):.6f}",
    "Match": _write_address,
}


@dataclass(frozen=True, slots=True)
class PjsipObject:
    """One section of ``pjsip.conf``.

    Args:
        type: ``endpoint``, ``aor``, ``auth``, ``transport``, ``identify`` or ``registration``.
        name: The section's name.
        options: What is written in it, templates included.
    """

    type: str
    name: str
    options: Section

    def get(self, option: str, default: str = "") -> str:
        """Return what an option is set to."""
        return self.options.get(option, default)

    def names(self, option: str) -> list[str]:
        """Return the names that an option lists."""
        return [name.strip() for name in self.get(option).split(",") if name.strip()]

    def headers(self, **shown: str) -> Headers:
        """Return all options as AMI shows them.

        Args:
            **shown: Headers whose values are not what is written.
        """
        written = {_camel(setting.name): setting.value for setting in self.options.settings}
        values = [("ObjectType", self.type), ("ObjectName", self.name)]
        for header, default in _OPTIONS[self.type]:
            if header in shown:
                value = shown[header]
            elif header in written:
                value = _show(header, written[header], default)
            else:
                value = default
            values.append((header, value))
        return values


class PjsipObjects:
    """All objects of a ``pjsip.conf``, each type in the order of the names, as AMI lists them.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._by_type: dict[str, dict[str, PjsipObject]] = {name: {} for name in _OPTIONS}
        for section in read_configuration(path):
            objects = self._by_type.get(section.get("type", ""))
            if objects is not None:
                section.settings = [
                    Setting(setting.name, _fill_in(setting.value), setting.line)
                    for setting in section.settings
                ]
                objects[section.name] = PjsipObject(section.get("type"), section.name, section)

    def all(self, object_type: str) -> list[PjsipObject]:
        """Return the objects of a type, by name."""
        objects = self._by_type[object_type]
        return [objects[name] for name in sorted(objects)]

    def get(self, object_type: str, name: str) -> PjsipObject | None:
        """Return an object, or None where there is none."""
        return self._by_type[object_type].get(name)


def _fill_in(value: str) -> str:
    for placeholder, port in _PORTS.items():
        value = value.replace(placeholder, port)
    return value


def _camel(option: str) -> str:
    """Return an option's name as a header (Asterisk main/utils.c, ``ast_to_camelcase_delim``)."""
    return "".join(f"{word[:1].upper()}{word[1:]}" for word in option.split("_"))


def _show(header: str, value: str, default: str) -> str:
    if header in _SHOWN:
        return _SHOWN[header](value)
    pair = _PAIR_OF.get(default)
    if pair is None:
        return value
    return pair[0] if is_true(value) else pair[1]
