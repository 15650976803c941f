"""Which messages answer which action, and when the answer is complete."""

from __future__ import annotations

import pytest

from amictl.protocol import Absorbed, Action, Message, Replies, Reply

PART = Absorbed.PART


def message(first: str, *lines: str, action_id: str | None = "a-1") -> Message:
    own = [f"ActionID: {action_id}"] if action_id else []
    return Message("\r\n".join([first, *own, *lines]).encode())


def response(kind: str = "Success", *lines: str, action_id: str | None = "a-1") -> Message:
    return message(f"Response: {kind}", *lines, action_id=action_id)


def event(name: str, *lines: str, action_id: str | None = "a-1") -> Message:
    return message(f"Event: {name}", *lines, action_id=action_id)


def asking(name: str, action_id: str = "a-1") -> Replies:
    replies = Replies()
    replies.track(action_id, Action(name))
    return replies


def only_reply(replies: Replies, *messages: Message) -> Reply:
    """Feed messages of which just the last one completes a reply."""
    *parts, last = [replies.receive(each) for each in messages]
    assert parts == [PART] * len(parts)
    assert isinstance(last, Reply)
    assert len(replies) == 0
    return last


START = response("Success", "EventList: start", "Message: Channels will follow")


class TestSingleReplies:
    def test_a_response_answers_the_action_with_its_id(self) -> None:
        reply = only_reply(asking("Ping"), response("Success", "Ping: Pong"))

        assert (reply.action_id, reply.success, reply.get("ping"), reply.items) == ("a-1", True, "Pong", ())
        assert reply.get("Nothing", "else") == "else"

    def test_an_error_says_why(self) -> None:
        reply = only_reply(asking("Hangup"), response("Error", "Message: No such channel"))

        assert (reply.success, reply.message) == (False, "No such channel")

    def test_an_error_without_words_is_no_success(self) -> None:
        reply = only_reply(asking("Hangup"), response("Error"))

        assert (reply.success, reply.message) == (False, "")

    def test_goodbye_is_the_success_of_a_logoff(self) -> None:
        assert only_reply(asking("Logoff"), response("Goodbye")).success

    def test_replies_are_told_by_id_not_by_order(self) -> None:
        replies = asking("Ping", "a-1")
        replies.track("a-2", Action("CoreStatus"))

        second = replies.receive(response(action_id="a-2"))
        first = replies.receive(response(action_id="a-1"))

        assert isinstance(second, Reply)
        assert isinstance(first, Reply)
        assert (second.action_id, first.action_id) == ("a-2", "a-1")

    def test_a_response_that_nobody_awaits_is_absorbed(self) -> None:
        replies = asking("Ping")

        assert replies.receive(response("Error", action_id=None)) is PART
        assert replies.receive(response(action_id="other-1")) is PART
        assert len(replies) == 1

    def test_a_command_gives_its_lines_even_when_it_failed(self) -> None:
        reply = only_reply(asking("Command"), response("Error", "Output: No such command", "Output: "))

        assert (reply.success, reply.output) == (False, ["No such command", ""])

    def test_a_command_of_asterisk_13_gives_its_lines(self) -> None:
        follows = Message(
            b"Response: Follows\r\nPrivilege: Command\r\nActionID: a-1\r\none\n\n--END COMMAND--"
        )

        reply = only_reply(asking("Command"), follows)

        assert (reply.success, reply.output) == (True, ["one", ""])


