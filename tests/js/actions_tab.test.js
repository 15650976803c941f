import assert from "node:assert/strict";
import { test } from "node:test";

import { askedFields, findProblems, firstValues, readValues } from "../../static/js/components/field_values.js";
import { OTHER, WAIT, columnsOf, fieldsOf, findActions, parametersOf, whyNotSent } from "../../static/js/tabs/actions/ami_catalogue.js";
import { CommandHistory } from "../../static/js/tabs/actions/command_history.js";
import { checkCall, latestOf, requestOf, standingOf, targetOf } from "../../static/js/tabs/actions/orders.js";

const ORDER = Object.freeze({
  action_id: "a-1", channel_id: "1.1", channel: "PJSIP/100", exten: "200", context: "default", application: null,
  requested_by: "ann", requested_at: "2026-01-01T12:00:00.000Z", state: "pending", detail: null,
});

const order = (changes) => ({ ...ORDER, ...changes });

test("an order is told by what the PBX said of it, and by its channel while there is one", () => {
  const label = (changes, channel) => standingOf(order(changes), channel).label;
  assert.equal(label({}), "Calling");
  assert.equal(label({}, { state: "Ringing" }), "Ringing");
  assert.equal(label({ state: "answered" }, { state: "Up", answered_at: "2026-01-01T12:00:05.000Z" }), "Answered");
  assert.equal(standingOf(order({ state: "answered" }), { answered_at: "2026-01-01T12:00:05.000Z" }).since, "2026-01-01T12:00:05.000Z");
  assert.equal(label({ state: "answered" }), "Answered, and ended since");
  assert.equal(label({ state: "busy" }), "Busy");
  assert.equal(label({ state: "no_answer" }), "No answer");
  assert.equal(label({ state: "congestion" }), "Congestion");
  assert.equal(standingOf(order({ state: "timed_out" })).tone, "warn");
  assert.equal(targetOf(ORDER), "200@default");
  assert.equal(targetOf(order({ application: "Echo", exten: null, context: null })), "Echo");
});

test("one sees the own orders, the newest first", () => {
  const orders = [order({ action_id: "old" }), order({ action_id: "other", requested_by: "bob" }), order({ action_id: "new", requested_at: "2026-01-01T12:30:00.000Z" })];
  assert.deepEqual(latestOf(orders, "ann", 20).map(({ action_id: id }) => id), ["new", "old"]);
  assert.equal(latestOf(orders, "ann", 1).length, 1);
});

test("what the form holds becomes the request: seconds as milliseconds, and no word about the form itself", () => {
  const values = { channel: "PJSIP/100", timeout: 30, target: "exten", exten: "200", context: "default", early_media: false };
  assert.deepEqual(requestOf(values), { channel: "PJSIP/100", exten: "200", context: "default", timeout: 30_000 });
  assert.equal(requestOf({ ...values, early_media: true }).early_media, true);
  assert.deepEqual(checkCall({ channel: "Local/200@default" }), {});
  assert.match(checkCall({ channel: "100" }).channel, /technology\/resource/);
});

test("arrows walk through the commands and come back to what was being written", () => {
  const history = new CommandHistory(["one", "two"]);
  assert.equal(history.back("draft"), "two");
  assert.equal(history.back("two"), "one");
  assert.equal(history.back("one"), "one");
  assert.equal(history.forward("one"), "two");
  assert.equal(history.forward("two"), "draft");
  assert.equal(history.forward("draft"), "draft");
  history.add("one");
  assert.deepEqual(history.commands, ["two", "one"]);
  assert.equal(history.back(""), "one");
  assert.equal(new CommandHistory([]).back("x"), "x");
});

const parameter = (header, changes = {}) => ({
  name: header.toLowerCase(), header, type: "text", required: false, choices: null, minimum: null, maximum: null, unit: null,
  must_be: null, repeatable: false, numbered: false, since: [], refusal: null, means: null, ...changes,
});

