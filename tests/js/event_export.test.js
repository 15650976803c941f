/** Events as files. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fileName, toCsv, toJsonLines } from "../../static/js/tabs/events/event_export.js";

const event = (seq, data) => ({ type: "ami_event", event: "Hangup", data: { Event: "Hangup", ...data }, at: "2026-01-01T00:00:00Z", seq, pbx: "main" });

test("JSON Lines have one whole event a line", () => {
  const events = [event(1, { Channel: "a\nb" }), event(2, { ChanVariable: ["x=1", "y=2"] })];
  const lines = toJsonLines(events).split("\n");
  assert.equal(lines.pop(), "");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), events);
});

test("CSV has a column for each header that any event has, and quotes what it must", () => {
  assert.equal(
    toCsv([event(1, { Channel: 'PJSIP/1', Cause: 'said "no", twice' }), event(2, { ChanVariable: ["x=1", "y=2"] })]),
    "at,pbx,seq,event,Channel,Cause,ChanVariable\r\n" +
      '2026-01-01T00:00:00Z,main,1,Hangup,PJSIP/1,"said ""no"", twice",\r\n' +
      "2026-01-01T00:00:00Z,main,2,Hangup,,,x=1; y=2\r\n",
  );
});

test("no value and no header can be taken for a formula by a spreadsheet", () => {
  for (const value of ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1"]) {
    const [, line] = toCsv([event(1, { CallerIDName: value })]).split("\r\n2026");
    const cell = line.slice(line.indexOf("Hangup,") + 7);
    assert.match(cell, /^"?'/, JSON.stringify(value));
  }
  assert.match(toCsv([event(1, { "=cmd": "x" })]), /,'=cmd\r\n/);
});

test("a file says of what and when it is", () => {
  assert.equal(fileName("main", new Date("2026-11-30T20:13:56Z"), "csv"), "main-events-2026-11-30T20-13-56.csv");
});
