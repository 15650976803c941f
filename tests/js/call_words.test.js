import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { callingParty, countStates, otherParty, searchedText, stateSince, whereText } from "../../static/js/tabs/calls/call_words.js";
import { listLines } from "../../static/js/tabs/calls/lane_words.js";
import { makeLanes } from "../../static/js/tabs/calls/lanes.js";

const RECORDED = JSON.parse(readFileSync(new URL("recorded_calls.json", import.meta.url), "utf8"));
const live = (name) => RECORDED[name].live;

test("a call says with whom it is, and one that waits who is rung", () => {
  assert.equal(otherParty(live("demo-rang-several")).name, "Anna Schmidt");
  assert.deepEqual(otherParty(live("demo-abandoned")), { name: "rings Anna Schmidt", number: null });
  const [entered] = live("demo-abandoned").journey.filter((step) => step.kind === "queue_entered");
  const rang = ["A", "B", "C", "D", "E"].map((name) => ({ kind: "member_rang", member: name, name, at: entered.at }));
  const gone = { kind: "ring_no_answer", member: "A", at: entered.at };
  const waiting = (...journey) => otherParty({ ...live("demo-abandoned"), journey: [entered, ...journey] });
  assert.equal(waiting(...rang, gone).name, "rings B, C, D and 1 more");
  assert.equal(waiting(), null, "nobody is rung yet");
});

test("a party without a name is called by its number or phone, and nobody by nothing", () => {
  assert.deepEqual(callingParty({ caller: { name: null, number: null, channel: "Local/5@x-00000001;1" } }), { name: "5", number: null });
  assert.equal(callingParty({ caller: null }), null);
  assert.equal(otherParty({ ...live("journey-hold"), callee: { name: null, number: null, channel: "PJSIP/7-0000000a" } }).name, "7");
});

test("a call says where it is and since when it is in its state", () => {
  assert.equal(whereText(live("demo-rang-several")), "Queue support");
  assert.equal(whereText(live("demo-conference")), "Conference 804");
  assert.equal(whereText(live("journey-hold")), "");
  const parked = { ...live("journey-park"), parking_lot: "default", state: "parked" };
  assert.equal(whereText(parked), "Parked at 701");
  assert.equal(stateSince(parked), parked.journey.find((step) => step.kind === "parked").at);
  assert.equal(stateSince(live("demo-abandoned")), live("demo-abandoned").wait_started_at);
  assert.match(searchedText(live("demo-rang-several")), /Queue support\n.*\n[\s\S]*Anna Schmidt/);
});

test("states are counted, those without calls too, in the order in which somebody may have to act", () => {
  const counts = countStates([{ state: "talking" }, { state: "queued" }, { state: "talking" }]);
  assert.deepEqual([...counts], [["queued", 1], ["ringing", 0], ["held", 0], ["parked", 0], ["talking", 2], ["conference", 0], ["ivr", 0]]);
});

test("the list tells each thing once, in the order of time, with how long it lasted and why it ended", () => {
  const { ended } = RECORDED["demo-rang-several"];
  const lines = listLines(makeLanes(ended));
  assert.deepEqual(lines.map((line) => line.text), [
    "Antônio Leitão hears an announcement or a menu.",
    "Antônio Leitão waits in the queue support, at first in place 5.",
    "The phone of Chinedu Okafor rings.",
    "The phone of Anna Schmidt rings.",
    "Antônio Leitão talks with Anna Schmidt.",
    "Anna Schmidt puts Antônio Leitão on hold.",
    "Antônio Leitão talks with Anna Schmidt.",
    "Anna Schmidt hung up.",
  ]);
  assert.equal(lines[2].edge, "busy");
  for (const { ended: call } of Object.values(RECORDED)) {
    const times = listLines(makeLanes(call)).map((line) => line.at);
    assert.deepEqual(times, [...times].sort((a, b) => a - b));
  }
});
