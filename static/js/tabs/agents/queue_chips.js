/** The queues of a person as small chips; those that give no calls are marked. */

import { html } from "../../../vendor/lit-html/lit-html.js";
import { icon } from "../../dom.js";
import { t } from "../../words.js";

/** @type {Map<string, string>} addresses by queue, which stay as they are for as long as the page does */
const addresses = new Map();

/**
 * @param {string} queue
 * @param {import("../../shell/context.js").Context} context
 */
function addressOf(queue, context) {
  const address = addresses.get(queue) ?? context.href("queues", queue);
  addresses.set(queue, address);
  return address;
}

/**
 * @param {import("./agent_words.js").Agent} agent
 * @param {import("../../shell/context.js").Context} context
 */
export function queueChips({ queues }, context) {
  return html`<span class="queue-chips">${queues.map(({ queue, paused }) => html`<a class="queue-chip" href=${addressOf(queue, context)} tabindex="-1"
    ?data-paused=${paused} title=${paused ? t("%(queue)s: paused", { queue }) : queue}>${paused ? html`${icon("player-pause")}<span class="visually-hidden">${t("paused")}</span>` : ""}${queue}</a>`)}</span>`;
}
