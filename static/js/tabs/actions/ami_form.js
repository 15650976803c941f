/** One AMI action: what it does and needs, its form, the exact AMI that would be sent, and the answer. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { Problem } from "../../api.js";
import { copyButton } from "../../components/copy_button.js";
import { InlineForm } from "../../components/inline_form.js";
import { t } from "../../words.js";
import { showAnswer } from "./ami_answer.js";
import { WAIT, fieldsOf, parametersOf, whyNotSent } from "./ami_catalogue.js";

const PREVIEW_AFTER_MS = 250;

/** @typedef {import("./ami_catalogue.js").Offer} Offer */

export class AmiForm {
  #offer;
  #context;
  #form;
  #previewHost;
  #answerHost;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #asked = 0;
  #json = false;
  /** @type {{answer: import("./ami_answer.js").Answer, took: number} | null} */
  #answer = null;

  /**
   * @param {Offer} offer
   * @param {import("../../shell/context.js").Context} context
   * @param {Record<string, any>} sources what can be offered, by what a parameter means
   */
  constructor(offer, context, sources) {
    this.#offer = offer;
    this.#context = context;
    this.element = document.createElement("div");
    this.element.className = "ami-action";
    render(this.#frame(), this.element);
    const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (this.element.querySelector(`[data-part=${part}]`));
    this.#previewHost = find("preview");
    this.#answerHost = find("answer");
    this.#form = whyNotSent(offer) === null ? this.#makeForm(find("form"), sources) : null;
    this.#preview();
  }

  /**
   * @param {URLSearchParams} query what to write into the fields, by our names of the parameters or AMI's
   */
  fill(query) {
    const told = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
    const given = this.#offer.parameters.flatMap(({ name, header }) => {
      const value = told.get(name) ?? told.get(header.toLowerCase());
      return value === undefined ? [] : [[name, value]];
    });
    if (given.length) {
      this.#form?.fields.put(Object.fromEntries(given));
    }
  }

  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} sources
   */
  #makeForm(host, sources) {
    return new InlineForm(host, this.#context, {
      label: t("Parameters of %(action)s", { action: this.#offer.action }),
      fields: fieldsOf(this.#offer, sources),
      changed: () => this.#previewLater(),
      look: () => this.#context.href("events"),
      buttons: [{
        name: "send", label: t("Send %(action)s", { action: this.#offer.action }), icon: "send", primary: true,
        press: (values) => this.#send(values),
      }],
    });
  }

  /** @param {import("../../components/action_spec.js").Values} values */
  async #send(values) {
    const startedAt = performance.now();
    const body = { action: this.#offer.action, parameters: parametersOf(this.#offer, values), timeout: values[WAIT] };
    this.#answer = null;
    this.#drawAnswer();
    const answer = await this.#context.api.write("action/", body);
    this.#answer = { answer, took: performance.now() - startedAt };
    this.#drawAnswer();
  }

  #previewLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#preview(), PREVIEW_AFTER_MS);
  }

  async #preview() {
    const fields = this.#form?.fields;
    const asked = ++this.#asked;
    if (!fields) {
      return;
    }
    if (!fields.complete) {
      this.#drawPreview([], t("Shown when all that is needed is filled in."));
      return;
    }
    try {
      const body = { action: this.#offer.action, parameters: parametersOf(this.#offer, fields.read) };
      const { ami } = await this.#context.api.write("action/preview/", body);
      if (asked === this.#asked) {
        this.#drawPreview(ami, "");
      }
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      if (asked === this.#asked) {
        this.#drawPreview([], problem.message);
      }
    }
  }

  /**
   * @param {string[]} lines
   * @param {string} note
   */
  #drawPreview(lines, note) {
    const text = () => `${lines.join("\n")}\n`;
    render(html`
      <div class="ami-preview-head">
        <h3 class="action-subtitle">${t("What is sent")}</h3>
        ${lines.length ? copyButton(this.#context, text, () => this.#previewHost.querySelector("pre")) : nothing}
      </div>
      ${lines.length
        ? html`<pre class="output" tabindex="0" data-testid="ami-preview" aria-label=${t("What is sent")}>${lines.join("\n")}</pre>`
        : html`<p class="field-help" dir="auto">${note}</p>`}`, this.#previewHost);
  }

  #drawAnswer() {
    const choose = (/** @type {boolean} */ json) => {
      this.#json = json;
      this.#drawAnswer();
    };
    render(this.#answer ? showAnswer(this.#answer.answer, { context: this.#context, json: this.#json, choose, took: this.#answer.took }) : nothing, this.#answerHost);
  }

  #frame() {
    const offer = this.#offer;
    const reason = whyNotSent(offer);
    const facts = [
      offer.rights.length && t("The AMI user needs one of: %(rights)s.", { rights: offer.rights.join(", ") }),
      offer.module && t("Of the module %(module)s.", { module: offer.module }),
      offer.until && t("Up to Asterisk %(version)s.", { version: offer.until }),
    ];
    return html`
      <section class="card action-card" aria-labelledby="ami-title">
        <div class="card-header">
          <h2 class="card-title" id="ami-title">${offer.action}</h2>
          <span class="state" data-tone=${offer.changes_pbx ? "info" : "neutral"}>${offer.changes_pbx ? t("changes the PBX") : t("only reads")}</span>
        </div>
        <div class="card-body">
          <p class="ami-purpose">${offer.purpose}</p>
          ${facts.some(Boolean) ? html`<p class="field-help">${facts.filter(Boolean).join(" ")}</p>` : nothing}
          ${reason ? html`<p class="notice" data-tone="warn" data-testid="ami-reason">${t("Cannot be sent: %(reason)s", { reason })}</p>` : nothing}
          ${offer.rules.length ? html`<ul class="ami-rules">${offer.rules.map((rule) => html`<li>${rule}</li>`)}</ul>` : nothing}
          <div data-part="form"></div>
        </div>
        <div class="card-footer ami-preview" data-part="preview" ?hidden=${reason !== null}></div>
      </section>
      <div data-part="answer"></div>`;
  }
}
