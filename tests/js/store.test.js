import assert from "node:assert/strict";
import { test } from "node:test";

import { EventTopic, Outcome, Phase, TableTopic } from "../../static/js/live/store.js";

function liveTable(snapshot = { a: { n: 1 }, b: { n: 2 } }, seq = 10, epoch = "e1") {
  const topic = new TableTopic();
  topic.begin();
  topic.load({ epoch, seq, snapshot });
  return topic;
}

function batch(prevSeq, seq, changes, epoch = "e1") {
  return { epoch, seq, prev_seq: prevSeq, changes };
}

const put = (key, value) => ({ op: "put", key, value });
const del = (key) => ({ op: "del", key });
const rows = (topic) => Object.fromEntries(topic.items);

test("a snapshot is the whole truth, and each of its keys is told as changed", () => {
  const topic = new TableTopic();
  const told = [];
  topic.listen((changed) => told.push([...changed].sort()));
  topic.begin();
  assert.equal(topic.load({ epoch: "e1", seq: 10, snapshot: { a: 1, b: 2 } }), Outcome.APPLIED);
  assert.deepEqual(rows(topic), { a: 1, b: 2 });
  assert.deepEqual(told, [["a", "b"]]);
  assert.deepEqual(topic.cursor, { epoch: "e1", seq: 10 });
});

test("before the first snapshot there is no cursor, and a picture without an epoch is not known", () => {
  const topic = new TableTopic();
  assert.equal(topic.cursor, null);
  topic.begin();
  topic.load({ epoch: "", seq: 0, snapshot: {} });
  assert.equal(topic.known, false);
  topic.begin();
  topic.load({ epoch: "e1", seq: 1, snapshot: {} });
  assert.equal(topic.known, true);
});

test("a batch that goes on where the copy stands is applied in its order", () => {
  const topic = liveTable();
  const told = [];
  topic.listen((changed) => told.push([...changed]));
  assert.equal(topic.receive(batch(10, 13, [put("c", 3), del("a"), put("c", 4)])), Outcome.APPLIED);
  assert.deepEqual(rows(topic), { b: { n: 2 }, c: 4 });
  assert.equal(topic.seq, 13);
  assert.deepEqual(told, [["c", "a"]]);
});

test("a batch that overlaps what is here is applied, one that is wholly old is not", () => {
  const topic = liveTable();
  assert.equal(topic.receive(batch(8, 11, [put("a", "new")])), Outcome.APPLIED);
  assert.equal(topic.receive(batch(8, 11, [put("a", "old")])), Outcome.IGNORED);
  assert.equal(topic.receive(batch(9, 10, [put("a", "older")])), Outcome.IGNORED);
  assert.equal(topic.items.get("a"), "new");
});

test("a batch that starts beyond the copy is a gap and changes nothing", () => {
  const topic = liveTable();
  assert.equal(topic.receive(batch(12, 13, [del("a")])), Outcome.GAP);
  assert.ok(topic.items.has("a"));
  assert.equal(topic.seq, 10);
});

test("a batch of another epoch is a gap, whatever its numbers", () => {
  const topic = liveTable();
  assert.equal(topic.receive(batch(10, 11, [del("a")], "e2")), Outcome.GAP);
  assert.equal(topic.receive(batch(1, 2, [del("a")], "e0")), Outcome.GAP);
  assert.ok(topic.items.has("a"));
});

test("batches that come before the snapshot are held back, and applied after it where they go on", () => {
  const topic = new TableTopic();
  topic.begin();
  assert.equal(topic.receive(batch(8, 10, [put("a", "in the snapshot")])), Outcome.HELD);
  assert.equal(topic.receive(batch(10, 11, [put("c", "after it")])), Outcome.HELD);
  assert.equal(topic.items.size, 0);
  const told = [];
  topic.listen((changed) => told.push([...changed].sort()));
  assert.equal(topic.load({ epoch: "e1", seq: 10, snapshot: { a: "snapshot" } }), Outcome.APPLIED);
  assert.deepEqual(rows(topic), { a: "snapshot", c: "after it" });
  assert.equal(topic.seq, 11);
  assert.deepEqual(told, [["a", "c"]]);
});

test("a held batch that leaves a gap asks for another subscription", () => {
  const topic = new TableTopic();
  topic.begin();
  topic.receive(batch(15, 16, [put("c", 1)]));
  assert.equal(topic.load({ epoch: "e1", seq: 10, snapshot: {} }), Outcome.GAP);
  assert.ok(!topic.items.has("c"));
});

test("too many held batches are not kept; the topic asks again instead", () => {
  const topic = new TableTopic();
  topic.begin();
  for (let seq = 11; seq < 1200; seq += 1) {
    topic.receive(batch(seq - 1, seq, [put("a", seq)]));
  }
  assert.equal(topic.load({ epoch: "e1", seq: 10, snapshot: {} }), Outcome.GAP);
});

test("a later snapshot tells only the keys that are new, other or gone", () => {
  const topic = liveTable({ same: { n: 1 }, other: { n: 1 }, gone: { n: 1 } });
  const told = [];
  topic.listen((changed) => told.push([...changed].sort()));
  topic.begin();
  topic.load({ epoch: "e2", seq: 1, snapshot: { same: { n: 1 }, other: { n: 2 }, fresh: { n: 1 } } });
  assert.deepEqual(told, [["fresh", "gone", "other"]]);
  assert.deepEqual(Object.keys(rows(topic)).sort(), ["fresh", "other", "same"]);
  assert.deepEqual(topic.cursor, { epoch: "e2", seq: 1 });
});

test("the rows stay while a new subscription is on its way", () => {
  const topic = liveTable();
  topic.begin();
  assert.equal(topic.items.size, 2);
  assert.equal(topic.phase, Phase.LOADING);
});

