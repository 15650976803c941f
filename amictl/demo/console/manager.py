"""``manager show …``: the users and sessions of AMI (Asterisk main/manager.c)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amictl.demo.console.registry import Invocation, command
from amictl.demo.rights import write_held

_UNPADDED: Final = frozenset({"Channel vars", "Disabled events"})


@command("manager show user", "Display information on a specific manager user", fewest=1, most=1)
def show_user(asked: Invocation) -> Iterator[str]:
    """Show one user."""
    name = asked.words[0]
    user = asked.session.sessions.users.get(name.lower())
    if user is None:
        yield f"There is no manager called {name}"
        return
    yield ""
    yield f"          username: {user.username}"
    yield "            secret: <Set>"
    yield "               ACL: no"
    yield f"         read perm: {write_held(user.read_mask)}"
    yield f"        write perm: {write_held(user.write_mask)}"
    yield "   displayconnects: no"
    yield f"allowmultiplelogin: {'yes' if user.allow_multiple_login else 'no'}"
    yield "         Variables: "


@command("manager show settings", "Show manager global settings")
def show_settings(asked: Invocation) -> Iterator[str]:
    """Show the settings of all sessions."""
    host, port = asked.session.local
    settings = {
        "Manager (AMI)": "Yes",
        "Web Manager (AMI/HTTP)": "No",
        "TCP Bindaddress": f"{host}:{port}",
        "HTTP Timeout (seconds)": "60",
        "TLS Enable": "No",
        "TLS Bindaddress": "Disabled",
        "TLS Certfile": "asterisk.pem",
        "TLS Privatekey": "",
        "TLS Cipher": "",
        "Allow multiple login": "Yes",
        "Display connects": "No",
        "Timestamp events": "No",
        "Channel vars": "",
        "Disabled events": "",
        "Debug": "No",
    }
    yield from ("", "Global Settings:", "----------------")
    for name, value in settings.items():
        padded = value if name in _UNPADDED else f"{value:<15s}"
        yield f"  {f'{name}:':<25s}  {padded}"
    yield from ("", "")


@command("manager show users", "List configured manager users")
def show_users(asked: Invocation) -> Iterator[str]:
    """List the users."""
    users = asked.session.sessions.users.values()
    yield ""
    yield "username"
    yield "--------"
    yield from (user.username for user in users)
    yield "-------------------"
    yield f"{len(users)} manager users configured."


@command("manager show connected", "List connected manager interface users")
def show_connected(asked: Invocation) -> Iterator[str]:
    """List who is logged in."""
    row = "  {:<15.15s}  {:<55.55s}  {:<10.10s}  {:<10.10s}  {:<8.8s}  {:<8.8s}  {:<10.10s}  {:<10.10s}"
    yield row.format(
        "Username", "IP Address", "Start", "Elapsed", "FileDes", "HttpCnt", "ReadPerms", "WritePerms"
    )
    connected = [session for session in asked.session.sessions.all if session.login]
    for session in connected:
        login = session.login
        if login is not None:
            began, now = int(login.began_at), int(asked.world.now())
            cells = (began, now - began, session.descriptor, 0, login.user.read_mask, login.user.write_mask)
            yield row.format(login.user.username, session.remote[0], *map(str, cells))
    yield f"{len(connected)} users connected."
