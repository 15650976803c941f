/** The parties of a call while its story is told: whose lane a channel is told in, and where bands begin and end. */

/** @typedef {import("./lanes.js").Lane} Lane */
/** @typedef {import("./lanes.js").Band} Band */
/** @typedef {import("./lanes.js").BandKind} BandKind */
/** @typedef {import("./lanes.js").Edge} Edge */
/** @typedef {import("./lanes.js").EdgeCode} EdgeCode */
/** @typedef {import("./lanes.js").JourneyStep} JourneyStep */

/**
 * A party while the story is told: who talks with it, whom it holds, whom it asked meanwhile, who dials it, since when
 * it does nothing that a step told, and its channels.
 *
 * @typedef {Lane & {partner: Person | null, held: Person | null, asked: Person | null, holding: boolean,
 *   dialer: Person | null, idleSince: number | null, channels: Set<string>}} Person
 */

/** Between two steps that belong to one moment; Asterisk tells some a little early or late. */
export const MOMENT_MS = 1000;

const BAND = Object.freeze({ to: null, sure: true, with: null, holds: false, place: null, space: null, edge: null });

export class Parties {
  /** @type {Map<string, Person>} */
  #lanes = new Map();
  /** @type {Map<string, Person>} */
  #byChannel = new Map();

  /** All of them, in the order in which they came. */
  all() {
    return [...this.#lanes.values()];
  }

  /** Who began the call; null where nothing told yet. */
  caller() {
    return this.all().find((lane) => lane.kind === "caller") ?? null;
  }

  /**
   * Find whose lane a channel is told in.
   *
   * @param {string} channel
   */
  ofChannel(channel) {
    return this.#byChannel.get(channel) ?? this.#behindLocal(channel);
  }

  /**
   * Find the lane of a channel that is in the call, and make it where nothing told of it yet.
   *
   * @param {string} channel
   */
  find(channel) {
    return this.ofChannel(channel) ?? this.enter(channel, "party");
  }

  /**
   * Find the member who talks through a Local channel behind which this channel may be.
   *
   * @param {string} channel
   */
  #behindLocal(channel) {
    const members = this.all().filter((lane) => lane.kind === "member" && isTalking(lane));
    const [lane] = members.filter((each) => [...each.channels].every((name) => name.startsWith("Local/")));
    if (lane) {
      this.#byChannel.set(channel, lane);
      lane.channels = new Set([channel]);
    }
    return lane ?? null;
  }

  /** Whether a member is called through a Local channel, so that a phone may be behind it of which nothing tells. */
  hidesPhones() {
    return this.all().some((lane) => lane.alive && lane.kind === "member" && lane.channel?.startsWith("Local/"));
  }

  /**
   * Return the lane of a channel: its own, that of the same phone before or beside, or a new one.
   *
   * @param {string} channel
   * @param {"caller" | "party"} kind
   */
  enter(channel, kind) {
    const device = deviceOf(channel);
    const same = this.all().find((lane) => lane.device === device && (!lane.alive || lane.holding));
    const lane = this.#byChannel.get(channel) ?? same ?? this.#add(channel, kind, device);
    this.#join(lane, channel);
    return lane;
  }

  /**
   * @param {JourneyStep} step
   */
  member(step) {
    const key = `member|${step.queue}|${step.member}`;
    const lane = this.#lanes.get(key) ?? this.#add(key, "member", step.member.replace(/\/n$/, ""));
    lane.name = step.name ?? (step.by === step.member ? null : step.by) ?? lane.name;
    if (step.channel) {
      this.#join(lane, step.channel);
    }
    lane.alive = true;
    return lane;
  }

  /**
   * @param {string} name
   */
  queue(name) {
    const key = `queue|${name}`;
    const lane = this.#lanes.get(key) ?? this.#add(key, "queue", null);
    lane.name = name;
    return lane;
  }

