"""Actions on real Asterisk: reads answer as the catalogue says, and what we make is taken there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from amictl.errors import ActionRefused, ActionUnsupported, InvalidInput
from amictl.manager import AmiManager
from amictl.pbx.actions import make_action, originate, user_event
from amictl.pbx.catalogue import CATALOGUE, ReplyKind, check, compose
from amictl.protocol import Action, Reply
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.bed_links import linked_to_bed
from tests.asterisk.calls import LiveChannel, live_channels, place_call, waiting_callers
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer, await_condition

pytestmark = pytest.mark.asterisk

# What reads are asked for, where the catalogue wants something or there is something to choose from.
ASKED_FOR: dict[str, dict[str, object]] = {
    "BridgeInfo": {"bridge_id": "b-1"},
    "BridgeList": {"bridge_type": "basic"},
    "ConfbridgeList": {"conference": "800"},
    "CoreShowChannelMap": {"channel": "PJSIP/100-1"},
    "DAHDIShowChannels": {"dahdi_channel": 1},
    "DBGet": {"family": "amictl", "key": "a"},
    "DBGetTree": {"family": "amictl", "key": "a"},
    "ExtensionState": {"exten": "100", "context": "default"},
    "FAXSession": {"session_number": 1},
    "GetConfig": {"filename": "queues.conf", "category": "support"},
    "GetConfigJSON": {"filename": "queues.conf", "category": "support"},
    "Getvar": {"variable": "CALLERID(num)", "channel": "PJSIP/100-1"},
    "ListCategories": {"filename": "queues.conf"},
    "MailboxCount": {"mailbox": "100@default"},
    "MailboxStatus": {"mailbox": "100@default"},
    "MeetmeList": {"conference": "1"},
    "ModuleCheck": {"module": "app_queue"},
    "MWIGet": {"mailbox": "/100/"},
    "PJSIPShowEndpoint": {"endpoint": "100"},
    "PJSIPShowMaintenance": {"endpoint": "100"},
    "PresenceState": {"provider": "CustomPresence:alice"},
    "PRIShowSpans": {"span": 1},
    "QueueStatus": {"queue": "support", "member": "PJSIP/100"},
    "QueueSummary": {"queue": "support"},
    "ShowDialPlan": {"context": "default", "extension": "200"},
    "SIPpeerstatus": {"peer": "600"},
    "SIPshowpeer": {"peer": "600"},
    "SKINNYshowdevice": {"device": "none"},
    "SKINNYshowline": {"line": "none"},
    "Status": {"variables": ["CALLERID(num)", "LANGUAGE"], "all_variables": True},
    "VoicemailBoxSummary": {"context": "default", "mailbox": "100"},
    "VoicemailUserStatus": {"context": "default", "mailbox": "100"},
}
# Reads of what is not there, and the words with which Asterisk says so.
REFUSED = {
    "BridgeInfo": "BridgeUniqueid not found",
    "CoreShowChannelMap": "Could not get channel snapshot",
    "FAXSession": "Session not found",
    "Getvar": "No such channel",
}


@pytest.fixture
def link(asterisk: BedPbx) -> Iterator[AmiManager]:
    """A link of amictl to the test's Asterisk, up."""
    with linked_to_bed(asterisk) as manager:
        yield manager


def kind_of(reply: Reply) -> ReplyKind:
    """Return how a reply came."""
    if reply.response.get("EventList", "").lower() == "start" or reply.empty:
        return ReplyKind.LIST
    return ReplyKind.UNMARKED_LIST if reply.complete is not None else ReplyKind.SINGLE


def test_every_read_answers_as_the_catalogue_says(link: AmiManager, asterisk: BedPbx) -> None:
    asterisk.cli("presencestate change CustomPresence:alice away")
    asterisk.cli("database put amictl a 1")
    listed = link.actions or frozenset()
    answered = 0
    for known in CATALOGUE.values():
        if known.changes_pbx or known.refusal:
            continue
        name, action = known.name, compose(known, ASKED_FOR.get(known.name, {}))
        if name.lower() not in listed:
            with pytest.raises(ActionUnsupported):
                link.execute(action)
        elif name in REFUSED:
            with pytest.raises(ActionRefused, match=REFUSED[name]):
                link.execute(action)
        else:
            reply = link.execute(action)
            assert kind_of(reply) is known.reply, name
            if reply.complete is not None and reply.complete.get("ListItems") is not None:
                assert int(reply.complete.get("ListItems", "")) == len(reply.items), name
            answered += 1
    assert answered >= 45
    assert link.ping() > 0


