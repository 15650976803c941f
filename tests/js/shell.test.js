import assert from "node:assert/strict";
import { test } from "node:test";

import { windowOf, reveal } from "../../static/js/components/window.js";
import { TopicLeases } from "../../static/js/live/topics.js";
import { Preferences } from "../../static/js/shell/preferences.js";
import { readAddress, writeAddress } from "../../static/js/shell/router.js";
import { agentState, callState, channelState, deviceState } from "../../static/js/states.js";

test("an address names tab, path and query, and is written as it is read", () => {
  const parts = ["queues", ["front desk/ü", "b"], { view: "wall", none: null }];
  const address = writeAddress("/console/", "main", parts[0], [...parts[1], parts[2]]);
  assert.equal(address, "/console/queues/front%20desk%2F%C3%BC/b?pbx=main&view=wall");
  const place = readAddress(new URL(address, "http://amictl.example"), "/console/");
  assert.deepEqual([place.tab, place.path, [...place.query]], ["queues", ["front desk/ü", "b"], [["view", "wall"]]]);
});

test("the console's root names no tab, and other pages are no places of the console", () => {
  const read = (path) => readAddress(new URL(path, "http://amictl.example"), "/console/");
  assert.equal(read("/console/").tab, null);
  assert.equal(read("/console/queues/").tab, "queues");
  assert.deepEqual(read("/console/queues/%ff").path, ["%ff"]);
  assert.equal(read("/admin/"), null);
  assert.equal(read("/consoles/x"), null);
});

test("preferences are kept by user and PBX, and last as long as the page where nothing may be stored", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  new Preferences(() => storage, "ann", "main").set("view", { wide: true });
  assert.deepEqual(new Preferences(() => storage, "ann", "main").get("view", null), { wide: true });
  assert.equal(new Preferences(() => storage, "ann", "other").get("view", "none"), "none");
  assert.equal(new Preferences(() => storage, "bob", "main").get("view", "none"), "none");
  kept.set("amictl/ann/main/broken", "{");
  assert.equal(new Preferences(() => storage, "ann", "main").get("broken", 7), 7);
  const forbidden = new Preferences(() => { throw new Error("forbidden"); }, "ann", "main");
  forbidden.set("view", 1);
  assert.equal(forbidden.get("view", 0), 1);
});

class Timers {
  waiting = new Map();
  #next = 0;
  setTimeout(run) {
    this.waiting.set(++this.#next, run);
    return this.#next;
  }
  clearTimeout(timer) {
    this.waiting.delete(timer);
  }
}

function leasesWithFeed() {
  const heard = new Set();
  const feed = { open: (pbx, topic) => heard.add(`${pbx}/${topic}`), close: (pbx, topic) => heard.delete(`${pbx}/${topic}`) };
  const timers = new Timers();
  return { heard, timers, leases: new TopicLeases(feed, "main", timers) };
}

test("a topic is heard from the first lease until a while after the last one", () => {
  const { heard, timers, leases } = leasesWithFeed();
  const one = leases.lease("queues");
  const two = leases.lease("queues");
  assert.equal(one.topic, two.topic);
  assert.deepEqual([...heard], ["main/queues"]);
  one.release();
  one.release();
  assert.equal(timers.waiting.size, 0);
  two.release();
  assert.deepEqual(leases.names, ["queues"]);
  [...timers.waiting.values()].forEach((run) => run());
  assert.deepEqual([[...heard], leases.names], [[], []]);
  assert.equal(leases.lease("queues").topic, one.topic);
  assert.deepEqual([...heard], ["main/queues"]);
});

test("a lease that is taken again in time lets nothing go", () => {
  const { heard, timers, leases } = leasesWithFeed();
  leases.lease("events").release();
  leases.lease("events");
  assert.equal(timers.waiting.size, 0);
  assert.deepEqual([...heard], ["main/events"]);
});

test("only rows that can be seen are rendered, and a few on both sides", () => {
  const view = { height: 400, rowHeight: 40, count: 1000, overscan: 2 };
  assert.deepEqual(windowOf({ ...view, top: 0 }), { start: 0, end: 13 });
  assert.deepEqual(windowOf({ ...view, top: 415 }), { start: 8, end: 23 });
  assert.deepEqual(windowOf({ ...view, top: 1e9 }), { start: 997, end: 1000 });
  assert.deepEqual(windowOf({ ...view, top: 0, count: 0 }), { start: 0, end: 0 });
});

test("a row that cannot be seen is scrolled to, and no further", () => {
  const view = { top: 400, height: 200, rowHeight: 40 };
  assert.deepEqual([5, 10, 14, 15].map((index) => reveal(view, index)), [200, 400, 400, 440]);
});

test("a channel that is up waits, talks, holds or hears something, and says which", () => {
  const up = { state: "Up", application: null, bridge_id: null, on_hold: false, waiting_since: null };
  const label = (more) => channelState({ ...up, ...more }).label;
  assert.equal(label({ application: "Queue", waiting_since: "2026-01-01T00:00:00Z" }), "Waiting");
  assert.equal(label({ application: "Queue", bridge_id: "b" }), "Talking");
  assert.equal(label({ bridge_id: "b", on_hold: true }), "On hold");
  assert.equal(label({ application: "ConfBridge", bridge_id: "b" }), "In a conference");
  assert.equal(label({ application: "ChanSpy" }), "Listening in");
  assert.equal(label({ application: "Elsewhere" }), "Answered");
  assert.equal(label({ state: "Ringing" }), "Ringing");
  assert.equal(label({ state: null }), "Unknown");
});

test("states are told in words with a tone and an icon, unknown ones as they are", () => {
  for (const state of [callState("queued"), agentState("paused"), deviceState("not in use"), deviceState(null)]) {
    assert.ok(state.label && state.tone && state.icon);
  }
  assert.equal(callState("constructor").label, "constructor");
});
