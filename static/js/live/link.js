/** What the link badge says: pure words for the state of the link, of the connection and of the browser. */

import { clockText, spanText } from "../format.js";
import { t } from "../words.js";
import { FeedState } from "./connection.js";

/**
 * @typedef {import("./clock.js").ServerClock} ServerClock
 *
 * @typedef {object} TopicLimit
 * @property {boolean} known
 * @property {string | null} as_of
 * @property {string} detail
 *
 * @typedef {Record<string, TopicLimit>} Limits by topic
 *
 * @typedef {object} Link what the topic `pbx` tells of a link (docs/fields.md)
 * @property {string} pbx
 * @property {string} state
 * @property {string} [detail]
 * @property {boolean} [stale]
 * @property {string | null} [retry_at]
 * @property {string | null} [last_received]
 * @property {string | null} [since]
 * @property {string | null} [address]
 * @property {string | null} [asterisk_version]
 * @property {number | null} [round_trip_ms]
 * @property {number | null} [clock_offset]
 * @property {Record<string, number>} [drifts]
 * @property {{shed?: number}} [counters]
 * @property {Limits} [limits]
 *
 * @typedef {object} Truth
 * @property {string} tone
 * @property {string} label
 * @property {string} short the label where there is little room
 * @property {boolean} live the PBX can be acted on, and rows are as it is now but for gaps
 * @property {string} reason why not, or what else there is to know
 */

/** Link states in which amictl is on its way to the PBX, and their words. */
const ON_THE_WAY = new Map([
  ["connecting", t("Connecting")],
  ["authenticating", t("Logging in")],
  ["synchronizing", t("Reading the PBX")],
]);

/** What the topics that may have gaps are called. */
const TOPIC_WORDS = new Map([
  ["channels", t("channels")],
  ["calls", t("calls")],
  ["bridges", t("bridges")],
  ["queues", t("queues")],
  ["agents", t("agents")],
  ["endpoints", t("phones and peers")],
  ["parking", t("parked calls")],
  ["conferences", t("conferences")],
  ["actions", t("outcomes of ordered calls")],
  ["events", t("raw events")],
]);

/**
 * Describe the truth about what the page shows.
 *
 * @param {object} facts
 * @param {string} facts.feed a FeedState
 * @param {boolean} facts.online whether the browser says that it has a network
 * @param {boolean} [facts.polls] whether messages come by polling
 * @param {number | null} facts.lostSeconds since when the feed is lost
 * @param {Link | null} facts.link null while it is not known
 * @param {string | null} facts.error why the link's state cannot be told
 * @param {ServerClock} clock
 * @returns {Truth}
 */
export function describeLink({ feed, online, polls = false, lostSeconds, link, error }, clock) {
  if (feed === FeedState.REFUSED) {
    return down("bad", t("Signed out"), t("Your session has ended. Sign in again to go on."));
  }
  if (!online && feed !== FeedState.ONLINE) {
    return down("bad", t("Browser offline"), t("This browser has no network. It goes on by itself when the network is back."));
  }
  if (feed === FeedState.LOST) {
    const label = lostSeconds === null ? t("amictl lost") : t("amictl lost for %(span)s", { span: spanText(lostSeconds) });
    return down("bad", label, t("amictl itself does not answer. Trying again."), t("amictl lost"));
  }
  if (error) {
    return down("bad", t("No link"), error);
  }
  if (feed === FeedState.CONNECTING || !link) {
    return down("neutral", t("Connecting"), t("Waiting for the first picture of the PBX."));
  }
  return describeConnected(link, polls, clock);
}

/** What is told where WebSocket is blocked on the way. */
export function pollingText() {
  return t(
    "WebSocket is blocked on the way, by a proxy or a firewall. Changes come by polling: a little later, at more cost for the network and for amictl, and best in few tabs of one browser. WebSocket is tried again by itself.",
  );
}

/**
 * Say how far the PBX's clock is from amictl's, where a person would notice it.
 *
 * @param {number | null | undefined} seconds
 */
export function clockOffsetText(seconds) {
  if (seconds === null || seconds === undefined || Math.abs(seconds) < 1) {
    return "";
  }
  const span = spanText(Math.round(Math.abs(seconds)));
  return seconds > 0 ? t("%(span)s ahead of amictl's", { span }) : t("%(span)s behind amictl's", { span });
}

