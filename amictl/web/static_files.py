"""Files of the console with the digest of all of them in their address, so that browsers keep them for long.

``/static/<release>/js/main.js`` is cached for a year and never asked for again. The digest stands before
the path, so a stylesheet's fonts and a module's imports, which are relative, have it too. An address
without it, or with the digest of an older release, gives the present file and is asked for again each
time: a page that was opened before an upgrade can still load its tabs.

The console's own scripts are sent without the comments that declare types, a third of what they compress
to, each line where it was; its own stylesheets without comments.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
import posixpath
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

ENDPOINT = "static"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_DIGEST_LENGTH = 16  # hexadecimal digits: 64 bits tell releases apart
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""Said here, since a machine's own table may call a script text/plain, which browsers refuse to run."""

_COMPRESSED = frozenset({".css", ".js", ".json", ".svg"})


_OWN_SCRIPTS = "js/"
_OWN_STYLES = "css/"
_STYLE_COMMENT = re.compile(rb"/\*(?:(?!\*/).)*\*/\n?", re.DOTALL)
_IMPORT = re.compile(rb'^(?:import|export)\s[^"]*?from\s*"(\.[^"]+)"|^import\s*"(\.[^"]+)"', re.MULTILINE)
_JSDOC = re.compile(rb"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)


class DigestConverter(BaseConverter):
    """The part of an address that is a digest."""

    regex = f"[0-9a-f]{{{_DIGEST_LENGTH}}}"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent.

    Args:
        path: Its path below the folder, with slashes.
        content: Its bytes.
    """

    path: str
    content: bytes

    @property
    def suffix(self) -> str:
        """The end of its name, which decides on its type."""
        return PurePosixPath(self.path).suffix

    @property
    def content_type(self) -> str:
        """Its media type."""
        return _TYPES.get(self.suffix) or mimetypes.guess_type(self.path)[0] or "text/plain; charset=utf-8"

    @cached_property
    def digest(self) -> str:
        """The digest of its bytes."""
        return hashlib.sha256(self.content).hexdigest()[:_DIGEST_LENGTH]

    @cached_property
    def compressed(self) -> bytes | None:
        """Its bytes under gzip, made once; None where that saves nothing."""
        if self.suffix not in _COMPRESSED:
            return None
        smaller = gzip.compress(self.content, mtime=0)
        return smaller if len(smaller) < len(self.content) else None

    @cached_property
    def imported(self) -> tuple[str, ...]:
        """The paths of the modules that a script imports before it runs."""
        folder = posixpath.dirname(self.path)
        named = (module.decode() for found in _IMPORT.findall(self.content) for module in found if module)
        return tuple(posixpath.normpath(posixpath.join(folder, module)) for module in named)


@dataclass(frozen=True, slots=True)
class Release:
    """All files as they were at one moment.

    Args:
        stamps: Path, size and time of change of each file: other ones make another release.
        files: The files by their paths.
        digest: The digest of all paths and contents.
    """

    stamps: tuple[tuple[str, int, int], ...]
    files: dict[str, StaticFile]
    digest: str

    def list_modules(self, *scripts: str) -> list[str]:
        """Return scripts and all modules that they need before they run, each once.

        A page that names them lets the browser ask for all at once, rather than for each module's own when
        that has come.

        Args:
            *scripts: Paths of modules; those that are not there are left out.
        """
        listed: dict[str, None] = {}
        waiting = list(reversed(scripts))
        while waiting:
            path = waiting.pop()
            if path in self.files and path not in listed:
                listed[path] = None
                waiting.extend(reversed(self.files[path].imported))
        return list(listed)


class StaticFiles:
    """The files below one folder, read into memory when they are first asked for.

    Args:
        folder: What is served. Files whose names begin with a dot and declarations of types are left out.
        made: What is served besides, by path: files that were made from others.
    """

    def __init__(self, folder: Path, made: Mapping[str, bytes] = MappingProxyType({})) -> None:
        self._folder = folder
        self._made = [StaticFile(path, content) for path, content in sorted(made.items())]
        self._lock = threading.Lock()
        self._release: Release | None = None

    def look(self) -> Release:
        """Return the files as they are on the disk now; it reads them only if one of them was changed."""
        stamps = tuple(sorted(self._stamp_files()))
        with self._lock:
            if self._release is None or self._release.stamps != stamps:
                self._release = self._read(stamps)
            return self._release

    @property
    def present(self) -> Release:
        """The files as they were when a page was last made of them."""
        return self._release or self.look()

    def _stamp_files(self) -> Iterator[tuple[str, int, int]]:
        """Yield path, size and time of change of each file."""
        for folder, _folders, names in os.walk(self._folder, followlinks=True):
            for name in names:
                if not name.startswith(".") and not name.endswith(".d.ts"):
                    file = Path(folder, name)
                    status = file.stat()
                    path = file.relative_to(self._folder).as_posix()
                    yield path, status.st_size, status.st_mtime_ns

    def _read(self, stamps: tuple[tuple[str, int, int], ...]) -> Release:
        """Read all files."""
        files = {path: StaticFile(path, self._read_file(path)) for path, _size, _time in stamps}
        files |= {file.path: file for file in self._made}
        whole = hashlib.sha256()
        for path, file in files.items():
            whole.update(f"{path}\0{file.digest}\n".encode())
        return Release(stamps, files, whole.hexdigest()[:_DIGEST_LENGTH])

    def _read_file(self, path: str) -> bytes:
        """Return what is sent of a file."""
        content = (self._folder / path).read_bytes()
        if path.startswith(_OWN_STYLES):
            return _STYLE_COMMENT.sub(b"", content)
        return strip_comments(content) if path.startswith(_OWN_SCRIPTS) else content


def strip_comments(script: bytes) -> bytes:
    """Return a script without its JSDoc comments; a test holds what is left against what was there."""
    return _JSDOC.sub(lambda comment: b"\n" * comment.group().count(b"\n"), script)


def register_static_files(app: Flask, files: StaticFiles) -> None:
    """Serve the files at ``/static/``, and put the digest into each address that ``url_for`` makes of them.

    Args:
        app: An application without a static folder of its own.
        files: What is served.
    """

    def send_file(filename: str, release: str | None = None) -> Response:
        present = files.present
        file = present.files.get(filename)
        if file is None:
            raise NotFound
        return _answer(file, _FOREVER if release == present.digest else _ASK_AGAIN)

    def add_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT and "release" not in values:
            if "static_release" not in g:
                g.static_release = files.look().digest  # one look for all addresses of a page
            values["release"] = g.static_release

    app.jinja_env.globals["list_modules"] = lambda *scripts: files.look().list_modules(*scripts)
    app.url_map.converters["digest"] = DigestConverter
    app.add_url_rule("/static/<digest:release>/<path:filename>", ENDPOINT, send_file)
    app.add_url_rule("/static/<path:filename>", ENDPOINT, send_file)
    app.url_defaults(add_digest)


def compress_page(response: Response) -> Response:
    """Compress a page for a browser that takes that.

    Only for pages that show nothing of what the request said: the length of one that does would tell others,
    letter by letter, what else is in it ("BREACH").

    Args:
        response: The page.
    """
    response.vary.add("Accept-Encoding")
    if response.mimetype == "text/html" and request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _answer(file: StaticFile, cache_control: str) -> Response:
    """Return the answer to a request for a file, compressed if the browser takes that."""
    compressed = file.compressed
    is_compressed = compressed is not None and request.accept_encodings.quality("gzip") > 0
    response = Response(compressed if is_compressed else file.content, content_type=file.content_type)
    response.set_etag(f"{file.digest}-gzip" if is_compressed else file.digest)
    response.headers["Cache-Control"] = cache_control
    if compressed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)  # in place
    return response
