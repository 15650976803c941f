import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { axisMarks, makeLanes } from "../../static/js/tabs/calls/lanes.js";

const RECORDED = JSON.parse(readFileSync(new URL("recorded_calls.json", import.meta.url), "utf8"));

/** A lane's bands in short: `talk 9.5–34 Carol`, seconds from the call's beginning, with the other party, place and edge. */
function bandsOf(lanes, name) {
  const lane = lanes.lanes.find((each) => [each.name, each.number, each.device].includes(name));
  const seconds = (moment) => (moment === null ? "" : String(Math.round((moment - lanes.from) / 100) / 10));
  return lane.bands.map((band) => {
    const facts = [band.with?.name, band.place, band.space, band.edge?.code, band.sure ? null : "unsure"];
    return [band.kind, `${seconds(band.from)}–${seconds(band.to)}`, ...facts.filter(Boolean)].join(" ");
  });
}

const ended = (name) => makeLanes(RECORDED[name].ended);
const live = (name) => makeLanes(RECORDED[name].live);
const rowsOf = (lanes) => lanes.lanes.map((lane) => `${lane.kind} ${lane.name ?? lane.device}`);

const START = Date.parse("2026-05-04T09:30:00.000Z");
const after = (seconds) => new Date(START + seconds * 1000).toISOString();

/** A living call made of steps: `[seconds, kind, facts]`. */
function callOf(steps, changed = {}) {
  const journey = steps.map(([seconds, kind, facts]) => ({ at: after(seconds), kind, ...facts }));
  return {
    linked_id: "17.1", state: "talking", started_at: after(0), answered_at: null, ended_at: null, queue: null, conference: null,
    parking_lot: null, legs: [], local_channels: 0, wait_started_at: null, talk_started_at: null, held_since: null, caller: null,
    journey, ...changed,
  };
}

const leg = (channel, facts = {}) => ({ channel, unique_id: channel, role: "other", caller_id_num: null, caller_id_name: null, ...facts });

test("a queue's call has rows of caller, queue and each member that rang, in that order", () => {
  const lanes = ended("demo-rang-several");
  assert.deepEqual(rowsOf(lanes), ["caller Antônio Leitão", "queue support", "member Chinedu Okafor", "member Anna Schmidt"]);
  assert.deepEqual(bandsOf(lanes, "Antônio Leitão"), [
    "ivr 0–1.4", "wait 1.4–124.9 support 5", "talk 124.9–165.3 Anna Schmidt", "hold 165.3–186.9 Anna Schmidt",
    "talk 186.9–217.1 Anna Schmidt ended",
  ]);
  assert.deepEqual(bandsOf(lanes, "support"), ["wait 1.4–124.9 Antônio Leitão support 5 answered"]);
  assert.deepEqual(bandsOf(lanes, "Chinedu Okafor"), ["ring 97.4–105.7 Antônio Leitão support busy"]);
  assert.deepEqual(bandsOf(lanes, "Anna Schmidt").slice(0, 3), [
    "ring 119.7–124.9 Antônio Leitão support answered", "talk 124.9–165.3 Antônio Leitão", "hold 165.3–186.9 Antônio Leitão",
  ]);
  assert.deepEqual([lanes.end.code, lanes.end.by.name], ["hung_up", "Anna Schmidt"]);
});

test("a living call's last bands go on, and one that ended has none that do", () => {
  for (const [name, { live: alive, ended: over }] of Object.entries(RECORDED)) {
    const open = makeLanes(alive).lanes.filter((lane) => lane.bands.at(-1)?.to === null);
    assert.ok(open.length > 0, name);
    assert.ok(open.every((lane) => lane.alive), name);
    assert.ok(makeLanes(over).lanes.every((lane) => !lane.alive && lane.bands.every((band) => band.to !== null)), name);
  }
});

test("no band of a recorded call begins before the one before it ended, and the edge of a band is at its end", () => {
  for (const [name, { ended: over }] of Object.entries(RECORDED)) {
    for (const lane of makeLanes(over).lanes) {
      lane.bands.forEach((band, index) => {
        assert.ok(band.from <= band.to, name);
        assert.ok(index === 0 || lane.bands[index - 1].to <= band.from, `${name} ${lane.name} ${index}`);
      });
    }
  }
});

