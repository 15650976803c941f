"""What the audit log keeps of requests and actions."""

from __future__ import annotations

import json

import pytest

from amictl.services.execution.masking import (
    MASK,
    clean_text,
    encode_json,
    is_secret_name,
    mask_fields,
    mask_headers,
)


@pytest.mark.parametrize(
    "name",
    ["secret", "Secret", "password", "new_password", "passwd", "PIN", "vm_pin", "auth_key", "auth_token",
     "AuthKey", "digit", "digits", "md5secret", "SIPMD5", "api_key",
     "csrf_token"],
)  # fmt: skip
def test_names_of_secrets_are_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "channel",
        "exten",
        "reason",
        "pinned",
        "spinning",
        "monkey",
        "keyword",
        "key",
        "digital",
        "queue",
        "token_id",
    ],
)
def test_other_names_are_not_taken_for_secrets(name: str) -> None:
    assert not is_secret_name(name)


def test_secrets_are_masked_at_any_depth_and_the_rest_is_kept() -> None:
    body = {
        "channel": "PJSIP/100",
        "variables": {"SIP_SECRET": "s1", "LANG": "de"},
        "list": [{"password": "s2"}, "word"],
        "pin": None,
        "digits": 4711,
    }
    masked = mask_fields(body)
    assert masked == {
        "channel": "PJSIP/100",
        "variables": {"SIP_SECRET": MASK, "LANG": "de"},
        "list": [{"password": MASK}, "word"],
        "pin": None,
        "digits": MASK,
    }


def test_headers_are_masked_by_their_name_and_variables_by_theirs() -> None:
    headers = (
        ("Channel", "PJSIP/100"),
        ("Digit", "7"),
        ("Variable", "CARD_PIN=1234"),
        ("Variable", "LANG=de"),
        ("Secret", ""),
    )
    assert mask_headers(headers) == [
        ["Channel", "PJSIP/100"],
        ["Digit", MASK],
        ["Variable", f"CARD_PIN={MASK}"],
        ["Variable", "LANG=de"],
        ["Secret", ""],
    ]


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ({"Channel": "PJSIP/100-1", "Variable": "SIP_PIN", "Value": "1234"}, "Value"),
        ({"Family": "pins", "Key": "pin", "Val": "1234"}, "Val"),
        ({"Var-000001": "secret", "Value-000001": "1234", "Match-000001": "4321"}, "Value-000001"),
        ({"Var-000001": "secret", "Match-000001": "4321"}, "Match-000001"),
        ({"Var-000000": "100", "Value-000000": "1234,Alice"}, "Value-000000"),
        ({"var_000000": "register", "value_000000": "me:1234@there"}, "value_000000"),
        ({"variable": "CARD_PIN", "value": "1234"}, "value"),
        ({"family": "pin", "key": "100", "value": "1234"}, "value"),
    ],
)
def test_a_value_is_masked_when_another_field_gives_it_a_secret_name(
    headers: dict[str, str], value: str
) -> None:
    assert dict(mask_headers(headers.items()))[value] == MASK
    assert mask_fields({"parameters": headers})["parameters"][value] == MASK


@pytest.mark.parametrize(
    "headers",
    [
        {"Variable": "LANG", "Value": "de"},
        {"Family": "shifts", "Val": "late"},
        {"Var-000000": "context", "Value-000000": "default", "Var-000001": "secret"},
        {"Value": "1", "Interface": "PJSIP/100"},
    ],
)
def test_a_value_under_a_harmless_name_is_kept(headers: dict[str, str]) -> None:
    assert dict(mask_headers(headers.items())) == headers
    assert mask_fields(headers) == headers


def test_what_is_too_long_is_cut_and_says_so() -> None:
    kept = json.loads(encode_json({"data": "x" * 100_000}))
    assert kept["length"] > 100_000
    assert kept["cut"].startswith('{"data":"xxx')
    assert len(encode_json({"data": "x" * 100_000})) < 4000


def test_what_is_nested_without_end_is_cut() -> None:
    body: dict[str, object] = {}
    for _ in range(500):
        body = {"inner": body}
    assert len(encode_json(mask_fields(body))) < 4000


@pytest.mark.parametrize("text", ["a\0b", "a\x1b[31mb", "a\ud800b", "a\u202eb"])
def test_text_that_a_database_or_a_terminal_could_choke_on_is_replaced(text: str) -> None:
    cleaned = clean_text(text)
    assert (cleaned[0], cleaned[-1]) == ("a", "b")
    cleaned.encode()
    assert cleaned.isprintable()


def test_json_with_a_nul_or_a_lone_surrogate_can_be_kept_and_read() -> None:
    text = encode_json({"a": "x\0y", "b": "\ud800"})
    assert json.loads(text)["a"] == "x\0y"
    text.encode()
