"""What the way to the clients tells of itself."""

from __future__ import annotations

from tests.application import Application, make_message


def test_clients_and_what_they_were_sent_are_counted(application: Application) -> None:
    realtime = application.services.realtime
    assert realtime.read_metrics().clients == {}
    socket = application.open_socket(application.log_in())
    socket.emit("subscribe", {"topics": ["channels", "event:Hangup"]}, callback=True)
    application.picture.apply_event(make_message(Event="Hangup", Uniqueid="100.1", Channel="PJSIP/100-1"))
    realtime._publisher.publish("main")
    metrics = realtime.read_metrics()
    assert metrics.clients == {"socketio_polling": 1}
    assert metrics.batches == {"channels": 1, "event": 1}
    assert metrics.items == 2
    assert metrics.sent_bytes > 100
    assert (metrics.resets, metrics.suspended, metrics.queued_bytes) == (0, 0, 0)
    assert metrics.batch_items is not None
    assert {each.name: each.value for each in metrics.batch_items.samples}["amictl_batch_items_sum"] == 2
    socket.disconnect()
    assert realtime.read_metrics().clients == {}


def test_resets_are_counted(application: Application) -> None:
    realtime = application.services.realtime
    socket = application.open_socket(application.log_in())
    socket.emit("subscribe", {"topics": ["channels"]}, callback=True)
    application.install()
    realtime._publisher.publish("main")
    assert realtime.read_metrics().resets == 1
