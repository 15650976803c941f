"""Lists that other lists call for are compared too, and lists that events call for are loaded soon."""

from __future__ import annotations

from dataclasses import replace

from tests.asterisk.server import await_condition
from tests.faults.links import CALM, connected_link_to
from tests.faults.scripted_server import Action, HonestAsterisk, Peer, ScriptedServer, channel, message

EAGER = replace(CALM, ping_interval=0.05, reconcile_share=0.9, reconcile_interval=0.1, reconcile_settle=0.1)
# Its rounds of comparisons come once an hour: what is asked for was called for.
UNHURRIED = replace(EAGER, reconcile_interval=36_000.0)


class RoomsOfAsterisk(HonestAsterisk):
    """An Asterisk with conferences, of which no event tells.

    Attributes:
        rooms: The numbers of the channels in each conference.
    """

    def __init__(self, **rooms: list[int]) -> None:
        self.rooms = rooms
        super().__init__({"ConfbridgeListRooms": self._list_rooms, "ConfbridgeList": self._list_parties})

    def _list_rooms(self, peer: Peer, action: Action) -> None:
        headers = ["Parties: 1", "Marked: 0", "Locked: No", "Muted: No"]
        items = [["ConfbridgeListRooms", f"Conference: {name}", *headers] for name in self.rooms]
        peer.send_list(action, items, "ConfbridgeListRoomsComplete")

    def _list_parties(self, peer: Peer, action: Action) -> None:
        name = action["Conference"]
        flags = ["Admin: No", "MarkedUser: No", "WaitMarked: No", "Waiting: No", "Muted: No", "Talking: No"]
        items = [
            ["ConfbridgeList", f"Conference: {name}", *flags, "AnsweredTime: 1", *channel(number)]
            for number in self.rooms.get(name, [])
        ]
        peer.send_list(action, items, "ConfbridgeListComplete")


def asked(server: ScriptedServer, name: str) -> int:
    """Return how often the first connection was asked for a list."""
    return [action["Action"] for action in list(server.peers[0].actions)].count(name)


def test_who_is_in_each_conference_is_compared_by_a_list_of_its_own() -> None:
    honest = RoomsOfAsterisk(one=[1], two=[2])
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:
        picture = manager.picture
        honest.rooms["one"] = [3]
        await_condition(lambda: picture.drifts.get("conferences.party.missing"), what="the missing party")
        await_condition(lambda: picture.drifts.get("conferences.party.extra"), what="the party that left")
        assert dict(picture.drifts) == {"conferences.party.missing": 1, "conferences.party.extra": 1}
        parties = {
            room.conference: [party.unique_id for party in room.parties] for room in picture.conferences()
        }
        assert parties == {"one": ["1700000000.3"], "two": ["1700000000.2"]}


def test_a_conference_that_is_gone_is_asked_about_no_more_and_a_new_one_is() -> None:
    honest = RoomsOfAsterisk(one=[1])
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:
        del honest.rooms["one"]
        honest.rooms["two"] = [2]
        names = [each.conference for each in manager.picture.conferences()]
        assert names == ["one"]
        await_condition(
            lambda: [each.conference for each in manager.picture.conferences()] == ["two"], what="the new one"
        )
        await_condition(lambda: manager.picture.conferences()[0].parties, what="who is in it")
        rounds = asked(server, "ConfbridgeListRooms")
        before = len(server.peers[0].actions)
        await_condition(lambda: asked(server, "ConfbridgeListRooms") > rounds + 3, what="more rounds")
        later = [
            action["Conference"] for action in server.peers[0].actions[before:] if "Conference" in action
        ]
        assert set(later) == {"two"}


