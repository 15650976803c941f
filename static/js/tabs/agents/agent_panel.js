/** One person: what the person does, on which phone, in which call, and in which queues. */

import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { MEMBER_ACTIONS } from "../../actions/member_actions.js";
import { PERSON_ACTIONS, callPerson, listenToPerson, pauseEverywhere, unpauseEverywhere } from "../../actions/agent_actions.js";
import { actionButton } from "../../components/action_button.js";
import { isAllowed } from "../../components/availability.js";
import { clockCell, party, pill } from "../../components/cells.js";
import { itemsFor, openMenu } from "../../components/row_menu.js";
import { icon } from "../../dom.js";
import { clockText } from "../../format.js";
import { agentState, deviceState } from "../../states.js";
import { t } from "../../words.js";
import { agentClock, agentDetail, agentName, clockMeaning } from "./agent_words.js";

/**
 * @typedef {import("./agent_words.js").Agent} Agent
 * @typedef {import("../../shell/context.js").Context} Context
 * @typedef {{linkedId: string | null, other: {name: string | null, number: string | null} | null, since: string | null, queue: string | null}} KnownCall
 */

/**
 * A person's panel.
 *
 * @param {Agent} agent
 * @param {any} target what actions are given
 * @param {KnownCall | null} call null where none is known
 * @param {Context} context
 * @param {() => void} close
 */
export function agentPanel(agent, target, call, context, close) {
  const detail = agentDetail(agent);
  return html`
    ${head(agentName(agent), close)}
    <div class="agent-body">
      <p class="agent-state">${pill(agentState(agent.state))}<span class="clock" title=${clockMeaning(agent)}>${agentClock(agent, context.clock)}</span></p>
      ${detail && agent.state !== "in_call" ? html`<p class="agent-detail">${detail}</p>` : nothing}
      <div class="agent-actions">
        ${[agent.paused === "all" ? unpauseEverywhere : pauseEverywhere, callPerson, ...(agent.state === "in_call" ? [listenToPerson] : [])].map((spec) =>
          actionButton(spec, target, context))}
        ${menuButton("btn btn-icon", t("Actions on %(name)s", { name: target.name }), PERSON_ACTIONS, target, context)}
      </div>
      <dl class="facts">
        ${agent.state === "in_call" || call ? html`<div><dt>${t("Call")}</dt><dd>${callFacts(call, context)}</dd></div>` : nothing}
        <div><dt>${t("Phone")}</dt><dd>${phoneFacts(agent)}</dd></div>
        <div><dt>${t("Calls taken")}</dt><dd class="number">${agent.calls_taken ?? "–"}</dd></div>
        <div><dt>${t("Last call")}</dt><dd class="number">${agoText(agent.last_call_at, context)}</dd></div>
      </dl>
      <h3 class="agent-heading">${t("Queues")}</h3>
      <ul class="agent-places">${repeat(agent.queues, (place) => `${place.queue}\n${place.interface}`, (place) => placeLine(place, target, agent, context))}</ul>
    </div>`;
}

/**
 * What stands in place of a person who is not there.
 *
 * @param {string} key
 * @param {() => void} close
 */
export function gonePanel(key, close) {
  return html`${head(key, close)}
    <div class="agent-body"><p>${t("Nobody of this name is a member of a queue now.")}</p></div>`;
}

/**
 * @param {string} title
 * @param {() => void} close
 */
function head(title, close) {
  return html`<header class="detail-head">
    <h2 class="cut" title=${title}>${title}</h2>
    <button class="btn btn-icon btn-ghost" type="button" aria-label=${t("Close")} title=${t("Close (Esc)")} @click=${close}>${icon("x")}</button>
  </header>`;
}

/**
 * @param {KnownCall | null} call
 * @param {Context} context
 */
function callFacts(call, context) {
  if (!call) {
    return t("In a call that none of the queues tells of");
  }
  const { linkedId, other, since, queue } = call;
  const length = since ? html`<span class="second">${clockCell(since, context.clock)}</span>` : nothing;
  const links = linkedId
    ? html`<span class="agent-links"><a href=${context.href("calls", linkedId)}>${t("Show the call")}</a>
        ${context.can("events.read") ? html`<a href=${context.href("events", { follow: linkedId })}>${t("Its events")}</a>` : nothing}</span>`
    : nothing;
  return html`${party(other)} ${length} ${queue ? html`<span class="second">${t("by %(queue)s", { queue })}</span>` : nothing}${links}`;
}

/** @param {Agent} agent */
function phoneFacts({ interfaces, state_interface: stateInterface, device_state: state }) {
  const others = stateInterface && !interfaces.includes(stateInterface) ? [stateInterface] : [];
  return html`${interfaces.join(", ")}${others.length ? html` <span class="second">${t("state of %(device)s", { device: others[0] })}</span>` : nothing}
    ${pill(deviceState(state))}`;
}

/**
 * A button that opens a menu of actions; absent where the role may do none of them.
 *
 * @param {string} classes
 * @param {string} label
 * @param {readonly import("../../components/action_spec.js").ActionSpec[]} specs
 * @param {any} target
 * @param {Context} context
 */
function menuButton(classes, label, specs, target, context) {
  const open = (/** @type {MouseEvent} */ event) => {
    const anchor = /** @type {HTMLElement} */ (event.currentTarget);
    openMenu(anchor, itemsFor(specs, target, context, anchor));
  };
  return specs.some((spec) => isAllowed(spec, context))
    ? html`<button class=${classes} type="button" aria-haspopup="menu" title=${t("Actions")} aria-label=${label} @click=${open}>${icon("dots-vertical")}</button>`
    : nothing;
}

/**
 * @param {string | null} moment
 * @param {Context} context
 */
function agoText(moment, context) {
  const seconds = context.clock.secondsSince(moment);
  return seconds === null ? "–" : t("%(time)s ago", { time: clockText(seconds) });
}

/**
 * @param {import("./agent_words.js").AgentQueue} place
 * @param {any} target
 * @param {Agent} agent
 * @param {Context} context
 */
function placeLine(place, target, agent, context) {
  const { queue, penalty, paused, paused_reason: reason, paused_at: at, calls_taken: taken } = place;
  const member = { name: target.name, queue, interface: place.interface, places: target.places };
  return html`<li class="agent-place" data-testid="agent-place" ?data-paused=${paused}>
    <a class="cut" href=${context.href("queues", queue)}>${queue}</a>
    <span class="agent-facts second">${t("Penalty %(penalty)s", { penalty: penalty ?? "–" })} · ${t("%(count)s calls", { count: taken ?? "–" })}${
      agent.interfaces.length > 1 ? html` · ${place.interface}` : nothing}</span>
    ${paused
      ? html`<span class="agent-pause">${icon("player-pause")}<span class="cut" title=${reason || nothing}>${reason || t("Paused")}</span>
          ${at ? clockCell(at, context.clock) : nothing}</span>`
      : nothing}
    ${menuButton("btn btn-icon btn-ghost", t("Actions on %(name)s in %(queue)s", { name: target.name, queue }), MEMBER_ACTIONS, member, context)}
  </li>`;
}
