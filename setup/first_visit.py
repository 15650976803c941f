"""A newcomer's first visit to a new installation, for ``setup/fresh.sh``.

``first_visit.py call URL LOG``: sign in with the password that was printed to LOG, choose another one, and
wait for the first call that goes on. ``first_visit.py picture URL FILE``: sign in and take a picture of the
console.
"""

from __future__ import annotations

import html
import json
import re
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

_OWN_PASSWORD: Final = "three unrelated words of a newcomer"  # noqa: S105 - of an installation that is removed
_PRINTED: Final = re.compile(r"Administrator made: (\S+), password (\S+)")
_FIELD: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
_PATIENCE: Final = 120.0


class Visitor:
    """Somebody with a browser that keeps cookies.

    Args:
        url: Where amictl serves.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, path: str) -> str:
        """Return a page."""
        with self._browser.open(self._url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def send(self, path: str, fields: Mapping[str, str]) -> str:
        """Send the form of a page, and return the page that it leads to."""
        found = _FIELD.search(self.open(path))
        if found is None:
            raise SystemExit(f"{path} has no form.")
        form = urlencode({"csrf_token": html.unescape(found[1]), **fields}).encode()
        with self._browser.open(self._url + path, data=form, timeout=10) as answer:
            return str(answer.read().decode())


def wait_for_call(url: str, log: Path) -> str:
    """Return who talks to whom in the first call that the API tells to go on.

    Args:
        url: Where amictl serves.
        log: What it printed.
    """
    printed = _PRINTED.search(log.read_text())
    if printed is None:
        raise SystemExit("No password was printed.")
    visitor = Visitor(url)
    visitor.send("/login", {"username": printed[1], "password": printed[2]})
    chosen = {"password": _OWN_PASSWORD, "password_again": _OWN_PASSWORD}
    visitor.send("/password", {"present_password": printed[2], **chosen})
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        for call in _list_calls(visitor):
            if call["state"] == "talking":
                return f"{_name(call['caller'])} talks to {_name(call['callee'])}"
        time.sleep(0.2)
    raise SystemExit("No call went on.")


def take_picture(url: str, file: str) -> None:
    """Save a picture of the console's queues, once they are there.

    Args:
        url: Where amictl serves.
        file: The picture's name.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it is not there before `make test`

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{url}/login")
        page.fill("#username", "admin")
        page.fill("#password", _OWN_PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(f"{url}/")
        page.goto(f"{url}/#queues")
        page.get_by_role("heading", name="support").wait_for()
        page.screenshot(path=file)
        browser.close()


def _list_calls(visitor: Visitor) -> list[dict[str, Any]]:
    """Return the calls that go on; none while the link is not up."""
    try:
        calls: list[dict[str, Any]] = json.loads(visitor.open("/api/ami/calls/"))["data"]["calls"]
    except HTTPError as error:
        if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
            raise
        return []
    return calls


def _name(party: Mapping[str, str | None] | None) -> str:
    return (party or {}).get("name") or (party or {}).get("number") or "somebody"


if __name__ == "__main__":
    task, address, place = sys.argv[1:]
    if task == "call":
        sys.stdout.write(f"{wait_for_call(address, Path(place))}\n")
    else:
        take_picture(address, place)
