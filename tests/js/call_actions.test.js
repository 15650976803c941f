import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { actionsOf, CALL_ACTIONS, callName, hangUpCall, legTargets, listenToCall, moveWaiting, parkCall, transferCall } from "../../static/js/actions/call_actions.js";
import { CHANNEL_ACTIONS, limitTime, sendDigits, transferBlind } from "../../static/js/actions/channel_actions.js";
import { channelTarget } from "../../static/js/actions/channel_target.js";
import { barge, chooseOwnPhone, listen } from "../../static/js/actions/supervision_actions.js";

const RECORDED = JSON.parse(readFileSync(new URL("recorded_calls.json", import.meta.url), "utf8"));
const TALKING = RECORDED["demo-rang-several"].live;
const WAITING = RECORDED["demo-abandoned"].live;
const [CALLER, AGENT] = legTargets(TALKING);

/** A context whose preferences are kept, and whose writes are noted. */
function makeContext() {
  const kept = new Map();
  const written = [];
  return {
    written,
    preferences: { get: (name, fallback) => kept.get(name) ?? fallback, set: (name, value) => kept.set(name, value) },
    api: { write: (path, body) => Promise.resolve(written.push([path, body])) },
  };
}

test("every action says what it does, what it needs and what became of it, and no two have one ID or key", () => {
  for (const list of [CALL_ACTIONS, CHANNEL_ACTIONS]) {
    const ids = list.map((spec) => spec.id);
    const keys = list.map((spec) => spec.key).filter(Boolean);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(new Set(keys).size, keys.length, String(keys));
    assert.ok(list.every((spec) => spec.label() && spec.icon && spec.permission && (spec.path || spec.act) && spec.done));
  }
});

test("a call is called by its parties, and each leg knows the others", () => {
  assert.equal(callName(TALKING), "Antônio Leitão with Anna Schmidt");
  assert.equal(callName({ ...TALKING, callee: null }), "Antônio Leitão");
  assert.deepEqual(CALLER.others, [{ unique_id: AGENT.unique_id, name: "Anna Schmidt" }]);
  const [caller, callee] = legTargets({ ...TALKING, legs: [] });
  assert.deepEqual([caller.unique_id, callee.name, Boolean(callee.bridge_id)], [CALLER.unique_id, "Anna Schmidt", true]);
  assert.equal(channelTarget({ unique_id: "1", channel: "PJSIP/100-0000001a" }).name, "100");
  assert.equal(channelTarget({ unique_id: "1", channel: "Local/505@agents-00000001;2" }).name, "505");
});

test("what a call's menu does concerns the party that it names", () => {
  assert.deepEqual(hangUpCall.body(TALKING), { channels: [CALLER.unique_id, AGENT.unique_id] });
  assert.deepEqual(transferCall.body(TALKING, { exten: " 700 ", context: "" }), { channel: AGENT.unique_id, exten: "700" });
  assert.deepEqual(parkCall.body(TALKING, { parking_lot: "", seconds: "90", timeout_channel: AGENT.unique_id }), {
    channel: CALLER.unique_id, timeout: 90_000, timeout_channel: AGENT.unique_id,
  });
  assert.deepEqual(moveWaiting.body(WAITING, { to_queue: "sales", given: false }), {
    queue: "support", channel: legTargets(WAITING)[0].channel, to_queue: "sales",
  });
});

test("what cannot be done now says why, and one who waits gets other actions than one who talks", () => {
  assert.equal(listenToCall.unless(TALKING, {}), null);
  assert.match(listenToCall.unless(WAITING, {}), /Anna Schmidt talks with nobody/);
  assert.match(listenToCall.unless({ ...WAITING, callee: null }, {}), /Nobody talks/);
  assert.match(moveWaiting.unless(TALKING, {}), /Nobody waits/);
  assert.match(transferBlind.unless({ ...AGENT, bridge_id: null }, {}), /Anna Schmidt talks with nobody/);
  const ids = (call) => actionsOf(call).map((spec) => spec.id);
  assert.ok(ids(TALKING).includes("listen") && !ids(TALKING).includes("withdraw"));
  assert.ok(ids(WAITING).includes("withdraw") && !ids(WAITING).includes("listen"));
  assert.ok(ids(WAITING).includes("hangup-call"));
});

test("a supervisor's phone is asked for once and remembered, and can be changed", async () => {
  const context = makeContext();
  assert.equal(listen.fields(AGENT, context).length, 1);
  await listen.act(AGENT, { spyer: " PJSIP/1020 " }, context);
  assert.deepEqual(barge.fields(AGENT, context), []);
  await barge.act(AGENT, {}, context);
  await chooseOwnPhone.act({}, { spyer: "PJSIP/1021" }, context);
  await barge.act(AGENT, {}, context);
  assert.deepEqual(context.written, [
    ["spy/", { channel: AGENT.unique_id, spyer: "PJSIP/1020", mode: "listen" }],
    ["spy/", { channel: AGENT.unique_id, spyer: "PJSIP/1020", mode: "barge" }],
    ["spy/", { channel: AGENT.unique_id, spyer: "PJSIP/1021", mode: "barge" }],
  ]);
});

test("digits are checked before they are sent, and a time limit can be taken away", () => {
  assert.deepEqual(sendDigits.check({ digits: "12*#aD" }), {});
  for (const digits of ["", "12-3", "1".repeat(33)]) {
    assert.match(sendDigits.check({ digits }).digits, /Use 1 to 32/);
  }
  assert.deepEqual(limitTime.body(CALLER, { timeout: "0" }), { channel: CALLER.unique_id, timeout: 0 });
  assert.match(limitTime.done(CALLER, {}, { timeout: 0 }), /no time limit/);
});
