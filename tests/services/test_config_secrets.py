"""What configuration files hold of passwords is not shown."""

from __future__ import annotations

import pytest

from amictl.protocol import Action
from amictl.services.utilities.config_secrets import show_without_secrets
from tests.application import make_message


def show_line(line: str) -> str:
    message = make_message(Response="Success", **{"Category-000000": "100", "Line-000000-000000": line})
    shown = show_without_secrets(Action("GetConfig"), message)
    assert shown["Category-000000"] == "100"
    return str(shown["Line-000000-000000"])


@pytest.mark.parametrize(
    "name",
    [
        "secret",
        "Password",
        "md5_cred",
        "vmsecret",
        "remotesecret",
        "dbpass",
        "register",
        "auth",
        "100",
        " secret ",
    ],
)
def test_a_line_with_a_password_keeps_only_its_name(name: str) -> None:
    assert show_line(f"{name}=hunter2=x,Alice") == f"{name}=***"


@pytest.mark.parametrize("line", ["context=default", "exten=200,1,Answer()", "username=alice", "noise"])
def test_other_lines_are_shown(line: str) -> None:
    assert show_line(line) == line


def test_the_json_of_a_file_is_masked_where_it_is_no_proper_json() -> None:
    text = r'{"a":{"secret":"x\"y","context":"default"},"b":["password":"p","user":"u"],"100":"1234,Alice"}'
    shown = show_without_secrets(Action("GetConfigJSON"), make_message(Response="Success", JSON=text))
    assert shown["JSON"] == (
        '{"a":{"secret":"***","context":"default"},"b":["password":"***","user":"u"],"100":"***"}'
    )


def test_other_actions_lose_the_headers_that_hold_passwords() -> None:
    message = make_message(Event="AuthDetail", Username="100", Password="secret-100")
    shown = show_without_secrets(Action("PJSIPShowEndpoint"), message)
    assert shown == {"Event": "AuthDetail", "Username": "100", "Password": "***"}
