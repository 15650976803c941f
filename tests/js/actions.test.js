import assert from "node:assert/strict";
import { test } from "node:test";

import { Api, Problem, makeKey } from "../../static/js/api.js";
import { identify, isAllowed, whyNot } from "../../static/js/components/availability.js";
import { BulkRun } from "../../static/js/components/bulk_run.js";
import { Capabilities } from "../../static/js/components/capabilities.js";
import { matchChoices } from "../../static/js/components/choices.js";
import { askedFields, findProblems, firstValues, placeProblems, readValues } from "../../static/js/components/field_values.js";
import { failureWords, lifetimeOf } from "../../static/js/components/message_words.js";
import { alone, isPending, onPending } from "../../static/js/components/pending.js";
import { placeBeside } from "../../static/js/components/placement.js";

const hangUp = { id: "hangup", label: () => "Hang up", permission: "calls.control", needs: ["Hangup"] };
const nothingMissing = { missing: () => null };

/** A link topic as Capabilities follows it. */
function fakeLink() {
  const listeners = new Set();
  return {
    items: new Map(),
    listen: (listener) => listeners.add(listener),
    become(state, epoch) {
      this.items.set("main", { state, epoch });
      listeners.forEach((listener) => listener());
    },
  };
}

/** A promise with its ends. */
function open() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => {
    Object.assign(ends, { resolve, reject });
  });
  return ends;
}

const settled = () => new Promise((resolve) => {
  setImmediate(resolve);
});

test("each write carries a key of its own, and the one that it is given", async () => {
  const sent = [];
  const fetcher = async (url, options) => {
    sent.push(options.headers["Idempotency-Key"]);
    return { ok: true, json: async () => ({ success: true, data: {} }) };
  };
  const api = new Api("token", "main", fetcher);
  await api.write("hangup/", {});
  await api.write("hangup/", {});
  await api.write("hangup/", {}, { key: "mine" });
  assert.match(sent[0], /^[0-9a-f]{32}$/);
  assert.notEqual(sent[0], sent[1]);
  assert.equal(sent[2], "mine");
  assert.notEqual(makeKey(), makeKey());
});

test("a role's missing permission hides an action, anything else tells why it cannot be done", () => {
  const context = (granted, more = {}) => ({ can: (name) => granted.includes(name), capabilities: nothingMissing, ...more });
  assert.equal(isAllowed(hangUp, context([])), false);
  assert.equal(isAllowed(hangUp, context(["calls.control"])), true);
  assert.equal(isAllowed({ permission: ["a", "b"] }, context(["a"])), false);
  const missing = { missing: (needs) => (needs.includes("Hangup") ? "The module is not loaded." : null) };
  assert.equal(whyNot(hangUp, {}, context([], { capabilities: missing })), "The module is not loaded.");
  assert.equal(whyNot(hangUp, {}, context([], { notLive: () => "No link." })), "No link.");
  assert.equal(whyNot({ ...hangUp, unless: ({ gone }) => (gone ? "It has ended." : null) }, { gone: true }, context([])), "It has ended.");
  assert.equal(whyNot(hangUp, {}, context([])), null);
});

test("an action on a target has the same name when the target changed, and another one on another target", () => {
  const channel = { unique_id: "1.1", channel: "PJSIP/100-1", state: "Ring" };
  assert.equal(identify(hangUp, channel), identify(hangUp, { ...channel, state: "Up" }));
  assert.notEqual(identify(hangUp, channel), identify(hangUp, { ...channel, unique_id: "1.2" }));
  assert.notEqual(identify(hangUp, channel), identify({ ...hangUp, id: "park" }, channel));
});

test("what is under way is not begun a second time, and is over after a failure, too", async () => {
  const heard = [];
  const stop = onPending(() => heard.push(isPending("one")));
  const first = open();
  const done = alone("one", () => first.promise);
  assert.equal(await alone("one", async () => "again"), undefined);
  first.resolve("first");
  assert.equal(await done, "first");
  await assert.rejects(alone("one", async () => { throw new Error("no"); }));
  assert.equal(isPending("one"), false);
  assert.deepEqual(heard, [true, false, true, false]);
  stop();
});

