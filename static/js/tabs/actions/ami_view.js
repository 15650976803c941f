/** Any AMI action: the catalogue, found by typing, and beside it the action that was chosen. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { Problem } from "../../api.js";
import { channels, contexts, extensions, fromTopic, phones, queues } from "../../components/suggestions.js";
import { icon } from "../../dom.js";
import { t, tn } from "../../words.js";
import { findActions, whyNotSent } from "./ami_catalogue.js";
import { AmiForm } from "./ami_form.js";

/** @typedef {import("./ami_catalogue.js").Offer} Offer */

export class AmiView {
  #host;
  #context;
  /** @type {Offer[] | null} */
  #offers = null;
  #error = "";
  #text = "";
  #chosen = "";
  #query = new URLSearchParams();
  /** @type {Map<string, AmiForm>} kept with what was typed, until the PBX may do something else */
  #forms = new Map();
  #sources;

  /**
   * @param {HTMLElement} host
   * @param {import("../../shell/context.js").Context} context
   */
  constructor(host, context) {
    this.#host = host;
    this.#context = context;
    const names = (/** @type {string} */ topic, /** @type {string} */ name) =>
      fromTopic(context, topic, (value) => ({ value: value[name], label: value[name] }));
    this.#sources = {
      channel: channels(context), dial_string: phones(context), member: phones(context), queue: queues(context),
      context: contexts(context), extension: extensions(context), endpoint: names("endpoints", "resource"),
      conference: names("conferences", "conference"),
    };
    context.capabilities.listen(() => this.#load());
    this.#load();
  }

  /**
   * @param {string[]} path the action's name
   * @param {URLSearchParams} query its parameters
   */
  show([name = ""], query) {
    this.#chosen = name;
    this.#query = query;
    this.#draw();
    this.#host.querySelector(".ami-link[aria-current]")?.scrollIntoView({ block: "nearest" });
    if (!name) {
      requestAnimationFrame(() => this.#search?.focus({ preventScroll: true })); // when the tab is there to be seen
    }
  }

  /** @returns {HTMLElement | null} */
  get #search() {
    return this.#host.querySelector("[type=search]");
  }

  async #load() {
    try {
      const { actions } = await this.#context.api.read("actions/");
      this.#forgetChanged(actions);
      this.#offers = actions;
      this.#error = "";
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      this.#error = problem.message;
    }
    this.#draw();
  }

  /**
   * Make those forms anew whose action the PBX does otherwise now; the others keep what was typed.
   *
   * @param {Offer[]} offers
   */
  #forgetChanged(offers) {
    const told = new Map(offers.map((offer) => [offer.action, JSON.stringify(offer)]));
    for (const before of this.#offers ?? []) {
      if (told.get(before.action) !== JSON.stringify(before)) {
        this.#forms.delete(before.action);
      }
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const links = /** @type {HTMLElement[]} */ ([...this.#host.querySelectorAll(".ami-link")]);
    const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && links.length) {
      event.preventDefault();
      const next = at + steps[/** @type {keyof typeof steps} */ (event.key)];
      (links[next] ?? this.#search).focus();
    } else if (event.key === "Enter" && at < 0 && this.#text && links[0]) {
      event.preventDefault();
      links[0].click();
    }
  }

  #draw() {
    const found = findActions(this.#offers ?? [], this.#text);
    const chosen = this.#offers?.find(({ action }) => action.toLowerCase() === this.#chosen.toLowerCase());
    render(html`
      <div class="ami-columns" data-chosen=${chosen ? "" : nothing}>
        <section class="card ami-list" aria-label=${t("All AMI actions")} @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)}>
          <div class="ami-search">
            <div class="input-icon">
              <span class="input-icon-addon">${icon("search")}</span>
              <input class="form-control" type="search" aria-label=${t("Find an action")} placeholder=${t("Find an action")} autocomplete="off" spellcheck="false"
                .value=${this.#text} @input=${(/** @type {any} */ event) => { this.#text = event.target.value; this.#draw(); }}>
            </div>
            <p class="field-help" role="status">${this.#offers ? tn("%(count)s action", "%(count)s actions", found.length) : this.#error || t("Asking for the catalogue …")}</p>
          </div>
          <ul class="ami-links">${repeat(found, ({ action }) => action, (/** @type {Offer} */ offer, /** @type {number} */ at) => this.#link(offer, found[at - 1]))}</ul>
        </section>
        <div class="ami-chosen">${this.#shown(chosen)}</div>
      </div>`, this.#host);
  }

  /** @param {Offer | undefined} chosen */
  #shown(chosen) {
    if (chosen) {
      return html`<a class="btn btn-sm ami-back" href=${this.#context.href("actions", "ami")}>${t("All actions")}</a>${this.#formOf(chosen).element}`;
    }
    const missing = this.#chosen && this.#offers;
    return html`<div class="empty">
      <div class="empty-icon">${icon("braces")}</div>
      <p class="empty-title">${missing ? t("There is no action %(name)s", { name: this.#chosen }) : t("Choose an action")}</p>
      <p class="empty-subtitle text-secondary">${t("Its form, the exact AMI and the answer show up here.")}</p></div>`;
  }

  /** @param {Offer} offer */
  #formOf(offer) {
    let form = this.#forms.get(offer.action);
    if (!form) {
      form = new AmiForm(offer, this.#context, this.#sources);
      this.#forms.set(offer.action, form);
    }
    if (this.#query.size) {
      form.fill(this.#query);
      this.#query = new URLSearchParams();
    }
    return form;
  }

  /**
   * @param {Offer} offer
   * @param {Offer | undefined} before
   */
  #link(offer, before) {
    const head = !this.#text && offer.family !== before?.family ? html`<h2 class="ami-family">${offer.family}</h2>` : nothing;
    const off = whyNotSent(offer) !== null;
    return html`
      <li>${head}<a class="ami-link" href=${this.#context.href("actions", "ami", offer.action)} data-off=${off ? "" : nothing}
        aria-current=${offer.action.toLowerCase() === this.#chosen.toLowerCase() ? "page" : nothing}>
        <span class="ami-name">${offer.action}${off ? html` <span class="ami-off">${t("not here")}</span>` : nothing}</span>
        <span class="ami-what">${offer.purpose}</span></a></li>`;
  }
}
