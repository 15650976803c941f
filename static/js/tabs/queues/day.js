/** Whose day a queue's figures are of, and what they leave out, in words. Pure, no page. */

import { t, tn } from "../../words.js";

/**
 * @typedef {{from: string, to: string, reason: "not_started" | "link_lost" | "counters_reset", answered: number | null, abandoned: number | null, left: number | null}} Missed
 * @typedef {{day: string, since: string, complete: boolean, missed: Missed[]}} Day what is read of `today` (docs/fields.md, QueueDay)
 */

const OFFSET = /^([+-])(\d\d):(\d\d)$/;
const MINUTE_MS = 60_000;
const MOST_KEPT = 200;

/** The time zone of the installation, in which the queues' days begin at midnight, for a reader in maybe another one. */
export class DayZone {
  #name;
  #shift = 0;
  #clock;
  #wall;
  #foreign;
  /** @type {Map<number, string>} what `nameAt` said, by the minute: Intl takes its time */
  #names = new Map();

  /**
   * @param {string | null | undefined} name as `Europe/Berlin` or `+02:00`; one that the browser does not know counts as its own
   * @param {string} [local] the reader's time zone
   */
  constructor(name, local) {
    const offset = OFFSET.exec(name ?? "");
    const zone = offset ? "UTC" : (name ?? local); // few browsers know an offset as a zone
    this.#foreign = wallOf(local);
    try {
      this.#wall = wallOf(zone);
      this.#clock = clockOf(zone);
      this.#name = name ?? "";
      this.#shift = offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3])) * MINUTE_MS : 0;
    } catch {
      this.#wall = this.#foreign;
      this.#clock = clockOf(local);
      this.#name = "";
    }
  }

  /**
   * The zone's name where its clocks show another time than the reader's; else nothing.
   *
   * @param {number | string} moment milliseconds since 1970, or ISO 8601
   */
  nameAt(moment) {
    const at = new Date(moment).getTime();
    const minute = Math.floor(at / MINUTE_MS);
    let name = this.#names.get(minute);
    if (name === undefined) {
      name = this.#wall.format(at + this.#shift) === this.#foreign.format(at) ? "" : this.#name.replaceAll("_", " ");
      if (this.#names.size >= MOST_KEPT) {
        this.#names.clear();
      }
      this.#names.set(minute, name);
    }
    return name;
  }

  /**
   * A time of the day in this zone, as `23:21`.
   *
   * @param {number | string} moment milliseconds since 1970, or ISO 8601
   */
  timeText(moment) {
    return this.#clock.format(new Date(moment).getTime() + this.#shift);
  }
}

/**
 * What stands over the figures of a day.
 *
 * @param {DayZone} zone
 * @param {number} now milliseconds since 1970
 */
export function todayText(zone, now) {
  const name = zone.nameAt(now);
  return name ? t("Today in %(zone)s", { zone: name }) : t("Today");
}

/**
 * A few words about what a day's figures leave out; nothing where every event was heard.
 *
 * @param {Day | null} today
 * @param {DayZone} zone
 */
export function missedText(today, zone) {
  if (!today) {
    return t("Not known");
  }
  if (today.complete) {
    return "";
  }
  const started = today.missed.find((period) => period.reason === "not_started");
  const later = today.missed.some((period) => period.reason !== "not_started");
  return [...(started ? [sinceText(started.to, zone)] : []), ...(later ? [t("some waits unknown")] : [])].join(" · ");
}

/**
 * Each time of which not everything was heard, in a sentence.
 *
 * @param {Day | null} today
 * @param {DayZone} zone
 * @returns {string[]}
 */
export function missedSentences(today, zone) {
  return (today?.missed ?? []).map((period) => {
    const times = { from: zone.timeText(period.from), to: zone.timeText(period.to) };
    return `${missedSentence(period.reason, times)} ${countedSentence(period)}`.trim();
  });
}

/**
 * @param {string} moment
 * @param {DayZone} zone
 */
function sinceText(moment, zone) {
  const name = zone.nameAt(moment);
  const time = zone.timeText(moment);
  return name ? t("counted since %(time)s, %(zone)s time", { time, zone: name }) : t("counted since %(time)s", { time });
}

/**
 * @param {Missed["reason"]} reason
 * @param {{from: string, to: string}} times
 */
function missedSentence(reason, times) {
  if (reason === "not_started") {
    return t("amictl began to count at %(to)s.", times);
  }
  if (reason === "link_lost") {
    return t("From %(from)s to %(to)s the PBX could not be heard.", times);
  }
  return t("Asterisk's counters began anew between %(from)s and %(to)s.", times);
}

/** @param {Missed} period */
function countedSentence({ answered, abandoned, left }) {
  if (answered === null || abandoned === null) {
    return t("Nobody knows which calls came before.");
  }
  const calls = answered + abandoned + (left ?? 0);
  return calls
    ? tn("%(count)s call of that time is counted, without its wait.", "%(count)s calls of that time are counted, without their waits.", calls)
    : "";
}

/** @param {string | undefined} [zone] */
function wallOf(zone) {
  const fields = /** @type {const} */ ({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  return new Intl.DateTimeFormat("en-GB", { ...fields, hourCycle: "h23", timeZone: zone });
}

/** @param {string | undefined} [zone] */
function clockOf(zone) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
}
