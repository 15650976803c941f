/** How each queue stands now, as the overview, the wallboard and the page of a queue show it. Pure, no page. */

import { callsByDevice, countMembers } from "./activity.js";
import { longestWait } from "./lane.js";
import { judgeQueue } from "./urgency.js";

/**
 * @typedef {object} Queue a queue as the topic `queues` shows it (docs/fields.md, Queue)
 * @property {string} queue
 * @property {string | null} strategy
 * @property {import("./lane.js").Caller[]} callers
 * @property {import("./activity.js").Member[]} members
 * @property {number | null} service_level
 * @property {Today | null} today
 *
 * @typedef {import("./urgency.js").Day & import("./day.js").Day & {answered: number, asa: number | null, longest_wait: number, average_talk: number | null}} Today
 *
 * @typedef {object} Standing
 * @property {string} queue its name
 * @property {Queue} value
 * @property {number} waiting
 * @property {number | null} longest seconds that the longest waits; nothing while nobody does
 * @property {Record<import("./activity.js").ActivityKind, number>} counts members by what they do
 * @property {import("./urgency.js").Urgency} urgency
 */

/** How queues stand, told anew of those that changed, and of all once a second. */
export class Standings {
  #clock;
  #second = NaN;
  /** @type {Map<string, Standing>} */
  #kept = new Map();

  /** @param {import("./activity.js").Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * Tell how queues stand now; a standing that is still so is the same object.
   *
   * @param {Map<string, Queue>} queues
   * @returns {Map<string, Standing>} by queue
   */
  of(queues) {
    const second = Math.floor(this.#clock.now() / 1000);
    const kept = second === this.#second ? this.#kept : new Map();
    /** @type {import("./activity.js").CallsByDevice | null} */
    let calls = null;
    /** @type {Map<string, Standing>} */
    const found = new Map();
    for (const [name, value] of queues) {
      const known = kept.get(name);
      calls ??= known?.value === value ? null : callsByDevice(queues.values());
      found.set(name, known?.value === value ? known : standingOf(value, this.#clock, calls ?? new Map()));
    }
    this.#kept = found;
    this.#second = second;
    return found;
  }
}

/**
 * Tell how one queue stands.
 *
 * @param {Queue} value
 * @param {import("./activity.js").Clock} clock
 * @param {import("./activity.js").CallsByDevice} calls of all queues
 * @returns {Standing}
 */
export function standingOf(value, clock, calls) {
  const counts = countMembers(value, clock, calls);
  const longest = longestWait(value, clock);
  const waiting = value.callers.length;
  const urgency = judgeQueue({ waiting, longest, serviceLevel: value.service_level, counts, today: value.today });
  return { queue: value.queue, value, waiting, longest, counts, urgency };
}

/**
 * What all queues come to; somebody who is a member of several is counted once.
 *
 * @param {Iterable<Standing>} standings
 */
export function totalsOf(standings) {
  const totals = { waiting: 0, longest: /** @type {number | null} */ (null), urgent: 0, queues: 0 };
  for (const { waiting, longest, urgency } of standings) {
    totals.queues += 1;
    totals.waiting += waiting;
    totals.longest = longest === null ? totals.longest : Math.max(longest, totals.longest ?? 0);
    totals.urgent += urgency.level === "calm" ? 0 : 1;
  }
  return totals;
}

/** Milliseconds for which an order stays, so that what people look at does not jump about. */
const ORDER_LASTS_MS = 5_000;

/** An order of queues that changes now and then, and not while somebody is about to use it. */
export class HeldOrder {
  /** @type {string[]} */
  #order = [];
  #orderedAt = -Infinity;
  #compare;
  #now;

  /**
   * @param {(a: Standing, b: Standing) => number} compare
   * @param {() => number} now in milliseconds
   */
  constructor(compare, now = () => performance.now()) {
    this.#compare = compare;
    this.#now = now;
  }

  /**
   * The standings in order; while it stays, those that were there keep their places, and new ones come last.
   *
   * @param {Standing[]} standings
   * @param {boolean} held
   * @returns {Standing[]}
   */
  sort(standings, held) {
    const anew = !held && this.#now() - this.#orderedAt >= ORDER_LASTS_MS;
    const places = new Map(anew ? [] : this.#order.map((name, index) => [name, index]));
    const place = (/** @type {Standing} */ { queue }) => places.get(queue) ?? places.size;
    const sorted = [...standings].sort((a, b) => place(a) - place(b) || this.#compare(a, b));
    this.#order = sorted.map(({ queue }) => queue);
    this.#orderedAt = anew ? this.#now() : this.#orderedAt;
    return sorted;
  }
}

/**
 * How many columns and rows of tiles fill a screen best.
 *
 * @param {number} count tiles
 * @param {number} width
 * @param {number} height both in any unit
 * @returns {{columns: number, rows: number}} with which a tile is nearest to three by two
 */
export function fitTiles(count, width, height) {
  let best = { columns: 1, rows: Math.max(1, count), miss: Infinity };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const shape = width / columns / (height / rows);
    const empty = columns * rows - count;
    const miss = Math.abs(Math.log(shape / 1.5)) + empty / (1.5 * count);
    if (miss < best.miss) {
      best = { columns, rows, miss };
    }
  }
  return { columns: best.columns, rows: best.rows };
}