def test_reads_of_what_is_not_there_leave_the_link_up(link: AmiManager) -> None:
    missing: list[Action] = [
        make_action("PJSIPShowEndpoint", endpoint="nobody"),
        make_action("ShowDialPlan", context="nowhere"),
        make_action("ShowDialPlan", context="default", extension="nothing"),
        make_action("DBGet", family="no", key="thing"),
        make_action("PresenceState", provider="NoSuchProvider:nobody"),
        make_action("ModuleCheck", module="no_such_module"),
        make_action("GetConfig", filename="no-such.conf"),
        make_action("ParkedCalls", parking_lot="nowhere"),
        make_action("Status", channel="PJSIP/nobody-1"),
    ]
    for action in missing:
        with pytest.raises(ActionRefused):
            link.execute(action)
    assert link.execute(make_action("QueueStatus", queue="no-such-queue")).items == ()
    assert link.execute(make_action("VoicemailUserStatus", context="default", mailbox="999")).items == ()
    assert link.ping() > 0


# -- calls


def one_channel(pbx: BedPbx, extension: str = "200") -> LiveChannel:
    """Make a call and return the half that runs the extension, answered and on its own."""
    place_call(pbx, "200", caller=extension)
    await_condition(lambda: [c for c in live_channels(pbx) if c.name.endswith(";2") and c.state == "Up"])
    return next(channel for channel in live_channels(pbx) if channel.name.endswith(";2"))


def two_channels(pbx: BedPbx) -> tuple[str, str]:
    """Make two calls and return the names of the halves that echo."""
    place_call(pbx, "201")
    place_call(pbx, "201")
    await_condition(lambda: sum(c.application == "Echo" for c in live_channels(pbx)) == 2)
    one, other = (c.name for c in live_channels(pbx) if c.application == "Echo")
    return one, other


def variable(pbx: BedPbx, channel: LiveChannel, name: str) -> str:
    """Return what another client reads."""
    with AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret, events="off") as ami:
        return ami.action("Getvar", Channel=channel.name, Variable=name)[0]["Value"]


@pytest.mark.parametrize(
    "build",
    [
        lambda c: make_action("PlayDTMF", channel=c, digit="#", duration=100),
        lambda c: make_action("PlayDTMF", channel=c, digit="5", received=True),
        lambda c: make_action("MuteAudio", channel=c, muted=True, direction="in"),
        lambda c: make_action("MuteAudio", channel=c, muted=False, direction="all"),
        lambda c: make_action("AbsoluteTimeout", channel=c, timeout=0.5 + 100),
        lambda c: make_action("AbsoluteTimeout", channel=c, timeout=1),
        lambda c: make_action("ControlPlayback", channel=c, control="stop"),
        lambda c: make_action("Setvar", variable="CALLERID(name)", value='Zoë, O\'Neil "x"', channel=c),
        lambda c: make_action("Redirect", channel=c, exten="201", context="default", priority=1),
        lambda c: make_action("LocalOptimizeAway", channel=c),
        lambda c: make_action("MixMonitor", channel=c, file="one.wav", options="bi(MM_ID)"),
        lambda c: make_action("Park", channel=c, parking_lot="lobby", timeout=45_000),
        lambda c: make_action("Hangup", channel=c, cause=17),
    ],
)
@pytest.mark.parametrize("by", ["name", "unique_id"])
def test_a_channel_can_be_named_by_its_name_or_unique_id(
    link: AmiManager, asterisk: BedPbx, build: Callable[[str], Action], by: str
) -> None:
    channel = one_channel(asterisk)

    assert link.execute(build(getattr(channel, by))).success


