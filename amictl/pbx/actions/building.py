"""How a builder's arguments become an action: by what the catalogue says of it."""

from __future__ import annotations

from amictl.pbx.catalogue import CATALOGUE, compose
from amictl.pbx.catalogue.headers import Headers
from amictl.protocol import Action


def build(action: str, /, *, checked: Headers | None = None, **values: object) -> Action:
    """Return an action with these values.

    Args:
        action: Its name in AMI.
        checked: Problems that the builder itself found.
        values: By the catalogue's names of the parameters; None leaves one out.

    Raises:
        InvalidInput: Names every refused argument.
    """
    return compose(CATALOGUE[action.lower()], values, checked)
