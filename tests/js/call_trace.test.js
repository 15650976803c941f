/** Following one call through the stream of events. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { EventTopic } from "../../static/js/live/store.js";
import { EventFilter } from "../../static/js/tabs/events/event_filter.js";
import { readSubject } from "../../static/js/tabs/events/event_headers.js";
import { EventWindow } from "../../static/js/tabs/events/event_window.js";
import { RECORDINGS, readEvents } from "./event_transcripts.js";

const channel = (prefix, name, unique, linked) => ({
  [`${prefix}Channel`]: name, [`${prefix}Uniqueid`]: unique, [`${prefix}Linkedid`]: linked,
});
const ALICE = ["PJSIP/alice-1", "1.1", "1.1"];
const BOB = ["PJSIP/bob-2", "1.2", "1.1"];
const CAROL = ["PJSIP/carol-3", "1.3", "1.3"];

function follow(linkedId, events, { late = 0 } = {}) {
  const topic = new EventTopic(1000);
  topic.begin();
  topic.load({ epoch: "e", seq: 0, snapshot: {} });
  const window = new EventWindow(topic, 1000);
  const filter = new EventFilter({ follow: linkedId, noise: true });
  events.forEach(([name, data], index) => {
    if (index === late) {
      window.setFilter(filter);
    }
    const seq = index + 1;
    topic.receive({ epoch: "e", prev_seq: index, seq, events: [{ event: name, data: { Event: name, ...data }, seq }] });
    window.take();
  });
  if (late >= events.length) {
    window.setFilter(filter);
  }
  return window.shown.map((row) => row.event.seq).reverse();
}

/** Alice calls Bob; Carol has a call of her own, and Dave another, before Carol's becomes one with Alice's. */
const JOINED = [
  ["Newchannel", channel("", ...ALICE)],
  ["DialBegin", { ...channel("", ...ALICE), ...channel("Dest", ...BOB) }],
  ["Newchannel", channel("", ...CAROL)],
  ["Newchannel", channel("", "PJSIP/dave-4", "1.4", "1.4")],
  ["BridgeCreate", { BridgeUniqueid: "b1", BridgeTechnology: "simple_bridge" }],
  ["BridgeEnter", { BridgeUniqueid: "b1", BridgeTechnology: "simple_bridge", ...channel("", ...ALICE) }],
  ["BridgeEnter", { BridgeUniqueid: "b1", BridgeTechnology: "simple_bridge", ...channel("", ...CAROL) }],
  ["Hold", channel("", "PJSIP/carol-3", "1.3", "1.1")],
  ["Hangup", channel("", "PJSIP/dave-4", "1.4", "1.4")],
  ["Hangup", channel("", "PJSIP/carol-3", "1.3", "1.3")],
  ["BridgeDestroy", { BridgeUniqueid: "b1", BridgeTechnology: "simple_bridge" }],
];

test("a call's events are those of its channels and bridges, and of a channel that joins it, its earlier ones too", () => {
  assert.deepEqual(follow("1.1", JOINED), [1, 2, 3, 5, 6, 7, 8, 10, 11]);
});

test("it is the same whether one follows from the beginning, from the middle, or looks back", () => {
  for (const late of [3, 7, JOINED.length]) {
    assert.deepEqual(follow("1.1", JOINED, { late }), [1, 2, 3, 5, 6, 7, 8, 10, 11], `from ${late}`);
  }
});

test("a call that becomes part of an older one is followed under its linked ID", () => {
  const events = [
    ["Newchannel", channel("", ...ALICE)],
    ["Newchannel", channel("", ...CAROL)],
    ["AttendedTransfer", { ...channel("Transferee", "PJSIP/carol-3", "1.3", "1.1"), Result: "Success" }],
    ["DialBegin", { ...channel("", ...ALICE), ...channel("Dest", ...BOB) }],
  ];
  assert.deepEqual(follow("1.3", events), [1, 2, 3, 4]);
});

test("calls that are parked beside it in a holding bridge are not followed", () => {
  const parked = { BridgeUniqueid: "p", BridgeTechnology: "holding_bridge" };
  const events = [
    ["BridgeEnter", { ...parked, ...channel("", ...ALICE) }],
    ["BridgeEnter", { ...parked, ...channel("", ...CAROL) }],
    ["Hangup", channel("", ...CAROL)],
  ];
  assert.deepEqual(follow("1.1", events), [1]);
});

test("events that name a channel without its ID belong to the call that has it", () => {
  const events = [
    ["Newchannel", channel("", ...ALICE)],
    ["FAXStatus", { Channel: "PJSIP/alice-1" }],
    ["FAXStatus", { Channel: "PJSIP/carol-3" }],
  ];
  assert.deepEqual(follow("1.1", events), [1, 2]);
});

test("what names no channel and no bridge belongs to no call", () => {
  assert.deepEqual(follow("1.1", [["DeviceStateChange", { Device: "PJSIP/alice" }], ["Reload", {}]]), []);
});

test("recorded calls of Asterisk 16 and 22 are followed whole, from any linked ID that became part of them", () => {
  const journeys = RECORDINGS.filter((name) => name.startsWith("journey-"));
  assert.ok(journeys.length >= 20);
  for (const recording of journeys) {
    const events = readEvents(recording).map((event) => ({ ...event, subject: readSubject(event.data) }));
    const called = events.filter(({ subject }) => subject.channels.length);
    for (const linkedId of new Set(called.flatMap(({ subject }) => subject.channels.map(({ linked }) => linked)).filter(Boolean))) {
      const window = new EventWindow({ entries: events.map((event) => ({ key: String(event.seq), event })), listen() {} }, 5000);
      window.setFilter(new EventFilter({ follow: linkedId, noise: true, last: 5000 }));
      window.take();
      const shown = new Set(window.shown.map((row) => row.event.seq));
      const missed = called.filter(({ seq }) => !shown.has(seq)).map(({ event, seq }) => `${seq} ${event}`);
      assert.deepEqual(missed, [], `${recording} from ${linkedId}`);
    }
  }
});
