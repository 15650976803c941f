"""Routes about the dialplan."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import PbxQuery
from amictl.services.use_cases import UseCases
from amictl.services.utilities.dialplan import DialplanContexts, DialplanExtensions, ExtensionsQuery
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("dialplan", tag="telephony")


@routes.get("/dialplan/contexts/", Permission.UTILITIES_READ)
def list_contexts(services: UseCases, actor: Actor, query: PbxQuery) -> DialplanContexts:
    """Contexts of the dialplan.

    As they were at most fifteen seconds ago, as extensions are.
    """
    return services.dialplan.list_contexts(actor, query)


@routes.get("/dialplan/extensions/", Permission.UTILITIES_READ)
def list_extensions(services: UseCases, actor: Actor, query: ExtensionsQuery) -> DialplanExtensions:
    """Extensions that can be dialled in a context.

    Those of contexts that it includes are among them; what a switch asks elsewhere is not known.
    """
    return services.dialplan.list_extensions(actor, query)
