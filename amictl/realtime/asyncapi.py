"""The AsyncAPI 3 document of the sockets, made from the declarations of messages and of values.

A message about a topic stands in it once for each topic, with the schema of that topic's values.

Source: "AsyncAPI Specification 3.0.0".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from amictl import __version__
from amictl.pbx.changes import EVENTS
from amictl.pbx.picture.logbook import PARTS
from amictl.pbx.picture.topics import SPECS, TOPICS
from amictl.pbx.topics.events.value import AmiEvent
from amictl.pbx.value import Value
from amictl.realtime import schemas as declared
from amictl.realtime.visibility import permission_for
from amictl.services.schemas import UntitledSchema, answer_of

Schema = dict[str, Any]
Messages = dict[str, dict[str, Any]]

_ABOUT: Final = (
    "What happens on the PBXes, as it happens: each topic is given as it stands, and then what changes of it."
    " Times are ISO 8601 in UTC, and what is not known is null. Keep `epoch` and `seq` of each topic: a batch"
    " follows when its epoch is yours and its `prev_seq` is not above your `seq`."
)
_SOCKETIO_ABOUT: Final = (
    "Socket.IO, namespace `/`. Messages are events: the name of the message is the event's, the payload its"
    " one argument; what `subscribe`, `unsubscribe` and `time` are answered is their ack. Who connects is"
    ' known by the session\'s cookie, the header `Authorization`, or `auth: {"token": "…"}`.'
)
_WEBSOCKET_ABOUT: Final = (
    "A plain WebSocket, one JSON object a message. Who connects is known by the session's cookie (on pages of"
    " the same origin), the header `Authorization`, or else by the first message, `auth`."
)
_QUERY: Final = {
    "type": "object",
    "properties": {
        "topics": {
            "type": "string",
            "description": "Topics to begin with, between commas; `events` when left out, none when empty",
        },
        "pbx": {"type": "string", "description": "Their PBX; the default one when left out"},
    },
}
_SECURITY_SCHEMES: Final = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of amictl; it acts with the rights of its user, or fewer.",
    },
    "session": {
        "type": "httpApiKey",
        "in": "cookie",
        "name": "amictl_session",
        "description": "The session of a person who logged in.",
    },
}


def build_document() -> dict[str, Any]:
    """Return the AsyncAPI document; it is the same for all applications."""
    schemas = _SocketSchemas()
    channels = {
        "socketio": {
            "address": "/socket.io/",
            "description": _SOCKETIO_ABOUT,
            "servers": [{"$ref": "#/servers/socketio"}],
            "messages": _describe_socketio(schemas),
        },
        "websocket": {
            "address": "/ws/realtime/",
            "description": _WEBSOCKET_ABOUT,
            "servers": [{"$ref": "#/servers/websocket"}],
            "messages": _describe_websocket(schemas),
            "bindings": {"ws": {"method": "GET", "query": _QUERY}},
        },
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "amictl", "version": __version__, "description": _ABOUT},
        "defaultContentType": "application/json",
        "servers": {"socketio": _describe_server("socketio"), "websocket": _describe_server("wss")},
        "channels": channels,
        "operations": _describe_operations(channels),
        "components": {
            "schemas": dict(sorted(schemas.definitions.items())),
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


class _ClosedSchema(UntitledSchema):
    """Schemas by which a message has no field that the document does not have."""

    def typed_dict_schema(self, schema: Any) -> Schema:  # noqa: ANN401 - pydantic's signature
        """Return the schema of a message."""
        return {**super().typed_dict_schema(schema), "additionalProperties": False}


class _SocketSchemas:
    """The JSON schemas of messages; what several of them refer to is kept by its name.

    Attributes:
        definitions: The schemas that others refer to.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._written: dict[Any, Schema] = {}

    def write(self, kind: Any) -> Schema:  # noqa: ANN401 - types
        """Return the schema of a type."""
        if kind not in self._written:
            schema = TypeAdapter(kind).json_schema(
                ref_template="#/components/schemas/{model}", schema_generator=_ClosedSchema
            )
            self.definitions |= schema.pop("$defs", {})
            schema.pop("title", None)
            self._written[kind] = schema
        return self._written[kind]

    def write_about(self, topic: str, kind: Any) -> Schema:  # noqa: ANN401 - types
        """Return the schema of a message that names a topic."""
        named, schema = self.write(declared.OfTopic), self.write(kind)
        properties = {**named["properties"], **schema.get("properties", {}), "topic": _name_topic(topic)}
        required = [*named["required"], *schema.get("required", ())]
        return {**schema, "properties": properties, "required": list(dict.fromkeys(required))}

    def write_topics(self, *others: Any) -> Schema:  # noqa: ANN401 - types
        """Return the schema of what is held of topics, by the topics' names.

        Args:
            others: What else may be said of a topic, also of one that does not exist.
        """
        refused = [self.write(other) for other in others]
        held = {topic: {"anyOf": [*self._write_held(topic), *refused]} for topic in TOPICS}
        return {
            "type": "object",
            "properties": held,
            "patternProperties": {f"^{part}:.": held[topic] for part, topic in PARTS.items()},
            "additionalProperties": {"anyOf": refused} if refused else False,
        }

    def _write_held(self, topic: str) -> Iterator[Schema]:
        logged = _shown_in(topic) if topic == EVENTS else _changed_in(topic)
        yield self.write(_fill(declared.Snapshot, _fill(dict, (str, _shown_in(topic)))))
        yield self.write(_fill(declared.Replay, _fill(list, logged)))