@pytest.mark.parametrize("value", ["", "plain", "a=b, c; d", 'say "hi" \\ there', "Zoë 王 🙂", "trailing  "])
def test_a_variable_is_set_and_read_back_exactly(link: AmiManager, asterisk: BedPbx, value: str) -> None:
    channel = one_channel(asterisk)

    link.execute(make_action("Setvar", variable="AMICTL_TEST", value=value, channel=channel.name))

    assert (
        link.execute(make_action("Getvar", variable="AMICTL_TEST", channel=channel.name)).get("Value")
        == value
    )
    assert variable(asterisk, channel, "AMICTL_TEST") == value
    items = link.execute(make_action("Status", channel=channel.name, variables=["AMICTL_TEST"])).items
    assert items[0].get("Variable") == f"AMICTL_TEST={value}"


def test_asterisk_drops_the_blank_that_a_value_begins_with(asterisk: BedPbx) -> None:
    channel, value = one_channel(asterisk), "  x"
    with AmiClient(asterisk.host, asterisk.ami_port, asterisk.username, asterisk.secret) as ami:
        ami.action("Setvar", Channel=channel.name, Variable="AMICTL_TEST", Value=value)

    assert variable(asterisk, channel, "AMICTL_TEST") == "x"
    with pytest.raises(InvalidInput):
        make_action("Setvar", variable="AMICTL_TEST", value=value, channel=channel.name)


def test_a_second_channel_is_redirected_with_the_first(link: AmiManager, asterisk: BedPbx) -> None:
    first, second = two_channels(asterisk)

    link.execute(
        make_action(
            "Redirect",
            channel=first,
            exten="810",
            context="default",
            extra_channel=second,
            extra_exten="800",
            extra_context="default",
            extra_priority=1,
            priority=1,
        )
    )

    def in_conference() -> set[str]:
        return {c.name for c in live_channels(asterisk) if c.application == "ConfBridge"}

    await_condition(lambda: {first, second} <= in_conference(), what="both in the conference")


def test_channels_are_bridged_by_their_names(link: AmiManager, asterisk: BedPbx) -> None:
    one, other = two_channels(asterisk)

    link.execute(make_action("Bridge", channel1=one, channel2=other, tone="Both"))

    def bridges() -> list[str]:
        return [c.bridge_id for c in live_channels(asterisk) if c.name in {one, other}]

    await_condition(lambda: len(set(bridges())) == 1 and all(bridges()), what="one bridge of both")
    found = link.execute(make_action("BridgeInfo", bridge_id=bridges()[0]))
    assert {item.get("Channel") for item in found.items} == {one, other}
    link.execute(make_action("BridgeKick", channel=one))
    await_condition(lambda: one not in {c.name for c in live_channels(asterisk) if c.bridge_id})


@pytest.mark.parametrize("priority", [1, "1"])
def test_an_originate_may_name_its_priority_either_way(
    link: AmiManager, asterisk: BedPbx, priority: int | str
) -> None:
    link.execute(
        originate("Local/200@default/n", exten="201", context="default", priority=priority, codecs="ulaw")
    )
    await_condition(lambda: "Echo" in {c.application for c in live_channels(asterisk)})


# -- conferences, queues, parking


def test_a_conference_is_run_by_its_actions(link: AmiManager, asterisk: BedPbx) -> None:
    place_call(asterisk, "801")
    await_condition(lambda: "ConfBridge" in {c.application for c in live_channels(asterisk)})
    member = next(c.name for c in live_channels(asterisk) if c.application == "ConfBridge")
    for action in (
        make_action("ConfbridgeMute", conference="801", channel=member),
        make_action("ConfbridgeUnmute", conference="801", channel="all"),
        make_action("ConfbridgeLock", conference="801"),
        make_action("ConfbridgeUnlock", conference="801"),
        make_action("ConfbridgeStartRecord", conference="801", file="room/801.wav"),
        make_action("ConfbridgeStopRecord", conference="801"),
    ):
        assert link.execute(action).success

    assert [
        item.get("Channel") for item in link.execute(make_action("ConfbridgeList", conference="801")).items
    ] == [member]
    assert [item.get("Conference") for item in link.execute(make_action("ConfbridgeListRooms")).items] == [
        "801"
    ]
    link.execute(make_action("ConfbridgeKick", conference="801", channel=member))
    await_condition(lambda: link.execute(make_action("ConfbridgeListRooms")).items == ())


