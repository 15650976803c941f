import assert from "node:assert/strict";
import { test } from "node:test";

import { activityOf, agentsByInterface, callsByDevice, countMembers, groupMembers } from "../../static/js/tabs/queues/activity.js";
import { DayZone, missedSentences, missedText, todayText } from "../../static/js/tabs/queues/day.js";
import { chooseScale, layLane, longestWait } from "../../static/js/tabs/queues/lane.js";
import { HeldOrder, Standings, fitTiles, totalsOf } from "../../static/js/tabs/queues/standing.js";
import { THRESHOLDS, abandonedShare, judgeQueue, levelOfWait, worstFirst } from "../../static/js/tabs/queues/urgency.js";

const NOW = Date.parse("2026-01-01T12:00:00.000Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
const clock = {
  now: () => NOW,
  secondsSince: (moment) => (moment ? Math.max(0, Math.floor((NOW - Date.parse(moment)) / 1000)) : null),
  secondsUntil: (moment) => (moment ? Math.max(0, Math.ceil((Date.parse(moment) - NOW) / 1000)) : null),
};

const IDLE = {
  interface: "PJSIP/100", name: "Alice", state_interface: "PJSIP/100", membership: "dynamic", penalty: 0, status: "not in use",
  in_call: false, paused: false, paused_reason: null, paused_at: null, calls_taken: 0, last_call_at: null, ring_in_use: true,
  status_since: at(-60), in_call_with: null, wrapup_until: null, after_call_until: null,
};
const member = (values = {}) => ({ ...IDLE, ...values });
const CALLER = { number: "0170", name: "Caller", unique_id: "1.1", linked_id: "1.1", since: at(-20) };
const kindOf = (values, around = {}) => activityOf("support", member(values), clock, around).kind;

test("what a member does follows from the device, the queue's own call, the rest and the pause", () => {
  assert.equal(kindOf({}), "ready");
  assert.equal(kindOf({ status: "ringing" }), "ringing");
  assert.equal(kindOf({ status: "in use", in_call: true }), "talking");
  assert.equal(kindOf({ status: "busy", in_call: true }), "talking");
  assert.equal(kindOf({ wrapup_until: at(5) }), "wrapup");
  assert.equal(kindOf({ wrapup_until: at(-1) }), "ready");
  assert.equal(kindOf({ paused: true }), "paused");
  assert.equal(kindOf({ status: "unavailable" }), "unavailable");
  assert.equal(kindOf({ status: "invalid" }), "unavailable");
  assert.equal(kindOf({ status: "unknown" }), "unknown");
  assert.equal(kindOf({ status: null }), "unknown");
  assert.equal(kindOf({ status: "toString" }), "unknown");
});

test("who talks is not called paused or unavailable, and a pause counts before a device that is gone", () => {
  assert.equal(kindOf({ status: "in use", in_call: true, paused: true }), "talking");
  assert.equal(kindOf({ status: "ringing", paused: true }), "ringing");
  assert.equal(kindOf({ status: "unavailable", paused: true }), "paused");
  assert.equal(kindOf({ wrapup_until: at(5), paused: true }), "paused");
});

test("a device in use is in a call of this queue, of another one, of none, or busy without a call", () => {
  const queues = [
    { queue: "support", members: [member({ status: "in use" })] },
    { queue: "sales", members: [member({ status: "in use", in_call: true, in_call_with: CALLER })] },
  ];
  const calls = callsByDevice(queues);
  const elsewhere = activityOf("support", queues[0].members[0], clock, { calls });
  assert.deepEqual(elsewhere, { kind: "elsewhere", since: CALLER.since, until: null, call: CALLER, queue: "sales", maybe: false });
  assert.equal(activityOf("sales", queues[1].members[0], clock, { calls }).kind, "talking");
  const agent = (state) => ({ agent: { state, since: at(-33) } });
  assert.equal(kindOf({ status: "in use" }, agent("in_call")), "elsewhere");
  assert.equal(kindOf({ status: "in use" }, agent("busy")), "busy");
  assert.equal(kindOf({ status: "busy", paused: true }, agent("paused")), "paused");
  assert.equal(kindOf({ status: "in use" }), "elsewhere");
  assert.equal(kindOf({ status: "in use", paused: true }), "paused");
});

test("a device with another name than what is dialled is known as the same in all queues", () => {
  const here = member({ interface: "Local/100@agents", status: "in use" });
  const there = member({ status: "in use", in_call: true });
  const calls = callsByDevice([{ queue: "support", members: [here] }, { queue: "sales", members: [there] }]);
  assert.equal(activityOf("support", here, clock, { calls }).queue, "sales");
});

test("since when comes from the queue, and from the person only where both say the same", () => {
  const since = (values, agent) => activityOf("support", member(values), clock, { agent }).since;
  assert.equal(since({ in_call: true, in_call_with: CALLER }), CALLER.since);
  assert.equal(since({ paused: true, paused_at: at(-90) }), at(-90));
  assert.equal(since({ wrapup_until: at(-10) }), at(-10), "ready since the rest ended");
  assert.equal(since({ status_since: null }), null);
  assert.equal(since({ status_since: null }, { state: "ready", since: at(-33) }), at(-33));
  assert.equal(since({ status_since: null }, { state: "paused", since: at(-33) }), null);
});

test("groups stand in the order of the page, with who does it longest first", () => {
  const members = [
    member({ interface: "PJSIP/1", name: "Ready late", status_since: at(-5) }),
    member({ interface: "PJSIP/2", name: "Ready early", status_since: at(-50) }),
    member({ interface: "PJSIP/3", name: "Ready unknown", status_since: null }),
    member({ interface: "PJSIP/4", name: "Paused", paused: true, paused_at: at(-9) }),
    member({ interface: "PJSIP/5", name: "Talks", status: "in use", in_call: true }),
  ];
  const groups = groupMembers({ queue: "support", members }, clock, {});
  assert.deepEqual(groups.map(({ kind, members: found }) => [kind, found.map((one) => one.member.name)]), [
    ["talking", ["Talks"]],
    ["ready", ["Ready early", "Ready late", "Ready unknown"]],
    ["paused", ["Paused"]],
  ]);
  const counts = countMembers({ queue: "support", members }, clock, new Map());
  assert.equal(counts.ready, 3);
  assert.equal(counts.unavailable, 0);
  assert.equal(Object.values(counts).reduce((sum, count) => sum + count), members.length);
});

test("the people of a queue are found by what it dials", () => {
  const agent = { state: "ready", since: null, queues: [{ queue: "support", interface: "PJSIP/1" }, { queue: "sales", interface: "PJSIP/2" }] };
  assert.deepEqual([...agentsByInterface([agent], "sales").keys()], ["PJSIP/2"]);
});

const CALM = { waiting: 0, longest: null, serviceLevel: 60, counts: { ready: 1 }, today: null };
const day = (values) => ({ offered: 100, waiting: 0, abandoned: 0, service_level_perf: 95, ...values });
const words = (facts) => judgeQueue({ ...CALM, ...facts }).reasons.map(({ level, word }) => `${level}: ${word}`);

test("a wait is judged by the service level, and by seconds where there is none", () => {
  assert.equal(levelOfWait(null, 60), "calm");
  assert.equal(levelOfWait(44, 60), "calm");
  assert.equal(levelOfWait(45, 60), "warn");
  assert.equal(levelOfWait(60, 60), "bad");
  for (const none of [0, null]) {
    assert.equal(levelOfWait(THRESHOLDS.waitSeconds.warn - 1, none), "calm");
    assert.equal(levelOfWait(THRESHOLDS.waitSeconds.bad, none), "bad");
  }
});

test("each reason that a queue is urgent has a word, worst first", () => {
  assert.deepEqual(words({}), []);
  assert.deepEqual(words({ waiting: 1, longest: 50 }), ["warn: Near service level"]);
  assert.deepEqual(words({ waiting: 1, longest: 70 }), ["bad: Past service level"]);
  assert.deepEqual(words({ waiting: 1, longest: 200, serviceLevel: null }), ["bad: Long wait"]);
  assert.deepEqual(words({ waiting: 2, longest: 1, counts: { talking: 1 } }), ["warn: 2 wait, nobody ready"]);
  assert.deepEqual(words({ waiting: 1, longest: 1, counts: { paused: 3, unavailable: 1 } }), ["bad: Nobody to answer"]);
  assert.deepEqual(words({ counts: {} }), [], "nobody waits, so nobody is missed");
  assert.deepEqual(words({ waiting: 1, longest: 50, counts: {} }), ["bad: Nobody to answer", "warn: Near service level"]);
  assert.deepEqual(words({ waiting: 1, longest: 70, counts: {} }), ["bad: Nobody to answer", "bad: Past service level"]);
  assert.deepEqual(words({ today: day({ abandoned: 12 }) }), []);
  assert.deepEqual(words({ today: day({ abandoned: 25 }) }), ["warn: Many gave up today"]);
  assert.deepEqual(words({ waiting: 1, longest: 50, today: day({ abandoned: 25 }) }), ["warn: Near service level", "warn: Many gave up today"]);
});

test("only what goes on now makes a queue urgent; the day's share puts it before other calm ones", () => {
  const judged = judgeQueue({ ...CALM, today: day({ abandoned: 25 }) });
  assert.equal(judged.level, "calm");
  assert.equal(judged.abandoned, "bad");
  assert.equal(judgeQueue({ ...CALM, today: day({ abandoned: 12 }) }).abandoned, "warn");
});

test("a share of few calls says nothing", () => {
  assert.deepEqual(words({ today: day({ offered: THRESHOLDS.least - 1, abandoned: 9 }) }), []);
  assert.equal(judgeQueue({ ...CALM, today: day({ service_level_perf: 50, offered: 3 }) }).answered, "calm");
  assert.equal(judgeQueue({ ...CALM, today: day({ service_level_perf: 79 }) }).answered, "warn");
  assert.equal(judgeQueue({ ...CALM, today: day({ service_level_perf: 50 }) }).answered, "bad");
  assert.equal(judgeQueue({ ...CALM, today: day({ service_level_perf: null }) }).answered, "calm");
  assert.equal(abandonedShare(day({ offered: 3, waiting: 3 })), null);
  assert.equal(abandonedShare(day({ offered: 5, waiting: 1, abandoned: 1 })), 25);
});

test("the worst queue comes first: by level, then by the wait against the service level, then by name", () => {
  const queue = (name, facts) => ({ queue: name, urgency: judgeQueue({ ...CALM, ...facts }) });
  const order = [
    queue("b calm", {}),
    queue("a calm", {}),
    queue("waits", { waiting: 1, longest: 5 }),
    queue("near", { waiting: 1, longest: 50 }),
    queue("c gave up", { today: day({ abandoned: 25 }) }),
    queue("past", { waiting: 1, longest: 61 }),
    queue("far past", { waiting: 1, longest: 50, serviceLevel: 10 }),
  ].sort(worstFirst);
  assert.deepEqual(order.map((one) => one.queue), ["far past", "past", "near", "waits", "c gave up", "a calm", "b calm"]);
});

const caller = (position, waited, values = {}) => ({
  position, channel: `PJSIP/10${position}-1`, unique_id: `1.${position}`, caller_id_num: "1", caller_id_name: null, joined_at: at(-waited), priority: 0, ...values,
});

test("callers are bars on one axis with the service level, in their order", () => {
  const lane = layLane({ callers: [caller(2, 30), caller(1, 90)], service_level: 60 }, clock);
  assert.equal(lane.scale, 120);
  assert.equal(lane.levelShare, 0.5);
  assert.deepEqual(lane.ticks.map((tick) => tick.seconds), [0, 30, 60, 90, 120]);
  assert.deepEqual(lane.bars.map((bar) => [bar.caller.position, bar.waited, bar.share, bar.level]), [[1, 90, 0.75, "bad"], [2, 30, 0.25, "calm"]]);
  assert.equal(layLane({ callers: [], service_level: null }, clock).levelShare, null);
  assert.equal(longestWait({ callers: [caller(1, 3), caller(2, 9)] }, clock), 9);
  assert.equal(longestWait({ callers: [] }, clock), null);
});

test("the axis grows when a bar would leave it, and shrinks only when much room is left", () => {
  assert.equal(chooseScale(0, null), 60);
  assert.equal(chooseScale(10, 60), 120, "the service level stands inside");
  assert.equal(chooseScale(121, 60, 120), 240);
  assert.equal(chooseScale(100, 60, 240), 240, "not for little");
  assert.equal(chooseScale(80, 60, 240), 120);
  assert.equal(chooseScale(200_000, null), 259_200, "whole days beyond the longest scale");
  for (let longest = 0; longest < 100_000; longest += 37) {
    assert.ok(chooseScale(longest, 20, 60) >= longest);
  }
});

const missed = (values) => ({ from: at(-7200), to: at(0), reason: "link_lost", answered: 0, abandoned: 0, left: 0, ...values });

test("figures of a day say whose day it is, and only where the reader's clock shows another time", () => {
  const abroad = new DayZone("Europe/Berlin", "America/New_York");
  assert.equal(todayText(abroad, NOW), "Today in Europe/Berlin");
  assert.equal(abroad.timeText(NOW), "13:00");
  assert.equal(todayText(new DayZone("Europe/Berlin", "Europe/Paris"), NOW), "Today");
  assert.equal(todayText(new DayZone("America/New_York", "Europe/Berlin"), NOW), "Today in America/New York");
  assert.equal(todayText(new DayZone("+05:30", "UTC"), NOW), "Today in +05:30");
  assert.equal(todayText(new DayZone("+05:30", "Asia/Kolkata"), NOW), "Today");
  assert.equal(new DayZone("-03:30", "UTC").timeText(NOW), "08:30");
  assert.equal(todayText(new DayZone("Nowhere/Land", "Europe/Berlin"), NOW), "Today");
  assert.equal(new DayZone("Nowhere/Land", "Europe/Berlin").timeText(NOW), "13:00");
  assert.equal(todayText(new DayZone(null, "Europe/Berlin"), NOW), "Today");
});

test("counted since is told by the clock of the day's zone, with its name abroad", () => {
  const today = { complete: false, missed: [missed({ reason: "not_started" })] };
  assert.equal(missedText(today, new DayZone("Europe/Berlin", "America/New_York")), "counted since 13:00, Europe/Berlin time");
  assert.equal(missedText(today, new DayZone("Europe/Berlin", "Europe/Berlin")), "counted since 13:00");
});

test("a day says what its figures leave out, in a few words and in sentences", () => {
  const zone = new DayZone("UTC", "UTC");
  const note = (...periods) => missedText({ complete: periods.length === 0, missed: periods }, zone);
  assert.equal(missedText(null, zone), "Not known");
  assert.equal(note(), "");
  assert.equal(note(missed()), "some waits unknown");
  assert.equal(note(missed({ reason: "not_started" }), missed({ reason: "counters_reset" })), "counted since 12:00 · some waits unknown");
  const sentences = (period) => missedSentences({ missed: [period] }, zone);
  assert.deepEqual(sentences(missed({ answered: 2, abandoned: 1 })), [
    "From 10:00 to 12:00 the PBX could not be heard. 3 calls of that time are counted, without their waits.",
  ]);
  assert.deepEqual(sentences(missed({ reason: "counters_reset" })), ["Asterisk's counters began anew between 10:00 and 12:00."]);
  assert.deepEqual(sentences(missed({ reason: "not_started", answered: null })), [
    "amictl began to count at 12:00. Nobody knows which calls came before.",
  ]);
  assert.deepEqual(missedSentences(null, zone), []);
});

test("the order of queues stays for a while, and for as long as it is held", () => {
  let now = 0;
  const order = new HeldOrder((a, b) => a.rank - b.rank, () => now);
  const sort = (ranks, held = false) => order.sort(Object.entries(ranks).map(([queue, rank]) => ({ queue, rank })), held).map(({ queue }) => queue);
  assert.deepEqual(sort({ a: 1, b: 2 }), ["a", "b"]);
  assert.deepEqual(sort({ a: 3, b: 2 }), ["a", "b"]);
  now += 5000;
  assert.deepEqual(sort({ a: 3, b: 2 }, true), ["a", "b"]);
  assert.deepEqual(sort({ a: 3, b: 2 }), ["b", "a"]);
  assert.deepEqual(sort({ a: 3, b: 4, c: 1 }), ["b", "a", "c"], "a new one comes last");
  assert.deepEqual(sort({ a: 3, c: 1 }), ["a", "c"]);
});

test("queues stand with their waits, members and judgement; totals count waits of all", () => {
  const queue = (name, callers, members) => ({ queue: name, callers, members, service_level: 60, today: null });
  const queues = new Map([
    ["a", queue("a", [caller(1, 90)], [member({ paused: true })])],
    ["b", queue("b", [caller(1, 9), caller(2, 5)], [member()])],
  ]);
  const present = new Standings(clock);
  const standings = present.of(queues);
  assert.equal(standings.get("a").urgency.level, "bad");
  assert.equal(standings.get("b").urgency.level, "calm");
  assert.equal(standings.get("b").counts.ready, 1);
  assert.deepEqual(totalsOf(standings.values()), { waiting: 3, longest: 90, urgent: 1, queues: 2 });
  queues.set("b", { ...queues.get("b"), callers: [] });
  const later = present.of(queues);
  assert.equal(later.get("a"), standings.get("a"), "it is still so");
  assert.equal(later.get("b").waiting, 0);
  assert.deepEqual(totalsOf([]), { waiting: 0, longest: null, urgent: 0, queues: 0 });
});

test("tiles of a wallboard fill the screen, whatever their number", () => {
  assert.deepEqual(fitTiles(4, 1920, 972), { columns: 2, rows: 2 });
  for (let count = 1; count <= 60; count += 1) {
    const { columns, rows } = fitTiles(count, 1920, 972);
    assert.ok(columns * rows >= count && (columns - 1) * rows < count + rows, `${count}`);
    assert.ok(1920 / columns / (972 / rows) < 4.2, `${count}: not a stripe`);
  }
  assert.deepEqual(fitTiles(0, 1920, 972), { columns: 1, rows: 1 });
});
