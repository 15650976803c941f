/** What stands around the list of events: filters, names with their counts, and what is chosen of them. */

import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { live } from "../../../vendor/lit-html/directives/live.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { icon } from "../../dom.js";
import { t, tn } from "../../words.js";
import { SHOWN_CHOICES, Verdict } from "./event_filter.js";

/**
 * @typedef {import("./event_filter.js").EventFilter} EventFilter
 * @typedef {import("./event_window.js").EventWindow} EventWindow
 * @typedef {object} Doings what the tools can do
 * @property {(filter: EventFilter) => void} change filter anew
 * @property {() => void} pause pause, or go on
 * @property {(ending: "jsonl" | "csv") => void} download
 * @property {() => void} forget let go of what is held
 * @property {() => void} unfold show the names, or hide them, where there is no room for both
 */

const numbers = new Intl.NumberFormat();

/**
 * The row of filters.
 *
 * @param {EventWindow} events
 * @param {readonly string[]} queues names to choose from
 * @param {boolean} unfolded whether the names are shown where there is little room
 * @param {Doings} does
 */
export function filterTools(events, queues, unfolded, does) {
  const { filter, paused } = events;
  const { channel, queue, last } = filter.values;
  const chosen = (/** @type {(value: string) => Partial<import("./event_filter.js").FilterValues>} */ read) =>
    (/** @type {Event} */ event) => does.change(filter.with(read(/** @type {HTMLSelectElement} */ (event.target).value)));
  const more = unfolded ? "events-more is-unfolded" : "events-more";
  const offered = queue && !queues.includes(queue) ? [queue, ...queues] : queues;
  return html`
    <button class="btn" type="button" aria-pressed=${paused} data-testid="events-pause" title=${t("Pause or go on (p)")} @click=${does.pause}>
      ${paused ? icon("player-play") : icon("player-pause")}${paused ? t("Go on") : t("Pause")}
    </button>
    <button class="btn events-unfold" type="button" aria-expanded=${unfolded} aria-controls="event-names" @click=${does.unfold}>
      ${icon("adjustments-horizontal")}${t("Filters")}
    </button>
    <input class="form-control events-channel ${more}" type="search" aria-label=${t("Channel")} placeholder=${t("Channel …")}
      autocomplete="off" spellcheck="false" .value=${live(channel)} @input=${(/** @type {InputEvent} */ event) => does.change(filter.with({ channel: /** @type {HTMLInputElement} */ (event.target).value }))}>
    <select class="form-select events-queue ${more}" aria-label=${t("Queue")} .value=${live(queue)} @change=${chosen((value) => ({ queue: value }))}>
      <option value="">${t("All queues")}</option>
      ${offered.map((name) => html`<option value=${name} ?selected=${name === queue}>${name}</option>`)}
    </select>
    <select class="form-select events-last ${more}" aria-label=${t("How many are shown")} @change=${chosen((value) => ({ last: Number(value) }))}>
      ${SHOWN_CHOICES.map((most) => html`<option value=${most} .selected=${most === last}>${t("Last %(count)s", { count: numbers.format(most) })}</option>`)}
    </select>
    <div class="btn-group ${more}" role="group" aria-label=${t("Save what is shown as a file")}>
      <button class="btn" type="button" title=${t("Save what is shown as JSON Lines")} @click=${() => does.download("jsonl")}>${icon("download")}<span translate="no">JSON</span></button>
      <button class="btn" type="button" title=${t("Save what is shown as CSV, for a spreadsheet")} @click=${() => does.download("csv")}><span translate="no">CSV</span></button>
    </div>
    <button class="btn btn-icon ${more}" type="button" aria-label=${t("Forget the events shown here")} title=${t("Forget the events shown here")} @click=${does.forget}>${icon("trash")}</button>`;
}

/**
 * What narrows the list, each with a way out.
 *
 * @param {EventWindow} events
 * @param {string | null} callHref where the followed call is shown
 * @param {Doings} does
 */