test("who gives up in a queue ends the ring of the member, and is told to have hung up", () => {
  const lanes = ended("demo-abandoned");
  assert.deepEqual(bandsOf(lanes, "Hélène Léger").at(-1), "wait 1.4–3.7 support 1 gave_up");
  assert.deepEqual(bandsOf(lanes, "Anna Schmidt"), ["ring 1.4–3.7 Hélène Léger support gave_up"]);
  assert.deepEqual([lanes.end.code, lanes.end.by.kind], ["hung_up", "caller"]);
});

test("an attended transfer shows the hold, the question, and who talks with whom after it", () => {
  const lanes = ended("journey-attended-transfer");
  assert.deepEqual(bandsOf(lanes, "Eve"), [
    "ring 0–6.5 Carol", "talk 6.5–9.5 Carol", "hold 9.5–34 Carol", "talk 34–46 Dávid other_left", "ivr 46–47 ordered",
  ]);
  assert.deepEqual(bandsOf(lanes, "Carol"), [
    "ring 1.5–6.5 Eve answered", "talk 6.5–9.5 Eve", "hold 9.5–17.5 Eve", "ring 17.5–23.5 Dávid", "talk 23.5–34 Dávid transferred",
  ]);
  assert.deepEqual(bandsOf(lanes, "Dávid"), ["ring 17.5–23.5 Carol answered", "talk 23.5–34 Carol", "talk 34–46 Eve ordered"]);
  assert.deepEqual(lanes.notes.map((note) => [note.code, note.how, note.to, note.by.name]), [["transferred", "attended", "103", "Carol"]]);
});

test("an agent who asks a colleague by a second call of the same phone is one row, and hands the caller over", () => {
  const member = { queue: "q", member: "PJSIP/14", channel: "PJSIP/14-1", name: "Ada" };
  const steps = [
    [0, "started", { channel: "PJSIP/carrier-a" }], [1, "queue_entered", { queue: "q", position: 1 }], [2, "member_rang", member],
    [5, "queue_left", { queue: "q", reason: "answered" }], [5, "answered", { ...member, by: "Ada", waited: 4 }],
    [20, "started", { channel: "PJSIP/14-2" }], [20, "held", { by: "PJSIP/14-1" }], [20.5, "dialed", { channel: "PJSIP/18-3" }],
    [24, "answered", { by: "PJSIP/18-3" }], [39.9, "resumed", { by: "PJSIP/14-1" }], [40, "merged", { linked_id: "18.1" }],
    [40, "transferred", { how: "attended", by: "PJSIP/14-1", to: "1018" }], [40.1, "leg_ended", { channel: "PJSIP/14-2" }],
    [40.1, "leg_ended", { channel: "PJSIP/14-1" }],
  ];
  const lanes = makeLanes(callOf(steps, { legs: [leg("PJSIP/carrier-a", { role: "caller" }), leg("PJSIP/18-3")] }));
  assert.deepEqual(rowsOf(lanes), ["caller PJSIP/carrier", "queue q", "member Ada", "party PJSIP/18"]);
  assert.deepEqual(bandsOf(lanes, "PJSIP/carrier").slice(2), ["talk 5–20 Ada", "hold 20–40 Ada", "talk 40–"]);
  assert.deepEqual(bandsOf(lanes, "Ada").slice(1), ["talk 5–20", "hold 20–20.5", "ring 20.5–24", "talk 24–40 transferred"]);
  assert.deepEqual(bandsOf(lanes, "PJSIP/18"), ["ring 20.5–24 Ada answered", "talk 24–40 Ada", "talk 40–"]);
});

test("a blind transfer ends the transferer's talk and lets the caller go on", () => {
  const lanes = ended("journey-blind-transfer");
  assert.deepEqual(bandsOf(lanes, "Eve"), ["ring 0–6.5 Carol", "talk 6.5–10 Carol", "ivr 10–14.5", "ring 14.5–18 Dávid", "talk 18–24 Dávid ordered"]);
  assert.deepEqual(bandsOf(lanes, "Carol").at(-1), "talk 6.5–10 Eve transferred");
});

