"""How big the demo's call centre is, and how fast its time passes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

from pydantic import ValidationError

from amictl.config import Settings
from amictl.errors import ConfigurationError

_PREFIX = "demo_"


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """What the environment decides of the demo's world; bounds and defaults stand in `Settings`.

    Args:
        queues: How many queues there are.
        agents: How many agents there are.
        channels: How many channels there are in the busiest hour.
        rate: How many AMI events a second there are then.
        speed: How many times as fast as ours its day goes by.
        seed: What the world's chance begins with.
        hour: The hour of the day that the call centre begins with; None for the present one.
    """

    queues: int
    agents: int
    channels: int
    rate: int
    speed: int
    seed: int
    hour: int | None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the part of the settings that is about the demo's world."""
        return cls(**{name: getattr(settings, f"{_PREFIX}{name}") for name in cls.__slots__})

    @classmethod
    def make(cls, **values: int | None) -> Self:
        """Return settings with some values other than the defaults.

        Args:
            **values: Fields of this class.

        Raises:
            pydantic.ValidationError: A value is out of bounds.
        """
        return cls.of(Settings.model_validate({f"{_PREFIX}{name}": value for name, value in values.items()}))

    def change(self, **values: int | None) -> Self:
        """Return the same settings with some others.

        Args:
            **values: Fields of this class; None keeps what there is.

        Raises:
            ConfigurationError: A value is out of bounds; tells which, and what it must be.
        """
        given = {name: value for name, value in values.items() if value is not None}
        try:
            return self.make(**(asdict(self) | given))
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0])
            wanted = Settings.model_fields[field].description
            raise ConfigurationError(
                f"The demo's {field.removeprefix(_PREFIX)} must be {wanted}, not {first['input']}."
            ) from None


BIG_CENTRE = DemoSettings.make(queues=50, agents=500, channels=1000, rate=500)
"""The biggest one that the settings allow."""
