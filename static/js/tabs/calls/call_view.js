/** One call: its facts, its lanes, and what can be done to it and to each of its parties. */

import { actionsOf, hangUpCall, legTargets, listenToCall, moveWaiting, parkCall, raisePriorityOfWaiting, recordCall, transferCall } from "../../actions/call_actions.js";
import { CHANNEL_ACTIONS, hangUp } from "../../actions/channel_actions.js";
import { Problem } from "../../api.js";
import { actionButton } from "../../components/action_button.js";
import { clockCell, party, pill, text } from "../../components/cells.js";
import { itemsFor, openMenu } from "../../components/row_menu.js";
import { coalesce, icon } from "../../dom.js";
import { clockText, timeText } from "../../format.js";
import { callState, channelState } from "../../states.js";
import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { t } from "../../words.js";
import { callingParty, otherParty, stateSince, whereText } from "./call_words.js";
import { endText, laneParty } from "./lane_words.js";
import { makeLanes } from "./lanes.js";
import { drawLanes, listLanes } from "./lanes_view.js";

/** @typedef {import("../../shell/context.js").Context} Context */
/** @typedef {import("../../actions/channel_target.js").ChannelTarget} ChannelTarget */
/** @typedef {Record<string, any>} LiveCall a value of the topic `calls`, or one that ended */

/** What stands as buttons above the lanes: of a call that waits, and of all others. */
const QUICK = {
  queued: [raisePriorityOfWaiting, moveWaiting, parkCall],
  others: [listenToCall, transferCall, parkCall, recordCall],
};

/** What a party does, as the drawing shows it, in the words of calls. */
const CALL_STATES = { ring: "ringing", ivr: "ivr", wait: "queued", talk: "talking", hold: "held", park: "parked", conference: "conference" };

const AS_TEXT = "calls.as_text";

export class CallView {
  #host;
  #context;
  #topic;
  /** @type {string | null} */
  #id = null;
  /** @type {LiveCall | null} the call as it was seen last */
  #call = null;
  /** @type {"waiting" | "live" | "asking" | "ended" | "unknown"} */
  #phase = "waiting";

  /**
   * @param {HTMLElement} host
   * @param {Context} context
   * @param {import("../../live/store.js").TableTopic} topic the topic `calls`
   */
  constructor(host, context, topic) {
    this.#host = host;
    this.#context = context;
    this.#topic = topic;
    const flush = coalesce(() => this.#follow());
    topic.listen((/** @type {Set<string>} */ changed) => {
      if (this.#id !== null && (this.#phase === "waiting" || changed.has(this.#id))) {
        flush();
      }
    });
  }

  /**
   * Show a call, or nothing.
   *
   * @param {string | null} linkedId
   */
  show(linkedId) {
    if (linkedId !== this.#id) {
      this.#id = linkedId;
      this.#call = null;
      this.#phase = "waiting";
    }
    this.#follow();
  }

  /** Move clocks and open bands on. */
  tick() {
    if (this.#id !== null && this.#phase === "live") {
      this.#render();
    }
  }

  /** Take the call as it is now; look up one that is not there. */
  #follow() {
    if (this.#id === null) {
      return;
    }
    const call = this.#topic.items.get(this.#id);
    if (call) {
      this.#call = call;
      this.#phase = "live";
    } else if (this.#topic.known && !this.#goToMerged() && ["live", "waiting"].includes(this.#phase)) {
      this.#lookUp(this.#id);
    }
    this.#render();
  }

  /** A call that became one with another goes on there. */
  #goToMerged() {
    const found = [...this.#topic.items.values()].find((call) =>
      call.journey.some((/** @type {any} */ step) => step.kind === "merged" && step.linked_id === this.#id));
    if (found) {
      this.#context.go(this.#context.href("calls", found.linked_id), { replace: true });
    }
    return Boolean(found);
  }

  /** @param {string} id */
  async #lookUp(id) {
    this.#phase = "asking";
    /** @type {LiveCall | null} */
    let ended = null;
    try {
      ended = (await this.#context.api.read(`calls/${encodeURIComponent(id)}/`)).call;
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
    }
    if (this.#id === id && this.#phase === "asking") {
      this.#call = ended ?? this.#call;
      this.#phase = ended ? "ended" : "unknown";
      this.#render();
    }
  }

  #render() {
    render(this.#call ? this.#template(this.#call) : this.#nothing(), this.#host);
  }

  #nothing() {
    if (this.#phase !== "unknown") {
      return html`<div class="call-head">${this.#close()}</div><div class="empty"><div class="empty-icon"><span class="spinner-border" aria-hidden="true"></span></div></div>`;
    }
    return html`<div class="call-head">${this.#close()}</div>
      <div class="empty" data-testid="call-unknown"><div class="empty-icon">${icon("phone-off")}</div>
        <p class="empty-title">${t("This call is not there any more")}</p>
        <p class="empty-subtitle text-secondary">${t("It ended a while ago: amictl remembers the last 200 calls that ended.")}</p></div>`;
  }

