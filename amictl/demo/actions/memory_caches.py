"""Actions of sorcery's memory caches; the demo has none (Asterisk res/res_sorcery_memory_cache.c)."""

from __future__ import annotations

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import Request

_NO_CACHE = "The provided cache does not exist\n"


@answers("SorceryMemoryCacheExpire")
@answers("SorceryMemoryCachePopulate")
@answers("SorceryMemoryCacheStale")
def change_cache(request: Request) -> None:
    """Refuse what is asked of a whole cache."""
    if not request.get("Cache"):
        request.fail(f"{request.name} requires that a cache name be provided.\n")
    else:
        request.fail(_NO_CACHE)


@answers("SorceryMemoryCacheExpireObject")
@answers("SorceryMemoryCacheStaleObject")
def change_object(request: Request) -> None:
    """Refuse what is asked of an object in a cache."""
    if not request.get("Cache"):
        request.fail(f"{request.name} requires that a cache name be provided.\n")
    elif not request.get("Object"):
        request.fail(f"{request.name} requires that an object name be provided\n")
    else:
        request.fail(_NO_CACHE)
