import assert from "node:assert/strict";
import { test } from "node:test";

import {
  addMember, agentTarget, memberTarget, newPhones, pauseMember, pauseReasons, removeMember, setPenalty, setRingInUse, unpauseMember,
} from "../../static/js/actions/member_actions.js";
import { callerTarget, moveCaller, raisePriority, reloadQueue, setPriority, withdrawCaller } from "../../static/js/actions/queue_actions.js";

const member = (values = {}) => ({
  interface: "PJSIP/100", name: "Alice", membership: "dynamic", penalty: 2, paused: false, paused_reason: null, ring_in_use: true, ...values,
});
const QUEUES = [
  { queue: "support", members: [member(), member({ interface: "PJSIP/101", name: null })] },
  { queue: "sales", members: [member({ paused: true, paused_reason: "Lunch" })] },
  { queue: "lobby", members: [member({ interface: "PJSIP/102", name: "Carol", paused: true, paused_reason: "Lunch" })] },
];
const alice = memberTarget("support", QUEUES[0].members[0], QUEUES);
const bob = memberTarget("support", QUEUES[0].members[1], QUEUES);

function contextOf(topics = { queues: QUEUES }) {
  const sent = [];
  const items = (name) => new Map((topics[name] ?? []).map((value, index) => [value.queue ?? index, value]));
  return {
    sent,
    api: { write: (path, body) => Promise.resolve(sent.push([path, body])) },
    can: () => true,
    lease: (name) => ({ topic: { known: true, items: items(name) }, release: () => {} }),
  };
}

const field = (spec, name, target, context = contextOf(), options = {}) => spec.fields(target, context, options).find((one) => one.name === name);

test("a pause goes to the queue that is looked at, with its reason", async () => {
  const context = contextOf();
  await pauseMember.act(alice, { reason: " Lunch ", reach: "here" }, context);
  await pauseMember.act(bob, { reason: "" }, context);
  assert.deepEqual(context.sent, [
    ["queue/pause/", { interface: "PJSIP/100", queue: "support", paused: true, reason: "Lunch" }],
    ["queue/pause/", { interface: "PJSIP/101", queue: "support", paused: true }],
  ]);
  assert.equal(pauseMember.done(alice, {}, { reason: "Lunch", reach: "here" }), "Paused Alice in support: Lunch");
});

test("other queues are offered only where the same could be done there", () => {
  assert.equal(field(pauseMember, "reach", alice), undefined, "paused in sales already");
  const both = { ...alice, places: alice.places.map((place) => ({ ...place, paused: true })) };
  assert.equal(field(unpauseMember, "reach", both).options[1].label, "All queues: also sales");
  assert.equal(field(setPenalty, "reach", bob), undefined);
  assert.equal(field(setPenalty, "reach", bob, contextOf(), { bulk: true }).options[1].label, "All queues of each");
});

test("everywhere is one request for each phone of the person, without a queue", async () => {
  const context = contextOf();
  await unpauseMember.act(alice, { reach: "everywhere" }, context);
  const agent = agentTarget({
    agent: "Alice", name: "Alice", interfaces: ["PJSIP/100", "Local/100@agents"],
    queues: [{ queue: "support", interface: "PJSIP/100" }, { queue: "b", interface: "Local/100@agents" }, { queue: "a", interface: "PJSIP/100" }],
  });
  await pauseMember.act(agent, { reason: "Break" }, context);
  assert.deepEqual(context.sent, [
    ["queue/pause/", { interface: "PJSIP/100", paused: false }],
    ["queue/pause/", { interface: "PJSIP/100", paused: true, reason: "Break" }],
    ["queue/pause/", { interface: "Local/100@agents", paused: true, reason: "Break" }],
  ]);
  assert.equal(pauseMember.done(agent, {}, { reason: "" }), "Paused Alice in all queues");
});

