"""Actions of Asterisk as a whole: its state, modules, logs, commands and messages."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction
from amictl.pbx.catalogue.parameters import boolean, changes, choice, reads, text, variables
from amictl.pbx.catalogue.rules import AnyOf, RequiredFor

_CACHE: Final = text("Cache", required=True)
_OBJECT: Final = text("Object", required=True)
_CACHES: Final = "res_sorcery_memory_cache"

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads("Ping", "Ask for a sign of life."),
    reads("ListCommands", "List the actions that this AMI user may send."),
    reads("CoreStatus", "Tell when Asterisk started and how many calls it has.", rights="system reporting"),
    reads("CoreSettings", "Tell Asterisk's version and limits.", rights="system reporting"),
    changes(
        "Command",
        "Run a command of Asterisk's console.",
        text("Command", required=True),
        rights="command",
        touches="modules",
    ),
    changes(
        "Reload",
        "Read the configuration again, of all modules or of one.",
        text("Module"),
        rights="system config",
        touches="modules",
    ),
    reads("ModuleCheck", "Tell whether a module is loaded.", text("Module", required=True), rights="system"),
    changes(
        "ModuleLoad",
        "Load, unload, reload or refresh a module.",
        text("Module"),
        choice("LoadType", "load", "unload", "reload", "refresh", required=True),
        boolean("Recursive", since=("18.23.0", "20.8.0", "21.3.0")),
        rights="system",
        rules=(RequiredFor("module", "load_type", ("load", "unload", "refresh")),),
        touches="modules",
    ),
    changes("LoggerRotate", "Close the log files and begin new ones.", rights="system reporting"),
    changes(
        "UserEvent",
        "Send an event of your own to all AMI clients.",
        text("UserEvent", name="event", required=True),
        rights="user",
        open_headers=True,
    ),
    changes(
        "MessageSend",
        "Send a text message outside of any call.",
        text("Destination", since=("16.22.0", "18.8.0", "19.0.0")),
        text("To"),
        text("From", name="sender"),
        text("Body"),
        text("Base64Body"),
        variables(pattern=r"[A-Za-z_][A-Za-z0-9_-]*"),
        rights="message",
        rules=(AnyOf(("destination", "to")),),
    ),
    changes(
        "JabberSend",
        "Send a Jabber message.",
        text("Jabber", required=True),
        # The documentation calls it JID; Asterisk reads this header (res/res_xmpp.c, manager_jabber_send).
        text("ScreenName", name="jid", required=True),
        text("Message", required=True),
        rights="system",
        module="res_xmpp",
    ),
    changes(
        "SorceryMemoryCacheExpire",
        "Forget all objects of a memory cache.",
        _CACHE,
        rights="system",
        module=_CACHES,
    ),
    changes(
        "SorceryMemoryCacheExpireObject",
        "Forget one object of a memory cache.",
        _CACHE,
        _OBJECT,
        rights="system",
        module=_CACHES,
    ),
    changes(
        "SorceryMemoryCachePopulate",
        "Fill a memory cache anew with all objects.",
        _CACHE,
        rights="system",
        module=_CACHES,
    ),
    changes(
        "SorceryMemoryCacheStale",
        "Have all objects of a memory cache looked up again when they are used.",
        _CACHE,
        rights="system",
        module=_CACHES,
    ),
    changes(
        "SorceryMemoryCacheStaleObject",
        "Have one object of a memory cache looked up again, when it is used or at once.",
        _CACHE,
        _OBJECT,
        boolean("Reload"),
        rights="system",
        module=_CACHES,
    ),
)
