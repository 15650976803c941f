"""Serving on plain threads, in the test's own process, with Werkzeug's server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server

from tests.application import Application
from tests.patience import PATIENCE


@contextmanager
def serve_on_threads(app: Callable[..., Any]) -> Iterator[str]:
    """Serve a WSGI application while the block runs, and yield its host and port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


@contextmanager
def serve_application(application: Application) -> Iterator[str]:
    """Serve amictl with its background tasks while the block runs, and yield its host and port."""
    realtime = application.services.realtime
    application.picture.on_change = realtime._publisher._signal.mark
    with serve_on_threads(application.app) as address:
        realtime.start()
        try:
            yield address
        finally:
            realtime.stop()
