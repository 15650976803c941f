/** The elements of a live table that are always there. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { partsOf } from "../dom.js";

/**
 * Fill an element with an empty table.
 *
 * @param {HTMLElement} host
 * @param {import("./table_options.js").TableOptions} options
 * @param {unknown} menu the button of its menu
 * @returns {Record<string, HTMLElement>} `summary` and `bulk` above it, `scroll`, `grid`, `head`, `body` and `state`
 */
export function frameTable(host, { name, label, select, open }, menu) {
  host.classList.add("live-table");
  host.toggleAttribute("data-opens", Boolean(open));
  render(
    html`
      <div class="table-bar">
        <p class="summary" data-part="summary" data-testid="${name}-summary"></p>
        <div class="table-bulk" data-part="bulk" hidden></div>
        ${menu}
      </div>
      <div class="table-scroll live-part" data-part="scroll">
        <div class="table-grid" role="grid" tabindex="0" aria-label=${label} aria-multiselectable=${select ? "true" : nothing} data-part="grid">
          <div class="table-head" role="rowgroup"><div class="table-heads" role="row" aria-rowindex="1" data-part="head"></div></div>
          <div class="table-body" role="rowgroup" data-part="body"></div>
        </div>
      </div>
      <div class="empty" data-part="state" hidden></div>`,
    host,
  );
  return { host, ...partsOf(host) };
}