test("what is so already, or cannot be, says why", () => {
  assert.equal(pauseMember.unless(alice), null);
  assert.equal(unpauseMember.unless(alice), "Alice is not paused.");
  assert.equal(pauseMember.unless({ ...alice, queue: "sales" }), "Alice is paused already.");
  assert.match(removeMember.unless({ ...alice, places: alice.places.map((place) => ({ ...place, membership: "static" })) }), /stands in the PBX's configuration/);
  assert.equal(removeMember.unless(alice), null);
  assert.equal(setPenalty.unless({ ...alice, places: [] }), "Alice is a member no more.");
});

test("reasons in use come first, the most used one at the head, each once", () => {
  assert.deepEqual(pauseReasons(QUEUES), ["Lunch", "Break", "Meeting", "Training", "Wrap-up"]);
  const many = [{ members: Array.from({ length: 12 }, (_, n) => member({ paused: true, paused_reason: `Reason ${n}` })) }];
  assert.equal(pauseReasons(many).length, 8);
  assert.deepEqual(field(pauseMember, "reason", alice).options[0], { value: "Lunch", label: "Lunch" });
  assert.ok(field(pauseMember, "reason", alice).own, "an own reason is of the same field, so that there is one choice");
});

test("penalty and ring-in-use begin with what they are", async () => {
  const context = contextOf();
  assert.equal(field(setPenalty, "penalty", alice).value, 2);
  assert.equal(field(setRingInUse, "ring_in_use", alice).value, true);
  await setPenalty.act(alice, { penalty: "5", reach: "here" }, context);
  await setRingInUse.act(alice, { ring_in_use: false, reach: "everywhere" }, context);
  assert.deepEqual(context.sent, [
    ["queue/penalty/", { interface: "PJSIP/100", queue: "support", penalty: 5 }],
    ["queue/ringinuse/", { interface: "PJSIP/100", ring_in_use: false }],
  ]);
});

test("a member is added with what was filled in and nothing else", () => {
  const filled = { interface: " PJSIP/103 ", member_name: "", penalty: "", paused: false, reason: "Lunch", state_interface: "" };
  assert.deepEqual(addMember.body({ queue: "support" }, filled), { queue: "support", interface: "PJSIP/103", penalty: 0, paused: false });
  assert.deepEqual(addMember.body({ queue: "support" }, { ...filled, paused: true, member_name: "Dora", state_interface: "PJSIP/103" }), {
    queue: "support", interface: "PJSIP/103", member_name: "Dora", penalty: 0, paused: true, reason: "Lunch", state_interface: "PJSIP/103",
  });
  const agent = agentTarget({ agent: "Alice", name: "Alice", interfaces: ["PJSIP/100"], queues: [{ queue: "support", interface: "PJSIP/100" }] });
  assert.deepEqual(field(addMember, "queue", agent).options.map((option) => option.value), ["lobby", "sales"]);
  assert.equal(field(addMember, "interface", agent).value, "PJSIP/100");
});

test("phones are suggested of people in other queues and of all endpoints, but not of members", async () => {
  const context = contextOf({
    queues: QUEUES,
    agents: [
      { name: "Alice", interfaces: ["PJSIP/100"], queues: [{ queue: "support" }] },
      { name: "Carol", interfaces: ["PJSIP/102"], queues: [{ queue: "lobby" }] },
    ],
    endpoints: [{ endpoint: "PJSIP/100" }, { endpoint: "PJSIP/102" }, { endpoint: "PJSIP/199" }],
  });
  const values = async (typed) => (await newPhones(context, "support")(typed, new AbortController().signal, {})).map((one) => one.value);
  assert.deepEqual(await values(""), ["PJSIP/102", "PJSIP/199"]);
  assert.deepEqual(await values("carol"), ["PJSIP/102"]);
  assert.deepEqual(await values("199"), ["PJSIP/199"]);
});

test("a person is removed from where the PBX lets go, queue by queue", async () => {
  const context = contextOf();
  const agent = { ...alice, queue: null, places: [{ queue: "a", interface: "P/1", membership: "static" }, { queue: "b", interface: "P/1", membership: "dynamic" }] };
  assert.deepEqual(field(removeMember, "queue", agent).options.map((option) => option.value), ["b"]);
  await removeMember.act(agent, { queue: "b" }, context);
  await removeMember.act(alice, {}, context);
  assert.deepEqual(context.sent, [
    ["queue/remove/", { queue: "b", interface: "P/1" }],
    ["queue/remove/", { queue: "support", interface: "PJSIP/100" }],
  ]);
  assert.equal(removeMember.confirm(alice).title, "Remove Alice from support?");
});

const waiting = callerTarget("support", {
  position: 2, channel: "PJSIP/104-1", unique_id: "1.4", caller_id_num: "0170", caller_id_name: null, joined_at: "", priority: null,
});

test("a caller's priority goes up by one, from none to one, and never beyond what Asterisk can count", () => {
  const where = { queue: "support", channel: "PJSIP/104-1" };
  assert.deepEqual(raisePriority.body(waiting, {}), { ...where, priority: 1 });
  assert.deepEqual(raisePriority.body({ ...waiting, priority: 2 ** 31 - 1 }, {}), { ...where, priority: 2 ** 31 - 1 });
  assert.deepEqual(setPriority.body(waiting, { priority: "7" }), { ...where, priority: 7 });
  assert.equal(raisePriority.done(waiting, { priority: 1, position: 1 }), "Priority of 0170 is 1: place 1");
  assert.equal(raisePriority.done(waiting, { priority: 1, position: null }), "Priority of 0170 is 1");
});

test("a caller moves to one of the other queues, by a given place only where it was asked for", () => {
  const where = { queue: "support", channel: "PJSIP/104-1", to_queue: "sales" };
  assert.deepEqual(field(moveCaller, "to_queue", waiting).options.map((option) => option.value), ["lobby", "sales"]);
  assert.deepEqual(moveCaller.body(waiting, { to_queue: "sales", given: false, exten: "1", context: "x" }), where);
  assert.deepEqual(moveCaller.body(waiting, { to_queue: "sales", given: true, exten: "1", context: "x" }), { ...where, exten: "1", context: "x" });
  assert.equal(moveCaller.done(waiting, { joined: false }, { to_queue: "sales" }), "0170 is on the way to sales");
  assert.equal(field(moveCaller, "exten", waiting).when({ given: false }), false);
});

test("withdrawing and reloading send what was chosen", () => {
  assert.deepEqual(withdrawCaller.body(waiting, { info: " later " }), { queue: "support", channel: "PJSIP/104-1", info: "later" });
  assert.equal(withdrawCaller.confirm(waiting).title, "Withdraw 0170 from support?");
  assert.deepEqual(reloadQueue.body({ queue: "support" }, { part: "all" }), { queue: "support" });
  assert.deepEqual(reloadQueue.body({ queue: "support" }, { part: "members" }), { queue: "support", members: true });
});
