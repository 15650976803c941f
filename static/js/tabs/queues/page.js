/** The page of one queue: its figures on top, who waits on the left, who answers on the right. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { addMember } from "../../actions/member_actions.js";
import { QUEUE_ACTIONS } from "../../actions/queue_actions.js";
import { actionButton } from "../../components/action_button.js";
import { itemsFor, openMenu } from "../../components/row_menu.js";
import { icon, partsOf, setShown, setText } from "../../dom.js";
import { t, tn } from "../../words.js";
import { callsByDevice } from "./activity.js";
import { CallersLane } from "./callers.js";
import { missedSentences } from "./day.js";
import { dayFigures, dayNote, presentFigures, reasonPills } from "./figures.js";
import { MembersList } from "./members.js";
import { standingOf } from "./standing.js";
import { strategyText } from "./strategy.js";

export class QueuePage {
  #parts;
  #context;
  #topic;
  #zone;
  #callers;
  #members;
  /** @type {string | null} */
  #name = null;
  /** @type {{topic: any, release: () => void} | null} */
  #agents = null;
  /** @type {() => void} */
  #deaf = () => {};

  /**
   * @param {HTMLElement} host
   * @param {any} context
   * @param {import("../../live/store.js").TableTopic} topic the topic `queues`
   * @param {import("./day.js").DayZone} zone
   */
  constructor(host, context, topic, zone) {
    this.#parts = partsOf(host);
    this.#context = context;
    this.#topic = topic;
    this.#zone = zone;
    this.#callers = new CallersLane({ lane: this.#parts.lane, bar: this.#parts.callersBar }, context);
    this.#members = new MembersList({ members: this.#parts.members, bar: this.#parts.membersBar }, context);
    host.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /**
   * Show a queue, and hear what its people do outside of it.
   *
   * @param {string} name
   * @param {() => void} changed called when something of it changed that no queue tells
   */
  show(name, changed) {
    this.#name = name;
    if (!this.#agents) {
      this.#agents = this.#context.lease("agents");
      this.#deaf = this.#agents?.topic.listen(changed) ?? this.#deaf;
    }
    this.render();
  }

  /** Touch the page no more. */
  hide() {
    this.#deaf();
    this.#agents?.release();
    this.#agents = null;
    this.#name = null;
  }

  /**
   * Show only members of whom each of these words is told.
   *
   * @param {string} words
   */
  filter(words) {
    this.#members.filter(words.trim().toLowerCase().split(/\s+/));
  }

  /** Move the clocks on. */
  tick() {
    this.render();
  }

  /** Bring it up to date. */
  render() {
    if (this.#name === null) {
      return;
    }
    const queue = this.#topic.items.get(this.#name);
    setShown(this.#parts.whole, Boolean(queue));
    setShown(this.#parts.gone, this.#topic.known && !queue);
    setText(this.#parts.goneName, this.#name);
    if (queue) {
      const standing = standingOf(queue, this.#context.clock, callsByDevice(this.#topic.items.values()));
      this.#renderHead(standing);
      this.#callers.update(queue);
      this.#members.update(queue, this.#topic.items, this.#agents?.topic.items.values() ?? []);
    }
  }

  /** @param {import("./standing.js").Standing} standing */
  #renderHead(standing) {
    const { queue, value, urgency } = standing;
    const target = { queue };
    render(
      html`
        <div class="queue-title">
          <h2 class="queue-name" dir="auto" title=${queue}>${queue}</h2>
          <span class="second queue-strategy" title=${value.strategy ?? nothing}>${strategyText(value.strategy)}</span>
          ${reasonPills(urgency, 3)}
        </div>
        <div class="queue-deeds">
          ${actionButton(addMember, target, this.#context, { primary: true })}
          ${this.#more(target)}
        </div>`,
      this.#parts.head,
    );
    render(
      html`
        <div class="queue-now">
          <p class="queue-day-head"><span class="queue-day">${t("Now")}</span></p>
          <dl class="figures figures-large">${presentFigures(standing)}</dl>
        </div>
        <div class="queue-today">
          <div class="queue-day-head">${dayNote(value.today, this.#zone, this.#context.clock.now())}${this.#missed(value.today)}</div>
          <dl class="figures">${dayFigures(standing, { full: true })}</dl>
        </div>`,
      this.#parts.figures,
    );
    setText(this.#parts.callersCount, String(standing.waiting));
    setText(this.#parts.membersCount, String(value.members.length));
  }

  /** @param {{queue: string}} target */
  #more(target) {
    const open = (/** @type {any} */ event) => openMenu(event.currentTarget, itemsFor(QUEUE_ACTIONS, target, this.#context, event.currentTarget), { label: t("Actions of %(queue)s", target) });
    return this.#context.can("queues.manage")
      ? html`<button class="btn" type="button" aria-haspopup="menu" aria-label=${t("Actions of %(queue)s", target)} @click=${open}>${icon("dots-vertical")}${t("More")}</button>`
      : nothing;
  }

  /** @param {import("./standing.js").Today | null} today */
  #missed(today) {
    const sentences = missedSentences(today, this.#zone);
    return sentences.length
      ? html`<details class="queue-gaps"><summary>${icon("info-circle")}${tn("%(count)s period was missed", "%(count)s periods were missed", sentences.length)}</summary>
          <ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></details>`
      : nothing;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const typing = /** @type {HTMLElement} */ (event.target).closest("input:not([type=checkbox]), select, textarea, dialog");
    if (event.key === addMember.key && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && this.#name !== null) {
      event.preventDefault();
      this.#context.run(addMember, { queue: this.#name }, {});
    }
  }
}