export function chosenChips(events, callHref, does) {
  const { filter, trace } = events;
  const { only, without, follow, channel, queue } = filter.values;
  if (!filter.narrows) {
    return nothing;
  }
  return html`
    ${follow && trace ? chip("info", "route", html`
        ${t("Follows the call %(call)s", { call: follow })}
        <small>${tn("%(count)s channel", "%(count)s channels", trace.channels)}</small>
        ${callHref ? html`<a href=${callHref}>${t("Open")}</a>` : nothing}`,
      t("Follow this call no longer"), () => does.change(filter.with({ follow: "" }))) : nothing}
    ${queue ? chip("info", "users-group", t("Queue %(queue)s", { queue }), t("Show all queues"), () => does.change(filter.with({ queue: "" }))) : nothing}
    ${channel ? chip("info", "phone", t("Channel %(channel)s", { channel }), t("Show all channels"), () => does.change(filter.with({ channel: "" }))) : nothing}
    ${repeat(only, (name) => name, (name) => chip("info", "eye", html`${name} <small>${count(events, name)}</small>`,
      t("Show other names too than %(name)s", { name }), () => does.change(filter.toggleOnly(name))))}
    ${repeat(without, (name) => name, (name) => chip("neutral", "eye-off", html`${name} <small>${count(events, name)}</small>`,
      t("Show %(name)s again", { name }), () => does.change(filter.toggleWithout(name))))}
    <button class="btn btn-sm btn-ghost" type="button" @click=${() => does.change(filter.cleared())}>${t("Clear all filters")}</button>`;
}

/**
 * @param {string} tone
 * @param {string} symbol
 * @param {unknown} words
 * @param {string} label of the button that ends it
 * @param {() => void} end
 */
function chip(tone, symbol, words, label, end) {
  return html`<span class="events-chip" data-tone=${tone} data-testid="events-chip">${icon(symbol)}<span class="cut">${words}</span>
    <button type="button" aria-label=${label} title=${label} @click=${end}>${icon("x")}</button></span>`;
}

/**
 * The names of the events that are held, each with its count, to show alone or to hide.
 *
 * @param {EventWindow} events
 * @param {Doings} does
 */
export function nameList(events, does) {
  const { filter } = events;
  const names = [...new Set([...events.names.keys(), ...filter.values.only, ...filter.values.without])].sort();
  const muted = names.filter((name) => filter.judgeName(name) === Verdict.MUTED);
  const others = names.filter((name) => !muted.includes(name));
  const item = (/** @type {string} */ name) => nameItem(events, name, does);
  const { noise } = filter.values;
  return html`
    <h2 class="events-heading">${t("Names")}</h2>
    <ul>${repeat(others, (name) => name, item)}</ul>
    <label class="form-check form-switch events-noise">
      <input class="form-check-input" type="checkbox" role="switch" .checked=${live(noise)} @change=${() => does.change(filter.with({ noise: !noise }))}>
      <span class="form-check-label">${t("Show noise")}</span>
      ${events.muted ? html`<span class="events-count" data-testid="events-muted">${t("%(count)s muted", { count: numbers.format(events.muted) })}</span>` : nothing}
    </label>
    <ul class="is-muted">${repeat(muted, (name) => name, item)}</ul>`;
}

/**
 * @param {EventWindow} events
 * @param {string} name
 * @param {Doings} does
 */
function nameItem(events, name, does) {
  const { filter } = events;
  const only = filter.values.only.includes(name);
  const without = filter.values.without.includes(name);
  return html`<li class=${without ? "is-hidden" : ""} data-testid="event-name">
    <button class="events-only" type="button" aria-pressed=${only} title=${t("Show only %(name)s, and others chosen so", { name })}
      @click=${() => does.change(filter.toggleOnly(name))}><span class="cut">${name}</span><span class="events-count">${count(events, name)}</span></button>
    <button class="events-hide" type="button" aria-pressed=${without} aria-label=${t("Hide %(name)s", { name })} title=${t("Hide %(name)s", { name })}
      @click=${() => does.change(filter.toggleWithout(name))}>${icon(without ? "eye-off" : "eye")}</button>
  </li>`;
}

/**
 * @param {EventWindow} events
 * @param {string} name
 */
function count(events, name) {
  return numbers.format(events.names.get(name) ?? 0);
}

/**
 * How much of what is held is shown, and what waits.
 *
 * @param {EventWindow} events
 * @param {number} shown
 */
export function summaryText(events, shown) {
  const values = {
    shown: numbers.format(shown), matching: numbers.format(events.matching), held: numbers.format(events.held),
    count: numbers.format(events.waiting), lost: numbers.format(events.lost),
  };
  if (events.paused) {
    return events.lost
      ? t("Paused: %(count)s came meanwhile, of which %(lost)s have fallen out", values)
      : t("Paused: %(count)s came meanwhile", values);
  }
  if (!events.held) {
    return "";
  }
  return shown < events.matching
    ? t("The last %(shown)s of %(matching)s that match, of %(held)s held", values)
    : t("%(shown)s shown of %(held)s held", values);
}
