/** One queue's card: figures, callers in their order, members with their state. */

import { cloneTemplate, setAttribute, setLongText, setShown, setText, setTone } from "../../dom.js";
import { clockText, partyText, percentText, spanText } from "../../format.js";
import { memberState } from "./member_state.js";
import { missedText } from "./queue_day.js";
import { strategyText } from "./queue_strategy.js";
import { KeyedRows } from "../../components/keyed_rows.js";

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export class QueueCard {
  #parts;
  #clock;
  #callers;
  #members;
  #queue = null;

  /**
   * @param {{element: HTMLElement, parts: Record<string, HTMLElement>}} copy of the template `queue-card`
   * @param {object} context clock, can
   * @param {import("./pause.js").PauseControl} control what the members' buttons do
   */
  constructor({ element, parts }, context, control) {
    this.element = element;
    this.#parts = parts;
    this.#clock = context.clock;
    this.#callers = new KeyedRows(parts.callers, {
      create: () => new CallerRow(context.clock),
      compare: (a, b) => a.position - b.position,
    });
    this.#members = new KeyedRows(parts.members, {
      create: () => new MemberRow(context.clock, context.can("queues.manage"), control),
      compare: (a, b) => collator.compare(a.name || a.interface, b.name || b.interface),
    });
  }

  /** Take over what the queue is now. */
  update(queue) {
    this.#queue = queue;
    this.#showFigures(queue);
    const level = queue.service_level;
    this.#callers.sync(new Map(queue.callers.map((caller) => [caller.unique_id, { ...caller, level }])));
    this.#members.sync(new Map(queue.members.map((member) => [member.interface, { ...member, queue: queue.queue }])));
    this.tick();
  }

  /** Move the clocks on. */
  tick() {
    this.#callers.each((row) => row.tick());
    this.#members.each((row) => row.tick());
    setText(this.#parts.memberSummary, summarizeMembers(this.#queue.members, this.#clock));
    const longest = longestWait(this.#queue, this.#clock);
    setText(this.#parts.longest, longest === null ? "" : `longest ${clockText(longest)}`);
  }

  #showFigures(queue) {
    const parts = this.#parts;
    setText(parts.name, queue.queue);
    setText(parts.strategy, strategyText(queue.strategy));
    setAttribute(parts.strategy, "title", queue.strategy ?? "");
    setText(parts.waiting, String(queue.callers.length));
    setTone(parts.waitingBox, queue.callers.length ? "warn" : "neutral");
    setText(parts.levelName, queue.service_level ? `Within ${queue.service_level} s` : "Service level");
    this.#showToday(queue.today);
    setShown(parts.noCallers, queue.callers.length === 0);
    setShown(parts.noMembers, queue.members.length === 0);
  }

  #showToday(today) {
    const parts = this.#parts;
    setText(parts.todayNote, missedText(today));
    setText(parts.answered, String(today?.answered ?? "–"));
    setText(parts.abandoned, String(today?.abandoned ?? "–"));
    setText(parts.level, percentText(today?.service_level_perf ?? null));
    setText(parts.answer, clockText(today?.asa ?? null));
    setText(parts.longestToday, clockText(today && today.offered > today.waiting ? today.longest_wait : null));
  }
}

class CallerRow {
  #parts;
  #clock;
  #caller;

  constructor(clock) {
    const { element, parts } = cloneTemplate("caller-row");
    this.element = element;
    this.#parts = parts;
    this.#clock = clock;
  }

  update(caller) {
    this.#caller = caller;
    const party = partyText(caller.caller_id_name, caller.caller_id_num);
    setText(this.#parts.position, String(caller.position));
    setLongText(this.#parts.name, party.name || "Unknown");
    this.#parts.name.classList.toggle("is-unknown", !party.name);
    setLongText(this.#parts.number, party.number);
    this.tick();
  }

  tick() {
    const waited = this.#clock.secondsSince(this.#caller.joined_at);
    setText(this.#parts.wait, clockText(waited));
    setTone(this.#parts.wait, this.#caller.level && waited > this.#caller.level ? "bad" : "neutral");
  }
}

class MemberRow {
  #parts;
  #clock;
  #control;
  #member;

  constructor(clock, mayPause, control) {
    const { element, parts } = cloneTemplate("member-row");
    this.element = element;
    this.#parts = parts;
    this.#clock = clock;
    this.#control = control;
    parts.pause.hidden = !mayPause;
    parts.pause.addEventListener("click", () => this.#control.toggle(this.#member, parts.pause));
  }

  update(member) {
    const parts = this.#parts;
    this.#member = member;
    const name = member.name || member.interface;
    setLongText(parts.name, name);
    setLongText(parts.interface, name === member.interface ? "" : member.interface);
    setShown(parts.paused, member.paused);
    setText(parts.reason, member.paused_reason ? `: ${member.paused_reason}` : "");
    setText(parts.calls, callsText(member));
    setText(parts.pauseLabel, member.paused ? "Unpause" : "Pause");
    setShown(parts.pauseIcon, !member.paused);
    setShown(parts.unpauseIcon, member.paused);
    setAttribute(parts.pause, "aria-label", `${member.paused ? "Unpause" : "Pause"} ${name} in ${member.queue}`);
    this.tick();
  }

  tick() {
    const { last_call_at: last, paused, paused_at: since } = this.#member;
    const state = memberState(this.#member, this.#clock);
    setTone(this.#parts.dot, paused ? "warn" : state.tone);
    setText(this.#parts.state, state.label);
    setTone(this.#parts.state, paused && state.free ? "neutral" : state.tone); // free, but for nobody
    setText(this.#parts.lastCall, last ? `last ${spanText(this.#clock.secondsSince(last))} ago` : "no call yet");
    setText(this.#parts.pausedFor, paused && since ? clockText(this.#clock.secondsSince(since)) : "");
  }
}

function callsText({ calls_taken: taken, last_call_at: last }) {
  if (!taken && !last) {
    return "";
  }
  return `${taken ?? 0} ${taken === 1 ? "call" : "calls"}`;
}

function longestWait(queue, clock) {
  const waits = queue.callers.map((caller) => clock.secondsSince(caller.joined_at)).filter((wait) => wait !== null);
  return waits.length ? Math.max(...waits) : null;
}

function summarizeMembers(members, clock) {
  const paused = members.filter((member) => member.paused).length;
  const free = members.filter((member) => !member.paused && memberState(member, clock).free).length;
  const busy = members.filter((member) => !member.paused && memberState(member, clock).busy).length;
  const words = [`${members.length} in all`, `${free} free`];
  if (busy) {
    words.push(`${busy} busy`);
  }
  if (paused) {
    words.push(`${paused} paused`);
  }
  return members.length ? words.join(" · ") : "";
}