test("a replay continues the copy", () => {
  const topic = liveTable();
  topic.begin();
  const answer = { epoch: "e1", seq: 12, replay: [put("c", 3), del("b")] };
  assert.equal(topic.load(answer), Outcome.APPLIED);
  assert.deepEqual(Object.keys(rows(topic)), ["a", "c"]);
  assert.equal(topic.seq, 12);
});

test("a replay of another epoch, or for an empty copy, is refused as a gap", () => {
  const topic = liveTable();
  topic.begin();
  assert.equal(topic.load({ epoch: "e2", seq: 12, replay: [] }), Outcome.GAP);
  const empty = new TableTopic();
  empty.begin();
  assert.equal(empty.load({ epoch: "e1", seq: 12, replay: [] }), Outcome.GAP);
});

test("an error is kept for the page, the rows stay, and batches are ignored until the next subscription", () => {
  const topic = liveTable();
  topic.begin();
  topic.load({ error: { code: "permission_denied", detail: "No." } });
  assert.equal(topic.error.detail, "No.");
  assert.equal(topic.items.size, 2);
  assert.equal(topic.receive(batch(10, 11, [del("a")])), Outcome.IGNORED);
  topic.begin();
  assert.equal(topic.error, null);
});

test("a listener can stop listening", () => {
  const topic = liveTable();
  let calls = 0;
  const stop = topic.listen(() => {
    calls += 1;
  });
  topic.receive(batch(10, 11, [del("a")]));
  stop();
  topic.receive(batch(11, 12, [del("b")]));
  assert.equal(calls, 1);
});

test("a key named like a property of objects is only a key", () => {
  const topic = liveTable(JSON.parse('{"__proto__": {"n": 1}, "constructor": {"n": 2}}'));
  assert.deepEqual([...topic.items.keys()].sort(), ["__proto__", "constructor"]);
  topic.receive(batch(10, 11, [del("__proto__")]));
  assert.deepEqual([...topic.items.keys()], ["constructor"]);
});

const event = (seq) => ({ type: "ami_event", event: "Hangup", data: {}, at: "2026-01-01T00:00:00.000Z", seq });
const events = (...seqs) => Object.fromEntries(seqs.map((seq) => [String(seq), event(seq)]));
const shown = (topic) => topic.entries.map((entry) => entry.event?.seq ?? entry.gap);

function liveEvents(limit = 500, snapshot = events(9, 10)) {
  const topic = new EventTopic(limit);
  topic.begin();
  topic.load({ epoch: "e1", seq: 10, snapshot });
  return topic;
}

const eventBatch = (prevSeq, ...seqs) => ({
  epoch: "e1",
  prev_seq: prevSeq,
  seq: seqs.at(-1),
  events: seqs.map(event),
});

test("events come in their order, whatever the order of the snapshot's keys", () => {
  const topic = liveEvents(500, events(10, 8, 9));
  topic.receive(eventBatch(10, 11, 12));
  assert.deepEqual(shown(topic), [8, 9, 10, 11, 12]);
});

test("events of an overlapping batch are not shown twice", () => {
  const topic = liveEvents();
  topic.receive(eventBatch(8, 9, 10, 11));
  assert.deepEqual(shown(topic), [9, 10, 11]);
});

test("only the newest events are kept", () => {
  const topic = liveEvents(3);
  topic.receive(eventBatch(10, 11, 12, 13));
  assert.deepEqual(shown(topic), [11, 12, 13]);
});

test("events that were missed are counted where they are missing", () => {
  const topic = liveEvents();
  topic.begin();
  topic.load({ epoch: "e1", seq: 200, snapshot: events(150, 200) });
  assert.deepEqual(shown(topic), [9, 10, { missed: 139, newSession: false }, 150, 200]);
});

test("a snapshot that goes on without a hole notes no gap and repeats nothing", () => {
  const topic = liveEvents();
  topic.begin();
  topic.load({ epoch: "e1", seq: 12, snapshot: events(9, 10, 11, 12) });
  assert.deepEqual(shown(topic), [9, 10, 11, 12]);
  topic.begin();
  topic.load({ epoch: "e1", seq: 12, snapshot: events(11, 12) });
  assert.deepEqual(shown(topic), [9, 10, 11, 12]);
});

test("a replay of events goes on without a hole", () => {
  const topic = liveEvents();
  topic.begin();
  assert.equal(topic.load({ epoch: "e1", seq: 12, replay: [event(11), event(12)] }), Outcome.APPLIED);
  assert.deepEqual(shown(topic), [9, 10, 11, 12]);
});

test("a new AMI session starts its numbers anew, and the page is told", () => {
  const topic = liveEvents();
  topic.begin();
  topic.load({ epoch: "e2", seq: 10, snapshot: events(9, 10) });
  assert.deepEqual(shown(topic), [9, 10, { missed: null, newSession: true }, 9, 10]);
  const keys = topic.entries.map((entry) => entry.key);
  assert.equal(new Set(keys).size, keys.length);
});

test("clearing forgets the events and keeps the place in the stream", () => {
  const topic = liveEvents();
  topic.clear();
  assert.deepEqual(shown(topic), []);
  assert.equal(topic.receive(eventBatch(10, 11)), Outcome.APPLIED);
  assert.deepEqual(shown(topic), [11]);
});

test("nothing is missing before the first session of a PBX that was not there yet", () => {
  const topic = new EventTopic(100);
  topic.begin();
  topic.load({ epoch: "", seq: 0, snapshot: {} });
  topic.begin();
  topic.load({ epoch: "e1", seq: 10, snapshot: events(9, 10) });
  assert.deepEqual(shown(topic), [9, 10]);
});
