"""``manager show …``: the users and sessions of AMI (Asterisk main/manager.c)."""

from __future__ import annotations

from collections.abc import Iterator

from amictl.demo.console.registry import Invocation, command
from amictl.demo.rights import write_held


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
