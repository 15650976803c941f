/** One event with all of its headers, as JSON. */

import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { icon } from "../../dom.js";
import { timeText } from "../../format.js";
import { t } from "../../words.js";
import { summarizeEvent } from "./event_summary.js";
import { jsonView } from "./json_view.js";

/**
 * @typedef {object} Doings
 * @property {() => void} close
 * @property {() => void} copy
 * @property {(linkedId: string) => void} follow
 */

/**
 * The linked ID of the call that an event is about first.
 *
 * @param {import("./event_window.js").Row} row
 */
export function linkedIdOf({ subject }) {
  return subject?.channels.find((channel) => channel.linked)?.linked ?? null;
}

/**
 * @param {import("./event_window.js").Row} row
 * @param {string} followed the linked ID of the call that is followed
 * @param {Doings} does
 */
export function eventDetail(row, followed, does) {
  const { event } = row;
  if (!event) {
    return nothing;
  }
  const linkedId = linkedIdOf(row);
  const summary = summarizeEvent(event.event, event.data);
  return html`
    ${head(event.event, does)}
    <div class="events-detail-top">
      ${summary ? html`<p>${summary}</p>` : nothing}
      <p class="second">${t("%(time)s, number %(seq)s", { time: timeText(event.at), seq: event.seq })}</p>
      <div class="btn-list">
        ${linkedId && linkedId !== followed ? html`<button class="btn btn-sm" type="button" title=${t("Show all events of this call (f)")} @click=${() => does.follow(linkedId)}>${icon("route")}${t("Follow this call")}</button>` : nothing}
        <button class="btn btn-sm" type="button" title=${t("Copy as JSON (c)")} @click=${does.copy}>${icon("copy")}${t("Copy")}</button>
      </div>
    </div>
    <pre class="json" tabindex="0" aria-label=${t("JSON of the event")}>${jsonView(event)}</pre>`;
}

/**
 * What stands in place of an event that is not held, or not held any more.
 *
 * @param {string} number as the address names it
 * @param {Doings} does
 */
export function goneDetail(number, does) {
  return html`
    ${head(t("Event %(number)s", { number }), does)}
    <div class="events-detail-top"><p>${t("This event is not held here: it is older than those that are, or was never sent to you.")}</p></div>`;
}

/**
 * @param {string} title
 * @param {Doings} does
 */
function head(title, does) {
  return html`<header class="detail-head">
    <h2 class="cut">${title}</h2>
    <button class="btn btn-icon btn-ghost btn-sm" type="button" aria-label=${t("Close the event")} title=${t("Close the event (Esc)")} @click=${does.close}>${icon("x")}</button>
  </header>`;
}