test("a parked caller is in the lot until somebody takes the call back, or it comes back to who parked it", () => {
  assert.deepEqual(bandsOf(ended("journey-park"), "Eve").slice(2, 4), ["park 10.5–15.5 default 701", "talk 15.5–24.5 Dávid ordered"]);
  assert.deepEqual(bandsOf(ended("journey-park"), "Carol").at(-1), "talk 6–10.5 Eve parked");
  const lanes = ended("demo-transferred");
  assert.deepEqual(rowsOf(lanes).length, 3, "the parker is one row, with either of its channels");
  assert.deepEqual(bandsOf(lanes, "Αλέξανδρος Παππάς").map((band) => band.split(" ")[0]), ["ring", "talk", "ring", "talk"]);
});

test("a conference, a busy phone and an ordered call are told by the caller's bands", () => {
  assert.deepEqual(bandsOf(ended("demo-conference"), "Tiago Leitão").at(-1), "conference 89.4–96.4 804 left");
  assert.deepEqual(bandsOf(ended("journey-busy"), "Local/202@default"), ["ring 4–5 Eve busy"]);
  assert.deepEqual(bandsOf(live("journey-originate"), "Carol"), ["ring 0–3", "ivr 3–6.5", "ring 6.5–10 Dávid", "talk 10– Dávid"]);
});

test("of several phones that ring at once the answer ends the others", () => {
  const steps = [
    [0, "started", { channel: "PJSIP/1-a" }], [1, "dialed", { channel: "PJSIP/2-b" }], [1, "dialed", { channel: "PJSIP/3-c" }],
    [5, "answered", { by: "PJSIP/3-c" }], [5.1, "leg_ended", { channel: "PJSIP/2-b", cause: "Answered elsewhere" }],
  ];
  const lanes = makeLanes(callOf(steps, { legs: [leg("PJSIP/1-a"), leg("PJSIP/3-c")] }));
  assert.deepEqual(bandsOf(lanes, "PJSIP/2"), ["ring 1–5 elsewhere"]);
  assert.deepEqual(bandsOf(lanes, "PJSIP/3"), ["ring 1–5 answered", "talk 5–"]);
});

test("members who ring at once end with the answer, a refusal says so, and one who rings again keeps the row", () => {
  const member = (number) => ({ queue: "q", member: `PJSIP/${number}`, channel: `PJSIP/${number}-1`, name: `M${number}` });
  const steps = [
    [0, "started", { channel: "PJSIP/1-a" }], [1, "queue_entered", { queue: "q", position: 1 }],
    [2, "member_rang", member(5)], [2, "member_rang", member(6)], [2, "member_rang", member(7)],
    [4, "ring_no_answer", { ...member(5), seconds: 2, reason: "busy" }], [6, "ring_no_answer", { ...member(6), seconds: 4 }],
    [7, "member_rang", member(5)], [9, "queue_left", { queue: "q", reason: "answered" }], [9, "answered", { ...member(7), by: "M7", waited: 8 }],
  ];
  const lanes = makeLanes(callOf(steps, { legs: [leg("PJSIP/1-a"), leg("PJSIP/7-1")] }));
  assert.deepEqual(bandsOf(lanes, "M5"), ["ring 2–4 q busy", "ring 7–9 q elsewhere"]);
  assert.deepEqual(bandsOf(lanes, "M6"), ["ring 2–6 q no_answer"]);
  assert.deepEqual(bandsOf(lanes, "M7"), ["ring 2–9 q answered", "talk 9–"]);
});

test("a member behind a Local channel is one row with the phone that talks, which can hold", () => {
  const member = { queue: "q", member: "Local/5@agents/n", channel: "Local/5@agents-1;1", name: "Bob" };
  const steps = [
    [0, "started", { channel: "PJSIP/1-a" }], [1, "queue_entered", { queue: "q", position: 1 }], [2, "member_rang", member],
    [5, "queue_left", { queue: "q", reason: "answered" }], [5, "answered", { ...member, by: "Bob", waited: 4 }],
    [8, "held", { by: "PJSIP/5-b" }],
  ];
  const lanes = makeLanes(callOf(steps, { state: "held", local_channels: 2, legs: [leg("PJSIP/1-a"), leg("PJSIP/5-b")] }));
  assert.deepEqual(rowsOf(lanes), ["caller PJSIP/1", "queue q", "member Bob"]);
  assert.deepEqual(bandsOf(lanes, "Bob").at(-1), "hold 8–");
  assert.equal(lanes.lanes[2].channel, "PJSIP/5-b");
});

