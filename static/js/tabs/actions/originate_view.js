/** Calls to start, with endpoints, contexts and extensions offered; beside the form what became of each. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { hangUp } from "../../actions/channel_actions.js";
import { channelTarget } from "../../actions/channel_target.js";
import { actionButton } from "../../components/action_button.js";
import { InlineForm } from "../../components/inline_form.js";
import { contexts, extensions, phones } from "../../components/suggestions.js";
import { coalesce, icon } from "../../dom.js";
import { clockText, timeText } from "../../format.js";
import { t } from "../../words.js";
import { checkCall, isPending, latestOf, requestOf, standingOf, targetOf } from "./orders.js";

const SHOWN = 20;
/** Of FreePBX, of Asterisk's samples, and of their kind. */
const USUAL_CONTEXTS = ["from-internal", "default", "internal", "from-phones"];
const PREFILLED = ["channel", "exten", "context", "application", "data", "caller_id", "account", "timeout", "priority"];

/** @typedef {import("./orders.js").Order} Order */

export class OriginateView {
  #context;
  /** @type {import("../../live/store.js").TableTopic} */
  #orders;
  #form;
  #results;
  /** @type {import("../../live/topics.js").Lease | null} */
  #lease = null;
  /** @type {() => void} */
  #stop = () => {};
  #render = coalesce(() => this.#draw());

