/** The side panel of one channel: what it is in plain words and in Asterisk's, what can be done, its variables. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { CHANNEL_ACTIONS, hangUp, redirect } from "../../actions/channel_actions.js";
import { startRecording } from "../../actions/supervision_actions.js";
import { actionButton } from "../../components/action_button.js";
import { clockCell, pill } from "../../components/cells.js";
import { itemsFor, openMenu } from "../../components/row_menu.js";
import { icon, partsOf, setShown } from "../../dom.js";
import { partyText, timeText } from "../../format.js";
import { channelDoing, deviceName } from "../../channel_words.js";
import { channelState } from "../../states.js";
import { t } from "../../words.js";
import { Variables } from "./variables.js";

/** @typedef {import("../../channel_words.js").Channel} Channel */

export class ChannelPanel {
  #host;
  #context;
  #targetOf;
  /** @type {Record<string, HTMLElement>} */
  #parts = {};
  /** @type {Variables} */
  #variables;
  /** @type {Channel | null} what is shown; the last that was known once it ended */
  #channel = null;

  /**
   * @param {HTMLElement} host
   * @param {import("../../shell/context.js").Context} context
   * @param {(channel: Channel) => import("../../actions/channel_target.js").ChannelTarget} targetOf
   */
  constructor(host, context, targetOf) {
    this.#host = host;
    this.#context = context;
    this.#targetOf = targetOf;
    render(html`<div data-part="facts"></div><section data-part="variables"></section>`, host);
    this.#parts = partsOf(host);
    this.#variables = new Variables(this.#parts.variables, context);
  }

  /**
   * Show a channel.
   *
   * @param {string | null} key its unique ID; null closes the panel
   * @param {Channel | undefined} channel undefined where there is none, or none any more
   */
  show(key, channel) {
    setShown(this.#host, key !== null);
    if (key === null) {
      this.#channel = null;
      return;
    }
    const known = channel ?? (this.#channel?.unique_id === key ? this.#channel : null);
    this.#channel = known;
    this.#variables.show(channel ? this.#targetOf(channel) : null);
    render(known ? this.#facts(known, channel === undefined) : this.#nothing(key), this.#parts.facts);
  }

  /**
   * @param {Channel} channel
   * @param {boolean} ended
   */
  #facts(channel, ended) {
    const { name, number } = partyText(channel.caller_id_name, channel.caller_id_num);
    const target = this.#targetOf(channel);
    return html`
      <header class="side-head">
        <div class="side-heading">
          <h2 class="side-name">${name || t("Unknown")}</h2>
          <p class="side-number">${number || deviceName(channel.channel)}</p>
        </div>
        ${this.#closer()}
      </header>
      <p class="side-state">${
        ended ? html`<span class="state" data-tone="neutral">${t("Ended")}</span>` : html`${pill(channelState(channel))} ${clockCell(sinceOf(channel), this.#context.clock)}`
      }</p>
      ${
        ended
          ? nothing
          : html`<div class="side-actions">
              ${[redirect, startRecording, hangUp].map((spec) => actionButton(spec, target, this.#context))}
              <button class="btn" type="button" aria-haspopup="menu" data-testid="more"
                @click=${(/** @type {MouseEvent} */ event) => this.#more(target, /** @type {HTMLElement} */ (event.currentTarget))}>${icon("dots-vertical")}${t("More")}</button>
            </div>`
      }
      <dl class="side-facts ${ended ? "is-ended" : ""}">${factsOf(channel, this.#context).map(
        ([label, value]) => (value ? html`<div><dt>${label}</dt><dd>${value}</dd></div>` : nothing),
      )}</dl>`;
  }

  /** @param {string} key */
  #nothing(key) {
    return html`
      <header class="side-head">
        <div class="side-heading"><h2 class="side-name">${t("No such channel")}</h2></div>
        ${this.#closer()}
      </header>
      <p class="text-secondary">${t("There is no channel %(id)s now. It may have ended.", { id: key })}</p>`;
  }

  #closer() {
    return html`<a class="btn btn-icon btn-ghost" href=${this.#context.href("channels", { q: queryNow() })} title=${t("Close")} aria-label=${t("Close")}>${icon("x")}</a>`;
  }

  /**
   * @param {import("../../actions/channel_target.js").ChannelTarget} target
   * @param {HTMLElement} anchor
   */
  #more(target, anchor) {
    openMenu(anchor, itemsFor(CHANNEL_ACTIONS, target, this.#context, anchor));
  }
}

/** What the search box says, which stays when the panel opens or closes. */
export function queryNow() {
  return new URLSearchParams(location.search).get("q");
}

/** @param {Channel} channel */
export function sinceOf(channel) {
  return channel.held_since ?? channel.waiting_since ?? channel.bridged_at ?? channel.state_since;
}

/**
 * Names and values of all that is known of a channel: first for people, then in Asterisk's words.
 *
 * @param {Channel} channel
 * @param {import("../../shell/context.js").Context} context
 * @returns {[string, unknown][]}
 */
function factsOf(channel, context) {
  const connected = partyText(channel.connected_line_name, channel.connected_line_num);
  const lasts = (/** @type {string | null} */ since) => (since ? clockCell(since, context.clock) : null);
  return [
    [t("With"), connected.number ? html`${connected.name} <span class="second number">${connected.number}</span>` : connected.name],
    [t("What runs"), channelDoing(channel)],
    [t("Exists for"), lasts(channel.created_at)],
    [t("Answered for"), lasts(channel.answered_at)],
    [t("Talks for"), lasts(channel.bridged_at)],
    [t("Waits for"), lasts(channel.waiting_since)],
    [t("On hold for"), lasts(channel.held_since)],
    [t("Came at"), timeText(channel.created_at).slice(0, 8)],
    [t("Events"), channel.linked_id ? html`<a href=${context.href("events", { follow: channel.linked_id })}>${t("Follow its call")}</a>` : null],
    [t("Channel"), code(channel.channel)],
    [t("State"), code(channel.state)],
    [t("Application"), code(applicationOf(channel))],
    [t("Extension"), code(extensionOf(channel))],
    [t("Account"), code(channel.account_code)],
    [t("Language"), code(channel.language)],
    [t("Bridge"), code(channel.bridge_id)],
    [t("Unique ID"), code(channel.unique_id)],
    [t("Linked ID"), code(channel.linked_id)],
  ];
}

/** @param {Channel} channel */
function applicationOf({ application, application_data: data }) {
  return application && (data?.startsWith("(") ? `${application} ${data}` : `${application}(${data ?? ""})`);
}

/** @param {Channel} channel */
function extensionOf({ exten, context, priority }) {
  return exten && `${exten}@${context ?? ""}, ${priority ?? "?"}`;
}

/** @param {string | null} words */
function code(words) {
  return words ? html`<code>${words}</code>` : null;
}
