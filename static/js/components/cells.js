/**
 * What stands in the cells of tables, and the same things elsewhere: a party, a state, a clock.
 *
 * Each of `party`, `pill`, `clock`, `text` and `number` makes a cell when it is given a function that reads a value,
 * and renders at once when it is given the thing itself.
 */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../dom.js";
import { clockText, partyText } from "../format.js";
import { t } from "../words.js";

/**
 * @typedef {import("../shell/context.js").Context} Context
 * @typedef {{name?: string | null, number?: string | null}} Party
 * @typedef {(value: any, context: Context) => unknown} Cell
 */

/**
 * Somebody on the line: the name, and the number in a second tone.
 *
 * @param {Party | null | ((value: any) => Party | null)} given null where there is nobody
 * @returns {any} a cell, or a template
 */
export function party(given) {
  return typeof given === "function" ? (/** @type {any} */ value) => partyOf(given(value)) : partyOf(given);
}

/**
 * A state as a pill: its word, its tone and its icon.
 *
 * @param {import("../states.js").State | null | ((value: any) => import("../states.js").State | null)} given
 * @returns {any} a cell, or a template
 */
export function pill(given) {
  return typeof given === "function" ? (/** @type {any} */ value) => pillOf(given(value)) : pillOf(given);
}

/**
 * A state as a dot with its word for screen readers, where a word stands beside it or there is no place for one.
 *
 * @param {import("../states.js").State} state
 */
export function stateDot(state) {
  return html`<span class="dot" data-tone=${state.tone} title=${state.label}><span class="visually-hidden">${state.label}</span></span>`;
}

/**
 * How long something lasts: a clock that moves with each tick.
 *
 * @param {(value: any) => string | null | undefined} read ISO 8601, by the PBX's clock
 * @returns {Cell}
 */
export function clock(read) {
  return (value, context) => clockCell(read(value), context.clock);
}

/**
 * The time since a moment.
 *
 * @param {string | null | undefined} since ISO 8601, by the PBX's clock
 * @param {import("../live/clock.js").PictureClock} pictureClock
 */
export function clockCell(since, pictureClock) {
  return html`<span class="clock">${clockText(pictureClock.secondsSince(since))}</span>`;
}

/**
 * A text that may be cut off on screen, with the whole of it as a tooltip.
 *
 * @param {string | null | ((value: any) => string | null | undefined)} given
 * @returns {any} a cell, or a template
 */
export function text(given) {
  return typeof given === "function" ? (/** @type {any} */ value) => textOf(given(value)) : textOf(given);
}

/**
 * A number, aligned with those above and below it.
 *
 * @param {number | string | null | ((value: any) => number | string | null | undefined)} given
 * @returns {any} a cell, or a template
 */
export function number(given) {
  return typeof given === "function" ? (/** @type {any} */ value) => numberOf(given(value)) : numberOf(given);
}

/** @param {Party | null} somebody */
function partyOf(somebody) {
  if (!somebody) {
    return html`<span class="cut is-unknown">–</span>`;
  }
  const words = partyText(somebody.name ?? null, somebody.number ?? null);
  if (!words.name) {
    return html`<span class="cut is-unknown">${t("Unknown")}</span>`;
  }
  const whole = words.number ? `${words.name} ${words.number}` : words.name;
  return html`<span class="cut" title=${whole}><span class="party">${words.name}</span>${
    words.number ? html` <span class="second number">${words.number}</span>` : nothing
  }</span>`;
}

/** @param {import("../states.js").State | null} state */
function pillOf(state) {
  return state ? html`<span class="state" data-tone=${state.tone}>${icon(state.icon)}<span class="cut">${state.label}</span></span>` : nothing;
}

/** @param {string | null | undefined} words */
function textOf(words) {
  return words ? html`<span class="cut" title=${words}>${words}</span>` : html`<span class="cut is-unknown">–</span>`;
}

/** @param {number | string | null | undefined} value */
function numberOf(value) {
  return html`<span class="number">${value ?? "–"}</span>`;
}
