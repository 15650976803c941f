/** What stands in place of a table's rows: that it waits, that there are none, or why they cannot be shown. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { icon, setShown } from "../dom.js";
import { t } from "../words.js";

/**
 * @typedef {{icon: string | null, title: string, text: string, keep?: boolean}} TableState `keep`: the heads stay
 */

/**
 * Tell what stands there. Pure.
 *
 * @param {{known: boolean, error: {detail: string} | null, total: number, shown: number, empty: {icon: string, title: string, text: string}}} facts
 * @returns {TableState | null} null where there are rows
 */
export function stateOf({ known, error, total, shown, empty }) {
  if (error) {
    return { icon: "alert-circle", title: t("This cannot be shown"), text: error.detail };
  }
  if (!known) {
    return { icon: null, title: t("Waiting for the first picture of the PBX"), text: "" };
  }
  if (total === 0) {
    return empty;
  }
  return shown === 0 ? { icon: "search", title: t("Nothing matches the filter"), text: "", keep: true } : null;
}

/**
 * Write it.
 *
 * @param {HTMLElement} element
 * @param {TableState | null} state
 */
export function showState(element, state) {
  setShown(element, state !== null);
  if (state) {
    const sign = state.icon ? icon(state.icon) : html`<span class="spinner-border" aria-hidden="true"></span>`;
    render(
      html`<div class="empty-icon">${sign}</div>
        <p class="empty-title">${state.title}</p>
        ${state.text ? html`<p class="empty-subtitle text-secondary">${state.text}</p>` : nothing}`,
      element,
    );
  }
}
