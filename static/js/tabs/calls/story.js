/** What a call's journey tells, step by step: who talks with whom, rings, waits, holds or is parked. */

import { MOMENT_MS, Parties, placeOf, isTalking, openBand } from "./parties.js";
import { believe, nameLegs } from "./present.js";

/** @typedef {import("./lanes.js").Lane} Lane */
/** @typedef {import("./parties.js").Person} Person */
/** @typedef {import("./lanes.js").BandKind} BandKind */
/** @typedef {import("./lanes.js").Edge} Edge */
/** @typedef {import("./lanes.js").EdgeCode} EdgeCode */
/** @typedef {import("./lanes.js").JourneyStep} JourneyStep */
/** @typedef {import("./lanes.js").LiveCall} LiveCall */

/** What Asterisk says of a leg that refused (main/channel.c, causes). */
const REFUSALS = new Map(/** @type {[string, EdgeCode][]} */ ([["User busy", "busy"], ["Call Rejected", "declined"]]));

export class Story {
  #call;
  #up;
  #parties = new Parties();
  /** @type {Person | null} who goes through the dialplan, and so may dial or wait */
  #active = null;

  /**
   * @param {LiveCall} call
   */
  constructor(call) {
    this.#call = call;
    this.#up = call.answered_at ? Date.parse(call.answered_at) : null;
    /** @type {import("./lanes.js").Note[]} */
    this.notes = [];
  }

  /** The lanes: the caller's, each queue's with its members, then others in the order in which they came. */
  lanes() {
    const all = this.#parties.all();
    const queues = all.filter((lane) => lane.kind === "queue");
    const members = (/** @type {Person} */ queue) => all.filter((lane) => lane.kind === "member" && lane.bands[0]?.place === queue.name);
    const first = [...all.filter((lane) => lane.kind === "caller"), ...queues.flatMap((queue) => [queue, ...members(queue)])];
    return [...new Set([...first, ...all])];
  }

  /**
   * Find whose lane a channel is told in.
   *
   * @param {string} channel
   */
  laneOfChannel(channel) {
    return this.#parties.ofChannel(channel);
  }

  /**
   * Take one step of the journey.
   *
   * @param {JourneyStep} step
   */
  take(step) {
    const at = Date.parse(step.at);
    if (this.#up !== null && this.#up < at) {
      this.#answerCaller(this.#up);
      this.#up = null;
    }
    const taken = TAKEN[step.kind];
    if (taken) {
      taken.call(this, step, at);
    }
  }

