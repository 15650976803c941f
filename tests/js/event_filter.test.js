/** Which events pass the filter of the Events tab, and how the filter is written and kept. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { EventFilter, NOISE, Verdict } from "../../static/js/tabs/events/event_filter.js";
import { readSubject } from "../../static/js/tabs/events/event_headers.js";

const accepts = (filter, data) => filter.accepts(readSubject(data), () => JSON.stringify(data).toLowerCase());

test("noise is muted by default, shown on demand, and shown when its name is asked for", () => {
  const filter = new EventFilter();
  assert.ok(NOISE.includes("RTCPSent") && NOISE.includes("VarSet") && NOISE.includes("Newexten"));
  assert.equal(filter.judgeName("VarSet"), Verdict.MUTED);
  assert.equal(filter.judgeName("Hangup"), Verdict.SHOWN);
  assert.equal(filter.with({ noise: true }).judgeName("VarSet"), Verdict.SHOWN);
  assert.equal(filter.toggleOnly("VarSet").judgeName("VarSet"), Verdict.SHOWN);
});

test("names are included or excluded, several at a time, and a second click takes that back", () => {
  const only = new EventFilter().toggleOnly("Hangup").toggleOnly("Newchannel");
  assert.deepEqual(["Hangup", "Newchannel", "Hold"].map((name) => only.judgeName(name)), [
    Verdict.SHOWN, Verdict.SHOWN, Verdict.HIDDEN,
  ]);
  assert.equal(only.toggleOnly("Hangup").toggleOnly("Newchannel").judgeName("Hold"), Verdict.SHOWN);
  const without = new EventFilter().toggleWithout("Hold").toggleWithout("Unhold");
  assert.deepEqual(["Hold", "Unhold", "Hangup"].map((name) => without.judgeName(name)), [
    Verdict.HIDDEN, Verdict.HIDDEN, Verdict.SHOWN,
  ]);
  assert.equal(without.toggleWithout("Hold").judgeName("Hold"), Verdict.SHOWN);
  assert.deepEqual(without.toggleOnly("Hold").values.without, ["Unhold"]);
  assert.deepEqual(only.toggleWithout("Hangup").values.only, ["Newchannel"]);
});

test("a channel is found by a part of its name, its unique ID or its call, whatever stands before the header", () => {
  const dial = { Channel: "PJSIP/100-00000001", Uniqueid: "1.1", DestChannel: "PJSIP/200-00000002", DestLinkedid: "1.1" };
  for (const channel of ["pjsip/100", "PJSIP/200", "1.1", " 00000002 "]) {
    assert.ok(accepts(new EventFilter({ channel }), dial), channel);
  }
  assert.ok(!accepts(new EventFilter({ channel: "PJSIP/300" }), dial));
  assert.ok(!accepts(new EventFilter({ channel: "PJSIP/100" }), { Interface: "PJSIP/100" }));
});

test("a queue is meant by its whole name", () => {
  assert.ok(accepts(new EventFilter({ queue: "sales" }), { Queue: "sales" }));
  assert.ok(!accepts(new EventFilter({ queue: "sales" }), { Queue: "sales-eu" }));
  assert.ok(!accepts(new EventFilter({ queue: "sales" }), { Message: "sales" }));
});

test("all words must stand in the event, in any order and any case, in values that came several times too", () => {
  const event = { Event: "VarSet", ChanVariable: ["LANG=de", "VIP=Yes"] };
  assert.ok(accepts(new EventFilter({ text: "vip=yes VARSET" }), event));
  assert.ok(!accepts(new EventFilter({ text: "vip=yes hangup" }), event));
});

test("an address says the whole filter, and is read back to the same", () => {
  const filter = new EventFilter({
    only: ["Hangup", "Newchannel"], without: ["Hold"], noise: true, channel: "PJSIP/1", queue: "a b", text: "x=y", follow: "1.1",
    last: 5000,
  });
  assert.deepEqual(EventFilter.fromQuery(new URLSearchParams(filter.toQuery().toString())).values, filter.values);
  assert.equal(new EventFilter().toQuery().toString(), "");
});

test("what nobody can choose in an address is left out", () => {
  assert.equal(EventFilter.fromQuery(new URLSearchParams("last=1000000")).values.last, 100);
  assert.equal(EventFilter.fromQuery(new URLSearchParams("last=all")).values.last, 100);
});

test("what is kept for the next visit is all but the call that is followed; what is not a filter is none", () => {
  const filter = new EventFilter({ text: "x", follow: "1.1" });
  assert.deepEqual(EventFilter.fromKept(filter.toKept()).values, new EventFilter({ text: "x" }).values);
  assert.deepEqual(EventFilter.fromKept({ text: 7 }).values, new EventFilter().values);
});

test("clearing leaves how many are shown", () => {
  assert.deepEqual(new EventFilter({ text: "x", noise: true, last: 500 }).cleared().values, new EventFilter({ last: 500 }).values);
  assert.ok(new EventFilter({ text: "x" }).narrows);
  assert.ok(!new EventFilter({ noise: true, last: 500 }).narrows);
});
