"""Static files: the digest in their addresses, how long they are kept, compression, what is not served."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask, url_for
from werkzeug.test import TestResponse

from amictl.web.static_files import StaticFiles, register_static_files, strip_comments
from tests.application import Application
from tests.serving import ROOT

SCRIPT = 'import "./part.js";\n' * 50
HASHED = re.compile(r"/static/[0-9a-f]{16}/")
FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "js/tabs").mkdir(parents=True)
    (folder / "js/main.js").write_text(SCRIPT)
    (folder / "js/tabs/calls.js").write_text("export {};")
    (folder / "js/main.d.ts").write_text("export {};")
    (folder / "font.woff2").write_bytes(b"font" * 100)
    (folder / ".installed").touch()
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def app(folder: Path) -> Flask:
    app = Flask("static", static_folder=None)
    register_static_files(app, StaticFiles(folder))
    return app


def address_of(app: Flask, path: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=path)


def get(app: Flask, path: str, method: str = "GET", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().open(path, method=method, headers=named)


def test_an_address_with_the_present_digest_is_kept_for_a_year(app: Flask) -> None:
    address = address_of(app, "js/main.js")
    assert HASHED.match(address)
    answer = get(app, address)
    assert answer.text == SCRIPT
    assert answer.headers["Cache-Control"] == FOREVER
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("path", ["/static/js/main.js", "/static/0123456789abcdef/js/main.js"])
def test_an_address_without_digest_or_with_an_old_one_gives_the_present_file_and_is_asked_for_again(
    app: Flask, path: str
) -> None:
    answer = get(app, path)
    assert answer.text == SCRIPT
    assert answer.headers["Cache-Control"] == "no-cache"
    again = get(app, path, If_None_Match=answer.headers["ETag"])
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["Cache-Control"] == "no-cache"


def test_the_digest_is_one_for_all_files_and_changes_with_any_of_them(app: Flask, folder: Path) -> None:
    first = address_of(app, "js/main.js").split("/")[2]
    assert address_of(app, "font.woff2").split("/")[2] == first
    (folder / "js/tabs/calls.js").write_text("export { };")
    second = address_of(app, "js/main.js")
    assert second.split("/")[2] != first
    assert get(app, second).headers["Cache-Control"] == FOREVER
    assert get(app, f"/static/{first}/js/main.js").headers["Cache-Control"] == "no-cache"
    (folder / "js/tabs/calls.js").write_text("export {};")
    assert address_of(app, "js/main.js").split("/")[2] == first


def test_text_is_compressed_for_those_who_take_it(app: Flask) -> None:
    path = address_of(app, "js/main.js")
    plain, packed = get(app, path), get(app, path, Accept_Encoding="br, gzip")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", ""])
def test_others_get_it_plain(app: Flask, accepted: str) -> None:
    answer = get(app, address_of(app, "js/main.js"), Accept_Encoding=accepted)
    assert "Content-Encoding" not in answer.headers
    assert answer.text == SCRIPT


def test_what_is_compressed_already_or_would_grow_is_left_alone(app: Flask) -> None:
    for path, content_type in {"font.woff2": "font/woff2", "js/tabs/calls.js": "text/javascript"}.items():
        answer = get(app, address_of(app, path), Accept_Encoding="gzip")
        assert "Content-Encoding" not in answer.headers, path
        assert answer.mimetype == content_type


def test_head_tells_what_get_would_send(app: Flask) -> None:
    path = address_of(app, "js/main.js")
    got, head = get(app, path), get(app, path, "HEAD")
    assert head.data == b""
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(SCRIPT))
    assert head.headers["ETag"] == got.headers["ETag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(app: Flask, method: str) -> None:
    assert get(app, "/static/js/main.js", method).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "js/../../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "js/..%5c..%5csecret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "js",
        "js/",
        "",
        "nothing.js",
        "js/main.js/",
        "js/main.js%00.css",
        ".installed",
        "js/main.d.ts",
    ],
)
@pytest.mark.parametrize("prefix", ["/static/", "/static/0123456789abcdef/"])
def test_nothing_but_the_files_of_the_folder_is_served(app: Flask, prefix: str, path: str) -> None:
    answer = get(app, prefix + path)
    assert answer.status_code in {301, 308, 404}  # werkzeug puts double slashes right by a redirect
    assert "secret" not in answer.text.replace("secret.txt", "")


def test_a_page_takes_all_its_files_from_one_release_and_they_are_there(
    shared_application: Application,
) -> None:
    page = shared_application.log_in().get("/console/").text
    named = set(re.findall(r'(?:href|src|data-icons)="(/static/[^"#]+)', page))
    assert len(named) > 5
    assert len({path.split("/")[2] for path in named}) == 1
    browser = shared_application.app.test_client()
    for path in named:
        if "/vendor/" in path and not (ROOT / "static/vendor").exists():
            continue  # the set-up fills it, and the fast tests do without
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == FOREVER
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in answer.headers


def test_a_page_names_each_module_that_its_scripts_need_before_they_run_once(folder: Path) -> None:
    (folder / "js/main.js").write_text(
        'import { a } from "./part.js";\nimport {\n  b,\n} from "./tabs/calls.js";\n'
        'import "./part.js";\nimport("./late.js");\n'
    )
    (folder / "js/part.js").write_text('export * from "../vendor/lit.js";\nconst from = "./late.js";\n')
    (folder / "js/tabs/calls.js").write_text('import { a } from "../part.js";\n')
    (folder / "js/late.js").touch()
    listed = StaticFiles(folder).look().list_modules("js/main.js", "js/tabs/none.js")
    assert listed == ["js/main.js", "js/part.js", "js/tabs/calls.js"]


def test_the_console_names_the_modules_of_its_start_and_of_the_tab_that_it_shows(
    shared_application: Application,
) -> None:
    browser = shared_application.log_in()
    for path, tab in {"/console/events": "events", "/console/queues": "queues"}.items():
        page = browser.get(path).text
        preloaded = re.findall(r'<link rel="modulepreload" href="/static/[0-9a-f]{16}/([^"]+)"', page)
        assert preloaded[0] == "js/main.js"
        assert f"js/tabs/{tab}.js" in preloaded
        assert "js/dom.js" in preloaded
        assert len(preloaded) == len(set(preloaded))


def test_the_console_is_compressed_and_shows_nothing_of_what_its_address_says(
    shared_application: Application,
) -> None:
    browser = shared_application.log_in()
    plain = browser.get("/console/?pbx=guessed-text&q=guessed-text")
    packed = browser.client.get("/console/", headers={"Accept-Encoding": "gzip"})
    assert "guessed-text" not in plain.text
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).startswith(b"\n<!doctype html>")
    assert len(packed.data) < len(plain.data) / 2


def test_all_scripts_styles_icons_and_fonts_are_served_as_what_they_are(
    shared_application: Application,
) -> None:
    types = {
        ".js": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
    }
    browser = shared_application.app.test_client()
    for folder in ("css", "js", "vendor"):
        for file in (ROOT / "static" / folder).rglob("*"):
            if file.suffix in types:
                answer = browser.get(f"/static/{file.relative_to(ROOT / 'static').as_posix()}")
                assert answer.mimetype == types[file.suffix], file
                content = file.read_bytes()
                if folder == "css":
                    assert b"/*" not in answer.data
                    assert answer.data.count(b"{") == re.sub(rb"(?s)/\*.*?\*/", b"", content).count(b"{")
                else:
                    assert answer.data == (strip_comments(content) if folder == "js" else content)


def test_scripts_are_sent_without_the_comments_of_types_and_do_the_same_on_the_same_lines() -> None:
    files = sorted((ROOT / "static/js").rglob("*.js"))
    pairs = [(str(file), file.read_text(), strip_comments(file.read_bytes()).decode()) for file in files]
    assert sum("@param" in sent for _file, _source, sent in pairs) == 0
    assert sum("@param" in source for _file, source, _sent in pairs) > 10
    if not (ROOT / "node_modules/acorn").exists():
        pytest.skip("There is no acorn: make setup")
    command = [str(ROOT / ".venv/bin/node"), str(ROOT / "tests/web/same_scripts.js")]
    answer = subprocess.run(command, input=json.dumps(pairs), check=True, capture_output=True, text=True)
    assert json.loads(answer.stdout) == []
