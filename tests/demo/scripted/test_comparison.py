"""The comparison of two runs finds what differs, and leaves what Asterisk's threads race for."""

from __future__ import annotations

from tests.demo.scripted.comparison import compare
from tests.demo.scripted.normal_form import normalise
from tests.demo.scripted.stage import HeardEvent

Pairs = tuple[tuple[str, str], ...]


def channel(name: str, *, prefix: str = "", state: str = "6") -> Pairs:
    number = name.rpartition("-")[2]
    return (
        (f"{prefix}Channel", name),
        (f"{prefix}ChannelState", state),
        (f"{prefix}Uniqueid", f"1.{number}"),
    )


CALLER, CALLED = channel("PJSIP/1100-0000000a"), channel("PJSIP/1001-0000000b")
BORN = [HeardEvent("Newchannel", CALLER), HeardEvent("Newchannel", CALLED)]


def differences(one: list[HeardEvent], other: list[HeardEvent]) -> list[str]:
    return compare(normalise([*BORN, *one]), normalise([*BORN, *other]))


def test_names_and_ids_of_another_run_are_the_same_roles() -> None:
    renamed = [
        HeardEvent("Newchannel", channel("PJSIP/1100-0000001f")),
        HeardEvent("Newchannel", channel("PJSIP/1001-00000020")),
    ]
    assert compare(normalise(BORN), normalise(renamed)) == []


def test_a_call_of_another_phone_is_found() -> None:
    other = [BORN[0], HeardEvent("Newchannel", channel("PJSIP/1002-0000000b"))]
    assert "PJSIP/1002 1" in "\n".join(compare(normalise(BORN), normalise(other)))


def test_an_event_that_lacks_and_one_too_many_are_found() -> None:
    answer = HeardEvent("Newstate", CALLED)
    assert differences([answer], [])[0].startswith("lacks  step 0 Newstate <PJSIP/1001 1>")
    assert differences([], [answer])[0].startswith("has more  step 0 Newstate <PJSIP/1001 1>")


def test_headers_in_another_order_are_found() -> None:
    swapped = HeardEvent("Newstate", (CALLED[1], CALLED[0], CALLED[2]))
    assert "headers ['Channel', 'ChannelState'" in differences([HeardEvent("Newstate", CALLED)], [swapped])[0]


def test_another_fact_is_found_and_another_time_is_none() -> None:
    ended = [HeardEvent("Hangup", (*CALLED, ("Cause", "16")))]
    assert "Cause '16', not '17'" in differences(ended, [HeardEvent("Hangup", (*CALLED, ("Cause", "17")))])[0]
    connected = [HeardEvent("AgentConnect", (*CALLED, ("HoldTime", "1")))]
    assert differences(connected, [HeardEvent("AgentConnect", (*CALLED, ("HoldTime", "2")))]) == []


def test_an_event_in_another_step_of_the_script_is_found() -> None:
    early, late = HeardEvent("Newstate", CALLED, step=1), HeardEvent("Newstate", CALLED, step=2)
    assert "in step 1, not 2" in differences([early], [late])[0]


def test_the_order_of_one_channels_events_is_held_and_that_of_two_is_not() -> None:
    entered, left = HeardEvent("BridgeEnter", CALLED), HeardEvent("Hangup", CALLED)
    assert "order of channel <PJSIP/1001 1>" in differences([entered, left], [left, entered])[0]
    elsewhere = HeardEvent("Hangup", CALLER)
    assert differences([entered, elsewhere], [elsewhere, entered]) == []


def test_a_phone_may_ring_before_and_after_the_caller_is_told() -> None:
    told = HeardEvent("DialState", (*CALLER, *channel("PJSIP/1001-0000000b", prefix="Dest", state="5")))
    told_before = HeardEvent(
        "DialState", (*CALLER, *channel("PJSIP/1001-0000000b", prefix="Dest", state="0"))
    )
    rings = HeardEvent("Newstate", channel("PJSIP/1001-0000000b", state="5"))
    assert differences([rings, told], [told_before, rings]) == []


def test_an_answer_comes_before_the_caller_is_told() -> None:
    told = HeardEvent("DialEnd", (*CALLER, *channel("PJSIP/1001-0000000b", prefix="Dest")))
    answers = HeardEvent("Newstate", CALLED)
    assert differences([answers, told], [told, answers]) != []


def test_of_a_devices_states_in_one_step_the_last_counts() -> None:
    def state(value: str, step: int) -> HeardEvent:
        return HeardEvent("DeviceStateChange", (("Device", "PJSIP/1001"), ("State", value)), step)

    assert differences([state("INUSE", 1), state("NOT_INUSE", 1)], [state("NOT_INUSE", 1)]) == []
    assert differences([state("INUSE", 1), state("NOT_INUSE", 2)], [state("NOT_INUSE", 2)]) != []
