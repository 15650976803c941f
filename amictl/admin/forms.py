"""The forms of the settings pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from amictl.config import DEFAULT_AMI_PORT
from amictl.store import PERMISSIONS, AmiServer, RoleFields, ServerFields, User

_REQUIRED = "Fill this in."
_OFF = {"autocomplete": "off"}
_NEW_PASSWORD = {"autocomplete": "new-password"}  # with "off" alone, browsers still fill in a password


def _strip(value: str | None) -> str | None:
    """Return the text without white space around it."""
    return value.strip() if value else value


class LinesField(TextAreaField):  # type: ignore[misc] # WTForms has no types
    """A set of names, one a line; None when no line says anything."""

    data: frozenset[str] | None

    def _value(self) -> str:
        """Return the names as they are shown for editing."""
        return "\n".join(sorted(self.data or ()))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines that were sent."""
        lines = (line.strip() for text in valuelist for line in text.splitlines())
        self.data = frozenset(line for line in lines if line) or None


class LinkForm(FlaskForm):  # type: ignore[misc]
    """The link to an Asterisk server."""

    name = StringField(
        "Name",
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description="Short name for links and programs: lower-case letters, digits and hyphens. "
        "The first server is usually called main.",
        render_kw=_OFF,
    )
    host = StringField(
        "Host",
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description="Host name or IP address of the server.",
        render_kw=_OFF,
    )
    port = IntegerField(
        "Port",
        [InputRequired(_REQUIRED)],
        default=DEFAULT_AMI_PORT,
        description="AMI listens on 5038, and on 5039 with TLS, unless manager.conf says otherwise.",
    )
    username = StringField(
        "AMI user",
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description="The name of the user's section in manager.conf.",
        render_kw=_OFF,
    )
    secret = PasswordField(
        "Secret",
        description="That user's secret. It is stored encrypted and never shown again.",
        render_kw=_NEW_PASSWORD,
    )
    tls = BooleanField("Use TLS", description="Needs tlsenable=yes in manager.conf.")
    tls_verify = BooleanField(
        "Verify the server's certificate",
        default=True,
        description="Switch this off in a lab only: anybody on the way could pose as the server.",
    )
    tls_ca = TextAreaField(
        "Private CA",
        filters=[_strip],
        description="PEM certificate of the CA that signed the server's, if it is not a public one.",
        render_kw={"rows": 4, "spellcheck": "false"},
    )

    def read_fields(self) -> ServerFields:
        """Return the fields of the form; a blank secret is None."""
        return ServerFields(
            name=self.name.data,
            host=self.host.data,
            port=self.port.data,
            username=self.username.data,
            secret=self.secret.data or None,
            tls=self.tls.data,
            tls_verify=self.tls_verify.data,
            tls_ca=(self.tls_ca.data or "").replace("\r\n", "\n") or None,
        )


class ServerForm(LinkForm):
    """An Asterisk server.

    Args:
        obj: The stored server; None for a new one.
    """

    enabled = BooleanField("Keep a link to this server", default=True)

    def __init__(self, formdata: Any = None, *, obj: AmiServer | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(formdata, obj=obj, **kwargs)
        if obj is None:
            self.secret.flags.required = True
        else:
            self.secret.label.text = "New secret"
            self.secret.description = (
                "Leave blank to keep the stored one, which is never shown. "
                "Enter it again when the host, the port or TLS changes."
            )

    def read_fields(self) -> ServerFields:
        """Return the fields of the form; a blank secret is None."""
        return replace(super().read_fields(), enabled=self.enabled.data)


class CommandForm(FlaskForm):  # type: ignore[misc]
    """The beginning of CLI commands that ``command.run`` may use."""

    prefix = StringField(
        "Command",
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description="Whole words, at least two. With 'queue show', 'queue show support' may be run too. "
        "Allow commands that only read, and show no secrets.",
        render_kw=_OFF,
    )


class UserForm(FlaskForm):  # type: ignore[misc]
    """A user; the name of a stored one stays.

    Args:
        obj: The stored user; None for a new one.
    """

    username = StringField(
        "Name",
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description="Letters, digits, '.', '_', '-' and '@'.",
        render_kw=_OFF,
    )
    password = PasswordField("Password", description="At least 10 characters.", render_kw=_NEW_PASSWORD)
    must_change_password = BooleanField(
        "Must choose another password at the next login",
        default=True,
        description="You know it, so somebody else should not keep it. Switch this off for an account whose "
        "API tokens a program uses: they do not work before it is changed either.",
    )
    role = SelectField("Role", [InputRequired(_REQUIRED)])
    active = BooleanField("May log in", default=True)

    def __init__(self, formdata: Any = None, *, obj: User | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(formdata, obj=obj, **kwargs)
        if obj is None:
            self.password.flags.required = True
        else:
            del self.username
            self.password.label.text = "New password"
            self.password.description = (
                "Leave blank to keep the present one. "
                "A new one has at least 10 characters and ends the user's sessions."
            )
            self.must_change_password.description = (
                "Switch this on when you set a new password for somebody else. "
                "Until it is changed the user's API tokens do not work either."
            )


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A role: what it allows, and where."""

    name = StringField("Name", [InputRequired(_REQUIRED)], filters=[_strip], render_kw=_OFF)
    description = StringField("Description", filters=[_strip], render_kw=_OFF)
    permissions = SelectMultipleField(
        "Permissions", choices=[SelectChoice(str(name), text) for name, text in PERMISSIONS.items()]
    )
    pbx_scope = LinesField(
        "Only these servers", description="One name a line; blank means all.", render_kw={"rows": 3}
    )
    queue_scope = LinesField(
        "Only these queues", description="One name a line; blank means all.", render_kw={"rows": 3}
    )

    def read_fields(self) -> RoleFields:
        """Return the fields of the form."""
        return RoleFields(
            name=self.name.data,
            description=self.description.data or "",
            permissions=frozenset(self.permissions.data or ()),
            pbx_scope=self.pbx_scope.data,
            queue_scope=self.queue_scope.data,
        )
