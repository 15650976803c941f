/** The Queues tab: all queues, one of them, or all on a wallboard. */

import { MEMBER_ACTIONS, addMember } from "../actions/member_actions.js";
import { CALLER_ACTIONS } from "../actions/queue_actions.js";
import { coalesce, partsOf, setShown, setText } from "../dom.js";
import { unknownTopic } from "../live/link.js";
import { t } from "../words.js";
import { DayZone } from "./queues/day.js";
import { Overview } from "./queues/overview.js";
import { QueuePage } from "./queues/page.js";
import { Wallboard } from "./queues/wallboard.js";

export class QueuesTab {
  static topics = ["queues"];

  /** The keys of callers and members. */
  keys = [
    { keys: "↑ ↓", label: t("Go to another row") },
    { keys: "M", label: t("What can be done to it") },
    { keys: "Space", label: t("Choose the row, or not") },
    ...[addMember, ...MEMBER_ACTIONS, ...CALLER_ACTIONS].flatMap(({ key, label }) => (key ? [{ keys: key.toUpperCase(), label: label() }] : [])),
  ];

  #context;
  #topic;
  #parts;
  #overview;
  #page;
  #wall;
  /** @type {Overview | QueuePage | Wallboard | null} */
  #front = null;

  /**
   * @param {HTMLElement} panel
   * @param {any} context
   * @param {{queues: import("../live/store.js").TableTopic}} topics
   */
  constructor(panel, context, { queues }) {
    const zone = new DayZone(context.timeZone);
    this.#context = context;
    this.#topic = queues;
    this.#parts = partsOf(panel);
    this.#overview = new Overview(this.#parts.overview, context, queues, zone);
    this.#page = new QueuePage(this.#parts.page, context, queues, zone);
    this.#wall = new Wallboard(this.#parts.wall, context, queues, zone);
    this.#parts.wallButton.addEventListener("click", () => this.#openWall());
    const flush = coalesce(() => this.#flush());
    this.#changed = flush;
    context.link.listen(flush);
    context.onLive(flush);
    queues.listen(flush);
  }

  #changed;

  /**
   * Show what an address names: all queues, one of them, or the wallboard.
   *
   * @param {string[]} path
   * @param {URLSearchParams} query
   */
  show([name], query) {
    const front = query.get("wall") ? this.#wall : name === undefined ? this.#overview : this.#page;
    if (this.#front !== front) {
      this.#front?.hide();
    }
    this.#front = front;
    if (front === this.#page) {
      this.#page.show(name, this.#changed);
    } else {
      /** @type {Overview | Wallboard} */ (front).show();
    }
    this.#flush();
  }

  /** Stop touching the page. */
  hide() {
    this.#front?.hide();
    this.#front = null;
  }

  /**
   * Show only what has all these words.
   *
   * @param {string} words
   */
  filter(words) {
    this.#overview.filter(words);
    this.#page.filter(words);
  }

  /** Move the clocks on; called once a second. */
  tick() {
    this.#front?.tick();
  }

  #flush() {
    if (!this.#front) {
      return;
    }
    const { known, items } = this.#topic;
    const error = this.#topic.error ?? unknownTopic(this.#context.link.items.get(this.#context.pbx), "queues");
    const told = known && !error;
    setShown(this.#parts.waiting, !known && !error);
    setShown(this.#parts.empty, told && items.size === 0);
    setShown(this.#parts.failed, Boolean(error));
    setText(this.#parts.error, error?.detail ?? "");
    setShown(this.#parts.overview, told && items.size > 0 && this.#front === this.#overview);
    setShown(this.#parts.page, told && this.#front === this.#page);
    this.#context.count("queues", told ? items.size : null);
    this.#front.render();
  }

  /** Open the wallboard, over the whole screen where the browser allows it. */
  #openWall() {
    document.documentElement.requestFullscreen?.().catch(() => {});
    this.#context.go(this.#context.href("queues", { wall: "1" }));
  }
}