/**
 * Say which parts of the picture do not follow the PBX by themselves, and how old they are.
 *
 * @param {Limits | undefined} limits
 * @param {ServerClock} clock
 * @returns {string} nothing where everything follows
 */
export function gapText(limits, clock) {
  /** @type {Map<string, string[]>} */
  const parts = new Map();
  for (const [topic, { known, as_of: asOf }] of Object.entries(limits ?? {})) {
    const seconds = clock.secondsSince(asOf);
    const state = !known
      ? t("not known")
      : seconds === null ? t("incomplete") : t("as of %(span)s ago", { span: spanText(seconds) });
    parts.set(state, [...(parts.get(state) ?? []), TOPIC_WORDS.get(topic) ?? topic]);
  }
  const words = [...parts].map(([state, topics]) => `${topics.join(", ")}: ${state}`).join("; ");
  return words && `${words[0].toUpperCase()}${words.slice(1)}.`;
}

/**
 * Say what is not told of the rows that the page shows, and why.
 *
 * @param {Limits | undefined} limits
 * @param {ServerClock} clock
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
 * @param {{limits?: Limits} | null | undefined} link
 * @param {string} topic
 * @returns {{detail: string} | null} nothing where it is known
 */
export function unknownTopic(link, topic) {
  const limit = link?.limits?.[topic];
  return limit && !limit.known ? { detail: t("Not known. %(reason)s", { reason: limit.detail }) } : null;
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
  return count ? t("%(count)s, for coming too fast", { count }) : "";
}

/**
 * @param {Link} link
 * @param {boolean} polls
 * @param {ServerClock} clock
 * @returns {Truth}
 */
function describeConnected(link, polls, clock) {
  const problem = describeProblem(link, clock);
  if (problem) {
    return problem;
  }
  const gaps = gapText(link.limits, clock);
  if (gaps) {
    const reason = t("Asterisk does not tell amictl everything. %(gaps)s", { gaps });
    const label = t("Connected, with gaps");
    return { tone: "warn", label, short: t("With gaps"), live: true, reason: polls ? `${reason} ${pollingText()}` : reason };
  }
  return polls
    ? { tone: "info", label: t("Connected by polling"), short: t("Polling"), live: true, reason: pollingText() }
    : { tone: "good", label: t("Connected"), short: t("Connected"), live: true, reason: "" };
}

/**
 * @param {Link} link
 * @param {ServerClock} clock
 * @returns {Truth | null} nothing where the link is up
 */
function describeProblem(link, clock) {
  const { pbx } = link;
  const because = (/** @type {string} */ words) => link.detail || words;
  if (link.state === "bad_credentials") {
    const time = clock.secondsUntil(link.retry_at);
    const label = time ? t("Bad credentials · next try in %(time)s", { time: clockText(time) }) : t("Bad credentials");
    return down("bad", label, because(t("%(pbx)s refuses amictl's AMI user.", { pbx })), t("Bad credentials"));
  }
  if (link.state === "reconnecting") {
    const seconds = clock.secondsUntil(link.retry_at);
    const label = seconds ? t("Reconnecting in %(seconds)s s", { seconds }) : t("Reconnecting");
    return down("bad", label, because(t("The link to %(pbx)s is lost.", { pbx })));
  }
  const onTheWay = ON_THE_WAY.get(link.state);
  if (onTheWay) {
    return down("warn", onTheWay, because(t("The link to %(pbx)s is being made.", { pbx })));
  }
  if (link.state === "stopped") {
    return down("neutral", t("Link stopped"), because(t("The link to %(pbx)s is switched off.", { pbx })));
  }
  if (link.stale) {
    const silent = clock.secondsSince(link.last_received);
    const label = silent === null ? t("Stale") : t("Stale · last seen %(span)s ago", { span: spanText(silent) });
    return down("warn", label, because(t("%(pbx)s does not answer.", { pbx })), t("Stale"));
  }
  return null;
}

/**
 * @param {string} tone
 * @param {string} label
 * @param {string} reason
 * @param {string} short
 * @returns {Truth}
 */
function down(tone, label, reason, short = label) {
  return { tone, label, short, live: false, reason };
}
