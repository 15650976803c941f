/** People across queues: what is said of them, where their tiles stand, and what actions on them send. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  PERSON_ACTIONS, addToQueues, callPerson, endCall, listenToPerson, pauseEverywhere, personTarget, removeFromQueues, unpauseEverywhere,
} from "../../static/js/actions/agent_actions.js";
import { ServerClock } from "../../static/js/live/clock.js";
import { STATES, agentClock, agentDetail, agentText, byStateAndName, countStates } from "../../static/js/tabs/agents/agent_words.js";
import { layTiles, linesBetween } from "../../static/js/tabs/agents/tile_lines.js";

const NOW = Date.parse("2026-01-01T12:00:00.000Z");
const clock = new ServerClock(() => 0, () => NOW);
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();

const place = (queue, more = {}) => ({
  queue, interface: "PJSIP/100", penalty: 0, paused: false, paused_reason: null, paused_at: null, in_call: false, calls_taken: 3,
  last_call_at: null, membership: "dynamic", ...more,
});
const person = (more = {}) => ({
  agent: "Alice", name: "Alice", interfaces: ["PJSIP/100"], state_interface: "PJSIP/100", device_state: "not in use", state: "ready",
  since: at(-75), paused: "none", paused_reason: null, paused_at: null, queues: [place("sales"), place("support")], in_call_with: null,
  calls_taken: 6, last_call_at: null, wrapup_until: null, ...more,
});
const caller = { number: "+331", name: "Zoé", unique_id: "1.1", linked_id: "1.1", since: at(-9) };

/** A context that keeps what is sent, and answers with what is given. */
function listening({ kept = {}, channels = [] } = {}) {
  const sent = [];
  return {
    sent,
    can: () => true,
    preferences: { get: (name, fallback) => kept[name] ?? fallback, set: (name, value) => { kept[name] = value; } },
    lease: () => ({ topic: { items: new Map([["sales", {}], ["support", {}], ["billing", {}]]) }, release() {} }),
    api: {
      write: (path, body) => { sent.push([path, body]); return Promise.resolve({ message: "ok" }); },
      read: () => Promise.resolve({ channels }),
    },
  };
}

test("each state says what it means, and none says more than is known", () => {
  assert.equal(agentDetail(person()), "");
  assert.equal(agentDetail(person({ state: "in_call", in_call_with: caller })), "Zoé");
  assert.equal(agentDetail(person({ state: "in_call" })), "In another call");
  assert.equal(agentDetail(person({ state: "paused", paused: "all", paused_reason: "Lunch" })), "Lunch");
  assert.equal(agentDetail(person({ state: "paused", paused: "all" })), "No reason given");
  assert.match(agentDetail(person({ state: "after_call" })), /not known/);
  assert.match(agentDetail(person({ state: "busy" })), /no call of it is known/);
  assert.match(agentDetail(person({ state: "unknown" })), /does not know/);
});

test("somebody who takes calls of some queues only is told so, with the reason", () => {
  const queues = [place("sales", { paused: true }), place("support")];
  assert.equal(agentDetail(person({ paused: "some", paused_reason: "Back office", queues })), "Paused in 1 of 2 queues: Back office");
  assert.equal(agentDetail(person({ paused: "some", queues })), "Paused in 1 of 2 queues");
});

test("the clock counts since a state began, down to the end of a known rest, and not at all where nobody saw it begin", () => {
  assert.equal(agentClock(person(), clock), "1:15");
  assert.equal(agentClock(person({ state: "wrapup", wrapup_until: at(8), since: at(-2) }), clock), "0:08");
  assert.equal(agentClock(person({ since: null }), clock), "–");
});

test("people are counted and ordered by what they do, then by name", () => {
  const people = [
    person({ agent: "b10", name: "b10", state: "ready" }), person({ agent: "b9", name: "b9", state: "ready" }),
    person({ agent: "c", name: "c", state: "odd" }), person({ agent: "a", name: "a", state: "ringing" }),
  ];
  assert.deepEqual(countStates(people), [["ringing", 1], ["ready", 2], ["odd", 1]]);
  assert.deepEqual(people.toSorted(byStateAndName).map(({ agent }) => agent), ["a", "b9", "b10", "c"]);
  assert.equal(new Set(STATES).size, 9);
});

test("a person is found by name, phone, queue, state and whom the person talks with", () => {
  const text = agentText(person({ state: "in_call", in_call_with: caller }));
  for (const word of ["alice", "pjsip/100", "support", "in call", "zoé", "+331"]) {
    assert.ok(text.includes(word), word);
  }
});

test("tiles stand under a heading for each state, as many in a line as there is room for", () => {
  const agents = ["a", "b", "c", "d"].map((agent, index) => ({ agent, state: index < 3 ? "ready" : "paused" }));
  const { lines, height, columns } = layTiles(agents, { width: 100, height: 50, gap: 10, heading: 20, room: 210 });
  assert.equal(columns, 2);
  assert.deepEqual(lines.map(({ state, count, keys, top }) => [state ?? keys.join(), count, top]), [
    ["ready", 3, 0], ["a,b", 0, 20], ["c", 0, 80], ["paused", 1, 140], ["d", 0, 160],
  ]);
  assert.equal(height, 220);
  assert.deepEqual(linesBetween({ lines, height, columns }, 75, 150).map(({ key }) => key), ["ready:1", "state:paused"]);
  assert.deepEqual(layTiles([], { width: 100, height: 50, gap: 10, heading: 20, room: 0 }), { lines: [], height: 0, columns: 1 });
});