def _describe_socketio(schemas: _SocketSchemas) -> Messages:
    """Return the messages of Socket.IO: events, and acks."""
    failed, answered = schemas.write(declared.Failed), schemas.write(declared.Answered)
    left = {"type": "object", "additionalProperties": schemas.write(declared.Left)}
    messages = {
        "subscribe": _describe("subscribe", schemas.write(declared.SubscribeRequest)),
        "subscribe.ack": _describe(
            "subscribe", _answer(failed, answered, schemas.write_topics(declared.Refused))
        ),
        "unsubscribe": _describe("unsubscribe", schemas.write(declared.UnsubscribeRequest)),
        "unsubscribe.ack": _describe("unsubscribe", _answer(failed, answered, left)),
        "time": _describe("time", schemas.write(declared.TimeRequest)),
        "time.ack": _describe("time", {"anyOf": [answered, failed]}),
        "reset": _describe("reset", schemas.write(declared.Reset)),
        "ami_events": _describe_topic(
            "ami_events", EVENTS, schemas.write_about(EVENTS, _fill(declared.AmiEvents, _shown_in(EVENTS)))
        ),
    }
    return messages | {
        f"changes.{topic}": _describe_topic("changes", topic, schema)
        for topic, schema in _list_changes(schemas)
    }


def _describe_websocket(schemas: _SocketSchemas) -> Messages:
    """Return the messages of the plain WebSocket, whose types are their names."""
    subscribed = schemas.write(declared.Subscribed[Any])
    properties = {**subscribed["properties"], "topics": schemas.write_topics()}
    kinds = {
        "auth": schemas.write(declared.AuthRequest),
        "authenticated": schemas.write(declared.Authenticated),
        "subscribe": schemas.write(declared.PlainSubscribeRequest),
        "subscribed": {**subscribed, "properties": properties},
        "unsubscribe": schemas.write(declared.PlainUnsubscribeRequest),
        "unsubscribed": schemas.write(declared.Unsubscribed),
        "error": schemas.write(declared.Error),
        "reset": _add_type("reset", schemas.write(declared.Reset)),
    }
    messages = {name: _describe(name, schema) for name, schema in kinds.items()}
    messages["ami_event"] = _describe_topic("ami_event", EVENTS, schemas.write(answer_of(AmiEvent)))
    return messages | {
        f"changes.{topic}": _describe_topic("changes", topic, _add_type("changes", schema))
        for topic, schema in _list_changes(schemas)
    }


