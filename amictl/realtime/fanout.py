"""Sending a message to all clients that are subscribed to its topic: encoded once, written to each."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from amictl.realtime.batches import Batch, Parcel
from amictl.realtime.delivery_metrics import DeliveryMetrics
from amictl.realtime.schemas import OfTopic
from amictl.realtime.subscriptions import Client, Feed, Subscriptions
from amictl.services.access import Audience


class Fanout:
    """Sends to audiences: those in one see the same, so it is encoded once, however many they are.

    What is sent to audiences goes out with `flush`: a client of several feeds gets it in one write.

    Args:
        subscriptions: The clients and their feeds.

    Attributes:
        metrics: What was sent so far.
    """

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._behind: set[Client] = set()
        # The listeners as they come and go, what they are sent, and who they were when it was sent.
        self._round: list[tuple[AbstractSet[Client], Batch, list[Client]]] = []
        self.metrics = DeliveryMetrics()

    def emit(self, feed: Feed, audience: Audience, name: str, content: Mapping[str, Any]) -> None:
        """Send a message with the next `flush` to the present subscribers of a feed in an audience.

        Args:
            feed: What it is about.
            audience: Who may see it.
            name: ``changes``, ``ami_events`` or ``reset``.
            content: What it carries beside the feed.
        """
        listeners = self._subscriptions.listeners(feed, audience)
        if listeners:
            clients = list(listeners)
            self._round.append((listeners, self._make_batch(feed, name, content, len(clients)), clients))

    def flush(self) -> None:
        """Write the messages since the last flush, those of a client in one write; skip clients that left."""
        sent, self._round = self._round, []
        shares: dict[Client, list[Batch]] = {}
        for listeners, batch, clients in sent:
            for client in clients:
                if client in listeners:
                    shares.setdefault(client, []).append(batch)
        parcels: dict[tuple[int, ...], Parcel] = {}
        for client, batches in shares.items():
            self._deliver(client, parcels.setdefault(tuple(map(id, batches)), Parcel(batches)))
        self.metrics.encoded_bytes += sum(batch.encoded_bytes for _, batch, _ in sent)

    def send(self, sid: str, feed: Feed, name: str) -> None:
        """Send a message that carries only its feed to one client at once; arguments as for `emit`."""
        client = self._subscriptions.find(sid)
        if client is not None:
            batch = self._make_batch(feed, name, {}, 1)
            self._deliver(client, Parcel([batch]))
            self.metrics.encoded_bytes += batch.encoded_bytes

    def take_behind(self) -> set[Client]:
        """Return the clients that missed a message since the last call."""
        behind, self._behind = self._behind, set()
        return behind

    def _make_batch(self, feed: Feed, name: str, content: Mapping[str, Any], clients: int) -> Batch:
        """Return a message about a feed, and count it."""
        self.metrics.note_message(name, feed.topic, content, clients)
        about: OfTopic = {"pbx": feed.pbx, "topic": feed.topic}
        return Batch(name, {**about, **content})

    def _deliver(self, client: Client, parcel: Parcel) -> None:
        """Send a parcel to a client."""
        taken = client.deliver(parcel)
        self.metrics.sent_bytes += taken
        if not taken:
            self._behind.add(client)