test("of a call that was there before amictl looked nothing is told that nobody saw", () => {
  const parts = { legs: [leg("PJSIP/1-a", { role: "caller", caller_id_name: "Ada" }), leg("PJSIP/2-b")], caller: { channel: "PJSIP/1-a" } };
  const lanes = makeLanes(callOf([[60, "joined_late", {}]], parts));
  assert.equal(lanes.knownFrom, START + 60_000);
  assert.deepEqual(bandsOf(lanes, "Ada"), ["talk 60– unsure"]);
  assert.deepEqual(bandsOf(lanes, "PJSIP/2"), ["talk 60– unsure"]);
  const since = makeLanes(callOf([[60, "joined_late", {}]], { ...parts, state: "queued", queue: "q", wait_started_at: after(40) }));
  assert.deepEqual(bandsOf(since, "Ada"), ["wait 40– q"], "the queue's list told since when");
  assert.deepEqual(rowsOf(since).slice(0, 2), ["caller Ada", "queue q"]);
});

test("a wait that began before amictl looked is as long as the queue says, and its row stands before the members'", () => {
  const member = { queue: "q", member: "PJSIP/7", channel: "PJSIP/7-1", name: "M7" };
  const parts = { legs: [leg("PJSIP/1-a", { role: "caller", caller_id_name: "Ada" }), leg("PJSIP/7-1")], caller: { channel: "PJSIP/1-a" } };
  const lanes = makeLanes(callOf([[60, "joined_late", {}], [62, "member_rang", member], [70, "queue_left", { queue: "q", reason: "answered" }],
    [70, "answered", { ...member, by: "M7", waited: 45 }]], parts));
  assert.deepEqual(rowsOf(lanes), ["caller Ada", "queue q", "member M7"]);
  assert.deepEqual(bandsOf(lanes, "Ada"), ["wait 25–70 q", "talk 70– M7"]);
  assert.deepEqual(bandsOf(lanes, "q"), ["wait 25–70 Ada q answered"]);
});

test("what was missed while the link was lost is marked, and who is gone since has an unknown end", () => {
  const steps = [
    [0, "started", { channel: "PJSIP/1-a" }], [1, "dialed", { channel: "PJSIP/2-b" }], [3, "answered", { by: "PJSIP/2-b" }],
    [90, "events_missed", {}],
  ];
  const lanes = makeLanes(callOf(steps, { state: "ivr", legs: [leg("PJSIP/1-a", { role: "caller" })] }));
  assert.deepEqual(lanes.notes.map((note) => [note.code, note.at - START]), [["events_missed", 90_000]]);
  assert.deepEqual(bandsOf(lanes, "PJSIP/2").at(-1), "talk 3–90 unknown");
  assert.deepEqual(bandsOf(lanes, "PJSIP/1").at(-1), "ivr 90–");
});

test("a journey of as many steps as are kept may have lost some", () => {
  const steps = Array.from({ length: 50 }, (_, index) => [index, "merged", { linked_id: String(index) }]);
  assert.equal(makeLanes(callOf(steps)).shortened, true);
  assert.equal(ended("journey-hold").shortened, false);
});

test("an axis has round marks, and never too many", () => {
  assert.deepEqual(axisMarks(47, 6), [0, 10, 20, 30, 40]);
  assert.deepEqual(axisMarks(3.2, 6), [0, 1, 2, 3]);
  assert.deepEqual(axisMarks(600, 6), [0, 120, 240, 360, 480, 600]);
  for (const seconds of [0, 1, 59, 601, 86_400, 400_000]) {
    assert.ok(axisMarks(seconds, 8).length <= 9, String(seconds));
  }
});
