"""Builders that read configuration files; they may hold passwords."""

from __future__ import annotations

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def get_config(filename: str, *, category: str | None = None, filter: str | None = None) -> Action:  # noqa: A002
    """Ask for a configuration file, line by line.

    Args:
        filename: Such as ``queues.conf``.
        category: One section.
        filter: ``name_regex=value_regex`` pairs that a section must match.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("GetConfig", filename=filename, category=category, filter=filter)


def get_config_json(filename: str, *, category: str | None = None) -> Action:
    """Ask for a configuration file as JSON.

    Args:
        filename: Such as ``queues.conf``.
        category: One section.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("GetConfigJSON", filename=filename, category=category)


def list_categories(filename: str) -> Action:
    """Ask for the sections of a configuration file.

    Args:
        filename: Such as ``queues.conf``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ListCategories", filename=filename)


def create_config(filename: str) -> Action:
    """Create an empty configuration file.

    Args:
        filename: Such as ``extra.conf``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("CreateConfig", filename=filename)