def test_a_list_that_an_event_calls_for_is_loaded_before_its_turn() -> None:
    honest = RoomsOfAsterisk(one=[1])
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        before = asked(server, "ConfbridgeList")
        joins = ["Event: ConfbridgeJoin", "Privilege: call,all", "Conference: one", *channel(2), "Admin: No"]
        honest.rooms["one"] = [1, 2]
        server.peers[0].send_raw(message(*joins))
        await_condition(lambda: asked(server, "ConfbridgeList") == before + 1, what="the list")
        await_condition(
            lambda: [each.waiting for each in manager.picture.conferences()[0].parties] == [False, False],
            what="what only the list tells",
        )
        assert dict(manager.picture.drifts) == {}


def test_a_channel_that_seems_to_run_the_same_elsewhere_is_asked_what_it_runs() -> None:
    def tell_status(peer: Peer, action: Action) -> None:
        assert action["Channel"] == "1700000000.1"
        status = ["Status", *channel(1), "Application: Wait", "Data: 60"]
        peer.send_list(action, [status], "StatusComplete")

    def newexten(exten: str, data: str) -> bytes:
        headers = [each for each in channel(1) if not each.startswith("Exten:")]
        return message(
            "Event: Newexten", *headers, f"Exten: {exten}", "Application: Dial", f"AppData: {data}"
        )

    honest = HonestAsterisk({"Status": tell_status}, channels=[channel(1)])
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        server.peers[0].send_raw(newexten("100", "PJSIP/100"))
        server.peers[0].send_raw(newexten("100", "PJSIP/101"))
        server.peers[0].send_raw(newexten("200", "PJSIP/101"))  # after a redirect, told too early
        await_condition(
            lambda: (
                [(each.application, each.application_data) for each in manager.picture.channels()]
                == [("Wait", "60")]
            ),
            what="what the channel runs",
        )
        assert (asked(server, "Status"), dict(manager.picture.drifts)) == (1, {})


def test_what_the_pbx_did_not_list_for_this_user_is_never_asked_for() -> None:
    honest = RoomsOfAsterisk(one=[1])
    listed = ("CoreShowChannels", "BridgeList", "QueueStatus", "ConfbridgeListRooms", "Ping")
    honest._commands = listed
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:
        joins = ["Event: ConfbridgeJoin", "Privilege: call,all", "Conference: one", *channel(2), "Admin: No"]
        server.peers[0].send_raw(message(*joins))
        await_condition(lambda: asked(server, "ConfbridgeListRooms") > 3, what="rounds")
        assert manager.actions == {name.lower() for name in listed}
        assert {"ConfbridgeList", "ParkedCalls"}.isdisjoint(
            each["Action"] for each in server.peers[0].actions
        )


def test_wrapup_times_are_read_again_when_the_queues_were_reloaded() -> None:
    file = ["Category-000000: support", "Line-000000-000000: wrapuptime=5"]
    params = ["QueueParams", "Queue: support", "Strategy: ringall", "Completed: 0", "Abandoned: 0"]
    honest = HonestAsterisk(
        {
            "GetConfig": lambda peer, action: peer.reply(action, *file),
            "QueueStatus": lambda peer, action: peer.send_list(action, [params], "QueueStatusComplete"),
        }
    )
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        assert [queue.wrapup_time for queue in manager.picture.queues()] == [5]
        file[1] = "Line-000000-000000: wrapuptime=40"
        server.peers[0].send_raw(message("Event: Reload", "Privilege: system,all", "Module: app_queue.so"))
        await_condition(
            lambda: [queue.wrapup_time for queue in manager.picture.queues()] == [40], what="the new time"
        )


def test_no_list_is_compared_while_events_come_faster_than_they_can_be_read() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server, EAGER) as manager:
        manager.picture.set_overloaded(True)
        pings = manager.metrics.pings
        await_condition(lambda: manager.metrics.pings >= pings + 2, what="the list on its way")
        before = asked(server, "QueueStatus")
        await_condition(lambda: manager.metrics.pings >= pings + 12, what="keepalives")
        assert asked(server, "QueueStatus") == before
        manager.picture.set_overloaded(False)
        await_condition(lambda: asked(server, "QueueStatus") > before + 1, what="lists")
