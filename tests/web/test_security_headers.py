"""Every answer tells browsers to be strict."""

from __future__ import annotations

import re

import pytest

from tests.application import Application

PAGES = ["/console/", "/login", "/admin/", "/nowhere", "/api/nowhere", "/api/ami/channels/", "/healthz"]


def policy_of(header: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in header.split(";"))}


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_allows_own_scripts_only(shared_application: Application, path: str) -> None:
    answer = shared_application.log_in().get(path)
    policy = policy_of(answer.headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert policy["connect-src"] == ["'self'", "ws://localhost"]
    assert policy["style-src"] == ["'self'"]
    own, nonce = policy["script-src"]
    assert own == "'self'"
    assert re.fullmatch(r"'nonce-[\w-]{16,}'", nonce)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_private_is_cached_sniffed_or_framed(shared_application: Application, path: str) -> None:
    headers = shared_application.log_in().get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-ID"])


def test_the_nonce_is_new_in_each_answer_and_the_page_uses_it(shared_application: Application) -> None:
    browser = shared_application.log_in()
    nonces = set()
    for _ in range(3):
        answer = browser.get("/console/")
        found = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        assert found
        assert f'nonce="{found.group(1)}"' in answer.text
        nonces.add(found.group(1))
    assert len(nonces) == 3


def test_no_page_has_a_script_without_the_nonce_or_an_inline_handler(shared_application: Application) -> None:
    browser = shared_application.log_in()
    for path in ("/console/", "/admin/", "/nowhere"):
        page = browser.get(path).text
        for tag in re.findall(r"<script[^>]*>", page):
            assert "nonce=" in tag or 'type="application/json"' in tag, (path, tag)
        assert not re.search(r"<[^>]+\son[a-z]+=", page), path


@pytest.mark.parametrize("host", ["evil.example;script-src *", "a b", "x'y"])
def test_a_strange_host_header_cannot_widen_the_policy(shared_application: Application, host: str) -> None:
    answer = shared_application.app.test_client().get("/login", headers={"Host": host})
    policy = policy_of(answer.headers.get("Content-Security-Policy", "default-src 'none'"))
    assert policy.get("connect-src", ["'self'"]) == ["'self'"]
    assert policy.get("script-src", ["'self'"])[0] == "'self'"
    assert "*" not in answer.headers.get("Content-Security-Policy", "")
