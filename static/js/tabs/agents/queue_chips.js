/** The queues of a person as small chips; those that give no calls are marked. */

import { html } from "../../../vendor/lit-html/lit-html.js";
import { icon } from "../../dom.js";
import { t } from "../../words.js";

/**
 * @param {import("./agent_words.js").Agent} agent
 * @param {import("../../shell/context.js").Context} context
 */
export function queueChips({ queues }, context) {
  return html`<span class="queue-chips">${queues.map(({ queue, paused }) => html`<a class="queue-chip" href=${context.href("queues", queue)} tabindex="-1"
    ?data-paused=${paused} title=${paused ? t("%(queue)s: paused", { queue }) : queue}>${paused ? html`${icon("player-pause")}<span class="visually-hidden">${t("paused")}</span>` : ""}${queue}</a>`)}</span>`;
}
