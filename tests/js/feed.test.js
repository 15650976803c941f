import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Feed } from "../../static/js/live/feed.js";
import { TableTopic } from "../../static/js/live/store.js";
import { FakeConnection } from "./fake_socket.js";

let socket;
let feed;
let timers;
let channels;
let queues;

beforeEach(() => {
  socket = new FakeConnection();
  timers = { waiting: [], setTimeout: (callback) => timers.waiting.push(callback) };
  feed = new Feed(socket, timers);
  channels = new TableTopic();
  queues = new TableTopic();
});

function goOnline() {
  feed.open("main", "channels", channels);
  socket.happen("connect");
  return socket.take()[0];
}

function goLive() {
  goOnline().acknowledge(null, { channels: { epoch: "e1", seq: 5, snapshot: { a: 1 } } });
}

const change = (prevSeq, seq, epoch = "e1") => ({
  pbx: "main",
  topic: "channels",
  epoch,
  seq,
  prev_seq: prevSeq,
  changes: [{ op: "put", key: "b", value: seq }],
});

test("nothing is asked before the socket is connected, then all topics of a PBX at once", () => {
  feed.open("main", "channels", channels);
  feed.open("main", "queues", queues);
  feed.open("berlin", "pbx", new TableTopic());
  assert.deepEqual(socket.take(), []);
  socket.happen("connect");
  const payloads = socket.take().map(({ payload }) => payload);
  assert.deepEqual(payloads, [
    { pbx: "main", topics: ["channels", "queues"], since: {} },
    { pbx: "berlin", topics: ["pbx"], since: {} },
  ]);
});

test("a topic opened later is asked for at once, and a second opening asks nothing", () => {
  goLive();
  feed.open("main", "queues", queues);
  feed.open("main", "queues", queues);
  assert.deepEqual(socket.take().map(({ payload }) => payload.topics), [["queues"]]);
});

test("changes reach the topic of their PBX and no other", () => {
  goLive();
  socket.happen("changes", change(5, 6));
  socket.happen("changes", { ...change(6, 7), pbx: "berlin" });
  assert.equal(channels.items.get("b"), 6);
});

test("after a reconnect each topic is asked for from where it stands", () => {
  goLive();
  socket.happen("disconnect", "transport close");
  socket.happen("connect");
  assert.deepEqual(socket.take()[0].payload.since, { channels: { epoch: "e1", seq: 5 } });
});

test("a gap asks again from where the copy stands, once", () => {
  goLive();
  socket.happen("changes", change(8, 9));
  socket.happen("changes", change(9, 10));
  const sent = socket.take();
  assert.equal(sent.length, 1);
  assert.deepEqual(sent[0].payload.since, { channels: { epoch: "e1", seq: 5 } });
  sent[0].acknowledge(null, { channels: { epoch: "e1", seq: 9, replay: [{ op: "put", key: "b", value: 9 }] } });
  assert.equal(channels.items.get("b"), 10);
});

test("a reset asks for a whole snapshot; batches that come first are held back", () => {
  goLive();
  socket.happen("reset", { pbx: "main", topic: "channels" });
  socket.happen("changes", change(1, 2, "e2"));
  const [{ payload, acknowledge }] = socket.take();
  assert.deepEqual(payload.since, {});
  assert.equal(channels.items.get("a"), 1);
  acknowledge(null, { channels: { epoch: "e2", seq: 1, snapshot: { z: 1 } } });
  assert.deepEqual([...channels.items.keys()], ["z", "b"]);
});

test("an answer that comes after a newer question is thrown away", () => {
  const first = goOnline();
  socket.happen("reset", { pbx: "main", topic: "channels" });
  first.acknowledge(null, { channels: { epoch: "e1", seq: 5, snapshot: { old: 1 } } });
  assert.equal(channels.items.size, 0);
  socket.take()[0].acknowledge(null, { channels: { epoch: "e2", seq: 1, snapshot: { fresh: 1 } } });
  assert.deepEqual([...channels.items.keys()], ["fresh"]);
});

test("no answer in time is asked again after a while, unless the topic was let go", () => {
  goOnline().acknowledge(new Error("timeout"));
  feed.open("main", "queues", queues);
  socket.take()[0].acknowledge(new Error("timeout"));
  feed.close("main", "queues");
  socket.take();
  timers.waiting.forEach((callback) => callback());
  assert.deepEqual(socket.take().map(({ payload }) => payload.topics), [["channels"]]);
});

test("a refused topic tells why, and the others live on", () => {
  feed.open("main", "queues", queues);
  goOnline().acknowledge(null, {
    channels: { epoch: "e1", seq: 5, snapshot: { a: 1 } },
    queues: { error: { code: "permission_denied", detail: "Not for you." } },
  });
  assert.equal(queues.error.detail, "Not for you.");
  assert.equal(channels.items.get("a"), 1);
});

test("a refused request tells why for each of its topics", () => {
  goOnline().acknowledge(null, { error: { code: "not_found", detail: "There is no PBX main." } });
  assert.equal(channels.error.detail, "There is no PBX main.");
});

test("a topic that failed for a reason that can pass is asked for again, one that is forbidden is not", () => {
  feed.open("main", "queues", queues);
  goOnline().acknowledge(null, {
    channels: { error: { code: "not_found", detail: "There is no PBX main." } },
    queues: { error: { code: "permission_denied", detail: "Not for you." } },
  });
  timers.waiting.splice(0).forEach((callback) => callback());
  const [{ payload, acknowledge }] = socket.take();
  assert.deepEqual(payload.topics, ["channels"]);
  acknowledge(null, { channels: { epoch: "e1", seq: 1, snapshot: { a: 1 } } });
  assert.equal(channels.error, null);
  assert.equal(timers.waiting.length, 0);
});

test("a topic that is let go is not asked for again", () => {
  goLive();
  feed.close("main", "channels");
  assert.deepEqual(socket.take()[0].payload, { pbx: "main", topics: ["channels"] });
  socket.happen("changes", change(5, 6));
  socket.happen("disconnect", "transport close");
  socket.happen("connect");
  assert.deepEqual(socket.take(), []);
  assert.ok(!channels.items.has("b"));
});
