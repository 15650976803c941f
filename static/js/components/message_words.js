/** What is said of an action's end, and how long it stays to be read. Pure. */

import { t } from "../words.js";

/** Milliseconds that a message stays, at least; a long one stays longer, since it has to be read. */
const LIFETIME = Object.freeze({ good: 6_000, info: 8_000, bad: 15_000 });
const READING = 60; // milliseconds for each character beyond the first line
const FIRST_LINE = 60;

/**
 * @typedef {import("../api.js").Problem} Problem
 * @typedef {"good" | "info" | "warn" | "bad"} Tone
 */

/**
 * How long a message stays, in milliseconds; null: until it is closed.
 *
 * @param {{tone: Tone, title: string, detail?: string}} toast
 * @returns {number | null}
 */
export function lifetimeOf({ tone, title, detail = "" }) {
  return tone === "warn" ? null : LIFETIME[tone] + READING * Math.max(0, title.length + detail.length - FIRST_LINE);
}

/**
 * Why something was not done, with the PBX's own words where it has said any.
 *
 * @param {Problem} problem
 * @returns {string}
 */
export function reasonOf({ message, ami }) {
  return ami && !message.includes(ami) ? t("%(reason)s The PBX said: %(words)s", { reason: message, words: ami }) : message;
}

/**
 * What to tell of an action that failed, or of which nobody knows.
 *
 * @param {string} label of the action
 * @param {string} name of its target; empty where it has none
 * @param {Problem} problem
 * @returns {{tone: Tone, title: string, detail: string}}
 */
export function failureWords(label, name, problem) {
  if (problem.unknown) {
    const title = name ? t("%(label)s, %(name)s: outcome unknown", { label, name }) : t("%(label)s: outcome unknown", { label });
    const detail = t("%(reason)s It may or may not have been done, and is not sent again by itself.", { reason: reasonOf(problem) });
    return { tone: "warn", title, detail };
  }
  const title = name ? t("%(label)s, %(name)s: not done", { label, name }) : t("%(label)s: not done", { label });
  return { tone: "bad", title, detail: reasonOf(problem) };
}