def _list_changes(schemas: _SocketSchemas) -> Iterator[tuple[str, Schema]]:
    """Yield for each topic of values the schema of its batches."""
    for topic in SPECS:
        yield topic, schemas.write_about(topic, _fill(declared.Changes, _changed_in(topic)))


def _changed_in(topic: str) -> Any:  # noqa: ANN401 - types
    """Return what a change of a topic's values is to readers."""
    return _fill(declared.Put, _shown_in(topic)) | declared.Gone


def _fill(kind: Any, shown: Any) -> Any:  # noqa: ANN401 - types
    """Return a generic type with what stands in it, which is known only here."""
    return kind[shown]


def _shown_in(topic: str) -> Any:  # noqa: ANN401 - types
    """Return what a topic's items are to readers."""
    kind: type[Value] = AmiEvent if topic == EVENTS else SPECS[topic].value
    return answer_of(kind)


def _name_topic(topic: str) -> Schema:
    """Return the schema of the names of a topic and of its parts."""
    parts = [{"type": "string", "pattern": f"^{part}:."} for part, whole in PARTS.items() if whole == topic]
    return {"anyOf": [{"const": topic}, *parts]} if parts else {"const": topic}


def _add_type(name: str, schema: Schema) -> Schema:
    """Return the schema of a message that also says its type, as on a plain WebSocket."""
    properties = {"type": {"const": name}, **schema["properties"]}
    return {**schema, "properties": properties, "required": ["type", *schema["required"]]}


def _answer(failed: Schema, answered: Schema, topics: Schema) -> Schema:
    """Return the schema of an ack: what became of each topic, or why nothing was done."""
    properties = {**topics.get("properties", {}), **answered["properties"]}
    return {"anyOf": [{**topics, "properties": properties, "required": answered["required"]}, failed]}


def _describe(name: str, payload: Schema) -> dict[str, Any]:
    summary = {"summary": payload["description"]} if "description" in payload else {}
    return {"name": name, **summary, "payload": payload}


def _describe_topic(name: str, topic: str, payload: Schema) -> dict[str, Any]:
    return {**_describe(name, payload), "x-topic": topic, "x-permission": permission_for(topic).value}


def _describe_server(protocol: str) -> dict[str, Any]:
    return {
        "host": "{host}",
        "protocol": protocol,
        "variables": {"host": {"default": "localhost:8000", "description": "Where this document is from"}},
        "security": [{"$ref": f"#/components/securitySchemes/{scheme}"} for scheme in _SECURITY_SCHEMES],
    }


_ANSWERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "socketio": {
        "subscribe": ("subscribe.ack",),
        "unsubscribe": ("unsubscribe.ack",),
        "time": ("time.ack",),
    },
    "websocket": {
        "auth": ("authenticated", "error"),
        "subscribe": ("subscribed", "error"),
        "unsubscribe": ("unsubscribed", "error"),
    },
}
"""By channel: what clients send, and what that is answered."""


def _describe_operations(channels: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what amictl receives and answers, and what it sends by itself."""
    operations: dict[str, Any] = {}
    for name, channel in channels.items():
        for request, answers in _ANSWERS[name].items():
            operations[f"{name}.{request}"] = {
                "action": "receive",
                **_refer(name, [request]),
                "reply": _refer(name, answers),
            }
        sent = [each for each in channel["messages"] if each not in _ANSWERS[name] and ".ack" not in each]
        operations[f"{name}.send"] = {"action": "send", **_refer(name, sent)}
    return operations


def _refer(channel: str, messages: Iterable[str]) -> dict[str, Any]:
    """Return references to a channel and some of its messages."""
    place = f"#/channels/{channel}"
    return {
        "channel": {"$ref": place},
        "messages": [{"$ref": f"{place}/messages/{name}"} for name in messages],
    }