def test_a_member_is_added_changed_and_removed(link: AmiManager) -> None:
    interface = "Local/501@agents/n"

    def member() -> dict[str, str | list[str]]:
        items = link.execute(make_action("QueueStatus", queue="lobby", member=interface)).items
        return next((item.to_dict() for item in items if item.name == "QueueMember"), {})

    added = make_action(
        "QueueAdd",
        queue="lobby",
        interface=interface,
        penalty=3,
        paused=True,
        member_name="Ünal",
        state_interface="Custom:agent501",
    )
    assert link.execute(added).success
    try:
        assert member()["Name"] == "Ünal"
        assert member()["Paused"] == "1"
        assert member()["Penalty"] == "3"
        link.execute(
            make_action("QueuePause", interface=interface, paused=False, queue="lobby", reason="back, again")
        )
        link.execute(make_action("QueuePenalty", interface=interface, penalty=0, queue="lobby"))
        assert member()["Paused"] == "0"
        assert member()["Penalty"] == "0"
        for ring_in_use in (True, False):
            assert link.execute(
                make_action(
                    "QueueMemberRingInUse", interface=interface, ring_in_use=ring_in_use, queue="lobby"
                )
            ).success
    finally:
        link.execute(make_action("QueueRemove", queue="lobby", interface=interface))
    assert member() == {}


def test_queues_are_reloaded_reset_and_logged_to(link: AmiManager) -> None:
    for action in (
        make_action("QueueReload", queue="lobby"),
        make_action("QueueReload", rules=True, members=False),
        make_action("QueueReset", queue="lobby"),
        make_action(
            "QueueLog", queue="lobby", event="NOTE", unique_id="1.1", interface="PJSIP/100", message="a|b"
        ),
    ):
        assert link.execute(action).success


def test_a_waiting_caller_is_moved_up_and_withdrawn(link: AmiManager, asterisk: BedPbx) -> None:
    place_call(asterisk, "303")
    place_call(asterisk, "303")
    await_condition(lambda: waiting_callers(asterisk, "nobody") == 2)

    def order() -> list[str]:
        items = link.execute(make_action("QueueStatus", queue="nobody")).items
        return [item.get("Channel", "") for item in items if item.name == "QueueEntry"]

    last = order()[1]
    link.execute(
        make_action("QueueChangePriorityCaller", queue="nobody", channel=last, priority=9, immediate=True)
    )
    if "coreshowchannelmap" in (link.actions or ()):  # as new as Immediate
        assert order()[0] == last
    link.execute(make_action("QueueWithdrawCaller", queue="nobody", channel=last, withdraw_info="moved"))
    await_condition(lambda: waiting_callers(asterisk, "nobody") == 1)


def test_a_parked_call_is_listed_with_its_lot_and_time(link: AmiManager, asterisk: BedPbx) -> None:
    channel = one_channel(asterisk)

    link.execute(make_action("Park", channel=channel.name, parking_lot="lobby", timeout=45_999))

    await_condition(lambda: link.execute(make_action("ParkedCalls", parking_lot="lobby")).items)
    parked = link.execute(make_action("ParkedCalls", parking_lot="lobby")).items[0]
    assert parked.get("ParkeeChannel") == channel.name
    assert parked.get("ParkingTimeout") == "45"
    assert {lot.get("Name") for lot in link.execute(make_action("Parkinglots")).items} >= {"default", "lobby"}


# -- the rest


@pytest.mark.parametrize("value", ["", "a, b; \"c\" 'd' \\", "Zoë 王", "x" * 255])
def test_the_database_keeps_what_it_is_given(link: AmiManager, asterisk: BedPbx, value: str) -> None:
    link.execute(make_action("DBPut", family="amictl/test", key="key with blanks", value=value))

    found = link.execute(make_action("DBGet", family="amictl/test", key="key with blanks")).items[0]
    assert found.get("Val") == value
    tree = link.execute(make_action("DBGetTree", family="amictl/test")).items
    assert [item.get("Val") for item in tree] == [value]
    link.execute(make_action("DBDel", family="amictl/test", key="key with blanks"))
    assert "0 results" in asterisk.cli("database show amictl/test")


