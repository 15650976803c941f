"""Users: passwords, sessions, and the administrator who always remains."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import argon2
import pytest

from amictl.errors import Conflict, InvalidInput, NotFound
from amictl.store import Accounts, Passwords, RoleFields, Store, User, db
from tests.store.store_app import ADMIN_PASSWORD, CHEAP_HASHER

T = TypeVar("T")
PASSWORD = "a good long password"


@pytest.fixture
def agent(store: Store) -> User:
    return store.accounts.create("bob", PASSWORD, "Agent")


@pytest.mark.usefixtures("agent")
class TestVerifyPassword:
    def test_accepts_the_right_password_however_the_name_is_spelled(self, store: Store) -> None:
        user = store.accounts.verify_password(" Bob ", PASSWORD)
        assert user is not None
        assert user.username == "bob"

    @pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), PASSWORD + " ", "x" * 10_000])
    def test_refuses_any_other_password(self, store: Store, password: str) -> None:
        assert store.accounts.verify_password("bob", password) is None

    def test_refuses_an_inactive_user(self, store: Store, agent: User) -> None:
        store.accounts.update(agent, active=False)
        assert store.accounts.verify_password("bob", PASSWORD) is None

    def test_does_as_much_work_for_an_unknown_name_as_for_a_known_one(self) -> None:
        runs: list[str] = []

        def run(work: Callable[[], T], /) -> T:
            result = work()
            runs.append(f"hashed:{result}")
            return result

        accounts = Accounts(db.session, Passwords(CHEAP_HASHER, run))
        assert accounts.verify_password("bob", "wrong password") is None
        assert accounts.verify_password("nobody", "wrong password") is None
        assert runs == ["hashed:False", "hashed:False"]

    def test_renews_a_hash_made_with_older_parameters(self, agent: User) -> None:
        before = agent.password_hash
        dearer = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
        accounts = Accounts(db.session, Passwords(dearer))
        assert accounts.verify_password("bob", PASSWORD) is not None
        assert agent.password_hash != before
        assert "m=16,t=2,p=1" in agent.password_hash
        assert accounts.verify_password("bob", PASSWORD) is not None
        assert agent.session_version == 1  # the password is the same, so the sessions go on


def test_the_decoy_of_an_unknown_user_costs_what_a_real_hash_costs() -> None:
    hasher = argon2.PasswordHasher(time_cost=3, memory_cost=64, parallelism=2)
    seen: list[str] = []

    class Spy:
        """Stands for the hasher and remembers what it was given."""

        def __getattr__(self, name: str) -> object:
            return getattr(hasher, name)

        def verify(self, password_hash: str, password: str) -> bool:
            seen.append(password_hash)
            return hasher.verify(password_hash, password)

    assert Passwords(Spy()).verify(None, "anything") is False  # type: ignore[arg-type]
    assert argon2.extract_parameters(seen[0]) == argon2.extract_parameters(hasher.hash("anything"))


class TestCreate:
    @pytest.mark.parametrize("name", ["", " ", "-bob", "bob smith", "b\nob", "ä", "x" * 65])
    def test_refuses_a_name_that_cannot_be_typed_safely(self, store: Store, name: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            store.accounts.create(name, PASSWORD, "Agent")
        assert [problem.field for problem in refused.value.problems] == ["username"]

    @pytest.mark.parametrize("password", ["", "short", "ninechars", " " * 12, "Longusername", "y" * 257])
    def test_refuses_a_weak_password_and_says_what_to_do(self, store: Store, password: str) -> None:
        with pytest.raises(InvalidInput, match=r"Use|Choose") as refused:
            store.accounts.create("longusername", password, "Agent")
        assert [problem.field for problem in refused.value.problems] == ["password"]
        with pytest.raises(NotFound):
            store.accounts.find("longusername")

    @pytest.mark.usefixtures("agent")
    def test_refuses_a_taken_name_in_any_spelling(self, store: Store) -> None:
        with pytest.raises(Conflict, match="'bob'"):
            store.accounts.create("BOB", PASSWORD, "Agent")

    def test_names_the_roles_when_the_role_is_unknown(self, store: Store) -> None:
        with pytest.raises(NotFound, match="Admin, Agent, Supervisor"):
            store.accounts.create("eve", PASSWORD, "agent")

    def test_stores_neither_the_password_nor_shows_the_hash(self, agent: User) -> None:
        assert PASSWORD not in agent.password_hash
        assert agent.password_hash.startswith("$argon2id$")
        assert agent.password_hash not in repr(agent) + str(agent)


class TestSessions:
    @pytest.mark.parametrize(
        "change", [{"password": "another good password"}, {"role_name": "Supervisor"}, {"active": False}]
    )
    def test_end_when_password_role_or_activity_changes(
        self, store: Store, agent: User, change: dict
    ) -> None:
        session_id = agent.get_id()
        assert store.accounts.find_session_user(session_id) is agent
        store.accounts.update(agent, **change)
        assert store.accounts.find_session_user(session_id) is None

    def test_stay_when_nothing_really_changes(self, store: Store, agent: User) -> None:
        session_id = agent.get_id()
        store.accounts.update(agent, role_name="Agent", active=True)
        assert store.accounts.find_session_user(session_id) is agent

    @pytest.mark.parametrize(
        "session_id", ["", "1", "1.", ".1", "x.y", "-1.1", "99.1", "1.99", "²5.1", "1.1.1"]
    )
    def test_are_refused_when_made_up(self, store: Store, session_id: str) -> None:
        assert store.accounts.find_session_user(session_id) is None

    def test_of_a_deleted_user_never_reach_the_next_one(self, store: Store, agent: User) -> None:
        session_id = agent.get_id()
        store.accounts.delete(agent)
        store.accounts.create("next", PASSWORD, "Admin")
        assert store.accounts.find_session_user(session_id) is None


class TestTheLastAdministrator:
    @pytest.mark.parametrize("change", [{"role_name": "Agent"}, {"active": False}])
    def test_can_be_neither_demoted_nor_deactivated(self, store: Store, change: dict) -> None:
        admin = store.accounts.find("admin")
        with pytest.raises(Conflict, match="nobody"):
            store.accounts.update(admin, **change)
        assert (admin.role.name, admin.active, admin.session_version) == ("Admin", True, 1)
        assert store.accounts.verify_password("admin", ADMIN_PASSWORD) is not None

    def test_cannot_be_deleted(self, store: Store) -> None:
        with pytest.raises(Conflict):
            store.accounts.delete(store.accounts.find("admin"))
        assert store.accounts.find("admin").active

    def test_is_not_one_beside_an_inactive_one(self, store: Store) -> None:
        store.accounts.create("ghost", PASSWORD, "Admin", active=False)
        with pytest.raises(Conflict):
            store.accounts.delete(store.accounts.find("admin"))

    def test_cannot_lose_the_permission_through_the_role(self, store: Store) -> None:
        role = store.roles.find("Admin")
        with pytest.raises(Conflict):
            store.roles.update(role, RoleFields("Admin", permissions=role.permissions - {"users.admin"}))
        assert "users.admin" in store.roles.find("Admin").permissions

    def test_may_go_once_another_role_manages_users(self, store: Store) -> None:
        store.roles.create(RoleFields("Personnel", permissions=frozenset({"users.admin"})))
        store.accounts.create("carol", PASSWORD, "Personnel")
        store.accounts.delete(store.accounts.find("admin"))
        assert [user.username for user in store.accounts.all()] == ["carol"]
