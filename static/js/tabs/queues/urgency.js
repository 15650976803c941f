/** Which queues need somebody, and why: the thresholds once, and all that follows from them. Pure, no page. */

import { t, tn } from "../../words.js";

/**
 * From where on a figure is worth a look ("warn"), and from where on somebody should act ("bad").
 *
 * - `wait`: the longest wait, as a share of the queue's service level.
 * - `waitSeconds`: the same in seconds, where the queue has no service level.
 * - `abandoned`: percent of the day's ended waits that were given up.
 * - `level`: percent of the day's ended waits that were answered within the service level; less is worse.
 * - `least`: ended waits from which on a share says something.
 */
export const THRESHOLDS = Object.freeze({
  wait: Object.freeze({ warn: 0.75, bad: 1 }),
  waitSeconds: Object.freeze({ warn: 60, bad: 180 }),
  abandoned: Object.freeze({ warn: 10, bad: 20 }),
  level: Object.freeze({ warn: 80, bad: 60 }),
  least: 10,
});

/**
 * @typedef {"calm" | "warn" | "bad"} Level
 * @typedef {{level: Level, word: string}} Reason
 * @typedef {object} Urgency
 * @property {Level} level the worst of what goes on now; the day's figures alone need nobody at once
 * @property {Reason[]} reasons worst first; each in a few words
 * @property {number} weight orders queues of the same level; higher is worse
 * @property {Level} wait of the longest wait alone
 * @property {Level} members of who could answer alone
 * @property {Level} abandoned of the day's share alone
 * @property {Level} answered of the day's service level alone
 *
 * @typedef {object} Day what is read of `today`
 * @property {number} offered
 * @property {number} waiting
 * @property {number} abandoned
 * @property {number | null} service_level_perf
 */

const RANK = Object.freeze({ calm: 0, warn: 1, bad: 2 });

/** The tones of amictl.css for the levels. */
export const TONES = Object.freeze({ calm: "neutral", warn: "warn", bad: "bad" });

/**
 * Judge a wait.
 *
 * @param {number | null} seconds
 * @param {number | null} serviceLevel seconds; nothing or 0 where the queue has none
 * @returns {Level}
 */
export function levelOfWait(seconds, serviceLevel) {
  if (seconds === null) {
    return "calm";
  }
  const { warn, bad } = THRESHOLDS[serviceLevel ? "wait" : "waitSeconds"];
  return rising(serviceLevel ? seconds / serviceLevel : seconds, warn, bad);
}

/**
 * The share of the day's ended waits that were given up, in percent; nothing before any ended.
 *
 * @param {Day | null} today
 */
export function abandonedShare(today) {
  const ended = today ? today.offered - today.waiting : 0;
  return today && ended > 0 ? (100 * today.abandoned) / ended : null;
}

/**
 * Judge a queue.
 *
 * @param {object} facts
 * @param {number} facts.waiting how many wait
 * @param {number | null} facts.longest seconds that the longest waits
 * @param {number | null} facts.serviceLevel seconds
 * @param {Record<string, number>} facts.counts members by what they do
 * @param {Day | null} facts.today
 * @returns {Urgency}
 */
export function judgeQueue({ waiting, longest, serviceLevel, counts, today }) {
  const wait = levelOfWait(longest, serviceLevel);
  const ofMembers = reasonOfMembers(waiting, counts);
  const present = [...ofMembers, ...reasonOfWait(wait, serviceLevel)].sort((a, b) => RANK[b.level] - RANK[a.level]);
  const day = judgeDay(today);
  const ofDay = day.abandoned === "bad" ? [{ level: /** @type {Level} */ ("warn"), word: t("Many gave up today") }] : [];
  return {
    level: present[0]?.level ?? "calm",
    reasons: [...present, ...ofDay],
    weight: weigh(longest, serviceLevel),
    wait,
    members: ofMembers[0]?.level ?? "calm",
    ...day,
  };
}

/**
 * Judge a day's shares, once there are enough calls for them to say something.
 *
 * @param {Day | null} today
 * @returns {{abandoned: Level, answered: Level}}
 */
function judgeDay(today) {
  if (today === null || today.offered - today.waiting < THRESHOLDS.least) {
    return { abandoned: "calm", answered: "calm" };
  }
  const { abandoned, level } = THRESHOLDS;
  const answered = today.service_level_perf;
  return {
    abandoned: rising(abandonedShare(today) ?? 0, abandoned.warn, abandoned.bad),
    answered: answered === null ? "calm" : rising(-answered, -level.warn, -level.bad),
  };
}

/**
 * Compare two queues for an order in which the worst is first.
 *
 * @param {{queue: string, urgency: Urgency}} a
 * @param {{queue: string, urgency: Urgency}} b
 */
export function worstFirst(a, b) {
  return (
    RANK[b.urgency.level] - RANK[a.urgency.level] ||
    b.urgency.weight - a.urgency.weight ||
    RANK[b.urgency.abandoned] - RANK[a.urgency.abandoned] ||
    collator.compare(a.queue, b.queue)
  );
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * @param {number | null} longest
 * @param {number | null} serviceLevel
 */
function weigh(longest, serviceLevel) {
  return longest === null ? 0 : 1 + longest / (serviceLevel || THRESHOLDS.waitSeconds.bad);
}

/**
 * @param {number} value
 * @param {number} warn
 * @param {number} bad
 * @returns {Level}
 */
function rising(value, warn, bad) {
  if (value >= bad) {
    return "bad";
  }
  return value >= warn ? "warn" : "calm";
}

/**
 * @param {Level} level
 * @param {number | null} serviceLevel
 * @returns {Reason[]}
 */
function reasonOfWait(level, serviceLevel) {
  if (level === "calm") {
    return [];
  }
  if (!serviceLevel) {
    return [{ level, word: t("Long wait") }];
  }
  return [{ level, word: level === "bad" ? t("Past service level") : t("Near service level") }];
}

/**
 * Nobody on duty is bad once somebody waits; nobody free is worth a look.
 *
 * @param {number} waiting
 * @param {Record<string, number>} counts
 * @returns {Reason[]}
 */
function reasonOfMembers(waiting, counts) {
  if (waiting === 0) {
    return [];
  }
  const atWork = ["talking", "ringing", "wrapup", "elsewhere", "ready"].reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
  if (atWork === 0) {
    return [{ level: "bad", word: t("Nobody to answer") }];
  }
  return counts.ready ? [] : [{ level: "warn", word: tn("%(count)s waits, nobody ready", "%(count)s wait, nobody ready", waiting) }];
}