def test_a_long_value_is_told_whole_by_its_tree(link: AmiManager) -> None:
    link.execute(make_action("DBPut", family="amictl-long", key="key", value="x" * 900))

    told = link.execute(make_action("DBGet", family="amictl-long", key="key")).items[0].get("Val", "")
    assert told in {"x" * 255, "x" * 900}
    assert [
        item.get("Val") for item in link.execute(make_action("DBGetTree", family="amictl-long")).items
    ] == ["x" * 900]
    link.execute(make_action("DBDelTree", family="amictl-long"))


def test_a_tree_of_the_database_is_deleted_from_its_key_on(link: AmiManager, asterisk: BedPbx) -> None:
    for key in ("one/a", "one/b", "two"):
        link.execute(make_action("DBPut", family="amictl-tree", key=key, value="x"))

    link.execute(make_action("DBDelTree", family="amictl-tree", key="one"))

    assert [
        item.get("Key") for item in link.execute(make_action("DBGetTree", family="amictl-tree")).items
    ] == ["/amictl-tree/two"]
    link.execute(make_action("DBDelTree", family="amictl-tree"))
    assert "0 results" in asterisk.cli("database show amictl-tree")


def test_a_user_event_reaches_others_with_its_headers(link: AmiManager, asterisk: BedPbx) -> None:
    with AmiClient(asterisk.host, asterisk.ami_port, asterisk.username, asterisk.secret) as other:
        link.execute(user_event("Lunch", {"Who": 'Zoë: "hungry"', "Where-To": "canteen, 2"}))
        event = other.wait_event("UserEvent", UserEvent="Lunch")

    assert event["Who"] == 'Zoë: "hungry"'
    assert event["Where-To"] == "canteen, 2"


def test_the_dialplan_is_extended_and_shortened(link: AmiManager) -> None:
    link.execute(
        make_action(
            "DialplanExtensionAdd",
            context="amictl",
            extension="777",
            priority="1",
            application="NoOp",
            application_data="one, two",
            replace=True,
        )
    )

    shown = link.execute(make_action("ShowDialPlan", context="amictl", extension="777")).items
    assert [(item.get("Priority"), item.get("AppData")) for item in shown if item.get("Priority")] == [
        ("1", "one, two")
    ]
    link.execute(make_action("DialplanExtensionRemove", context="amictl", extension="777"))
    with pytest.raises(ActionRefused):
        link.execute(make_action("ShowDialPlan", context="amictl", extension="777"))


def test_modules_and_logs_are_reloaded(link: AmiManager, asterisk_server: AsteriskServer) -> None:
    for action in (
        make_action("Reload", module="app_queue.so"),
        make_action("Reload", module="logger"),
        make_action("ModuleLoad", load_type="reload", module="app_queue.so"),
        make_action("ModuleCheck", module="app_queue"),
        make_action("LoggerRotate"),
        make_action("VoicemailRefresh", context="default", mailbox="100"),
        make_action("PJSIPQualify", endpoint="100"),
    ):
        assert link.execute(action).success
    assert asterisk_server.is_running


def test_a_notify_carries_values_with_commas(link: AmiManager) -> None:
    reply = link.execute(
        make_action(
            "PJSIPNotify",
            uri="sip:nobody@127.0.0.1:9",
            variables={"Event": "message-summary", "X-List": 'a, "b"', "Content-Type": "text/plain"},
        )
    )
    assert reply.success


def test_the_older_sip_driver_answers_where_it_is(link: AmiManager) -> None:
    if "sippeers" not in (link.actions or ()):
        with pytest.raises(ActionUnsupported):
            link.execute(make_action("SIPpeers"))
        return
    peers = link.execute(make_action("SIPpeers")).items
    assert {peer.get("ObjectName") for peer in peers} >= {"600", "601"}
    assert link.execute(make_action("SIPshowpeer", peer="600")).get("ObjectName") == "600"
    assert len(link.execute(make_action("SIPpeerstatus", peer="600")).items) == 1


