/** What the PBX answered to an AMI action: its words, a list's items as a table, what was printed, or all of it as JSON. */

import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { copyButton } from "../../components/copy_button.js";
import { t, tn } from "../../words.js";
import { columnsOf } from "./ami_catalogue.js";

const ROWS = 500;

/**
 * @typedef {Record<string, string | string[]>} AmiMessage
 *
 * @typedef {object} Answer what POST action/ answers
 * @property {string} action
 * @property {string} message
 * @property {AmiMessage} response
 * @property {string[]} output
 * @property {AmiMessage[]} items
 * @property {AmiMessage | null} complete
 * @property {boolean} truncated
 */

/**
 * @param {Answer} answer
 * @param {object} look
 * @param {import("../../shell/context.js").Context} look.context
 * @param {boolean} look.json whether it is shown as JSON
 * @param {(json: boolean) => void} look.choose
 * @param {number} look.took milliseconds
 */
export function showAnswer(answer, { context, json, choose, took }) {
  const text = JSON.stringify(answer, null, 2);
  return html`
    <section class="card action-card ami-answer" aria-labelledby="answer-title" data-testid="ami-answer">
      <div class="card-header">
        <h3 class="card-title" id="answer-title">${t("Answer")}</h3>
        <span class="state" data-tone="good" role="status">${answer.message || t("Success")}</span>
        <span class="text-secondary clock">${t("%(took)s ms", { took: Math.round(took) })}</span>
        <div class="ms-auto action-tools">
          <button class="btn btn-sm" type="button" aria-pressed=${String(json)} @click=${() => choose(!json)}>${t("JSON")}</button>
          ${copyButton(context, () => text, () => document.querySelector("[data-testid=ami-answer] pre"))}
        </div>
      </div>
      ${json ? html`<pre class="output" tabindex="0" aria-label=${t("The answer as JSON")}>${text}</pre>` : showParts(answer)}
    </section>`;
}

/** @param {Answer} answer */
function showParts({ response, output, items, complete, truncated }) {
  return html`
    ${truncated ? html`<p class="notice" data-tone="warn">${t("The answer is longer than amictl shows.")}</p>` : nothing}
    ${output.length ? html`<pre class="output" tabindex="0" aria-label=${t("What was printed")}>${output.join("\n")}</pre>` : nothing}
    ${items.length ? showItems(items) : nothing}
    <details class="ami-raw" ?open=${!items.length && !output.length}>
      <summary>${t("Response")}</summary>
      ${showMessage(response)}
      ${complete ? html`<h4 class="action-subtitle">${t("End of the list")}</h4>${showMessage(complete)}` : nothing}
    </details>`;
}

/** @param {AmiMessage[]} items */
function showItems(items) {
  const columns = columnsOf(items);
  return html`
    <p class="ami-count">${tn("%(count)s item", "%(count)s items", items.length)}${items.length > ROWS ? html` · ${t("the first %(count)s are shown; JSON has all", { count: ROWS })}` : nothing}</p>
    <div class="table-scroll" tabindex="0" role="region" aria-label=${t("Items of the list")}>
      <table class="table plain-table">
        <thead><tr>${columns.map((name) => html`<th>${name}</th>`)}</tr></thead>
        <tbody>${items.slice(0, ROWS).map((item) => html`<tr>${columns.map((name) => html`<td dir="auto">${textOf(item[name])}</td>`)}</tr>`)}</tbody>
      </table>
    </div>`;
}

/** @param {AmiMessage} message */
function showMessage(message) {
  return html`<dl class="ami-message">${Object.entries(message).map(([name, value]) => html`<div><dt>${name}</dt><dd dir="auto">${textOf(value)}</dd></div>`)}</dl>`;
}

/** @param {string | string[] | undefined} value */
function textOf(value) {
  return Array.isArray(value) ? value.join("\n") : value ?? "";
}