  /** Bring the lanes in line with what the call tells of now, or close them where it ended. */
  settle() {
    if (this.#up !== null) {
      this.#answerCaller(this.#up);
    }
    nameLegs(this.#parties, this.#call);
    if (this.#call.ended_at) {
      const at = Date.parse(this.#call.ended_at);
      this.#parties.all().forEach((lane) => this.#parties.leave(lane, at, null));
    } else {
      believe(this.#parties, this.#call, this.#active);
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeStarted(step, at) {
    const lane = this.#parties.samePhone(step.channel) ?? this.#parties.enter(step.channel, this.#parties.caller() ? "party" : "caller");
    if (!openBand(lane) && !lane.holding) {
      this.#parties.begin(lane, "ring", at);
    }
    this.#active = lane;
  }

  /** @param {JourneyStep} step @param {number} at */
  takeDialed(step, at) {
    const dialer = this.#findDialer();
    const lane = this.#parties.enter(step.channel, "party");
    lane.dialer = dialer === lane ? null : dialer;
    this.#parties.begin(lane, "ring", at, { with: lane.dialer });
    if (lane.dialer && !isTalking(lane.dialer)) {
      this.#parties.begin(lane.dialer, "ring", at, { with: lane });
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeUnanswered(step, at) {
    const lane = this.#parties.enter(step.channel, "party");
    if (!openBand(lane)) {
      this.#parties.begin(lane, "ring", at);
    }
    this.#parties.close(lane, at, { code: step.kind === "congestion" ? "declined" : step.kind });
    lane.alive = false;
    const { dialer } = lane;
    if (dialer?.holding) {
      this.#parties.begin(dialer, "hold", at, { with: dialer.held, holds: true });
    } else if (dialer && openBand(dialer)?.with === lane) {
      this.#parties.idle(dialer, at);
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeAnswered(step, at) {
    if (step.member) {
      this.#answerQueue(step, at);
      return;
    }
    const lane = this.#parties.enter(step.by, "party");
    const { dialer } = lane;
    if (openBand(lane)?.kind === "ring") {
      this.#parties.close(lane, at, { code: "answered" });
    }
    if (!dialer) {
      if (!openBand(lane)) {
        this.#parties.idle(lane, at);
      }
      return;
    }
    this.#parties.connect(lane, dialer, at);
    this.#parties.endRings(at, "elsewhere", (other) => other.dialer === dialer && other.kind === "party");
  }

  /** @param {JourneyStep} step @param {number} at */
  takeQueueEntered(step, at) {
    const lane = this.#parties.queue(step.queue);
    const waiter = this.#findDialer() ?? this.#parties.caller();
    const space = step.position ? String(step.position) : null;
    lane.partner = waiter;
    lane.alive = true;
    this.#parties.begin(lane, "wait", at, { with: waiter, place: step.queue, space });
    if (waiter) {
      this.#parties.begin(waiter, "wait", at, { place: step.queue, space });
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeMemberRang(step, at) {
    const lane = this.#parties.member(step);
    this.#parties.begin(lane, "ring", at, { with: this.#parties.queue(step.queue).partner, place: step.queue });
  }

  /** @param {JourneyStep} step @param {number} at */
  takeRingNoAnswer(step, at) {
    const lane = this.#parties.member(step);
    if (openBand(lane)?.kind !== "ring") {
      this.#parties.begin(lane, "ring", at - (step.seconds ?? 0) * 1000, { place: step.queue });
    }
    this.#parties.close(lane, at, { code: step.reason === "congestion" ? "declined" : (step.reason ?? "no_answer") });
    lane.alive = false;
  }

  /** @param {JourneyStep} step @param {number} at */
  takeQueueLeft(step, at) {
    const lane = this.#parties.queue(step.queue);
    const waiter = lane.partner;
    const abandoned = step.kind === "abandoned" || step.reason === "abandoned";
    this.#inferWait(lane, waiter ?? this.#parties.caller(), step, at);
    const answered = step.reason === "answered";
    if (openBand(lane)) {
      const code = abandoned ? "gave_up" : "left";
      this.#parties.close(lane, at, { code: answered ? "answered" : code });
    }
    lane.alive = false;
    if (answered) {
      return; // the member's answer follows, which tells with whom
    }
    this.#parties.endRings(at, abandoned ? "gave_up" : "left", (other) => placeOf(other) === step.queue);
    if (waiter && openBand(waiter)?.kind === "wait") {
      this.#parties.idle(waiter, at, abandoned ? { code: "gave_up" } : { code: "left" });
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeHeld(step, at) {
    const holder = this.#parties.find(step.by);
    holder.holding = true;
    holder.held = holder.partner;
    this.#parties.begin(holder, "hold", at, { with: holder.held, holds: true });
    if (holder.held) {
      this.#parties.begin(holder.held, "hold", at, { with: holder });
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeResumed(step, at) {
    const holder = this.#parties.find(step.by);
    const { held, partner } = holder;
    const asked = partner !== held && partner?.alive ? partner : null;
    Object.assign(holder, { holding: false, held: null, asked });
    if (held?.alive) {
      this.#parties.connect(holder, held, at);
    } else {
      this.#parties.begin(holder, "talk", at);
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeTransferred(step, at) {
    const by = this.#parties.find(step.by);
    const to = step.to ?? null;
    this.notes.push({ code: "transferred", at, by, to, how: step.how ?? null });
    const left = by.held ?? by.partner;
    const waits = this.#parties.all().find((lane) => lane.kind === "queue" && lane.alive && lane.partner === by);
    const rings = this.#parties.all().find((lane) => lane.dialer === by && openBand(lane)?.kind === "ring");
    const asked = by.partner === left ? by.asked : by.partner;
    if (by.asked) {
      [by, left].forEach((lane) => lane && this.#parties.undo(lane, at));
    }
    this.#parties.close(by, at, { code: "transferred", to });
    Object.assign(by, { partner: null, held: null, asked: null, holding: false });
    if (!left) {
      return;
    }
    this.#active = left;
    if (asked?.alive && step.how === "attended") {
      this.#parties.connect(left, asked, at);
    } else if (waits) {
      waits.partner = left;
      this.#parties.begin(left, "wait", at, { place: waits.name });
    } else if (rings) {
      rings.dialer = left;
      this.#parties.begin(left, "ring", at, { with: rings });
    } else {
      left.partner = null;
      this.#parties.idle(left, at);
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeParked(step, at) {
    const lane = step.channel ? this.#parties.find(step.channel) : this.#parties.caller();
    if (!lane) {
      return;
    }
    const { partner } = lane;
    if (partner && openBand(partner)) {
      this.#parties.close(partner, at, { code: "parked" });
      partner.partner = null;
    }
    lane.partner = null;
    this.#parties.begin(lane, "park", at, { place: step.lot, space: step.space });
  }

  /** @param {JourneyStep} step @param {number} at */
  takeUnparked(step, at) {
    const lane = step.channel ? this.#parties.find(step.channel) : this.#parties.caller();
    if (!lane) {
      return;
    }
    this.#active = lane;
    if (step.how === "retrieved" && step.by) {
      this.#parties.connect(lane, this.#parties.enter(step.by, "party"), at);
    } else {
      this.#parties.idle(lane, at, step.how === "gave_up" ? { code: "gave_up" } : null);
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeConference(step, at) {
    const lane = this.#parties.find(step.channel);
    if (step.kind === "conference_joined") {
      lane.partner = null;
      this.#parties.begin(lane, "conference", at, { place: step.conference });
    } else {
      this.#parties.idle(lane, at, { code: "left" });
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeLegEnded(step, at) {
    const lane = this.#parties.ofChannel(step.channel);
    if (!lane) {
      return; // the phone behind a member's Local channel that did not answer: the queue tells of it
    }
    lane.name ??= step.name ?? null;
    lane.number ??= step.number ?? null;
    lane.channels.delete(step.channel);
    refine(lane.bands.at(-1), step, at);
    if (!lane.channels.size) {
      this.#parties.leave(lane, at, endOfLeg(lane, step));
      this.#parties.endRings(at, "gave_up", (other) => other.dialer === lane);
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  takeNote(step, at) {
    const caller = this.#call.caller?.channel;
    if (step.kind === "joined_late" && caller && !this.#parties.caller()) {
      this.#active = this.#parties.enter(caller, "caller");
    }
    this.notes.push({ code: step.kind, at, by: null, to: step.linked_id ?? null, how: null });
  }

  /**
   * Take that the call's first channel was answered, by the dialplan unless somebody is being dialed.
   *
   * @param {number} at
   */
  #answerCaller(at) {
    const caller = this.#parties.caller();
    const band = caller && openBand(caller);
    if (caller && band?.kind === "ring" && !band.with) {
      this.#parties.begin(caller, "ivr", at);
    }
  }

  /** @param {JourneyStep} step @param {number} at */
  #answerQueue(step, at) {
    const queue = this.#parties.queue(step.queue);
    const lane = this.#parties.member(step);
    const caller = queue.partner ?? this.#parties.caller();
    this.#inferWait(queue, caller, step, at);
    this.#parties.close(lane, at, { code: "answered" });
    if (openBand(queue)) {
      this.#parties.close(queue, at, { code: "answered" });
      queue.alive = false;
    }
    this.#parties.endRings(at, "elsewhere", (other) => placeOf(other) === step.queue);
    if (caller) {
      this.#parties.connect(lane, caller, at);
    } else {
      this.#parties.begin(lane, "talk", at);
    }
  }

  /**
   * Tell of a wait whose beginning nobody saw how long the queue says that it was.
   *
   * @param {Person} queue
   * @param {Person | null} caller
   * @param {JourneyStep} step
   * @param {number} at when it ended
   */
  #inferWait(queue, caller, step, at) {
    if (queue.bands.length || step.waited === undefined || caller?.bands.length) {
      return;
    }
    const from = at - step.waited * 1000;
    this.#parties.begin(queue, "wait", from, { with: caller, place: step.queue });
    if (caller) {
      this.#parties.begin(caller, "wait", from, { place: step.queue });
    }
  }

  /** Whoever may dial or join a queue now: one who asks a colleague, else who came or was sent on last. */
  #findDialer() {
    const asking = this.#parties.all().find((lane) => lane.alive && lane.holding);
    const active = this.#active?.alive && !isTalking(this.#active) ? this.#active : null;
    return asking ?? active ?? this.#parties.caller();
  }
}

/** What takes each kind of step. @type {Record<string, (this: Story, step: JourneyStep, at: number) => void>} */
const TAKEN = {
  started: Story.prototype.takeStarted,
  dialed: Story.prototype.takeDialed,
  busy: Story.prototype.takeUnanswered,
  no_answer: Story.prototype.takeUnanswered,
  congestion: Story.prototype.takeUnanswered,
  unavailable: Story.prototype.takeUnanswered,
  answered: Story.prototype.takeAnswered,
  queue_entered: Story.prototype.takeQueueEntered,
  member_rang: Story.prototype.takeMemberRang,
  ring_no_answer: Story.prototype.takeRingNoAnswer,
  abandoned: Story.prototype.takeQueueLeft,
  queue_left: Story.prototype.takeQueueLeft,
  held: Story.prototype.takeHeld,
  resumed: Story.prototype.takeResumed,
  transferred: Story.prototype.takeTransferred,
  parked: Story.prototype.takeParked,
  unparked: Story.prototype.takeUnparked,
  conference_joined: Story.prototype.takeConference,
  conference_left: Story.prototype.takeConference,
  leg_ended: Story.prototype.takeLegEnded,
  joined_late: Story.prototype.takeNote,
  events_missed: Story.prototype.takeNote,
  merged: Story.prototype.takeNote,
};

/**
 * Tell why a leg ended.
 *
 * @param {Person} lane
 * @param {JourneyStep} step
 * @returns {Edge}
 */
function endOfLeg(lane, step) {
  const rings = openBand(lane)?.kind === "ring" && lane.kind !== "caller";
  if (rings && step.how === "hung_up") {
    return { code: REFUSALS.get(step.cause) ?? "declined", cause: step.cause };
  }
  return { code: step.how ?? "ended", cause: step.cause };
}

/**
 * Tell of a ring that its queue counts as not answered that the phone refused it, where its channel's end says so.
 *
 * @param {import("./lanes.js").Band | undefined} band the last of the lane
 * @param {JourneyStep} step
 * @param {number} at
 */
function refine(band, step, at) {
  const code = REFUSALS.get(step.cause);
  if (code && band?.edge?.code === "no_answer" && at - (band.to ?? at) <= MOMENT_MS) {
    Object.assign(band, { edge: { code, cause: step.cause } });
  }
}