def test_the_older_recorder_works_where_it_is(link: AmiManager, asterisk: BedPbx) -> None:
    channel = one_channel(asterisk)
    if "monitor" not in (link.actions or ()):
        with pytest.raises(ActionUnsupported, match="MixMonitor does its work there"):
            link.execute(make_action("Monitor", channel=channel.name, file="calls/one"))
        return
    for action in (
        make_action("Monitor", channel=channel.name, file="calls/one", file_format="wav", mix=False),
        make_action("ChangeMonitor", channel=channel.name, file="calls/two"),
        make_action("PauseMonitor", channel=channel.name),
        make_action("UnpauseMonitor", channel=channel.name),
        make_action("StopMonitor", channel=channel.name),
    ):
        assert link.execute(action).success


def test_a_recording_begins_falls_silent_and_ends(link: AmiManager, asterisk: BedPbx) -> None:
    channel = one_channel(asterisk, "201")
    begun = link.execute(
        make_action("MixMonitor", channel=channel.name, file="calls/mix.wav", options="i(MM_ID)")
    )
    recording = begun.get("MixMonitorID")

    assert recording
    assert variable(asterisk, channel, "MM_ID") == recording
    link.execute(make_action("MixMonitorMute", channel=channel.name, muted=True, direction="read"))
    link.execute(make_action("MixMonitorMute", channel=channel.name, muted=False, direction="both"))
    link.execute(make_action("StopMixMonitor", channel=channel.name, mixmonitor_id=recording))


# -- the generic route's check


def test_a_comma_in_a_recording_would_run_a_command(asterisk_server: AsteriskServer) -> None:
    channel = one_channel(asterisk_server)
    proof = asterisk_server.home / "spool/proof"
    inside = f"/{proof.relative_to(asterisk_server.installation.root)}"
    file = f"x.wav,,touch {inside} #"
    with AmiClient(
        asterisk_server.host, asterisk_server.ami_port, asterisk_server.username, asterisk_server.secret
    ) as ami:
        ami.action("MixMonitor", Channel=channel.name, File=file)
        ami.action("Hangup", Channel=channel.name)
    await_condition(proof.exists, what="the file that the command makes")

    with pytest.raises(InvalidInput):
        make_action("MixMonitor", channel=channel.name, file=file)
    with pytest.raises(InvalidInput):
        check("MixMonitor", {"Channel": channel.name, "File": file})


def test_a_checked_originate_never_holds_up_the_session(link: AmiManager, asterisk: BedPbx) -> None:
    action = check(
        "originate", {"Channel": "Local/204@default", "Exten": "200", "Context": "default", "Priority": "1"}
    )
    link.execute(action)
    await_condition(lambda: live_channels(asterisk), what="the ringing channel")

    assert link.ping() < 20  # the phone rings for thirty seconds


def test_a_pattern_hangs_up_many_as_one_list(link: AmiManager, asterisk: BedPbx) -> None:
    one_channel(asterisk)

    reply = link.execute(check("Hangup", {"Channel": "/^Local/"}))

    assert {item.name for item in reply.items} == {"ChannelHungup"}
    assert reply.complete is not None
    await_condition(lambda: not live_channels(asterisk))


def test_configuration_is_written_by_numbered_steps(
    link: AmiManager, asterisk_server: AsteriskServer
) -> None:
    link.execute(check("CreateConfig", {"Filename": "amictl-test.conf"}))
    link.execute(
        check(
            "UpdateConfig",
            {
                "SrcFilename": "amictl-test.conf",
                "DstFilename": "amictl-test.conf",
                "Action-000000": "NewCat",
                "Cat-000000": "one",
                "Action-000001": "Append",
                "Cat-000001": "one",
                "Var-000001": "colour",
                "Value-000001": "red",
            },
        )
    )

    reply = link.execute(make_action("GetConfig", filename="amictl-test.conf"))
    assert reply.get("Category-000000") == "one"
    assert reply.get("Line-000000-000000") == "colour=red"
    assert "colour" in (asterisk_server.home / "etc/amictl-test.conf").read_text()
