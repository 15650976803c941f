/** The callers of a queue as bars on one time axis: pure, no page. */

import { levelOfWait } from "./urgency.js";

/** Ends of the axis, in seconds: ones whose quarters are easy to read. */
const SCALES = Object.freeze([60, 120, 240, 480, 720, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800]);
const PARTS = 4;
/** The axis shrinks only when all that it shows would fit into this share of the smaller one, so that it does not jump. */
const SHRINK_BELOW = 0.7;

/**
 * @typedef {object} Caller a caller as the topic `queues` shows it (docs/fields.md, QueueCaller)
 * @property {number} position
 * @property {string} channel
 * @property {string} unique_id
 * @property {string | null} caller_id_num
 * @property {string | null} caller_id_name
 * @property {string} joined_at
 * @property {number | null} priority
 *
 * @typedef {{caller: Caller, waited: number, share: number, level: import("./urgency.js").Level}} Bar `share` is the bar's length, 0 to 1
 */

/**
 * Choose where the axis ends: the service level and the longest wait fit, and it does not shrink for little.
 *
 * @param {number} longest seconds
 * @param {number | null} serviceLevel seconds
 * @param {number | null} before where it ended before
 */
export function chooseScale(longest, serviceLevel, before = null) {
  const needed = Math.max(longest, (serviceLevel ?? 0) * 1.2);
  const fits = (/** @type {number} */ seconds) => SCALES.find((scale) => scale >= seconds) ?? Math.ceil(seconds / 86_400) * 86_400;
  if (before === null || needed > before) {
    return fits(needed);
  }
  return Math.min(before, fits(needed / SHRINK_BELOW));
}

/**
 * Lay the callers on the axis, in their order.
 *
 * @param {{callers: Caller[], service_level: number | null}} queue
 * @param {import("./activity.js").Clock} clock
 * @param {number | null} before where the axis ended before
 * @returns {{scale: number, ticks: {seconds: number, share: number}[], levelShare: number | null, bars: Bar[]}}
 *   `levelShare` is where the service level stands; nothing where the queue has none
 */
export function layLane({ callers, service_level: level }, clock, before = null) {
  const waits = callers.map((caller) => clock.secondsSince(caller.joined_at) ?? 0);
  const scale = chooseScale(Math.max(0, ...waits), level, before);
  return {
    scale,
    ticks: Array.from({ length: PARTS + 1 }, (_, index) => ({ seconds: (scale * index) / PARTS, share: index / PARTS })),
    levelShare: level ? level / scale : null,
    bars: callers
      .map((caller, index) => ({
        caller,
        waited: waits[index],
        share: Math.min(1, waits[index] / scale),
        level: levelOfWait(waits[index], level),
      }))
      .sort((a, b) => a.caller.position - b.caller.position),
  };
}

/**
 * How long the one waits who waits for the longest time, in seconds; nothing while nobody waits.
 *
 * @param {{callers: {joined_at: string}[]}} queue
 * @param {import("./activity.js").Clock} clock
 * @returns {number | null}
 */
export function longestWait({ callers }, clock) {
  return callers.reduce((longest, caller) => Math.max(longest ?? 0, clock.secondsSince(caller.joined_at) ?? 0), /** @type {number | null} */ (null));
}