class TestLists:
    def test_a_list_is_its_items_between_start_and_complete(self) -> None:
        items = [event("CoreShowChannel", f"Channel: c{n}") for n in range(3)]
        complete = event("CoreShowChannelsComplete", "EventList: Complete", "ListItems: 3")

        reply = only_reply(asking("CoreShowChannels"), START, *items, complete)

        assert reply.items == tuple(items)
        assert reply.complete is complete
        assert (reply.success, reply.message) == (True, "Channels will follow")

    def test_the_words_of_start_and_complete_come_in_any_case(self) -> None:
        """FAXSessions says ``Start`` (res/res_fax.c)."""
        reply = only_reply(
            asking("FAXSessions"),
            response("Success", "EventList: Start"),
            event("FAXSessionsEntry"),
            event("FAXSessionsComplete", "EventList: COMPLETE"),
        )

        assert len(reply.items) == 1

    def test_an_item_may_have_a_privilege_header(self) -> None:
        """Status prints ``Privilege: Call`` into each item (main/manager.c)."""
        item = event("Status", "Privilege: Call", "Channel: c1")

        reply = only_reply(asking("Status"), START, item, event("StatusComplete", "EventList: Complete"))

        assert reply.items == (item,)

    def test_events_between_the_items_stay_events(self) -> None:
        replies = asking("CoreShowChannels")
        replies.receive(START)

        assert replies.receive(event("Newchannel", action_id=None)) is None
        assert replies.receive(event("CoreShowChannel")) is PART

    def test_an_error_after_the_start_ends_the_list_as_a_failure(self) -> None:
        reply = only_reply(
            asking("PJSIPShowEndpoint"), START, event("EndpointDetail"), response("Error", "Message: broken")
        )

        assert (reply.success, reply.message, len(reply.items)) == (False, "broken", 1)

    @pytest.mark.parametrize(
        ("action", "words"),
        [
            ("ConfbridgeListRooms", "No active conferences."),
            ("ConfbridgeList", "No active conferences."),
            ("PJSIPShowEndpoints", "No endpoints found"),
            ("pjsipshowendpoints", "No endpoints found"),
            ("PJSIPShowContacts", "No Contacts found"),
            ("ExtensionStateList", "No dialplan hints are available"),
        ],
    )
    def test_an_empty_list_that_is_an_error_is_a_success_without_items(self, action: str, words: str) -> None:
        reply = only_reply(asking(action), response("Error", f"Message: {words}"))

        assert (reply.success, reply.items, reply.message) == (True, (), words)

    def test_the_same_words_are_a_failure_where_no_list_was_asked_for(self) -> None:
        reply = only_reply(asking("ConfbridgeKick"), response("Error", "Message: No active conferences."))

        assert not reply.success

    def test_another_error_of_a_list_is_a_failure(self) -> None:
        reply = only_reply(asking("ConfbridgeListRooms"), response("Error", "Message: Permission denied"))

        assert not reply.success

    @pytest.mark.parametrize("name", ["FAXSession", "FAXStats"])
    def test_a_fax_answer_is_one_event_without_event_list(self, name: str) -> None:
        answer = event(name, "CurrentSessions: 0")

        reply = only_reply(asking(name), response("Success", f"Message: {name} event will follow"), answer)

        assert (reply.complete, reply.items) == (answer, ())

    def test_wait_event_ends_with_its_event_and_what_it_shows_stays_events(self) -> None:
        replies = asking("WaitEvent")

        assert replies.receive(response("Success", "Message: Waiting for Event completed.")) is PART
        assert replies.receive(event("Newchannel", "Privilege: call,all", action_id=None)) is None
        assert isinstance(replies.receive(event("WaitEventComplete")), Reply)

    def test_hangup_by_pattern_ends_with_its_list(self) -> None:
        reply = only_reply(
            asking("Hangup"),
            response("Success", "EventList: start", "Message: Channels hung up will follow"),
            event("ChannelHungup", "Channel: c1"),
            event("ChannelsHungupListComplete", "EventList: Complete", "ListItems: 1"),
        )

        assert len(reply.items) == 1


class TestForeignAndForged:
    def test_the_id_of_another_client_is_none_of_ours(self) -> None:
        replies = asking("Ping")

        assert replies.receive(event("OriginateResponse", "Response: Success", action_id="other")) is None
        assert replies.receive(event("UserEvent", action_id="other")) is None
        assert len(replies) == 1

    def test_a_user_event_with_our_id_answers_nothing(self) -> None:
        forged = event("UserEvent", "Privilege: user,all", "Response: Success", "EventList: Complete")
        replies = asking("CoreShowChannels")

        assert replies.receive(forged) is None
        assert replies.receive(START) is PART
        assert replies.receive(forged) is None
        assert len(replies) == 1

    def test_an_item_before_the_response_is_an_event(self) -> None:
        replies = asking("CoreShowChannels")

        assert replies.receive(event("CoreShowChannelsComplete", "EventList: Complete")) is None
        assert len(replies) == 1

    def test_the_result_of_an_originate_is_an_event_after_its_reply(self) -> None:
        replies = asking("Originate")
        assert only_reply(replies, response("Success", "Message: Originate successfully queued")).success

        assert replies.receive(event("OriginateResponse", "Response: Failure")) is None

    def test_an_event_that_ends_in_a_response_header_is_an_event(self) -> None:
        assert Replies().receive(event("OriginateResponse", "Response: Success")) is None


class TestForgotten:
    def test_a_late_response_is_absorbed(self) -> None:
        replies = asking("Ping")
        replies.forget("a-1")

        assert replies.receive(response()) is PART
        assert len(replies) == 0

    def test_the_rest_of_a_list_is_absorbed_and_not_published(self) -> None:
        replies = asking("CoreShowChannels")
        assert replies.receive(START) is PART
        replies.forget("a-1")

        assert replies.receive(event("CoreShowChannel")) is PART
        assert replies.receive(event("CoreShowChannelsComplete", "EventList: Complete")) is PART
        assert len(replies) == 0

    def test_what_is_remembered_is_bounded(self) -> None:
        replies = Replies()
        for number in range(5000):
            replies.track(f"a-{number}", Action("Ping"))
            replies.forget(f"a-{number}")
            replies.forget(f"a-{number}")

        assert len(replies) <= 1024
        assert replies.receive(response(action_id="a-4999")) is PART

    def test_forgetting_what_was_never_asked_is_nothing(self) -> None:
        Replies().forget("unknown")
