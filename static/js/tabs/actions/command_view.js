/** Commands of the PBX's own console, with what they print. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { live } from "../../../vendor/lit-html/directives/live.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { Problem } from "../../api.js";
import { copyButton } from "../../components/copy_button.js";
import { reasonOf } from "../../components/message_words.js";
import { icon } from "../../dom.js";
import { timeText } from "../../format.js";
import { t } from "../../words.js";
import { CommandHistory } from "./command_history.js";

const KEPT = 20;

/**
 * @typedef {object} Run
 * @property {number} id
 * @property {string} at
 * @property {string} command
 * @property {string | null} output null while it is under way
 * @property {string} note what went wrong, or what is missing
 * @property {"neutral" | "good" | "warn" | "bad"} tone
 */

export class CommandView {
  #host;
  #context;
  #history = new CommandHistory([]);
  /** @type {Run[]} the newest first */
  #runs = [];
  #text = "";
  #pending = false;
  #last = 0;
  #note = "";
  /** @type {{any: boolean, beginnings: string[]} | null} */
  #allowed = null;

  /**
   * @param {HTMLElement} host
   * @param {import("../../shell/context.js").Context} context
   */
  constructor(host, context) {
    this.#host = host;
    this.#context = context;
    context.onLive(() => host.isConnected && this.#render());
    this.#askAllowed();
  }

  /**
   * @param {string[]} _path
   * @param {URLSearchParams} query `command` is what to write there
   */
  show(_path, query) {
    this.#text = query.get("command") ?? this.#text;
    this.#render();
  }

  async #askAllowed() {
    try {
      this.#allowed = await this.#context.api.read("command/");
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      return; // the answer to a command tells the same
    }
    this.#render();
  }

  async #submit() {
    const command = this.#text.trim();
    if (this.#pending || this.#context.notLive()) {
      return;
    }
    if (!command) {
      this.#note = t("Write a command.");
      this.#render();
      return;
    }
    this.#note = "";
    this.#pending = true;
    this.#history.add(command);
    /** @type {Run} */
    const run = { id: ++this.#last, at: timeText(new Date()).slice(0, 8), command, output: null, note: "", tone: "neutral" };
    this.#runs = [run, ...this.#runs].slice(0, KEPT);
    this.#text = "";
    this.#render();
    try {
      const answer = await this.#context.api.write("command/", { command });
      Object.assign(run, { output: answer.output.join("\n"), tone: "good", note: answer.truncated ? t("The output is longer than this.") : "" });
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      this.#fail(run, problem);
    } finally {
      this.#pending = false;
      this.#render();
    }
  }

  /**
   * @param {Run} run
   * @param {Problem} problem
   */
  #fail(run, problem) {
    const printed = problem.code === "action_refused" ? problem.ami ?? "" : "";
    const words = problem.errors.map(({ detail }) => detail).join(" ") || (printed ? t("The command failed.") : reasonOf(problem));
    const unknown = t("%(reason)s Outcome unknown: it may or may not have been done.", { reason: words });
    Object.assign(run, { output: printed, tone: problem.unknown ? "warn" : "bad", note: problem.unknown ? unknown : words });
    if (!problem.unknown && !printed && !this.#text) {
      this.#text = run.command; // it was not run: there is something to mend
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if ((event.key === "ArrowUp" || event.key === "ArrowDown") && !event.isComposing) {
      event.preventDefault();
      this.#text = event.key === "ArrowUp" ? this.#history.back(this.#text) : this.#history.forward(this.#text);
      this.#render();
    }
  }

  #render() {
    const reason = this.#context.notLive();
    render(html`
      <section class="card action-card" aria-labelledby="command-title">
        <div class="card-header"><h2 class="card-title" id="command-title">${t("CLI command")}</h2></div>
        <div class="card-body">
          <form class="prompt" novalidate @submit=${(/** @type {Event} */ event) => { event.preventDefault(); this.#submit(); }}>
            <label class="prompt-sign" for="command-text">${t("%(pbx)s*CLI>", { pbx: this.#context.pbx })}</label>
            <input class="form-control prompt-text" id="command-text" name="command" autocomplete="off" autocapitalize="none" spellcheck="false"
              placeholder="core show channels" aria-describedby="command-help" aria-invalid=${this.#note ? "true" : nothing} .value=${live(this.#text)}
              @input=${(/** @type {any} */ event) => { this.#text = event.target.value; this.#note = ""; }} @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)}>
            <button class="btn btn-primary ${this.#pending ? "btn-loading" : ""}" type="submit" aria-busy=${this.#pending ? "true" : nothing}
              aria-disabled=${reason ? "true" : nothing}>${icon("terminal")}${t("Run")}</button>
          </form>
          <div role="alert">${this.#note ? html`<p class="field-problem">${this.#note}</p>` : nothing}</div>
          <div class="field-help" id="command-help">${reason ?? this.#help()}</div>
        </div>
      </section>
      <div class="command-runs" role="log" aria-label=${t("Commands and their output")}>
        ${repeat(this.#runs, ({ id }) => id, (/** @type {Run} */ run) => this.#run(run))}
      </div>`, this.#host);
  }

  #help() {
    const keys = t("Arrow up brings back earlier commands.");
    if (this.#allowed === null) {
      return keys;
    }
    if (this.#allowed.any) {
      return html`${t("Your role runs any command.")} ${keys}`;
    }
    if (!this.#allowed.beginnings.length) {
      return t("An administrator has allowed no commands for your role.");
    }
    const take = (/** @type {string} */ beginning) => {
      this.#text = `${beginning} `;
      this.#render();
      /** @type {HTMLElement | null} */ (this.#host.querySelector("#command-text"))?.focus();
    };
    return html`
      <p class="mb-1">${t("Your role runs commands that begin with one of these.")} ${keys}</p>
      <div class="chips">${this.#allowed.beginnings.map((each) => html`<button class="btn btn-sm mono" type="button" @click=${() => take(each)}>${each}</button>`)}</div>`;
  }

  /** @param {Run} run */
  #run({ id, at, command, output, note, tone }) {
    const text = () => output ?? "";
    return html`
      <article class="card command-run" data-tone=${tone} data-testid="command-run">
        <div class="command-head">
          <span class="clock">${at}</span><code class="command-name">${command}</code>
          ${output === null ? html`<span class="text-secondary">${t("Under way")}</span>` : nothing}
          ${output ? copyButton(this.#context, text, () => this.#host.querySelector(`#output-${id}`)) : nothing}
        </div>
        ${note ? html`<p class="command-note" dir="auto">${note}</p>` : nothing}
        ${output ? html`<pre class="output" id="output-${id}" tabindex="0" aria-label=${t("Output of %(command)s", { command })}>${output}</pre>` : nothing}
        ${output === "" && !note ? html`<p class="command-note">${t("It printed nothing.")}</p>` : nothing}
      </article>`;
  }
}
