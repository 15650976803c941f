"""Who may do what, and see what: rights, the limits of some actions, and the gate that all goes out by."""

from amictl.services.access.commands import (
    ORIGINATE_APPLICATIONS,
    may_run_any,
    require_application,
    require_command,
    require_harmless_variable,
)
from amictl.services.access.gate import Gate, open_gate
from amictl.services.access.rights import (
    Actor,
    Audience,
    actor_of,
    audience_of,
    require,
    require_every_queue,
    require_scope,
    require_whole_pbx,
)

__all__ = [
    "ORIGINATE_APPLICATIONS",
    "Actor",
    "Audience",
    "Gate",
    "actor_of",
    "audience_of",
    "may_run_any",
    "open_gate",
    "require",
    "require_application",
    "require_command",
    "require_every_queue",
    "require_harmless_variable",
    "require_scope",
    "require_whole_pbx",
]
