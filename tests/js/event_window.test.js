/** What the Events tab holds: filtered, paused and resumed, beside the topic that it reads. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { EventTopic } from "../../static/js/live/store.js";
import { EventFilter } from "../../static/js/tabs/events/event_filter.js";
import { EventRate, RATE_SECONDS } from "../../static/js/tabs/events/event_rate.js";
import { EventReader, EventWindow } from "../../static/js/tabs/events/event_window.js";

const event = (seq, name = "Hangup", data = {}, at = "2026-01-01T10:00:00.000Z") => ({
  type: "ami_event", event: name, data: { Event: name, ...data }, at, seq, pbx: "main",
});

class Stream {
  constructor(limit) {
    this.topic = new EventTopic(limit);
    this.seq = 0;
    this.topic.begin();
    this.topic.load({ epoch: "e", seq: 0, snapshot: {} });
  }

  send(count, name, data, at) {
    const events = Array.from({ length: count }, () => event((this.seq += 1), name, data, at));
    this.topic.receive({ epoch: "e", prev_seq: this.seq - count, seq: this.seq, events });
  }
}

const opened = (limit = 50) => {
  const stream = new Stream(limit);
  return { stream, window: new EventWindow(stream.topic, limit) };
};
const seqs = (window) => window.shown.map((row) => row.event?.seq ?? "gap");

test("the last events are shown, newest first, and as many as was chosen", () => {
  const { stream, window } = opened(500);
  stream.send(130);
  window.take();
  assert.deepEqual([window.shown.length, window.held, window.matching], [100, 130, 130]);
  assert.deepEqual(seqs(window).slice(0, 2), [130, 129]);
  window.setFilter(new EventFilter({ last: 500 }));
  assert.equal(window.shown.length, 130);
});

test("what was there before the tab was opened is shown, too", () => {
  const stream = new Stream(50);
  stream.send(3);
  const window = new EventWindow(stream.topic, 50);
  window.take();
  assert.deepEqual(seqs(window), [3, 2, 1]);
});

test("names are counted as they come and as they fall out, and what is muted is counted", () => {
  const { stream, window } = opened(10);
  stream.send(6, "Hangup");
  stream.send(4, "VarSet");
  window.take();
  assert.deepEqual([Object.fromEntries(window.names), window.matching, window.muted], [{ Hangup: 6, VarSet: 4 }, 6, 4]);
  stream.send(8, "Newchannel");
  window.take();
  assert.deepEqual([Object.fromEntries(window.names), window.held], [{ VarSet: 2, Newchannel: 8 }, 10]);
  assert.deepEqual([window.matching, window.muted], [8, 2]);
});

test("names that are not chosen are still counted, so that they can be chosen; what other filters refuse is not", () => {
  const { stream, window } = opened();
  stream.send(2, "Hangup", { Queue: "sales" });
  stream.send(3, "Newchannel", { Queue: "sales" });
  stream.send(1, "Newchannel", { Queue: "support" });
  window.take();
  window.setFilter(new EventFilter({ only: ["Hangup"], queue: "sales" }));
  assert.deepEqual(Object.fromEntries(window.names), { Hangup: 2, Newchannel: 3 });
  assert.deepEqual([window.matching, seqs(window)], [2, [2, 1]]);
});

test("a pause stands still and counts; going on shows all that came meanwhile, at once and in order", () => {
  const { stream, window } = opened();
  stream.send(2);
  window.pause();
  stream.send(5);
  window.take();
  assert.deepEqual([seqs(window), window.waiting, window.lost], [[2, 1], 5, 0]);
  window.resume();
  assert.deepEqual([seqs(window), window.waiting], [[7, 6, 5, 4, 3, 2, 1], 0]);
});

test("a filter that changes during a pause filters what stands still", () => {
  const { stream, window } = opened();
  stream.send(2, "Hangup");
  stream.send(2, "Newchannel");
  window.pause();
  stream.send(2, "Hangup");
  window.setFilter(new EventFilter({ only: ["Hangup"] }));
  assert.deepEqual(seqs(window), [2, 1]);
  window.resume();
  assert.deepEqual(seqs(window), [6, 5, 2, 1]);
});

test("what fell out during a long pause is told, while it lasts and at its place after it", () => {
  const { stream, window } = opened(10);
  stream.send(4);
  window.pause();
  for (let turn = 0; turn < 5; turn += 1) {
    stream.send(5);
  }
  assert.deepEqual([seqs(window), window.waiting, window.lost], [[4, 3, 2, 1], 25, 15]);
  window.resume();
  assert.deepEqual(seqs(window), [29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
  assert.equal(window.held, 10);
});

test("the gap of a long pause stands between what was before and what is left of what came", () => {
  const stream = new Stream(6);
  const window = new EventWindow(stream.topic, 20);
  stream.send(4);
  window.pause();
  stream.send(9);
  window.resume();
  assert.deepEqual(seqs(window), [13, 12, 11, 10, 9, 8, "gap", 4, 3, 2, 1]);
  assert.deepEqual(window.shown[6].gap, { missed: 3, paused: true });
});

test("a gap of the stream is shown at its place, whatever the filter", () => {
  const { stream, window } = opened();
  stream.send(2);
  stream.topic.begin();
  stream.topic.load({ epoch: "e", seq: 10, snapshot: { 10: event(10) } });
  window.take();
  window.setFilter(new EventFilter({ text: '"event":"hangup"' }));
  assert.deepEqual(seqs(window), [10, "gap", 2, 1]);
});

test("forgetting empties the list and leaves what comes", () => {
  const { stream, window } = opened();
  stream.send(3);
  window.take();
  window.clear();
  assert.deepEqual([seqs(window), window.names.size, window.matching, window.held], [[], 0, 0, 0]);
  stream.send(1);
  window.take();
  assert.deepEqual(seqs(window), [4]);
});

test("thousands of events are filtered by words", () => {
  const stream = new Stream(5000);
  for (let turn = 0; turn < 50; turn += 1) {
    stream.send(100, "Newchannel", { Channel: `PJSIP/${turn}-0000`, Uniqueid: `1.${turn}`, AccountCode: "x".repeat(300) });
  }
  const window = new EventWindow(stream.topic, 5000);
  window.take();
  window.setFilter(new EventFilter({ text: "pjsip/7" }));
  assert.equal(window.matching, 100);
});

test("the rate tells what came in each second, from the first whole second that is known", () => {
  const stream = new Stream(50);
  stream.send(2, "Hangup", {}, "2026-01-01T10:00:00.500Z");
  const rate = new EventRate(new EventReader(stream.topic));
  stream.send(3, "Hangup", {}, "2026-01-01T10:00:02.100Z");
  stream.send(1, "Hangup", {}, "2026-01-01T10:00:02.900Z");
  const counts = rate.until(Date.parse("2026-01-01T10:00:04.000Z"));
  assert.equal(counts.length, RATE_SECONDS);
  assert.deepEqual(counts.slice(-5), [null, null, 0, 4, 0]);
});

test("the rate knows nothing of before a gap", () => {
  const stream = new Stream(50);
  stream.send(2, "Hangup", {}, "2026-01-01T10:00:00.500Z");
  const rate = new EventRate(new EventReader(stream.topic));
  rate.until(Date.parse("2026-01-01T10:00:01.000Z"));
  stream.topic.begin();
  stream.topic.load({ epoch: "e", seq: 9, snapshot: { 9: event(9, "Hangup", {}, "2026-01-01T10:00:05.000Z") } });
  assert.deepEqual(rate.until(Date.parse("2026-01-01T10:00:08.000Z")).slice(-4), [null, null, 0, 0]);
});