const offer = (action, changes = {}) => ({
  action, family: "queues", purpose: "", parameters: [], rules: [], other_headers: false, rights: [], changes_pbx: false,
  since: [], until: null, module: null, refusal: null, available: true, reason: null, ...changes,
});

test("actions are found by name, initials, family, purpose and letters in their order, the best first", () => {
  const offers = [
    offer("QueueStatus", { purpose: "List queues with their members and waiting callers." }),
    offer("QueueAdd", { purpose: "Make an interface a member of a queue." }),
    offer("Status", { family: "channels", purpose: "List the channels." }),
    offer("CoreStatus", { family: "core", purpose: "Tell when the PBX started.", available: false, reason: "No." }),
  ];
  const names = (text) => findActions(offers, text).map(({ action }) => action);
  assert.deepEqual(names(""), ["QueueStatus", "QueueAdd", "Status", "CoreStatus"]);
  assert.deepEqual(names("status"), ["Status", "QueueStatus", "CoreStatus"]);
  assert.deepEqual(names("qs"), ["QueueStatus"]);
  assert.deepEqual(names("queue member"), ["QueueAdd", "QueueStatus"]);
  assert.deepEqual(names("qstat"), ["QueueStatus"]);
  assert.deepEqual(names("core"), ["CoreStatus"]);
  assert.deepEqual(names("brew"), []);
});

test("an action's form has a field for each parameter that can be given, and its values become parameters by their types", () => {
  const suggest = async () => [];
  const made = offer("Try", {
    other_headers: true,
    parameters: [
      parameter("Queue", { required: true, means: "queue" }),
      parameter("Penalty", { type: "integer", minimum: 0, maximum: 2147483647, unit: "s" }),
      parameter("Paused", { type: "boolean" }),
      parameter("Direction", { type: "choice", choices: ["in", "out"] }),
      parameter("Names", { type: "names" }),
      parameter("Variable", { name: "variables", type: "variables", repeatable: true }),
      parameter("Events", { refusal: "It would deafen amictl." }),
      parameter("Action-000000", { numbered: true }),
    ],
  });
  const fields = fieldsOf(made, { queue: suggest });
  assert.deepEqual(fields.map(({ name, kind }) => [name, kind]), [
    ["queue", "suggest"], ["penalty", "number"], ["paused", "select"], ["direction", "select"], ["names", "text"],
    ["variables", "pairs"], [OTHER, "pairs"], [WAIT, "number"],
  ]);
  assert.equal(fields[1].max, undefined);
  assert.match(fields[6].help, /Action-000000/);
  const first = firstValues(fields);
  assert.deepEqual([...findProblems(askedFields(fields, first), first).keys()], ["queue"]);
  const values = readValues(fields, {
    ...first, queue: "support", penalty: "3", paused: "false", names: "a, b ,", variables: [["A", "1"]], [OTHER]: [["Action-000001", "append"]],
  });
  assert.deepEqual(parametersOf(made, values), {
    queue: "support", penalty: 3, paused: false, names: ["a", "b"], variables: { A: "1" }, "Action-000001": "append",
  });
});

test("why an action cannot be sent is amictl's own refusal before what the PBX lacks", () => {
  assert.equal(whyNotSent(offer("A")), null);
  assert.equal(whyNotSent(offer("A", { available: false, reason: "Too old." })), "Too old.");
  assert.equal(whyNotSent(offer("A", { refusal: "It would end the session." })), "It would end the session.");
});

test("the columns of a list are all headers of its items, with the event's name only where that differs", () => {
  assert.deepEqual(columnsOf([{ Event: "A", ActionID: "1", X: "1" }, { Event: "A", Y: "2" }]), ["X", "Y"]);
  assert.deepEqual(columnsOf([{ Event: "A", X: "1" }, { Event: "B", X: "2" }]), ["Event", "X"]);
});
