/** What the link badge says: pure words for the state of the link, of the socket and of the browser. */

import { clockText, spanText } from "../format.js";
import { FeedState } from "./socket.js";

/** Link states in which amictl is on its way to the PBX, and their words. */
const ON_THE_WAY = Object.freeze({
  connecting: "Connecting",
  authenticating: "Logging in",
  synchronizing: "Reading the PBX",
});

/** What the topics that may have gaps are called. */
const TOPIC_WORDS = Object.freeze({
  channels: "channels", calls: "calls", bridges: "bridges", queues: "queues", agents: "agents",
  endpoints: "phones and peers", parking: "parked calls", conferences: "conferences",
  actions: "outcomes of ordered calls", events: "raw events",
});

/**
 * Describe the truth about what the page shows.
 *
 * @param {object} facts
 * @param {string} facts.feed a FeedState
 * @param {boolean} facts.online whether the browser has a network
 * @param {number | null} facts.lostSeconds since when the feed is lost
 * @param {object | null} facts.link the link's payload from topic `pbx`, null while it is not known
 * @param {string | null} facts.error why the link's state cannot be told
 * @param {import("./clock.js").ServerClock} clock
 * @returns {{tone: string, label: string, short: string, live: boolean, reason: string}} `live` means that the PBX
 *   can be acted on, and that rows are as it is now but for gaps; otherwise, and with gaps, `reason` says why not
 */
export function describeLink({ feed, online, lostSeconds, link, error }, clock) {
  if (feed === FeedState.REFUSED) {
    return down("bad", "Signed out", "Your session has ended. Sign in again to go on.");
  }
  if (!online) {
    return down("bad", "Browser offline", "This browser has no network. It goes on by itself when the network is back.");
  }
  if (feed === FeedState.LOST) {
    const lost = lostSeconds === null ? "" : ` for ${spanText(lostSeconds)}`;
    return down("bad", `amictl lost${lost}`, "amictl itself does not answer. Trying again.", "amictl lost");
  }
  if (error) {
    return down("bad", "No link", error);
  }
  if (feed === FeedState.CONNECTING || !link) {
    return down("neutral", "Connecting", "Waiting for the first picture of the PBX.");
  }
  return describeState(link, clock);
}

/**
 * Say how far the PBX's clock is from amictl's, where a person would notice it.
 *
 * @param {number | null | undefined} seconds
 */
export function clockOffsetText(seconds) {
  if (seconds == null || Math.abs(seconds) < 1) {
    return "";
  }
  return `${spanText(Math.round(Math.abs(seconds)))} ${seconds > 0 ? "ahead of" : "behind"} amictl's`;
}

/**
 * Say which parts of the picture do not follow the PBX by themselves, and how old they are.
 *
 * @param {Record<string, {known: boolean, as_of: string | null}> | undefined} limits by topic
 * @param {import("./clock.js").ServerClock} clock
 * @returns {string} nothing where everything follows
 */
export function gapText(limits, clock) {
  const parts = new Map();
  for (const [topic, { known, as_of: asOf }] of Object.entries(limits ?? {})) {
    const seconds = clock.secondsSince(asOf);
    const state = !known ? "not known" : seconds === null ? "incomplete" : `as of ${spanText(seconds)} ago`;
    parts.set(state, [...(parts.get(state) ?? []), TOPIC_WORDS[topic] ?? topic]);
  }
  const words = [...parts].map(([state, topics]) => `${topics.join(", ")}: ${state}`).join("; ");
  return words && `${words[0].toUpperCase()}${words.slice(1)}.`;
}

/**
 * Say what is not told of the rows that the page shows, and why.
 *
 * @param {Record<string, {known: boolean, as_of: string | null, detail: string}> | undefined} limits by topic
 * @param {import("./clock.js").ServerClock} clock
 * @param {string[]} topics those of which the page has rows
 * @returns {string} nothing where all rows follow the PBX
 */
export function rowGapText(limits, clock, topics) {
  const shown = Object.entries(limits ?? {}).filter(([topic]) => topics.includes(topic));
  const reasons = new Set(shown.map(([, { detail }]) => detail));
  return [gapText(Object.fromEntries(shown), clock), ...reasons].filter(Boolean).join(" ");
}

/**
 * Say why a topic is not known though the link is up.
 *
 * @param {{limits?: Record<string, {known: boolean, detail: string}>} | undefined} link
 * @param {string} topic
 * @returns {{detail: string} | null} nothing where it is known
 */
export function unknownTopic(link, topic) {
  const limit = link?.limits?.[topic];
  return limit && !limit.known ? { detail: `Not known. ${limit.detail}` } : null;
}

/**
 * Say how often the picture differed from the PBX and was mended.
 *
 * @param {Record<string, number> | undefined} drifts count by kind
 */
export function driftText(drifts) {
  const kinds = Object.entries(drifts ?? {}).filter(([, count]) => count > 0);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const most = kinds.sort(([, a], [, b]) => b - a).slice(0, 3);
  return total ? `${total} (${most.map(([kind, count]) => `${kind} ${count}`).join(", ")})` : "";
}

/**
 * Say how many raw events were not shown because they came too fast.
 *
 * @param {number | undefined} count
 */
export function shedText(count) {
  return count ? `${count}, for coming too fast` : "";
}

function describeState(link, clock) {
  const because = (words) => link.detail || words;
  if (link.state === "bad_credentials") {
    const next = countdown(link.retry_at, clock, "next try");
    const reason = because(`${link.pbx} refuses amictl's AMI user.`);
    return down("bad", `Bad credentials${next}`, reason, "Bad credentials");
  }
  if (link.state === "reconnecting") {
    return down("bad", reconnectText(link, clock), because(`The link to ${link.pbx} is lost.`));
  }
  if (Object.hasOwn(ON_THE_WAY, link.state)) {
    return down("warn", ON_THE_WAY[link.state], because(`The link to ${link.pbx} is being made.`));
  }
  if (link.state === "stopped") {
    return down("neutral", "Link stopped", because(`The link to ${link.pbx} is switched off.`));
  }
  if (link.stale) {
    const silent = clock.secondsSince(link.last_received);
    const seen = silent === null ? "" : ` · last seen ${spanText(silent)} ago`;
    return down("warn", `Stale${seen}`, because(`${link.pbx} does not answer.`), "Stale");
  }
  const gaps = gapText(link.limits, clock);
  if (gaps) {
    const reason = `Asterisk does not tell amictl everything. ${gaps}`;
    return { tone: "warn", label: "Connected, with gaps", short: "With gaps", live: true, reason };
  }
  return { tone: "good", label: "Connected", short: "Connected", live: true, reason: "" };
}

function reconnectText(link, clock) {
  const seconds = clock.secondsUntil(link.retry_at);
  return seconds ? `Reconnecting in ${seconds} s` : "Reconnecting";
}

function countdown(moment, clock, words) {
  const seconds = clock.secondsUntil(moment);
  return seconds ? ` · ${words} in ${clockText(seconds)}` : "";
}

function down(tone, label, reason, short = label) {
  return { tone, label, short, live: false, reason };
}