test("what the PBX lacks is asked once for each AMI session, and kept while the link is away", async () => {
  const link = fakeLink();
  const asked = [];
  const answers = [
    { actions: [{ action: "MixMonitor", reason: "The PBX lacks the module app_mixmonitor." }] },
    { actions: [] },
  ];
  const api = { read: async (path, query) => { asked.push([path, query]); return answers[asked.length - 1]; } };
  const capabilities = new Capabilities(api, true, link, "main");
  let changes = 0;
  capabilities.listen(() => { changes += 1; });
  link.become("synchronizing", "first");
  assert.equal(asked.length, 0);
  link.become("connected", "first");
  link.become("connected", "first");
  await settled();
  assert.deepEqual(asked, [["actions/", { available: "0" }]]);
  assert.equal(capabilities.missing(["Hangup", "mixmonitor"]), "The PBX lacks the module app_mixmonitor.");
  assert.equal(capabilities.missing(["Hangup"]), null);
  assert.equal(capabilities.missing(undefined), null);
  link.become("reconnecting", null);
  assert.match(capabilities.missing(["MixMonitor"]), /lacks/);
  link.become("connected", "second");
  await settled();
  assert.equal(capabilities.missing(["MixMonitor"]), null);
  assert.equal(changes, 2);
});

test("a role that may not read the catalogue asks nothing, and a refused question is asked again", async () => {
  const link = fakeLink();
  const asked = [];
  const api = { read: async (path) => { asked.push(path); throw new Problem({ status: 503, code: "link_down" }); } };
  const blind = new Capabilities(api, false, link, "main");
  link.become("connected", "first");
  await settled();
  assert.equal(asked.length, 0);
  assert.equal(blind.missing(["Hangup"]), null);
  new Capabilities(api, true, link, "main");
  await settled();
  link.become("connected", "first");
  await settled();
  assert.equal(asked.length, 2);
});

test("a bulk tells of each, tries those that failed again, and never those of which nobody knows", async () => {
  const tries = new Map();
  const perform = async (target) => {
    const count = (tries.get(target) ?? 0) + 1;
    tries.set(target, count);
    if (target === "weak" && count === 1) {
      throw new Problem({ detail: "Refused." });
    }
    if (target === "lost") {
      throw new Problem({ detail: "No answer.", outcome: "unknown" });
    }
    return "Hung up";
  };
  const explain = (error) => ({ unknown: error.unknown, words: error.message });
  const targets = ["fine", "weak", "lost", "gone"].map((name) => ({ target: name, name, reason: name === "gone" ? "It has ended." : null }));
  const run = new BulkRun(targets, perform, explain, () => {});
  const states = () => run.items.map(({ state, words }) => `${state}: ${words}`);
  await run.start();
  assert.deepEqual(states(), ["done: Hung up", "failed: Refused.", "unknown: No answer.", "skipped: It has ended."]);
  await run.retry();
  assert.deepEqual(states(), ["done: Hung up", "done: Hung up", "unknown: No answer.", "skipped: It has ended."]);
  assert.deepEqual([...tries], [["fine", 1], ["weak", 2], ["lost", 1]]);
});

test("a bulk has four under way at a time", async () => {
  let now = 0;
  let most = 0;
  const perform = async () => {
    now += 1;
    most = Math.max(most, now);
    await settled();
    now -= 1;
    return "";
  };
  const targets = Array.from({ length: 30 }, (_, index) => ({ target: index, name: String(index), reason: null }));
  const run = new BulkRun(targets, perform, () => null, () => {});
  await run.start();
  assert.equal(most, 4);
  assert.equal(run.count("done"), 30);
});

test("fields are checked and read by their kind, those that are not asked left out", () => {
  const fields = [
    { name: "queue", kind: "suggest", required: true },
    { name: "penalty", kind: "number", min: 0, max: 10, value: 3 },
    { name: "paused", kind: "switch", value: true },
    { name: "reason", kind: "text", when: ({ paused }) => paused, required: true },
    { name: "variables", kind: "pairs" },
  ];
  const first = firstValues(fields);
  assert.deepEqual(first, { queue: "", penalty: "3", paused: true, reason: "", variables: [] });
  const problems = (changes) => Object.fromEntries(findProblems(askedFields(fields, { ...first, ...changes }), { ...first, ...changes }));
  assert.deepEqual(Object.keys(problems({})), ["queue", "reason"]);
  assert.deepEqual(Object.keys(problems({ queue: "a", paused: false })), []);
  assert.equal(problems({ penalty: "11" }).penalty, "Between 0 and 10.");
  assert.equal(problems({ penalty: "1.5" }).penalty, "Write a whole number.");
  assert.equal(problems({ queue: "a\nb" }).queue, "Line breaks are not possible here.");
  assert.match(problems({ variables: [["", "1"]] }).variables, /needs a name/);
  assert.match(problems({ variables: [["A", "1"], ["A ", "2"]] }).variables, /once/);
  const filled = { queue: " support ", penalty: "", paused: false, reason: "left", variables: [["A", " b"]] };
  assert.deepEqual(readValues(askedFields(fields, filled), filled), { queue: "support", paused: false, variables: { A: " b" } });
});