  /**
   * @param {string} key
   * @param {Lane["kind"]} kind
   * @param {string | null} device
   * @returns {Person}
   */
  #add(key, kind, device) {
    const nobody = { partner: null, held: null, asked: null, holding: false, dialer: null, idleSince: null };
    const lane = { key, kind, name: null, number: null, device, channel: null, alive: true, bands: [], ...nobody, channels: new Set() };
    this.#lanes.set(key, lane);
    return lane;
  }

  /**
   * @param {Person} lane
   * @param {string} channel
   */
  #join(lane, channel) {
    if (!lane.alive || lane.kind === "member") {
      lane.channels.clear();
    }
    lane.alive = true;
    lane.channel = channel;
    lane.channels.add(channel);
    this.#byChannel.set(channel, lane);
  }

  /**
   * Find the lane of a phone that takes part and now makes another call, to ask somebody; a caller's trunk is no phone.
   *
   * @param {string} channel the new one
   */
  samePhone(channel) {
    const device = deviceOf(channel);
    const lane = this.all().find((each) => each.alive && each.kind !== "caller" && each.kind !== "queue" && each.device === device);
    if (lane) {
      lane.channels.add(channel);
      this.#byChannel.set(channel, lane);
    }
    return lane ?? null;
  }

  /**
   * Take back a band that began a moment ago, since what came next says that the one before went on.
   *
   * @param {Person} lane
   * @param {number} at
   */
  undo(lane, at) {
    const open = openBand(lane);
    const before = lane.bands.at(-2);
    if (open && before && at - open.from <= MOMENT_MS) {
      lane.bands.pop();
      Object.assign(before, { to: null, edge: null });
    }
  }

  /**
   * Begin a band, which ends the one before; what is the same goes on.
   *
   * @param {Person} lane
   * @param {BandKind} kind
   * @param {number} at
   * @param {Partial<Band>} facts
   */
  begin(lane, kind, at, facts = {}) {
    const open = openBand(lane);
    if (open && open.kind === kind && kind === "ring" && !open.with) {
      Object.assign(open, facts);
      return;
    }
    if (open && open.kind === kind && open.with === (facts.with ?? null) && open.place === (facts.place ?? null)) {
      return;
    }
    this.#fillIdle(lane, at);
    closeBand(lane, at, null);
    lane.bands.push({ ...BAND, kind, from: at, ...facts });
    lane.idleSince = null;
  }

  /**
   * @param {Person} lane
   * @param {number} at
   * @param {Edge} edge
   */
  close(lane, at, edge) {
    closeBand(lane, at, edge);
    lane.idleSince = null;
  }

  /**
   * Take that a party goes on in the dialplan, unless something else follows at once.
   *
   * @param {Person} lane
   * @param {number} at
   * @param {Edge | null} edge
   */
  idle(lane, at, edge = null) {
    closeBand(lane, at, edge);
    lane.idleSince = at;
  }

  /**
   * @param {Person} lane
   * @param {number} at
   */
  #fillIdle(lane, at) {
    if (lane.idleSince !== null && at - lane.idleSince >= MOMENT_MS) {
      lane.bands.push({ ...BAND, kind: "ivr", from: lane.idleSince, to: at });
    }
    lane.idleSince = null;
  }

  /**
   * @param {Person} one
   * @param {Person} other
   * @param {number} at
   */
  connect(one, other, at) {
    this.begin(one, "talk", at, { with: other });
    this.begin(other, "talk", at, { with: one });
    one.partner = other;
    other.partner = one;
  }

  /**
   * Take that a party is out of the call.
   *
   * @param {Person} lane
   * @param {number} at
   * @param {Edge | null} edge
   */
  leave(lane, at, edge) {
    if (!lane.alive) {
      return;
    }
    this.#fillIdle(lane, at);
    const last = lane.bands.at(-1);
    if (openBand(lane)) {
      closeBand(lane, at, edge);
    } else if (last && edge && (!last.edge || last.edge.code === "other_left") && at - (last.to ?? at) <= MOMENT_MS) {
      last.edge = edge;
    }
    Object.assign(lane, { alive: false, holding: false, held: null });
    const { partner } = lane;
    if (partner?.partner === lane) {
      partner.partner = null;
      this.idle(partner, at, { code: "other_left" });
    }
  }

  /**
   * End the rings that match, also those whose channel was told to have ended in this moment.
   *
   * @param {number} at
   * @param {EdgeCode} code
   * @param {(lane: Person) => boolean} matches
   */
  endRings(at, code, matches) {
    for (const lane of this.all()) {
      const band = lane.bands.at(-1);
      const justEnded = band?.edge?.code === "ended" && at - (band.to ?? at) <= MOMENT_MS;
      if (lane.kind === "caller" || band?.kind !== "ring" || !matches(lane)) {
        continue;
      }
      if (band.to === null) {
        this.close(lane, at, { code });
        lane.alive = false;
      } else if (justEnded) {
        band.edge = { code };
      }
    }
  }
}

/**
 * @param {Lane} lane
 */
export function openBand(lane) {
  const last = lane.bands.at(-1);
  return last?.to === null ? last : null;
}

/**
 * @param {Lane} lane
 */
export function placeOf(lane) {
  return lane.bands.at(-1)?.place ?? null;
}

/**
 * @param {Lane} lane
 * @param {number} at
 * @param {Edge | null} edge
 */
function closeBand(lane, at, edge) {
  const open = openBand(lane);
  if (!open) {
    return;
  }
  if (at <= open.from && !edge) {
    lane.bands.pop(); // what lasted no time is not told
    return;
  }
  open.to = Math.max(at, open.from);
  open.edge = edge;
}

/**
 * @param {Lane} lane
 */
export function isTalking(lane) {
  return ["talk", "conference"].includes(openBand(lane)?.kind ?? "");
}

/**
 * @param {string} channel
 */
function deviceOf(channel) {
  return channel.replace(/-[0-9a-f]+(;[12])?$/, "");
}