test("a pause everywhere is one request for each phone, without a queue; it is offered while any queue gives calls", async () => {
  const context = listening();
  const target = personTarget(person({ interfaces: ["PJSIP/100", "PJSIP/200"], queues: [place("sales"), place("support", { interface: "PJSIP/200" })] }));
  assert.equal(pauseEverywhere.unless(target, context), null);
  await pauseEverywhere.act(target, { reason: "Lunch" }, context);
  assert.deepEqual(context.sent, [
    ["queue/pause/", { interface: "PJSIP/100", paused: true, reason: "Lunch" }],
    ["queue/pause/", { interface: "PJSIP/200", paused: true, reason: "Lunch" }],
  ]);
  const paused = personTarget(person({ queues: [place("sales", { paused: true })] }));
  assert.match(pauseEverywhere.unless(paused, context), /paused already/);
  assert.equal(unpauseEverywhere.unless(paused, context), null);
});

test("somebody is added to several queues with a result for each, under the same name", async () => {
  const context = listening();
  const target = personTarget(person());
  const [queues] = addToQueues.fields(target, context);
  assert.deepEqual(queues.options.map(({ value }) => value), ["billing"]);
  const values = { queues: ["billing", "vip"], penalty: 2, paused: false };
  const targets = addToQueues.spread(target, values);
  assert.deepEqual(targets.map((each) => addToQueues.name(each)), ["Alice: billing", "Alice: vip"]);
  await addToQueues.act(targets[0], values, context);
  assert.deepEqual(context.sent, [
    ["queue/add/", { queue: "billing", interface: "PJSIP/100", member_name: "Alice", penalty: 2, paused: false }],
  ]);
});

test("in bulk each person is added to each of the queues", async () => {
  const context = listening();
  await addToQueues.act(personTarget(person()), { queues: ["billing", "vip"] }, context);
  assert.deepEqual(context.sent.map(([, { queue }]) => queue), ["billing", "vip"]);
});

test("only places that do not stand in the PBX's configuration can be taken away", async () => {
  const context = listening();
  const mixed = personTarget(person({ queues: [place("sales", { membership: "static" }), place("support")] }));
  assert.deepEqual(removeFromQueues.fields(mixed, context)[0].options.map(({ value }) => value), ["support"]);
  await removeFromQueues.act({ ...mixed, queue: "support" }, { queues: ["support"] }, context);
  assert.deepEqual(context.sent, [["queue/remove/", { queue: "support", interface: "PJSIP/100" }]]);
  const fixed = personTarget(person({ queues: [place("sales", { membership: "static" })] }));
  assert.match(removeFromQueues.unless(fixed, context), /configuration/);
});

test("a call to somebody rings one's own phone first, which the browser remembers", async () => {
  const kept = {};
  const context = listening({ kept });
  await callPerson.act(personTarget(person()), { channel: " PJSIP/900 " }, context);
  assert.deepEqual(context.sent, [["originate/", { channel: "PJSIP/900", application: "Dial", data: "PJSIP/100,30" }]]);
  assert.equal(kept.own_phone, "PJSIP/900");
  assert.match(callPerson.unless(personTarget(person({ interfaces: ["PJSIP/900"] })), context), /own phone/);
  assert.match(callPerson.unless(personTarget(person({ state: "unavailable" })), context), /cannot be reached/);
});

test("somebody is heard on the phone whose queue gave the call", async () => {
  const context = listening({ kept: { own_phone: "PJSIP/900" } });
  const target = personTarget(person({
    state: "in_call", interfaces: ["PJSIP/100", "PJSIP/200"], queues: [place("sales"), place("support", { interface: "PJSIP/200", in_call: true })],
  }));
  assert.equal(listenToPerson.unless(target, context), null);
  await listenToPerson.act(target, {}, context);
  assert.deepEqual(context.sent, [["spy/", { channel: "PJSIP/200", spyer: "PJSIP/900", mode: "listen" }]]);
  assert.match(listenToPerson.unless(personTarget(person()), context), /talks with nobody/);
});

test("a call is ended by its caller's channel, else by the phone's own; without one that is said", async () => {
  const channels = [{ channel: "PJSIP/1000-00000001", unique_id: "1.8" }, { channel: "PJSIP/100-00000002", unique_id: "1.9" }];
  const context = listening({ channels });
  await endCall.act(personTarget(person({ state: "in_call", in_call_with: caller })), {}, context);
  await endCall.act(personTarget(person({ state: "in_call" })), {}, context);
  assert.deepEqual(context.sent, [["hangup/", { channel: "1.1" }], ["hangup/", { channel: "1.9" }]]);
  await assert.rejects(endCall.act(personTarget(person({ interfaces: ["PJSIP/7"], state_interface: "PJSIP/7", state: "in_call" })), {}, context), /no channel any more/);
});

test("no two letters of actions are the same", () => {
  const letters = PERSON_ACTIONS.flatMap(({ key }) => key ?? []);
  assert.equal(new Set(letters).size, letters.length);
});