test("what the server refuses is shown at its field, and the rest above the form", () => {
  const fields = [{ name: "queue" }, { name: "variables" }];
  const placed = placeProblems(
    [
      { field: "parameters.queue", detail: "Too long." },
      { field: "variables.A", detail: "Not this." },
      { field: "variables.B", detail: "Nor that." },
      { field: "pbx", detail: "Unknown." },
    ],
    fields,
  );
  assert.deepEqual(Object.fromEntries(placed), { queue: "Too long.", variables: "Not this. Nor that.", "": "pbx: Unknown." });
});

test("choices have every typed word, and begin with those that begin so", () => {
  const choices = ["PJSIP/2100", "PJSIP/1001", "PJSIP/100", "Local/100@queue"].map((value) => ({ value, label: value, hint: value === "PJSIP/1001" ? "Alice" : "" }));
  const values = (text) => matchChoices(choices, text).map(({ value }) => value);
  assert.deepEqual(values("100"), ["Local/100@queue", "PJSIP/100", "PJSIP/1001", "PJSIP/2100"]);
  assert.deepEqual(values("pjsip/100"), ["PJSIP/100", "PJSIP/1001"]);
  assert.deepEqual(values("alice pjsip"), ["PJSIP/1001"]);
  assert.equal(values("").length, 4);
});

test("an unknown outcome stays until it is closed and says that nothing is sent again; a refusal has the PBX's words", () => {
  const unknown = failureWords("Hang up", "Alice", new Problem({ detail: "No answer in time.", outcome: "unknown" }));
  assert.equal(unknown.title, "Hang up, Alice: outcome unknown");
  assert.match(unknown.detail, /^No answer in time\. It may or may not/);
  assert.equal(lifetimeOf(unknown), null);
  const refused = failureWords("Hang up", "", new Problem({ detail: "The PBX said no.", ami: "No such channel" }));
  assert.deepEqual(refused, { tone: "bad", title: "Hang up: not done", detail: "The PBX said no. The PBX said: No such channel" });
  assert.equal(lifetimeOf({ tone: "good", title: "Done" }), 6000);
  assert.ok(lifetimeOf({ tone: "good", title: "x".repeat(160) }) > 10_000);
});

test("a popup stands below, above where there is more room, and never off the screen", () => {
  const room = { width: 400, height: 600 };
  const at = (left, top) => ({ left, top, right: left + 40, bottom: top + 20 });
  assert.deepEqual(placeBeside(at(20, 100), { width: 100, height: 200 }, room), { left: 20, top: 124, height: 200 });
  assert.deepEqual(placeBeside(at(20, 500), { width: 100, height: 200 }, room), { left: 20, top: 296, height: 200 });
  assert.equal(placeBeside(at(380, 100), { width: 100, height: 20 }, room).left, 292);
  assert.equal(placeBeside(at(200, 100), { width: 100, height: 20 }, room, "end").left, 140);
  const tall = placeBeside(at(20, 200), { width: 100, height: 2000 }, room);
  assert.deepEqual([tall.top, tall.height], [224, 368]);
});

test("of several words any number may be chosen, and one at least where it is needed", () => {
  const field = { name: "queues", label: "Queues", kind: "several", required: true, options: [] };
  assert.deepEqual(firstValues([field]), { queues: [] });
  assert.deepEqual([...findProblems([field], { queues: [] }).keys()], ["queues"]);
  assert.equal(findProblems([field], { queues: ["sales"] }).size, 0);
  assert.deepEqual(readValues([field], { queues: ["sales", "vip"] }), { queues: ["sales", "vip"] });
});
