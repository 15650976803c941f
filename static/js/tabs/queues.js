/** The Queues tab: one card for each queue, with who waits in it and who answers it. */

import { cloneTemplate, coalesce, partsOf, setShown, setText } from "../dom.js";
import { unknownTopic } from "../live/link.js";
import { KeyedRows } from "../components/keyed_rows.js";
import { PauseControl } from "./queues/pause.js";
import { QueueCard } from "./queues/queue_card.js";

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export class QueuesTab {
  #context;
  #topic;
  #parts;
  #cards;
  #changed = new Set();
  #visible = false;

  static topics = ["queues"];

  /**
   * @param {HTMLElement} panel
   * @param {object} context what main.js hands to each tab
   * @param {{queues: import("../live/store.js").TableTopic}} topics
   */
  constructor(panel, context, { queues: topic }) {
    this.#context = context;
    this.#topic = topic;
    this.#parts = partsOf(panel);
    const control = new PauseControl(context, topic);
    this.#cards = new KeyedRows(this.#parts.cards, {
      create: () => new QueueCard(cloneTemplate("queue-card"), context, control),
      compare: (a, b) => collator.compare(a.queue, b.queue),
      accepts: (queue) => this.#accepts(queue),
    });
    const flush = coalesce(() => this.#flush());
    context.link.listen(flush);
    topic.listen((changed) => {
      changed.forEach((key) => this.#changed.add(key));
      flush();
    });
    this.#parts.filter.addEventListener("input", () => {
      this.#cards.filter();
      this.#summarize();
    });
  }

  /** Bring the cards up to date and keep them so. */
  show() {
    this.#visible = true;
    this.#flush();
    this.tick();
  }

  /** Stop touching the page. */
  hide() {
    this.#visible = false;
  }

  /** Move the clocks on; called once a second. */
  tick() {
    if (this.#visible) {
      this.#cards.each((card) => card.tick());
    }
  }

  #flush() {
    if (!this.#visible) {
      return;
    }
    this.#cards.update(this.#changed, this.#topic.items);
    this.#changed.clear();
    this.#summarize();
  }

  #summarize() {
    const { known, items } = this.#topic;
    const error = this.#topic.error ?? unknownTopic(this.#context.link.items.get(this.#context.pbx), "queues");
    const waiting = [...items.values()].reduce((sum, queue) => sum + queue.callers.length, 0);
    const shown = this.#cards.shown;
    this.#context.count("queues", known && !error ? items.size : null);
    setText(this.#parts.summary, items.size ? `${countText(waiting, "caller")} waiting` : "");
    setShown(this.#parts.waiting, !known && !error);
    setShown(this.#parts.empty, known && !error && items.size === 0);
    setShown(this.#parts.unmatched, known && items.size > 0 && shown === 0);
    setShown(this.#parts.failed, Boolean(error));
    setText(this.#parts.error, error?.detail ?? "");
  }

  #accepts(queue) {
    const people = queue.members.map((member) => `${member.name ?? ""}\n${member.interface}`);
    const searched = [queue.queue, ...people].join("\n").toLowerCase();
    const words = this.#parts.filter.value.trim().toLowerCase().split(/\s+/);
    return words.every((word) => searched.includes(word));
  }
}

function countText(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
