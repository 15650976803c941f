import assert from "node:assert/strict";
import { test } from "node:test";

import { PictureClock, ServerClock } from "../../static/js/live/clock.js";
import { clockText, partyText, percentText, spanText } from "../../static/js/format.js";
import { isolated } from "../../static/js/words.js";
import { clockOffsetText, describeLink, driftText, rowGapText, shedText, unknownTopic } from "../../static/js/live/link.js";
import { strategyText } from "../../static/js/tabs/queues/strategy.js";
import { FeedState } from "../../static/js/live/connection.js";

const NOW = Date.parse("2026-01-01T12:00:00.000Z");
const clock = new ServerClock(() => NOW, () => NOW);
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();

function describe(link, facts = {}) {
  return describeLink({ feed: FeedState.ONLINE, online: true, lostSeconds: null, link, error: null, ...facts }, clock);
}

const connected = { pbx: "main", state: "connected", stale: false, detail: null, retry_at: null };

test("a link that is up and fresh is the only one that is live", () => {
  assert.deepEqual(describe(connected), { tone: "good", label: "Connected", short: "Connected", live: true, reason: "" });
  for (const state of ["connecting", "authenticating", "synchronizing", "reconnecting", "bad_credentials", "stopped"]) {
    const truth = describe({ ...connected, state });
    assert.equal(truth.live, false, state);
    assert.ok(truth.reason.length > 10, state);
  }
});

test("a link that does not hear everything says what is how old, and the banner why", () => {
  const limits = {
    channels: { known: true, as_of: at(-17), detail: "The AMI user lacks the read class call." },
    calls: { known: true, as_of: at(-17), detail: "The AMI user lacks the read class call." },
    parking: { known: false, as_of: null, detail: "The AMI user lacks the write class call for ParkedCalls." },
    events: { known: true, as_of: null, detail: "The AMI user lacks the read class call." },
  };
  const truth = describe({ ...connected, limits });
  assert.equal(truth.label, "Connected, with gaps");
  assert.equal(truth.tone, "warn");
  assert.equal(truth.live, true);
  assert.match(truth.reason, /Channels, calls: as of 17 s ago; parked calls: not known; raw events: incomplete\.$/);
  assert.equal(rowGapText(limits, clock, ["channels", "queues"]), "Channels: as of 17 s ago. The AMI user lacks the read class call.");
  assert.equal(rowGapText({ parking: limits.parking }, clock, ["channels"]), "");
  assert.equal(rowGapText(undefined, clock, ["channels"]), "");
  assert.deepEqual(describe({ ...connected, limits: {} }), describe(connected));
  assert.match(unknownTopic({ limits }, "parking").detail, /^Not known\. The AMI user lacks/);
  assert.equal(unknownTopic({ limits }, "channels"), null);
  assert.equal(unknownTopic(undefined, "channels"), null);
});

test("a lost link counts down to the next try", () => {
  const link = { ...connected, state: "reconnecting", retry_at: at(7.2), detail: "Connection refused." };
  assert.equal(describe(link).label, "Reconnecting in 8 s");
  assert.match(describe(link).reason, /Connection refused/);
  assert.equal(describe({ ...link, retry_at: at(-1) }).label, "Reconnecting");
});

test("a stale link tells since when nothing was heard", () => {
  const truth = describe({ ...connected, stale: true, last_received: at(-9) });
  assert.equal(truth.label, "Stale · last seen 9 s ago");
  assert.equal(truth.live, false);
});

test("refused credentials are called that", () => {
  const truth = describe({ ...connected, state: "bad_credentials", retry_at: at(90) });
  assert.equal(truth.label, "Bad credentials · next try in 1:30");
  assert.equal(truth.tone, "bad");
});

test("what is nearer to the reader is told first: session, browser, amictl, link", () => {
  const lost = { feed: FeedState.LOST, lostSeconds: 12 };
  assert.equal(describe(connected, { feed: FeedState.REFUSED, online: false }).label, "Signed out");
  assert.equal(describe(connected, { ...lost, online: false }).label, "Browser offline");
  assert.equal(describe(connected, lost).label, "amictl lost for 12 s");
  assert.equal(describe(null, { error: "There is no PBX main." }).reason, "There is no PBX main.");
  assert.equal(describe(null).label, "Connecting");
});

