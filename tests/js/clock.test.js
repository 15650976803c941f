import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ServerClock } from "../../static/js/live/clock.js";

const MINUTE = 60_000;

/** A browser whose clock may be wrong and be set, and whose steady clock may stand still; and the truth. */
let truth;
let wall;
let steady;
let clock;

beforeEach(() => {
  truth = 1_000_000;
  wall = 1_000_000;
  steady = 500;
  clock = new ServerClock(() => steady, () => wall);
});

function pass(milliseconds, { asleep = false } = {}) {
  truth += milliseconds;
  wall += milliseconds;
  steady += asleep ? 0 : milliseconds;
}

/** Ask the server's time, which comes after a round trip. */
function ask(roundTrip = 20, toServer = roundTrip / 2) {
  const sentAt = clock.local();
  pass(toServer);
  const told = new Date(truth).toISOString();
  pass(roundTrip - toServer);
  clock.correct(told, sentAt);
}

const off = () => clock.now() - truth;

test("a browser whose clock is a quarter of an hour wrong shows the server's time after one answer", () => {
  wall += 14 * MINUTE;
  clock = new ServerClock(() => steady, () => wall);
  assert.equal(clock.sure, false);
  ask();
  assert.equal(clock.sure, true);
  assert.equal(off(), 0);
});

test("a clock that is set while the page is open moves nothing, and makes it ask", () => {
  for (const step of [14 * MINUTE, -14 * MINUTE, 2_000, -2_000]) {
    ask();
    pass(30_000);
    assert.equal(clock.check(), true);
    wall += step;
    assert.equal(clock.check(), false);
    assert.equal(off(), 0);
    ask();
    assert.equal(clock.check(), true);
    assert.equal(off(), 0);
  }
});

test("after a sleep in which the steady clock stood still the time is unsure, and right by the next answer", () => {
  ask();
  pass(8 * 60 * MINUTE, { asleep: true });
  assert.equal(clock.check(), false);
  ask(400);
  assert.equal(clock.sure, true);
  assert.equal(off(), 0);
});

test("a page that stood still believes nothing until the next answer", () => {
  ask();
  clock.doubt();
  assert.equal(clock.check(), false);
  ask();
  assert.equal(clock.check(), true);
});

test("an answer that was long under way does not spoil what is known better, until that has grown old", () => {
  ask(20);
  ask(4_000, 3_900);
  assert.equal(off(), 0);
  pass(60 * MINUTE);
  ask(400, 200);
  assert.equal(off(), 0);
});

test("a server whose own clock was set is followed", () => {
  ask(20);
  truth += 60_000;
  ask(100);
  assert.equal(Math.abs(off()) < 1, true);
});

test("clocks that part slowly, as a slewed one does, are believed", () => {
  ask();
  for (let second = 0; second < 7200; second += 1) {
    pass(1_000);
    wall += 0.5;
    assert.equal(clock.check(), true);
  }
});

test("an answer without a time, or with nonsense, changes nothing", () => {
  ask();
  clock.correct("not a time", clock.local());
  assert.equal(off(), 0);
});

test("listeners hear when the time becomes sure or unsure, once each", () => {
  const heard = [];
  clock.listen(() => heard.push(clock.sure));
  ask();
  ask();
  clock.doubt();
  clock.doubt();
  ask();
  assert.deepEqual(heard, [true, false, true]);
});
