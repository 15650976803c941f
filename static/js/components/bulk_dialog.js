/** The dialog of one action on several targets: asks once, naming how many and whom, then has a line for each. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { Problem } from "../api.js";
import { icon } from "../dom.js";
import { t, tn } from "../words.js";
import { whyNot } from "./availability.js";
import { BulkRun } from "./bulk_run.js";
import { Fields } from "./fields.js";
import { reasonOf } from "./message_words.js";
import { send } from "./run_action.js";

/** @typedef {import("./bulk_run.js").BulkItem} BulkItem */

const STATES = Object.freeze({
  waiting: { tone: "neutral", icon: "clock", label: () => t("Waiting") },
  running: { tone: "info", icon: "clock", label: () => t("Under way") },
  done: { tone: "good", icon: "circle-check", label: () => t("Done") },
  failed: { tone: "bad", icon: "alert-circle", label: () => t("Not done") },
  unknown: { tone: "warn", icon: "help-circle", label: () => t("Outcome unknown") },
  skipped: { tone: "neutral", icon: "info-circle", label: () => t("Left out") },
});

let dialogs = 0;

export class BulkDialog {
  #context;
  #spec;
  #dialog = document.createElement("dialog");
  #id = `bulk-${++dialogs}`;
  #run;
  #begun = false;
  /** @type {Fields | null} */
  #fields = null;
  /** @type {import("./action_spec.js").Values | null} filled in before, or by the form of this dialog */
  #values;

  /**
   * @param {import("../shell/context.js").Context} context
   * @param {import("./action_spec.js").ActionSpec} spec
   * @param {readonly any[]} targets
   * @param {import("./action_spec.js").Values | null} values what was filled in already: it begins at once
   */
  constructor(context, spec, targets, values = null) {
    this.#values = values;
    this.#context = context;
    this.#spec = spec;
    this.#dialog.className = "dialog dialog-wide";
    this.#dialog.setAttribute("aria-labelledby", `${this.#id}-title`);
    const named = targets.map((target) => ({ target, name: spec.name?.(target) ?? "", reason: whyNot(spec, target, context) }));
    this.#run = new BulkRun(named, (target) => this.#do(target), explain, () => this.#render());
  }

  /**
   * Show it.
   *
   * @returns {Promise<void>} done when it is closed
   */
  open() {
    document.body.append(this.#dialog);
    this.#render();
    if (this.#values) {
      this.#dialog.showModal();
      this.#begin();
      return this.#closed();
    }
    const first = this.#run.items.find(({ state }) => state === "waiting") ?? this.#run.items[0];
    const fields = this.#spec.fields?.(first.target, this.#context, { bulk: true }) ?? [];
    if (fields.length) {
      this.#fields = new Fields(/** @type {HTMLElement} */ (this.#dialog.querySelector("[data-fields]")), fields);
    }
    this.#dialog.showModal();
    if (this.#fields) {
      this.#fields.focus();
    } else {
      /** @type {HTMLElement | null} */ (this.#dialog.querySelector("[data-start]"))?.focus();
    }
    return this.#closed();
  }

  /** @returns {Promise<void>} */
  #closed() {
    return new Promise((resolve) => {
      this.#dialog.addEventListener("close", () => {
        this.#dialog.remove();
        resolve();
      });
    });
  }

  /** @param {any} target */
  async #do(target) {
    const result = await send(this.#context, this.#spec, target, this.#values ?? {});
    return String(result?.message ?? "");
  }

  async #start() {
    if (this.#fields && !this.#fields.check((values) => this.#spec.check?.(values, this.#run.items[0].target) ?? {})) {
      return;
    }
    this.#values = this.#fields?.read ?? {};
    await this.#begin();
  }

  async #begin() {
    this.#begun = true;
    this.#render();
    /** @type {HTMLElement | null} */ (this.#dialog.querySelector("[data-close]"))?.focus();
    await this.#run.start();
    this.#render();
  }

  get #title() {
    const waiting = this.#run.items.length - this.#run.count("skipped");
    const asked = this.#spec.confirmBulk?.(this.#run.items.filter(({ state }) => state !== "skipped").map(({ target }) => target));
    return asked ?? { title: t("%(label)s: %(count)s", { label: this.#spec.label(), count: waiting }) };
  }

  #render() {
    const { title, text, button } = this.#title;
    render(html`
      <div class="dialog-head">
        <h2 class="dialog-title" id="${this.#id}-title">${title}</h2>
        <button class="btn btn-icon btn-ghost" type="button" aria-label=${t("Close")} @click=${() => this.#dialog.close()}>${icon("x")}</button>
      </div>
      <div class="dialog-body">
        ${text && !this.#begun ? html`<p class="dialog-text">${text}</p>` : nothing}
        <div class="fields" data-fields ?hidden=${this.#begun}></div>
        <p class="bulk-summary" role="status">${this.#begun ? this.#summary() : ""}</p>
        <ul class="bulk-list">${this.#run.items.map((item) => this.#line(item))}</ul>
      </div>
      <div class="dialog-actions">${this.#begun ? this.#after() : this.#before(button)}</div>`, this.#dialog);
  }

  /** @param {string | undefined} button */
  #before(button) {
    const none = this.#run.count("waiting") === 0;
    return html`
      <button class="btn" type="button" @click=${() => this.#dialog.close()}>${t("Cancel")}</button>
      <button class="btn ${this.#spec.tone === "danger" ? "btn-danger" : "btn-primary"}" type="button" data-start ?disabled=${none}
        @click=${() => this.#start()}>${icon(this.#spec.icon)}${button ?? this.#spec.label()}</button>`;
  }

  #after() {
    const failed = this.#run.count("failed");
    return html`
      ${failed && !this.#run.running
        ? html`<button class="btn" type="button" @click=${() => this.#run.retry()}>${t("Try the failed ones again")}</button>`
        : nothing}
      <button class="btn btn-primary" type="button" data-close @click=${() => this.#dialog.close()}>${t("Close")}</button>`;
  }

  #summary() {
    const { length } = this.#run.items;
    const ended = this.#run.items.filter(({ state }) => state !== "waiting" && state !== "running").length;
    if (ended < length) {
      return t("%(ended)s of %(count)s", { ended, count: length });
    }
    const counted = [
      tn("%(count)s done", "%(count)s done", this.#run.count("done")),
      this.#run.count("failed") && tn("%(count)s not done", "%(count)s not done", this.#run.count("failed")),
      this.#run.count("unknown") && tn("%(count)s with unknown outcome", "%(count)s with unknown outcome", this.#run.count("unknown")),
      this.#run.count("skipped") && tn("%(count)s left out", "%(count)s left out", this.#run.count("skipped")),
    ];
    return counted.filter(Boolean).join(" · ");
  }

  /** @param {BulkItem} item */
  #line(item) {
    const { tone, icon: symbol, label } = STATES[item.state];
    const shown = this.#begun || item.state === "skipped";
    const look = item.state === "unknown" ? this.#spec.look?.(item.target, this.#context) : null;
    return html`
      <li class="bulk-item" data-tone=${shown ? tone : nothing} data-state=${item.state}>
        <span class="bulk-name" dir="auto">${item.name}</span>
        ${shown ? html`<span class="bulk-state">${icon(symbol)}${label()}</span>` : nothing}
        ${item.words ? html`<span class="bulk-words" dir="auto">${item.words}</span>` : nothing}
        ${look ? html`<a href=${look}>${t("Look")}</a>` : nothing}
      </li>`;
  }
}

/** @param {any} error */
function explain(error) {
  return error instanceof Problem ? { unknown: error.unknown, words: reasonOf(error) } : null;
}
