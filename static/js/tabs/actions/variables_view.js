/** Variables and functions of a channel, or of the whole PBX: read and set. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { InlineForm } from "../../components/inline_form.js";
import { channels } from "../../components/suggestions.js";
import { matchChoices } from "../../components/choices.js";
import { timeText } from "../../format.js";
import { t } from "../../words.js";

const KEPT = 30;

/** What people read most; any other can be written. */
const COMMON = Object.freeze([
  ["CALLERID(name)", () => t("The caller's name")],
  ["CALLERID(num)", () => t("The caller's number")],
  ["CONNECTEDLINE(num)", () => t("The number of the other party")],
  ["CHANNEL(language)", () => t("The language of announcements")],
  ["CHANNEL(state)", () => t("What the channel does")],
  ["CHANNEL(audioreadformat)", () => t("How it is coded")],
  ["CDR(src)", () => t("Who calls, as the call's record has it")],
  ["CDR(dst)", () => t("Whom, as the call's record has it")],
  ["DIALSTATUS", () => t("What became of the last Dial")],
  ["HANGUPCAUSE", () => t("Why the other leg ended")],
  ["QUEUESTATUS", () => t("Why the caller left the queue")],
  ["UNIQUEID", () => t("The channel's unique ID")],
]);

/** @typedef {{at: string, set: boolean, channel: string | null, variable: string, value: string | null, words: string}} Answer */

export class VariablesView {
  #context;
  #form;
  #log;
  /** @type {Answer[]} the newest first */
  #answers = [];

  /**
   * @param {HTMLElement} host
   * @param {import("../../shell/context.js").Context} context
   */
  constructor(host, context) {
    this.#context = context;
    render(html`
      <section class="card action-card" aria-labelledby="variables-title">
        <div class="card-header"><h2 class="card-title" id="variables-title">${t("Variables")}</h2></div>
        <div class="card-body" data-part="form"></div>
      </section>
      <section class="card action-card" aria-labelledby="variables-log-title">
        <div class="card-header"><h2 class="card-title" id="variables-log-title">${t("Read and set here")}</h2></div>
        <div data-part="log"></div>
      </section>`, host);
    const wholePbx = context.can("utilities.read") && !context.user.limited;
    this.#form = new InlineForm(/** @type {HTMLElement} */ (host.querySelector("[data-part=form]")), context, {
      label: t("Variables"),
      fields: [
        {
          name: "channel", label: t("Channel"), kind: "suggest", required: !wholePbx, placeholder: "PJSIP/100-0000001a", suggest: channels(context),
          help: wholePbx ? t("Leave it empty for a variable of the whole PBX.") : "",
        },
        {
          name: "variable", label: t("Variable or function"), kind: "suggest", required: true, placeholder: "CALLERID(num)",
          suggest: async (text) => matchChoices(COMMON.map(([value, hint]) => ({ value: String(value), label: String(value), hint: /** @type {() => string} */ (hint)() })), text),
        },
        { name: "value", label: t("New value, to set it"), kind: "text", exact: true, mayBeEmpty: true, help: t("An empty one removes a variable.") },
      ],
      look: () => context.href("channels"),
      buttons: [
        { name: "read", label: t("Read"), icon: "search", primary: true, needs: ["Getvar"], press: (values) => this.#read(values) },
        {
          name: "set", label: t("Set"), icon: "pencil", needs: ["Setvar"], press: (values) => this.#set(values),
          check: (values) => this.#checkSet(values),
        },
      ],
    });
    this.#log = /** @type {HTMLElement} */ (host.querySelector("[data-part=log]"));
    this.#render();
  }

  /**
   * @param {string[]} _path
   * @param {URLSearchParams} query what to write into the fields: channel, variable, value
   */
  show(_path, query) {
    const given = ["channel", "variable", "value"].filter((name) => query.has(name));
    if (given.length) {
      this.#form.fields.put(Object.fromEntries(given.map((name) => [name, query.get(name)])));
    }
  }

  /**
   * @param {import("../../components/action_spec.js").Values} values
   * @returns {Record<string, string>}
   */
  #checkSet({ channel }) {
    const may = channel !== undefined || this.#context.can("utilities.write");
    return may ? {} : { channel: t("To set a variable of the whole PBX your role lacks a permission.") };
  }

  /** @param {import("../../components/action_spec.js").Values} values */
  async #read({ channel, variable }) {
    /** @type {Record<string, string>} */
    const query = channel === undefined ? { variable } : { channel, variable };
    const answer = await this.#context.api.read("getvar/", query);
    this.#form.fields.put({ value: answer.value ?? "" });
    this.#note(answer, false);
  }

  /** @param {import("../../components/action_spec.js").Values} values */
  async #set({ channel, variable, value }) {
    const target = channel === undefined ? {} : { channel };
    this.#note(await this.#context.api.write("setvar/", { ...target, variable, value }), true);
  }

  /**
   * @param {any} answer
   * @param {boolean} set
   */
  #note({ channel, variable, value, message }, set) {
    const answer = { at: timeText(new Date()).slice(0, 8), set, channel, variable, value, words: message ?? "" };
    this.#answers = [answer, ...this.#answers].slice(0, KEPT);
    this.#render();
  }

  #render() {
    if (!this.#answers.length) {
      render(html`<p class="results-none">${t("Nothing yet. What you read and set shows up here.")}</p>`, this.#log);
      return;
    }
    const [latest] = this.#answers;
    const row = (/** @type {Answer} */ answer) => html`
      <tr data-testid="variable">
        <td class="clock">${answer.at}</td>
        <td><span class="state" data-tone=${answer.set ? "good" : "neutral"}>${answer.set ? t("Set") : t("Read")}</span></td>
        <td><code>${answer.variable}</code><span class="cell-second">${answer.channel ?? t("the whole PBX")}</span></td>
        <td class="variable-value" dir="auto">${answer.value ?? html`<span class="text-secondary">${t("empty")}</span>`}
          ${answer.words ? html`<span class="cell-second">${answer.words}</span>` : nothing}</td>
      </tr>`;
    render(html`
      <p class="visually-hidden" role="status">${latest.variable}: ${latest.value ?? t("empty")}</p>
      <div class="table-scroll" tabindex="0" role="region" aria-label=${t("Read and set here")}>
        <table class="table plain-table">
          <thead><tr><th>${t("Time")}</th><th>${t("Action")}</th><th>${t("Variable")}</th><th>${t("Value")}</th></tr></thead>
          <tbody>${this.#answers.map(row)}</tbody>
        </table>
      </div>`, this.#log);
  }
}