  /**
   * @param {HTMLElement} host
   * @param {import("../../shell/context.js").Context} context
   * @param {{actions: import("../../live/store.js").TableTopic}} topics
   */
  constructor(host, context, { actions }) {
    this.#context = context;
    this.#orders = actions;
    render(html`
      <div class="action-columns">
        <section class="card action-card" aria-labelledby="originate-title">
          <div class="card-header"><h2 class="card-title" id="originate-title">${t("Start a call")}</h2></div>
          <div class="card-body" data-part="form" data-testid="originate"></div>
        </section>
        <section class="card action-card" aria-labelledby="orders-title">
          <div class="card-header"><h2 class="card-title" id="orders-title">${t("Calls that you started")}</h2></div>
          <div data-part="results"></div>
        </section>
      </div>`, host);
    this.#results = /** @type {HTMLElement} */ (host.querySelector("[data-part=results]"));
    this.#form = new InlineForm(/** @type {HTMLElement} */ (host.querySelector("[data-part=form]")), context, {
      label: t("Start a call"),
      fields: fieldsOf(context),
      look: () => context.href("channels"),
      buttons: [{
        name: "start", label: t("Start the call"), icon: "phone-outgoing", primary: true, needs: ["Originate"], check: checkCall,
        press: (values) => this.#start(values),
      }],
    });
    this.#proposeContext();
    actions.listen(() => {
      this.#countPending();
      this.#render();
    });
  }

  /**
   * @param {string[]} _path
   * @param {URLSearchParams} query what to write into the fields
   */
  show(_path, query) {
    if (!this.#lease) {
      this.#lease = this.#context.lease("channels");
      this.#stop = this.#lease.topic.listen(this.#render);
    }
    const given = PREFILLED.filter((name) => query.has(name)).map((name) => [name, query.get(name)]);
    if (given.length) {
      this.#form.fields.put({ ...Object.fromEntries(given), target: query.has("application") ? "application" : "exten" });
    }
    this.#draw();
  }

  hide() {
    this.#stop();
    this.#lease?.release();
    this.#lease = null;
  }

  tick() {
    this.#draw();
  }

  /** @param {import("../../components/action_spec.js").Values} values */
  async #start(values) {
    if (values.context) {
      this.#context.preferences.set("originate.context", values.context);
    }
    await this.#context.api.write("originate/", requestOf(values));
    this.#results.scrollIntoView({ block: "nearest" });
  }

  /** Where calls usually begin, where this PBX has such a context and nobody chose another one. */
  async #proposeContext() {
    const found = new Set((await contexts(this.#context)("", new AbortController().signal, {})).map(({ value }) => value));
    const usual = USUAL_CONTEXTS.find((name) => found.has(name));
    if (usual && !this.#form.fields.values.context) {
      this.#form.fields.put({ context: usual });
    }
  }

  #countPending() {
    const pending = latestOf(this.#orders.items.values(), this.#context.user.username, SHOWN).filter(isPending).length;
    this.#context.count("actions", pending || null);
  }

  /** @param {Order} order */
  #again({ channel, exten, context, application }) {
    const values = application ? { target: "application", application } : { target: "exten", exten: exten ?? "", context: context ?? "" };
    this.#form.fields.put({ channel, ...values });
    this.#form.fields.focus();
  }

  #draw() {
    const orders = latestOf(this.#orders.items.values(), this.#context.user.username, SHOWN);
    render(orders.length
      ? html`<ol class="results" data-testid="results">${repeat(orders, (/** @type {Order} */ order) => order.action_id, (/** @type {Order} */ order) => this.#result(order))}</ol>`
      : html`<p class="results-none">${this.#orders.error?.detail ?? t("None in the last hour. What becomes of a call shows up here.")}</p>`, this.#results);
  }

  /** @param {Order} order */
  #result(order) {
    const channel = /** @type {any} */ (this.#lease?.topic)?.items.get(order.channel_id);
    const { tone, icon: symbol, label, since } = standingOf(order, channel);
    const seconds = since === null ? null : this.#context.clock.secondsSince(since);
    return html`
      <li class="result" data-testid="result">
        <span class="result-time clock">${timeText(order.requested_at).slice(0, 8)}</span>
        <span class="result-title" dir="auto">${order.channel} → ${targetOf(order)}</span>
        <span class="state result-state" data-tone=${tone}>${icon(symbol)}<span role="status">${label}</span>
          ${seconds === null ? nothing : html`<span class="clock">${clockText(seconds)}</span>`}</span>
        ${order.detail ? html`<p class="result-detail" dir="auto">${order.detail}</p>` : nothing}
        <span class="result-actions">
          ${channel?.linked_id ? html`<a class="btn btn-sm" href=${this.#context.href("calls", channel.linked_id)}>${t("Show the call")}</a>` : nothing}
          ${channel ? actionButton(hangUp, channelTarget(channel), this.#context, { iconOnly: true }) : nothing}
          ${isPending(order) ? nothing : html`<button class="btn btn-sm" type="button" @click=${() => this.#again(order)}>${t("Once more")}</button>`}
        </span>
      </li>`;
  }
}

/**
 * @param {import("../../shell/context.js").Context} context
 * @returns {import("../../components/action_spec.js").FieldSpec[]}
 */
function fieldsOf(context) {
  const toExtension = (/** @type {any} */ { target }) => target === "exten";
  const toApplication = (/** @type {any} */ { target }) => target === "application";
  return [
    { name: "channel", label: t("Call this phone first"), kind: "suggest", required: true, size: "half", placeholder: "PJSIP/100", suggest: phones(context) },
    { name: "timeout", label: t("Ring for"), kind: "number", required: true, size: "small", min: 1, max: 600, unit: t("s"), value: 30 },
    {
      name: "target", label: t("When it answers"), kind: "chips", required: true, value: "exten",
      options: [{ value: "exten", label: t("Connect to an extension") }, { value: "application", label: t("Run an application") }],
    },
    {
      name: "exten", label: t("Extension"), kind: "suggest", required: true, size: "half", placeholder: "200", when: toExtension,
      suggest: extensions(context),
    },
    {
      name: "context", label: t("Context"), kind: "suggest", required: true, size: "half", when: toExtension,
      value: context.preferences.get("originate.context", ""), suggest: contexts(context),
    },
    { name: "priority", label: t("Priority"), kind: "number", size: "small", required: true, min: 1, value: 1, when: toExtension },
    {
      name: "application", label: t("Application"), kind: "text", required: true, size: "half", placeholder: "Playback", when: toApplication,
      help: t("Such as Playback, Echo, MusicOnHold or ConfBridge; amictl lets calls run a list of harmless ones."),
    },
    { name: "data", label: t("Its arguments"), kind: "text", size: "half", placeholder: "hello-world", when: toApplication },
    { name: "caller_id", label: t("Caller ID to show"), kind: "text", size: "half", placeholder: t("Support <5550100>") },
    { name: "account", label: t("Account code"), kind: "text", size: "half" },
    { name: "variables", label: t("Channel variables"), kind: "pairs" },
    { name: "early_media", label: t("Connect before it is answered, for announcements on the way"), kind: "switch" },
  ];
}
