/** Variables of the channel that is open: those that somebody asked for, read and set one by one. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { Problem } from "../../api.js";
import { setVariable } from "../../actions/variable_actions.js";
import { isAllowed, whyNot } from "../../components/availability.js";
import { icon } from "../../dom.js";
import { t } from "../../words.js";

/** Asked for at first: who calls, and how the channel ended up here. */
const USUAL = ["CALLERID(all)", "CHANNEL(state)"];
const MOST = 20;
const KEPT = "channels.variables";

/** @typedef {{value: string | null, error: string, read: boolean}} Reading `value` null is empty or not set */

export class Variables {
  #host;
  #context;
  /** @type {string[]} */
  #names;
  /** @type {Map<string, Reading>} */
  #readings = new Map();
  /** @type {import("../../actions/channel_target.js").ChannelTarget | null} */
  #target = null;
  #asked = new AbortController();

  /**
   * @param {HTMLElement} host
   * @param {import("../../shell/context.js").Context} context
   */
  constructor(host, context) {
    this.#host = host;
    this.#context = context;
    this.#names = context.preferences.get(KEPT, USUAL);
  }

  /**
   * Show the variables of a channel; null shows none.
   *
   * @param {import("../../actions/channel_target.js").ChannelTarget | null} target
   */
  show(target) {
    const another = target?.unique_id !== this.#target?.unique_id;
    this.#target = target;
    if (another) {
      this.#readings.clear();
      this.#readAll();
    }
    this.#draw();
  }

  #readAll() {
    this.#asked.abort();
    this.#asked = new AbortController();
    if (this.#target && this.#context.can("channels.variables")) {
      this.#names.forEach((name) => this.#read(name));
    }
  }

  /** @param {string} name */
  async #read(name) {
    const target = this.#target;
    const { signal } = this.#asked;
    if (!target) {
      return;
    }
    /** @type {Reading} */
    let reading;
    try {
      const { value } = await this.#context.api.read("getvar/", { channel: target.unique_id, variable: name }, { signal });
      reading = { value, error: "", read: true };
    } catch (problem) {
      if (signal.aborted) {
        return;
      }
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      reading = { value: null, error: problem.errors[0]?.detail ?? problem.message, read: true };
    }
    if (this.#target?.unique_id === target.unique_id) {
      this.#readings.set(name, reading);
      this.#draw();
    }
  }

  #draw() {
    if (!this.#context.can("channels.variables") || !this.#target) {
      render(nothing, this.#host);
      return;
    }
    render(
      html`
        <h3 class="side-title">${t("Variables")}
          <button class="btn btn-icon btn-ghost" type="button" title=${t("Read them again")} aria-label=${t("Read them again")} @click=${() => this.#readAll()}>${icon("refresh")}</button>
        </h3>
        <dl class="variables-list" data-testid="variables">${this.#names.map((name) => this.#line(name))}</dl>
        <form class="variables-add" @submit=${(/** @type {SubmitEvent} */ event) => this.#add(event)}>
          <label class="visually-hidden" for="variable-name">${t("Variable or function to read")}</label>
          <input class="form-control" id="variable-name" name="variable" placeholder=${t("Name, or CHANNEL(rtpqos)")} autocomplete="off" spellcheck="false" autocapitalize="none">
          <button class="btn" type="submit">${t("Read")}</button>
        </form>`,
      this.#host,
    );
  }

  /** @param {string} name */
  #line(name) {
    const { value, error, read } = this.#readings.get(name) ?? { value: null, error: "", read: false };
    const words = error || (read ? (value ?? t("empty or not set")) : "…");
    const settable = isAllowed(setVariable, this.#context) && this.#target && whyNot(setVariable, this.#target, this.#context) === null;
    return html`<div>
      <dt>${name}</dt>
      <dd class=${error ? "is-error" : value === null ? "is-unknown" : ""}>${words}</dd>
      <dd class="variables-buttons">${
        settable
          ? html`<button class="btn btn-icon btn-ghost" type="button" title=${t("Set %(variable)s", { variable: name })} aria-label=${t("Set %(variable)s", { variable: name })}
              @click=${(/** @type {MouseEvent} */ event) => this.#set(name, value, /** @type {HTMLElement} */ (event.currentTarget))}>${icon("pencil")}</button>`
          : nothing
      }<button class="btn btn-icon btn-ghost" type="button" title=${t("Show %(variable)s no more", { variable: name })} aria-label=${t("Show %(variable)s no more", { variable: name })}
        @click=${() => this.#drop(name)}>${icon("x")}</button></dd>
    </div>`;
  }

  /**
   * @param {string} variable
   * @param {string | null} value
   * @param {HTMLElement} anchor
   */
  async #set(variable, value, anchor) {
    await this.#context.run(setVariable, { ...this.#target, variable, value: value ?? "" }, { anchor });
    this.#read(variable);
  }

  /** @param {SubmitEvent} event */
  #add(event) {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("variable"));
    const name = input.value.trim();
    if (name) {
      input.value = "";
      this.#keep([...this.#names.filter((other) => other !== name), name].slice(-MOST));
      this.#read(name);
    }
  }

  /** @param {string} name */
  #drop(name) {
    this.#keep(this.#names.filter((other) => other !== name));
  }

  /** @param {string[]} names */
  #keep(names) {
    this.#names = names;
    this.#context.preferences.set(KEPT, names);
    this.#draw();
  }
}
