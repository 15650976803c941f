"""The forms of the settings pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
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

_REQUIRED = _("Fill this in.")
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
        _("Name"),
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description=_(
            "Short name for links and programs: lower-case letters, digits and hyphens. "
            "The first server is usually called main."
        ),
        render_kw=_OFF,
    )
    host = StringField(
        _("Host"),
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description=_("Host name or IP address of the server."),
        render_kw=_OFF,
    )
    port = IntegerField(
        _("Port"),
        [InputRequired(_REQUIRED)],
        default=DEFAULT_AMI_PORT,
        description=_("AMI listens on 5038, and on 5039 with TLS, unless manager.conf says otherwise."),
    )
    username = StringField(
        _("AMI user"),
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description=_("The name of the user's section in manager.conf."),
        render_kw=_OFF,
    )
    secret = PasswordField(
        _("Secret"),
        description=_("That user's secret. It is stored encrypted and never shown again."),
        render_kw=_NEW_PASSWORD,
    )
    tls = BooleanField(_("Use TLS"), description=_("Needs tlsenable=yes in manager.conf."))
    tls_verify = BooleanField(
        _("Verify the server's certificate"),
        default=True,
        description=_("Switch this off in a lab only: anybody on the way could pose as the server."),
    )
    tls_ca = TextAreaField(
        _("Private CA"),
        filters=[_strip],
        description=_("PEM certificate of the CA that signed the server's, if it is not a public one."),
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

    enabled = BooleanField(_("Keep a link to this server"), default=True)

    def __init__(self, formdata: Any = None, *, obj: AmiServer | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(formdata, obj=obj, **kwargs)
        if obj is None:
            self.secret.flags.required = True
        else:
            self.secret.label.text = _("New secret")
            self.secret.description = _(
                "Leave blank to keep the stored one, which is never shown. "
                "Enter it again when the host, the port or TLS changes."
            )

    def read_fields(self) -> ServerFields:
        """Return the fields of the form; a blank secret is None."""
        return replace(super().read_fields(), enabled=self.enabled.data)


class CommandForm(FlaskForm):  # type: ignore[misc]
    """The beginning of CLI commands that ``command.run`` may use."""

    prefix = StringField(
        _("Command"),
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description=_(
            "Whole words, at least two. With 'queue show', 'queue show support' may be run too. "
            "Allow commands that only read, and show no secrets."
        ),
        render_kw=_OFF,
    )


class UserForm(FlaskForm):  # type: ignore[misc]
    """A user; the name of a stored one stays.

    Args:
        obj: The stored user; None for a new one.
    """

    username = StringField(
        _("Name"),
        [InputRequired(_REQUIRED)],
        filters=[_strip],
        description=_("Letters, digits, '.', '_', '-' and '@'."),
        render_kw=_OFF,
    )
    password = PasswordField(_("Password"), description=_("At least 10 characters."), render_kw=_NEW_PASSWORD)
    must_change_password = BooleanField(
        _("Must choose another password at the next login"),
        default=True,
        description=_(
            "You know it, so somebody else should not keep it. Switch this off for an account whose "
            "API tokens a program uses: they do not work before it is changed either."
        ),
    )
    role = SelectField(_("Role"), [InputRequired(_REQUIRED)])
    active = BooleanField(_("May log in"), default=True)

    def __init__(self, formdata: Any = None, *, obj: User | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(formdata, obj=obj, **kwargs)
        if obj is None:
            self.password.flags.required = True
        else:
            del self.username
            self.password.label.text = _("New password")
            self.password.description = _(
                "Leave blank to keep the present one. "
                "A new one has at least 10 characters and ends the user's sessions."
            )
            self.must_change_password.description = _(
                "Switch this on when you set a new password for somebody else. "
                "Until it is changed the user's API tokens do not work either."
            )


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A role: what it allows, and where."""

    name = StringField(_("Name"), [InputRequired(_REQUIRED)], filters=[_strip], render_kw=_OFF)
    description = StringField(_("Description"), filters=[_strip], render_kw=_OFF)
    permissions = SelectMultipleField(
        _("Permissions"), choices=[SelectChoice(str(name), _(text)) for name, text in PERMISSIONS.items()]
    )
    pbx_scope = LinesField(
        _("Only these servers"), description=_("One name a line; blank means all."), render_kw={"rows": 3}
    )
    queue_scope = LinesField(
        _("Only these queues"), description=_("One name a line; blank means all."), render_kw={"rows": 3}
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
