/** The Actions tab: start a call and see what becomes of it; ask the PBX for a sign of life. */

import { Problem } from "../api.js";
import { CallWatch } from "./actions/call_watch.js";
import { cloneTemplate, partsOf, setAttribute, setPending, setShown, setText, setTone } from "../dom.js";
import { clockText, timeText } from "../format.js";
import { findProblems, makeRequest } from "./actions/originate.js";

const RESULTS = 20;

export class ActionsTab {
  static topics = ["channels"];

  #context;
  #channels;
  #parts;
  #calls = new Set();
  /** Held while a call that was started here is not over, also while another tab is in front. */
  #lease = null;

  /**
   * @param {HTMLElement} panel
   * @param {object} context what main.js hands to each tab
   * @param {{channels: import("../live/store.js").TableTopic}} topics to see what becomes of a call
   */
  constructor(panel, context, { channels }) {
    this.#context = context;
    this.#channels = channels;
    this.#parts = partsOf(panel);
    if (context.can("calls.originate")) {
      new OriginateForm(this.#parts.form, (request) => this.#originate(request));
      channels.listen(() => this.tick());
    }
    if (context.can("utilities.read")) {
      this.#parts.ping.addEventListener("click", () => this.#ping());
    }
  }

  /** Nothing to fetch: results come by themselves. */
  show() {
    this.tick();
  }

  /** Nothing to let go. */
  hide() {}

  /** Look again at the calls that were started here; called once a second. */
  tick() {
    const now = this.#context.clock.now();
    for (const call of this.#calls) {
      call.show(this.#channels.items.get(call.watch.channelId), now);
      if (call.watch.over) {
        this.#calls.delete(call);
      }
    }
    if (!this.#calls.size) {
      this.#lease?.release();
      this.#lease = null;
    }
    this.#context.count("actions", this.#calls.size || null);
  }

  async #originate(request) {
    const target = request.application ?? `${request.exten}@${request.context}`;
    const result = this.#addResult(`${request.channel} → ${target}`);
    try {
      const done = await this.#context.api.write("originate/", request);
      this.#lease ??= this.#context.lease("channels");
      this.#calls.add(result.follow(new CallWatch(done.channel_id, this.#context.clock.now())));
      this.tick();
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      result.fail(problem);
      if (problem.unknown || !problem.errors.length) {
        this.#context.toasts.problem(`Call ${request.channel}`, problem);
      }
      throw problem;
    }
  }

  #addResult(title) {
    const result = new CallResult(title, new Date().toISOString());
    this.#parts.results.prepend(result.element);
    setShown(this.#parts.noResults, false);
    while (this.#parts.results.children.length > RESULTS) {
      this.#parts.results.lastElementChild.remove();
    }
    return result;
  }

  async #ping() {
    const { ping, pingState, pingTrip, pingDetail } = this.#parts;
    setPending(ping, true);
    const startedAt = performance.now();
    try {
      const pong = await this.#context.api.read("ping/");
      const whole = performance.now() - startedAt;
      setTone(pingState, "good");
      setText(pingState, pong.message);
      setText(pingTrip, `${pong.round_trip_ms.toFixed(1)} ms`);
      setText(pingDetail, `amictl ↔ ${pong.pbx}. This browser ↔ ${pong.pbx}: ${whole.toFixed(0)} ms.`);
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      setTone(pingState, "bad");
      setText(pingState, "No pong");
      setText(pingTrip, "");
      setText(pingDetail, problem.message);
    } finally {
      setShown(this.#parts.pingResult, true);
      setPending(ping, false);
    }
  }
}

/** One line in the list of calls that were started from this page. */
class CallResult {
  #parts;

  constructor(title, at) {
    const { element, parts } = cloneTemplate("call-result");
    this.element = element;
    this.#parts = parts;
    this.watch = null;
    parts.title.textContent = title;
    parts.title.title = title;
    parts.time.textContent = timeText(at).slice(0, 8);
    this.#write({ tone: "neutral", label: "Sending", seconds: null });
  }

  follow(watch) {
    this.watch = watch;
    return this;
  }

  show(channel, now) {
    this.#write(this.watch.look(channel, now));
  }

  fail(problem) {
    this.#write(
      problem.unknown
        ? { tone: "warn", label: "Outcome unknown", seconds: null }
        : { tone: "bad", label: "Not started", seconds: null },
    );
    setText(this.#parts.detail, problem.ami ? `${problem.message} (${problem.ami})` : problem.message);
    setShown(this.#parts.detail, true);
  }

  #write({ tone, label, seconds }) {
    setTone(this.#parts.state, tone);
    setText(this.#parts.state, seconds === null ? label : `${label} ${clockText(seconds)}`);
  }
}

/** The form: its two kinds of target, its variables, and its errors where they belong. */
class OriginateForm {
  #form;
  #parts;
  #send;

  constructor(form, send) {
    this.#form = form;
    this.#parts = partsOf(form);
    this.#send = send;
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("change", () => this.#showTarget());
    form.addEventListener("input", (event) => this.#clearProblem(event.target.name));
    this.#parts.addVariable.addEventListener("click", () => this.#addVariable());
    this.#showTarget();
  }

  #showTarget() {
    const dialplan = this.#form.elements.target.value === "exten";
    setShown(this.#parts.extenFields, dialplan);
    setShown(this.#parts.applicationFields, !dialplan);
  }

  #addVariable() {
    const { element, parts } = cloneTemplate("variable-row");
    parts.remove.addEventListener("click", () => {
      element.remove();
      this.#clearProblem("variables");
      this.#parts.addVariable.focus();
    });
    this.#parts.variables.append(element);
    element.querySelector("input").focus();
  }

  #read() {
    const fields = Object.fromEntries(
      [...new FormData(this.#form)].map(([name, value]) => [name, String(value).trim()]),
    );
    delete fields.variable_name;
    delete fields.variable_value;
    const rows = [...this.#parts.variables.children].map((row) => row.querySelectorAll("input"));
    fields.variables = rows.map(([name, value]) => [name.value.trim(), value.value]);
    return fields;
  }

  async #submit(event) {
    event.preventDefault();
    const fields = this.#read();
    if (this.#showProblems(findProblems(fields))) {
      return;
    }
    setPending(this.#parts.submit, true);
    try {
      await this.#send(makeRequest(fields));
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      this.#showProblems(new Map(problem.errors.map(({ field, detail }) => [this.#nearest(field), detail])));
    } finally {
      setPending(this.#parts.submit, false);
    }
  }

  /** The field of the form that shows an error of this name: `variables.NAME` belongs to the variables. */
  #nearest(field) {
    const name = field.split(/[.[]/)[0];
    return this.#errorOf(name) ? name : "form";
  }

  #errorOf(name) {
    return this.#form.querySelector(`[data-error="${CSS.escape(name)}"]`);
  }

  #showProblems(problems) {
    for (const error of this.#form.querySelectorAll("[data-error]")) {
      this.#showProblem(error, problems.get(error.dataset.error) ?? "");
    }
    this.#form.querySelector('[aria-invalid="true"]')?.focus();
    return problems.size > 0;
  }

  #showProblem(error, text) {
    setText(error, text);
    setShown(error, Boolean(text));
    const input = this.#form.elements[error.dataset.error];
    if (input instanceof HTMLElement) {
      setAttribute(input, "aria-invalid", text ? "true" : null);
      input.classList.toggle("is-invalid", Boolean(text));
    }
  }

  #clearProblem(name) {
    const error = this.#errorOf(name?.startsWith("variable_") ? "variables" : (name ?? ""));
    if (error) {
      this.#showProblem(error, "");
    }
  }
}
