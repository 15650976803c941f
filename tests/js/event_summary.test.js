/** The one line that tells what an event says. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { summarizeEvent } from "../../static/js/tabs/events/event_summary.js";
import { RECORDINGS, readEvents } from "./event_transcripts.js";

test("an event of a queue's call is told as a sentence about people", () => {
  const data = { Queue: "support", Channel: "PJSIP/carrier-1", CallerIDName: "Zoé", CallerIDNum: "+331", Position: "2" };
  assert.equal(summarizeEvent("QueueCallerJoin", data), "Zoé waits in support, at place 2");
  assert.equal(summarizeEvent("QueueCallerJoin", { ...data, CallerIDName: "<unknown>" }), "+331 waits in support, at place 2");
  assert.equal(
    summarizeEvent("AgentConnect", { ...data, MemberName: "Alice", Interface: "PJSIP/100", HoldTime: "7" }),
    "Alice answers Zoé, who waited 7 s in support",
  );
});

test("a pause says its reason where there is one, and its end", () => {
  const data = { Queue: "support", MemberName: "Alice", Paused: "1", PausedReason: "Lunch" };
  assert.equal(summarizeEvent("QueueMemberPause", data), "Alice takes no calls of support: Lunch");
  assert.equal(summarizeEvent("QueueMemberPause", { ...data, PausedReason: "" }), "Alice takes no calls of support");
  assert.equal(summarizeEvent("QueueMemberPause", { ...data, Paused: "0" }), "Alice takes calls of support again");
});

test("a Local channel is nobody's, whatever caller ID it carries", () => {
  const data = { Channel: "Local/505@agents-1;2", CallerIDName: "Zoé", "Cause-txt": "Normal Clearing" };
  assert.equal(summarizeEvent("Hangup", data), "Local/505@agents-1;2 ended: Normal Clearing");
});

test("a rare event is told by its most telling headers, without lists, empty and unknown ones", () => {
  const data = { Queue: "support", Channel: "", Exten: "200", State: ["1"], CallerIDNum: "<unknown>", Peer: "p" };
  assert.equal(summarizeEvent("Rare", data), "Queue support · Exten 200 · Peer p");
  assert.equal(summarizeEvent("constructor", {}), "");
  assert.equal(summarizeEvent("Unknown", { Channel: "\u202eA" }), "Channel A");
});

test("no sentence about what real Asterisk 16 and 22 send has a hole in it", () => {
  const names = new Set();
  for (const recording of RECORDINGS) {
    for (const { event, data } of readEvents(recording)) {
      const summary = summarizeEvent(event, data);
      names.add(event);
      assert.doesNotMatch(summary, /^[ :]|%\(|undefined|NaN| {2}|: ?$| (in|at|for|with|to|by|is|of) ?(,|$)/, `${recording}: ${event}: "${summary}" ${JSON.stringify(data)}`);
    }
  }
  assert.ok(names.size > 60, String(names.size));
});
