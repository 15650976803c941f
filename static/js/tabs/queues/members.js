/** Who answers a queue: its members in groups by what they do. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { MEMBER_ACTIONS, memberTarget, pauseMember, unpauseMember } from "../../actions/member_actions.js";
import { itemsFor, openMenu } from "../../components/row_menu.js";
import { icon } from "../../dom.js";
import { clockText, partyText, spanText } from "../../format.js";
import { t, tn } from "../../words.js";
import { agentsByInterface, callsByDevice, groupLook, groupMembers, nameOf } from "./activity.js";
import { Addresses } from "./addresses.js";
import { RowKeys } from "./row_keys.js";
import { Selection } from "./selection.js";

/**
 * @typedef {import("./activity.js").Member} Member
 * @typedef {import("./activity.js").Activity} Activity
 * @typedef {import("./standing.js").Queue} Queue
 */

export class MembersList {
  #host;
  #context;
  #addresses;
  #keys;
  #selection;
  /** @type {Queue | null} */
  #queue = null;
  /** @type {string[]} */
  #words = [];
  /** @type {Map<string, Queue>} */
  #queues = new Map();
  /** @type {Map<string, {state: string, since: string | null}>} */
  #agents = new Map();

  /**
   * @param {{members: HTMLElement, bar: HTMLElement}} parts
   * @param {any} context
   */
  constructor({ members, bar }, context) {
    this.#host = members;
    this.#context = context;
    this.#addresses = new Addresses(context);
    this.#selection = new Selection(bar, context, MEMBER_ACTIONS, { changed: () => this.render(), target: (key) => this.#target(key) });
    this.#keys = new RowKeys(members, {
      menu: (key, row, at) => this.#menu(key, row, at),
      select: (key) => this.#selection.useful && this.#selection.set([key], !this.#selection.has(key)),
      act: (key, letter, row) => this.#act(key, letter, row),
    });
  }

  /**
   * Take over what the queue is now.
   *
   * @param {Queue} queue
   * @param {Map<string, Queue>} queues all of them: their calls tell who talks elsewhere
   * @param {Iterable<any>} agents what the topic `agents` knows
   */
  update(queue, queues, agents) {
    if (this.#queue?.queue !== queue.queue) {
      this.#selection.clear();
    }
    this.#queue = queue;
    this.#queues = queues;
    this.#agents = agentsByInterface(agents, queue.queue);
    this.render();
  }

  /**
   * Show only members of whom each of these words is told.
   *
   * @param {string[]} words in lower case
   */
  filter(words) {
    this.#words = words;
    this.render();
  }

  /** Bring the rows up to date. */
  render() {
    const queue = this.#queue;
    if (!queue) {
      return;
    }
    const members = queue.members.filter((member) => this.#words.every((word) => searchedText(member).includes(word)));
    const groups = groupMembers({ ...queue, members }, this.#context.clock, { calls: callsByDevice(this.#queues.values()), agents: this.#agents });
    this.#selection.keep(queue.members.map((member) => member.interface));
    this.#keys.around(() => render(groups.length ? this.#grid(queue, groups) : html`<p class="queue-none">${queue.members.length ? t("Nothing matches the filter") : t("No members: nobody answers.")}</p>`, this.#host));
  }

  /**
   * @param {Queue} queue
   * @param {ReturnType<typeof groupMembers>} groups
   */
  #grid(queue, groups) {
    return html`<div class="member-grid" role="grid" aria-label=${t("Members of %(queue)s", { queue: queue.queue })} ?data-select=${this.#selection.useful}>
      ${repeat(groups, (group) => group.kind, (group) => this.#group(group))}
    </div>`;
  }

  /** @param {ReturnType<typeof groupMembers>[number]} group */
  #group({ kind, members }) {
    const { label, tone, icon: symbol } = groupLook(kind);
    const keys = members.map(({ member }) => member.interface);
    const all = keys.every((key) => this.#selection.has(key));
    return html`
      <div class="member-group" role="rowgroup" aria-label=${label} data-kind=${kind} data-testid="member-group">
        <div class="member-group-head" role="row" data-tone=${tone}>
          <span role="columnheader" class="member-group-title">
            ${this.#selection.useful
              ? html`<input class="form-check-input" type="checkbox" aria-label=${t("Choose all: %(group)s", { group: label })} .checked=${all} .indeterminate=${!all && keys.some((key) => this.#selection.has(key))}
                  @change=${(/** @type {any} */ event) => this.#selection.set(keys, event.target.checked)}>`
              : nothing}
            ${icon(symbol)}<span>${label}</span><span class="member-group-count" data-part="count">${members.length}</span>
          </span>
        </div>
        ${repeat(members, ({ member }) => member.interface, (one) => this.#row(one.member, one.activity, tone))}
      </div>`;
  }

  /**
   * @param {Member} member
   * @param {Activity} activity
   * @param {string} tone
   */
  #row(member, activity, tone) {
    const key = member.interface;
    const name = nameOf(member);
    const chosen = this.#selection.has(key);
    const quick = member.paused ? unpauseMember : pauseMember;
    return html`
      <div class="member-row" role="row" data-row=${key} tabindex="-1" data-testid="queue-member" aria-selected=${this.#selection.useful ? String(chosen) : nothing}>
        ${this.#selection.useful
          ? html`<span class="member-check" role="gridcell"><input class="form-check-input" type="checkbox" tabindex="-1" aria-label=${t("Choose %(name)s", { name })}
              .checked=${chosen} @change=${(/** @type {any} */ event) => this.#selection.set([key], event.target.checked)}></span>`
          : nothing}
        <span class="member-who" role="gridcell">
          <span class="cut party" dir="auto" title=${name}>${name}</span>
          <span class="cut second" title=${member.interface}>${name === member.interface ? nothing : member.interface}</span>
        </span>
        <span class="member-doing" role="gridcell">${this.#doing(member, activity)}</span>
        <span class="member-clock clock" role="gridcell" data-tone=${tone} title=${unseenBeginning(activity) || nothing}>${this.#clock(activity)}</span>
        <span class="member-facts second" role="gridcell">${this.#facts(member)}</span>
        <span class="member-actions" role="gridcell">
          ${this.#selection.useful
            ? html`
                <button class="btn btn-icon btn-ghost btn-sm" type="button" tabindex="-1" data-action=${quick.id} title=${quick.label()} aria-label=${member.paused ? t("Unpause %(name)s", { name }) : t("Pause %(name)s", { name })}
                  @click=${(/** @type {any} */ event) => this.#run(quick, key, event.currentTarget)}>${icon(quick.icon)}</button>
                <button class="btn btn-icon btn-ghost btn-sm" type="button" tabindex="-1" aria-haspopup="menu" aria-label=${t("Actions of %(name)s", { name })}
                  @click=${(/** @type {any} */ event) => this.#menu(key, event.currentTarget)}>${icon("dots-vertical")}</button>`
            : nothing}
        </span>
      </div>`;
  }

  /**
   * Whom the member talks to, in which queue, or why it is paused.
   *
   * @param {Member} member
   * @param {Activity} activity
   */
  #doing(member, activity) {
    const pause = member.paused
      ? html`<span class="state member-reason" data-tone=${groupLook("paused").tone} data-testid="paused" title=${member.paused_reason ?? nothing}><span class="cut" dir="auto">${pauseText(member, activity)}</span></span>`
      : nothing;
    if (activity.kind === "talking" || activity.kind === "elsewhere") {
      return html`${pause}${this.#partner(activity)}`;
    }
    if (activity.kind === "ready" && activity.maybe) {
      return html`<span class="cut second">${t("maybe resting after a call")}</span>`;
    }
    return pause;
  }

  /** @param {Activity} activity */
  #partner({ call, queue }) {
    if (queue) {
      const inQueue = html`<a class="member-queue" href=${this.#addresses.of("queues", queue)} tabindex="-1">${queue}</a>`;
      return html`<span class="cut">${inQueue} ${call ? this.#party(call) : nothing}</span>`;
    }
    return call ? html`<span class="cut">${this.#party(call)}</span>` : nothing;
  }

  /** @param {import("./activity.js").MemberCall} call */
  #party(call) {
    const { name, number } = partyText(call.name, call.number);
    const words = html`<span class="party" dir="auto">${name || t("Unknown")}</span>${number ? html` <span class="second" dir="ltr">${number}</span>` : nothing}`;
    return call.linked_id ? html`<a class="member-partner" href=${this.#addresses.of("calls", call.linked_id)} tabindex="-1">${words}</a>` : words;
  }

  /** @param {Activity} activity */
  #clock({ since, until }) {
    const { clock } = this.#context;
    if (until) {
      return t("%(clock)s left", { clock: clockText(clock.secondsUntil(until)) });
    }
    return since ? clockText(clock.secondsSince(since)) : "";
  }

  /** @param {Member} member */
  #facts({ penalty, calls_taken: taken, last_call_at: last, ring_in_use: ring }) {
    const words = [
      ...(penalty ? [t("Penalty %(penalty)s", { penalty })] : []),
      ...(taken ? [tn("%(count)s call", "%(count)s calls", taken)] : []),
      ...(last ? [t("last %(span)s ago", { span: spanText(this.#context.clock.secondsSince(last) ?? 0) })] : []),
      ...(ring ? [t("rung also while talking")] : []),
    ];
    const whole = words.join(" · ");
    return html`<span class="cut" title=${whole}>${whole}</span>`;
  }

  /** @param {string} key */
  #target(key) {
    const member = this.#queue?.members.find((one) => one.interface === key);
    return member && this.#queue ? memberTarget(this.#queue.queue, member, this.#queues.values()) : null;
  }

  /**
   * @param {import("../../components/action_spec.js").ActionSpec} spec
   * @param {string} key
   * @param {HTMLElement} anchor
   */
  #run(spec, key, anchor) {
    const target = this.#target(key);
    if (target) {
      this.#context.run(spec, target, { anchor });
    }
  }

  /**
   * @param {string} key
   * @param {HTMLElement} anchor
   * @param {{x: number, y: number}} [at]
   */
  #menu(key, anchor, at) {
    const target = this.#target(key);
    if (target) {
      openMenu(anchor, itemsFor(MEMBER_ACTIONS, target, this.#context, anchor), { label: t("Actions of %(name)s", { name: target.name }), at });
    }
  }

  /**
   * @param {string} key
   * @param {string} letter
   * @param {HTMLElement} row
   */
  #act(key, letter, row) {
    const spec = MEMBER_ACTIONS.find((one) => one.key === letter);
    if (spec) {
      this.#run(spec, key, row);
    }
    return Boolean(spec);
  }
}

/**
 * Why a clock is missing.
 *
 * @param {Activity} activity
 */
function unseenBeginning({ kind, since, until }) {
  if (since || until) {
    return "";
  }
  return kind === "talking" || kind === "elsewhere" ? t("Nobody saw this call begin.") : t("It was so before amictl looked.");
}

/** @param {Member} member */
function searchedText({ name, interface: device, paused_reason: reason }) {
  return [name, device, reason].join("\n").toLowerCase();
}

/**
 * @param {Member} member
 * @param {Activity} activity
 */
function pauseText({ paused_reason: reason }, { kind }) {
  if (kind === "paused") {
    return reason || t("no reason");
  }
  return reason ? t("Paused: %(reason)s", { reason }) : t("Paused");
}
