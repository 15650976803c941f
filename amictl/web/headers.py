"""The response headers that keep browsers strict."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


def register_headers(app: Flask) -> None:
    """Attach the headers, and give templates ``csp_nonce()``."""
    app.jinja_env.globals["csp_nonce"] = make_csp_nonce
    app.after_request(harden_response)


def make_csp_nonce() -> str:
    """Return the nonce of the present request; scripts that carry it may run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def harden_response(response: Response) -> Response:
    """Add the security headers to a response, and keep what was private out of every cache."""
    headers = response.headers
    headers["Content-Security-Policy"] = _describe_policy()
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"  # for browsers that know no frame-ancestors
    headers["Referrer-Policy"] = "same-origin"  # Flask-WTF checks the referrer of writes over HTTPS
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    if "request_id" in g:
        headers["X-Request-ID"] = g.request_id
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response


def _describe_policy() -> str:
    """Return the content security policy of the present request ("CSP Level 3")."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{make_csp_nonce()}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self'{_describe_socket_origin()}",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _describe_socket_origin() -> str:
    """Return this origin's WebSocket scheme: older browsers do not count it as ``'self'``."""
    if not _HOST.fullmatch(request.host):
        return ""
    return f" {'wss' if request.is_secure else 'ws'}://{request.host}"
