"""The registry: one manager a PBX, as the settings say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import structlog.testing

from amictl.config import LinkSettings
from amictl.errors import ConfigurationError, LinkDown, NotFound
from amictl.manager import Registry
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.server import await_condition
from tests.faults.links import CALM, await_state, settings_of
from tests.faults.scripted_server import HonestAsterisk, ScriptedServer
from tests.patience import PATIENCE


@contextmanager
def registry_of(settings: list[LinkSettings], **options: object) -> Iterator[Registry]:
    """Run a registry over a list that the test may change."""
    registry = Registry(lambda: list(settings), timings=CALM, **options)  # type: ignore[arg-type]
    try:
        yield registry
    finally:
        registry.stop()


def up(registry: Registry, name: str) -> None:
    await_state(registry.get(name).manager, LinkState.CONNECTED)


def test_each_configured_pbx_gets_a_link() -> None:
    with ScriptedServer(HonestAsterisk()) as one, ScriptedServer(HonestAsterisk()) as two:
        settings = [settings_of(one, name="berlin"), settings_of(two, name="paris")]
        with registry_of(settings) as registry:
            registry.start()
            up(registry, "berlin")
            up(registry, "paris")
            assert [pbx.name for pbx in registry.all()] == ["berlin", "paris"]
            assert registry.get("paris").manager.settings.port == two.port


def test_the_default_is_main_or_else_the_first() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [settings_of(server, name="berlin"), settings_of(server, name="paris")]
        with registry_of(settings) as registry:
            registry.reload()
            assert registry.default_name == "berlin"
            assert registry.get().name == "berlin"
            settings.append(settings_of(server, name="main"))
            registry.reload()
            assert registry.get().name == "main"


def test_an_unknown_name_is_not_found_and_the_known_ones_are_told() -> None:
    with ScriptedServer(HonestAsterisk()) as server, registry_of([settings_of(server)]) as registry:
        registry.reload()
        with pytest.raises(NotFound, match="'nowhere'; there is main"):
            registry.get("nowhere")


def test_without_any_pbx_it_says_so() -> None:
    with registry_of([]) as registry:
        registry.start()
        assert registry.default_name is None
        assert registry.all() == ()
        with pytest.raises(NotFound, match="No PBX is configured"):
            registry.get()


def test_before_the_start_links_are_known_but_not_made() -> None:
    with ScriptedServer(HonestAsterisk()) as server, registry_of([settings_of(server)]) as registry:
        registry.reload()
        assert registry.get().manager.status.state is LinkState.STOPPED
        registry.start()
        up(registry, "main")
        assert len(server.peers) == 1


def test_a_reload_leaves_unchanged_links_alone() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [settings_of(server)]
        with registry_of(settings) as registry:
            registry.start()
            up(registry, "main")
            before = registry.get()
            settings.append(settings_of(server, name="second"))
            registry.reload()
            up(registry, "second")
            assert registry.get() is before
            assert before.manager.ping() > 0
            assert len(server.peers) == 2


def test_a_changed_link_is_restarted_with_the_picture_that_its_readers_hold() -> None:
    with ScriptedServer(HonestAsterisk()) as one, ScriptedServer(HonestAsterisk()) as two:
        settings = [settings_of(one)]
        with registry_of(settings) as registry:
            registry.start()
            up(registry, "main")
            before = registry.get()
            epoch = before.picture.epoch
            settings[0] = settings_of(two)
            registry.reload()
            up(registry, "main")
            after = registry.get()
            assert after.manager is not before.manager
            assert after.picture is before.picture
            assert after.picture.epoch != epoch
            assert one.peers[0].actions[-1]["Action"] == "Logoff"
            assert before.manager.status.state is LinkState.STOPPED


def test_a_changed_secret_alone_restarts_the_link() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [replace(settings_of(server), secret="wrong")]
        with registry_of(settings) as registry:
            registry.start()
            await_state(registry.get().manager, LinkState.BAD_CREDENTIALS)
            settings[0] = settings_of(server)
            registry.reload()
            up(registry, "main")


def test_a_removed_link_is_stopped_and_gone() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [settings_of(server), settings_of(server, name="second")]
        with registry_of(settings) as registry:
            registry.start()
            up(registry, "second")
            removed = registry.get("second")
            del settings[1]
            registry.reload()
            assert removed.picture.link.state is LinkState.STOPPED
            with pytest.raises(NotFound):
                registry.get("second")


def test_two_links_of_one_name_are_refused_and_nothing_changes() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [settings_of(server)]
        with registry_of(settings) as registry:
            registry.start()
            before = registry.get()
            settings.append(settings_of(server))
            with pytest.raises(ConfigurationError, match="'main'"):
                registry.reload()
            assert registry.get() is before
            up(registry, "main")


def test_settings_that_cannot_be_loaded_change_nothing() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        answers = [[settings_of(server)]]
        registry = Registry(answers.pop, timings=CALM)
        registry.start()
        before = registry.get()
        with pytest.raises(IndexError):
            registry.reload()
        assert registry.get() is before
        up(registry, "main")
        registry.stop()


def test_reloads_from_many_threads_come_one_after_the_other() -> None:
    inside = threading.Lock()
    overlaps: list[int] = []
    with ScriptedServer(HonestAsterisk()) as server:
        numbers = iter(range(100))

        def load() -> list[LinkSettings]:
            number = next(numbers)
            if not inside.acquire(blocking=False):
                overlaps.append(number)
                return []
            server.closing.wait(0.01)
            inside.release()
            return [settings_of(server, username=f"user{number}")]

        registry = Registry(load, timings=CALM)
        registry.start()
        threads = [threading.Thread(target=registry.reload) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert overlaps == []
        assert registry.get().manager.settings.username == "user8", "the last one to load wins"
        registry.stop()


def test_a_stop_stops_all_links_and_a_start_brings_them_back() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [settings_of(server, name=f"pbx{number}") for number in range(5)]
        with registry_of(settings) as registry:
            registry.start()
            for one in settings:
                up(registry, one.name)
            registry.stop()
            assert {pbx.manager.status.state for pbx in registry.all()} == {LinkState.STOPPED}
            registry.reload()
            assert {pbx.manager.status.state for pbx in registry.all()} == {LinkState.STOPPED}
            registry.start()
            for one in settings:
                up(registry, one.name)


def test_changes_of_any_picture_are_told_with_the_name_of_the_pbx() -> None:
    told: set[str] = set()
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [settings_of(server, name="berlin"), settings_of(server, name="paris")]
        with registry_of(settings, on_change=told.add) as registry:
            registry.start()
            await_condition(lambda: told == {"berlin", "paris"})


UNREADABLE = "The stored secret fits none of the encryption keys."


def test_a_link_whose_stored_secret_cannot_be_read_goes_on_and_says_so_until_it_can() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [settings_of(server)]
        with registry_of(settings) as registry:
            registry.start()
            up(registry, "main")
            before = registry.get()
            readable = settings[0]
            settings[0] = replace(readable, secret="", problem=UNREADABLE)
            with structlog.testing.capture_logs() as logs:
                registry.reload()
                registry.reload()
            assert [line["pbx"] for line in logs if line["event"] == "pbx_secret_unreadable"] == ["main"]
            assert registry.get() is before
            assert before.manager.ping() > 0
            assert (before.picture.link.state, before.picture.link.stale) == (LinkState.CONNECTED, False)
            assert UNREADABLE in (before.picture.link.detail or "")
            server.peers[0].hang_up()
            await_condition(lambda: len(server.peers) == 2)
            up(registry, "main")
            assert UNREADABLE in (before.picture.link.detail or "")
            settings[0] = readable
            registry.reload()
            assert registry.get() is before
            assert before.picture.link.detail is None
            assert len(server.peers) == 2


def test_a_pbx_whose_stored_secret_cannot_be_read_is_configured_without_a_link_until_it_can() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        settings = [replace(settings_of(server), secret="", problem=UNREADABLE)]
        with registry_of(settings) as registry:
            registry.start()
            pbx = registry.get()
            assert (pbx.picture.link.state, pbx.picture.link.detail) == (LinkState.STOPPED, UNREADABLE)
            with pytest.raises(LinkDown, match="fits none"):
                pbx.manager.ping()
            settings[0] = settings_of(server)
            registry.reload()
            up(registry, "main")
            assert registry.get().picture.link.detail is None
            assert len(server.peers) == 1