test("clocks read like clocks", () => {
  assert.deepEqual([0, 7, 61, 3600, 3723, 360_000].map(clockText), ["0:00", "0:07", "1:01", "1:00:00", "1:02:03", "100:00:00"]);
  assert.equal(clockText(null), "–");
  assert.equal(clockText(Number.NaN), "–");
});

test("spans use their largest sensible unit", () => {
  assert.deepEqual([0, 89, 120, 7200, 200_000].map(spanText), ["0 s", "89 s", "2 min", "2 h", "2 d"]);
});

test("shares are whole, unknown ones are a dash", () => {
  assert.deepEqual([92.4, 0, null, undefined].map(percentText), ["92 %", "0 %", "–", "–"]);
});

test("a party is its name, else its number, and the number is not said twice", () => {
  assert.deepEqual(partyText("Alice", "100"), { name: "Alice", number: "100" });
  assert.deepEqual(partyText(null, "100"), { name: "100", number: "" });
  assert.deepEqual(partyText("100", "100"), { name: "100", number: "" });
  assert.deepEqual(partyText(null, null), { name: "", number: "" });
  assert.deepEqual(partyText("Anonymous", "anonymous"), { name: "Anonymous", number: "" });
});

test("a queue's strategy is told in words, and one that is not known by Asterisk's own", () => {
  assert.equal(strategyText("rrmemory"), "In turn");
  assert.equal(strategyText("skills"), "skills");
  assert.equal(strategyText(null), "");
});

test("seconds never run backwards, and unknown moments have none", () => {
  assert.equal(clock.secondsSince(at(-3.9)), 3);
  assert.equal(clock.secondsSince(at(5)), 0);
  assert.equal(clock.secondsSince(null), null);
  assert.equal(clock.secondsUntil(at(-5)), 0);
});

test("the rows' clock stands still while it is held, and goes on with the server's", () => {
  let local = 1000;
  const server = new ServerClock(() => local, () => local);
  const rows = new PictureClock(server);
  rows.hold();
  local = 9000;
  rows.hold();
  assert.equal(rows.now(), 1000);
  assert.equal(rows.secondsSince("1970-01-01T00:00:00.000Z"), 1);
  rows.release();
  assert.equal(rows.now(), 9000);
});

test("a PBX whose clock is a second or more away is told, in which direction", () => {
  assert.equal(clockOffsetText(undefined), "");
  assert.equal(clockOffsetText(0.9), "");
  assert.equal(clockOffsetText(3.2), "3 s ahead of amictl's");
  assert.equal(clockOffsetText(-75), "75 s behind amictl's");
});

test("corrections are counted, with the commonest kinds", () => {
  assert.equal(driftText(undefined), "");
  assert.equal(driftText({ "channels.missing": 0 }), "");
  const drifts = { "channels.missing": 2, "queues.missing": 1, "bridges.extra": 5, "channels.extra": 3 };
  assert.equal(driftText(drifts), "11 (bridges.extra 5, channels.extra 3, channels.missing 2)");
});

test("events that were shed are told, none is not", () => {
  assert.equal(shedText(undefined), "");
  assert.equal(shedText(0), "");
  assert.equal(shedText(120), "120, for coming too fast");
});

test("the clock of the rows is the PBX's, and the moment that a banner names is the server's", () => {
  const server = new ServerClock(() => NOW, () => NOW);
  const rows = new PictureClock(server);
  rows.setAhead(3);
  assert.equal(rows.now(), NOW + 3000);
  assert.equal(rows.secondsSince(at(0)), 3);
  assert.equal(rows.seenAt(), NOW);
  rows.setAhead(undefined);
  assert.equal(rows.now(), NOW);
});

test("a text of the PBX turns no words around it", () => {
  assert.equal(isolated("Zo\u00eb (sales)"), "Zo\u00eb (sales)");
  assert.equal(isolated("\u202e\u2066evil\u2069\u200f\u061c"), "evil");
  assert.equal(isolated("\u0645\u0631\u062d\u0628\u0627\u2069"), "\u2068\u0645\u0631\u062d\u0628\u0627\u2069");
});