  #close() {
    return html`<a class="btn btn-icon btn-ghost call-close" href=${this.#context.href("calls")} title=${t("Close")} aria-label=${t("Close this call")}>
      ${icon("x", "call-close-side")}${icon("arrow-left", "call-close-page")}</a>`;
  }

  /** @param {LiveCall} call */
  #template(call) {
    const live = this.#phase === "live" || this.#phase === "asking";
    const lanes = makeLanes(this.#phase === "unknown" ? endedUnseen(call) : call);
    const { from, to } = lastParties(lanes);
    const now = this.#context.clock.now();
    const asText = this.#context.preferences.get(AS_TEXT, false);
    return html`
      <header class="call-head" data-testid="call-head">
        <div class="call-title">
          <h2 class="call-name">${party(live ? callingParty(call) : from)}</h2>
          ${this.#other(live ? otherParty(call) : to, live ? whereText(call) : "")}
        </div>
        ${live ? html`<div class="call-state" data-testid="call-state">${pill(callState(call.state))}${clockCell(stateSince(call), this.#context.clock)}</div>` : nothing}
        ${this.#close()}
      </header>
      ${live ? this.#actions(call) : this.#ended(call, lanes)}
      ${this.#facts(call, live)}
      <section class="call-part" aria-label=${t("What happened")}>
        <div class="call-part-head"><h3>${t("What happened")}</h3>
          <button class="btn btn-sm btn-ghost" type="button" aria-pressed=${String(asText)} data-testid="as-text" @click=${() => this.#toggleText()}>${icon("list-details")}${t("As text")}</button></div>
        ${drawLanes(lanes, now)}
        <div class=${asText ? "call-text" : "visually-hidden"} data-testid="lane-list">${listLanes(lanes)}</div>
      </section>
      ${live && call.legs.length ? this.#parties(call, lanes) : nothing}`;
  }

  /**
   * With whom the call is, or where it is alone.
   *
   * @param {{name?: string | null, number?: string | null} | null} other
   * @param {string} where
   */
  #other(other, where) {
    return other || where ? html`<p class="call-other">${icon("arrow-right")}${other ? party(other) : text(where)}</p>` : nothing;
  }

  #toggleText() {
    this.#context.preferences.set(AS_TEXT, !this.#context.preferences.get(AS_TEXT, false));
    this.#render();
  }

  /** @param {LiveCall} call */
  #actions(call) {
    const quick = call.state === "queued" ? QUICK.queued : QUICK.others;
    const more = (/** @type {any} */ event) => {
      const anchor = /** @type {HTMLElement} */ (event.currentTarget);
      openMenu(anchor, itemsFor(actionsOf(call), call, this.#context, anchor), { label: t("More for this call") });
    };
    return html`<div class="call-actions" role="group" aria-label=${t("Actions on the call")} data-testid="call-actions">
      ${repeat(quick, (spec) => spec.id, (spec) => actionButton(spec, call, this.#context))}
      ${actionButton(hangUpCall, call, this.#context)}
      <button class="btn" type="button" aria-haspopup="menu" @click=${more}>${t("More")}${icon("chevron-down")}</button>
    </div>`;
  }

  /** @param {LiveCall} call @param {import("./lanes.js").CallLanes} lanes */
  #ended(call, lanes) {
    const at = call.ended_at;
    return html`<div class="call-ended" role="status" data-testid="call-ended">${icon("phone-off")}
      <div><strong>${t("This call has ended")}</strong>
        ${at ? html`<time datetime=${at}>${timeText(at).slice(0, 8)}</time>` : nothing}
        <p class="mb-0">${at ? endText(lanes) : t("When and why was not seen.")}</p></div></div>`;
  }

  /** @param {LiveCall} call @param {boolean} live */
  #facts(call, live) {
    const seconds = (/** @type {number} */ past, /** @type {string | null} */ since) =>
      past + (live && since ? (this.#context.clock.secondsSince(since) ?? 0) : 0);
    const where = whereText(call);
    const facts = [
      [t("Where"), where || t("Between its parties")],
      [t("Began"), timeText(call.started_at).slice(0, 8)],
      [t("Duration"), clockText(lengthOf(call, this.#context.clock, live))],
      [t("Waited"), clockText(seconds(call.waited_seconds, call.wait_started_at))],
      [t("Talked"), clockText(seconds(call.talked_seconds, call.talk_started_at))],
      [t("On hold"), clockText(seconds(call.held_seconds, call.held_since))],
    ];
    return html`<dl class="call-facts">
      ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd title=${value}>${value}</dd></div>`)}
    </dl>`;
  }

  /** @param {LiveCall} call @param {import("./lanes.js").CallLanes} lanes */
  #parties(call, lanes) {
    const doing = new Map(lanes.lanes.map((lane) => [lane.channel, lane.bands.at(-1)]));
    const targets = new Map(legTargets(call).map((target) => [target.unique_id, target]));
    return html`<section class="call-part" aria-label=${t("Parties")}>
      <div class="call-part-head"><h3>${t("Parties")}</h3></div>
      <ul class="call-legs">${repeat(call.legs, (leg) => leg.unique_id, (leg) =>
        this.#leg(leg, /** @type {ChannelTarget} */ (targets.get(leg.unique_id)), doing.get(leg.channel)))}</ul>
    </section>`;
  }

  /** @param {Record<string, any>} leg @param {ChannelTarget} target @param {import("./lanes.js").Band | undefined} band what its lane shows last */
  #leg(leg, target, band) {
    const state = band?.to === null ? callState(CALL_STATES[band.kind]) : channelState(/** @type {any} */ (leg));
    const label = t("Actions on %(name)s", { name: target.name });
    const more = (/** @type {any} */ event) => {
      const anchor = /** @type {HTMLElement} */ (event.currentTarget);
      openMenu(anchor, itemsFor(CHANNEL_ACTIONS, target, this.#context, anchor), { label });
    };
    return html`<li class="call-leg" data-channel=${leg.channel}>
      <span class="call-leg-party">${party({ name: target.name, number: leg.caller_id_num })}<small class="call-leg-channel"><bdi>${leg.channel}</bdi></small></span>
      ${pill(state)}
      <span class="call-leg-actions">${actionButton(hangUp, target, this.#context, { iconOnly: true })}
        <button class="btn btn-icon btn-ghost" type="button" aria-haspopup="menu" aria-label=${label} title=${label} @click=${more}>${icon("dots-vertical")}</button></span>
    </li>`;
  }
}

/**
 * Who a call that ended was between: its caller, and whom that one talked with last.
 *
 * @param {import("./lanes.js").CallLanes} lanes
 */
function lastParties({ lanes }) {
  const caller = lanes.find((lane) => lane.kind === "caller") ?? null;
  const other = caller?.bands.findLast((band) => band.with)?.with ?? lanes.find((lane) => lane.kind === "party") ?? null;
  return { from: caller && laneParty(caller), to: other && laneParty(other) };
}

/**
 * A call that ended without being seen to: it lasted at least until what was seen last.
 *
 * @param {LiveCall} call
 */
function endedUnseen(call) {
  return { ...call, ended_at: call.ended_at ?? call.journey.at(-1)?.at ?? call.started_at };
}

/**
 * How long a call lasts, or lasted.
 *
 * @param {LiveCall} call
 * @param {import("../../live/clock.js").PictureClock} clock
 * @param {boolean} live
 * @returns {number | null} seconds
 */
function lengthOf(call, clock, live) {
  const end = live ? clock.now() : Date.parse(call.ended_at ?? call.journey.at(-1)?.at ?? call.started_at);
  return Math.max(0, (end - Date.parse(call.started_at)) / 1000);
}
