/** What lanes say to people: on bands, at their edges, and as a list of sentences. */

import { clockText, partyText } from "../../format.js";
import { t } from "../../words.js";

/** @typedef {import("./lanes.js").Band} Band */
/** @typedef {import("./lanes.js").BandKind} BandKind */
/** @typedef {import("./lanes.js").CallLanes} CallLanes */
/** @typedef {import("./lanes.js").Edge} Edge */
/** @typedef {import("./lanes.js").EdgeCode} EdgeCode */
/** @typedef {import("./lanes.js").Lane} Lane */
/** @typedef {import("./lanes.js").Note} Note */

/** Asterisk's word for an end as it should be, which says nothing. */
const NORMAL = "Normal Clearing";

/** Icon and tone of each edge that is worth one; who answered needs none, the talk that follows says it. */
const EDGE_LOOKS = new Map(/** @type {[EdgeCode, {icon: string, tone: string}][]} */ ([
  ["no_answer", { icon: "phone-x", tone: "warn" }],
  ["busy", { icon: "phone-x", tone: "bad" }],
  ["declined", { icon: "phone-x", tone: "bad" }],
  ["congestion", { icon: "phone-x", tone: "bad" }],
  ["unavailable", { icon: "phone-x", tone: "bad" }],
  ["gave_up", { icon: "phone-off", tone: "bad" }],
  ["hung_up", { icon: "phone-off", tone: "neutral" }],
  ["ordered", { icon: "phone-off", tone: "warn" }],
  ["transferred", { icon: "arrow-forward-up", tone: "info" }],
  ["parked", { icon: "parking", tone: "info" }],
  ["unknown", { icon: "help-circle", tone: "neutral" }],
]));

/**
 * The icon and tone of a band's end, or null.
 *
 * @param {Edge | null} edge
 */
export function edgeLook(edge) {
  return edge ? (EDGE_LOOKS.get(edge.code) ?? null) : null;
}

/**
 * Why a band ended; empty where the next band alone tells.
 *
 * @param {Edge | null} edge
 * @returns {string}
 */
export function edgeText(edge) {
  return edge ? EDGE_TEXTS[edge.code](edge) : "";
}

/** @type {Record<EdgeCode, (edge: Edge) => string>} */
const EDGE_TEXTS = {
  answered: () => t("answered"),
  no_answer: () => t("no answer"),
  busy: () => t("busy"),
  declined: () => t("declined"),
  congestion: () => t("could not be reached at the time"),
  unavailable: () => t("could not be reached"),
  elsewhere: () => t("somebody else answered"),
  gave_up: () => t("the caller gave up"),
  left: () => t("left"),
  hung_up: () => t("hung up"),
  other_left: () => t("the other party left"),
  ordered: () => t("hung up by a command"),
  transferred: ({ to }) => (to ? t("transferred to %(to)s", { to }) : t("transferred")),
  parked: () => t("parked the call"),
  ended: ({ cause }) => (cause && cause !== NORMAL ? t("ended: %(cause)s", { cause }) : t("ended")),
  unknown: () => t("how it ended was not seen"),
};

/**
 * What a party is called: by name and number, else by its phone.
 *
 * @param {Lane} lane
 * @returns {{name: string, number: string}}
 */
export function laneParty(lane) {
  if (lane.kind === "queue") {
    return { name: lane.name ?? "", number: "" };
  }
  const party = partyText(lane.name, lane.number);
  const name = party.name || deviceText(lane.device) || t("Unknown");
  return { name, number: party.number || (lane.kind === "member" ? deviceText(lane.device) : "") };
}

/**
 * A device in plain words: `PJSIP/102` is 102, `Local/505@agents` is 505.
 *
 * @param {string | null} device
 */
function deviceText(device) {
  return device?.replace(/^[^/]+\//, "").replace(/@.*$/, "") ?? "";
}

/**
 * What a party is in the call.
 *
 * @param {Lane} lane
 */
export function laneRole(lane) {
  return { caller: t("Caller"), queue: t("Queue"), member: t("Agent"), party: t("Party") }[lane.kind];
}

/**
 * What stands on a band.
 *
 * @param {Band} band
 * @param {Lane} lane whose it is
 * @returns {string}
 */
export function bandText(band, lane) {
  switch (band.kind) {
    case "ring":
      return lane.kind === "caller" ? t("Calls") : t("Rings");
    case "ivr":
      return t("Announcement or menu");
    case "wait":
      return t("Waits");
    case "talk":
      return t("Talks");
    case "hold":
      return band.holds ? t("Holds the other") : t("On hold");
    case "park":
      return band.space ? t("Parked at %(space)s", { space: band.space }) : t("Parked");
    default:
      return band.place ? t("Conference %(room)s", { room: band.place }) : t("Conference");
  }
}

/**
 * What a band says when it is pointed at: what, how long, and why it ended.
 *
 * @param {Band} band
 * @param {Lane} lane
 * @param {number} now
 */
export function bandTitle(band, lane, now) {
  const said = sentenceOf(band, lane);
  const span = clockText(((band.to ?? now) - band.from) / 1000);
  const edge = edgeText(band.edge);
  return edge ? t("%(said)s %(span)s, %(edge)s", { said, span, edge }) : t("%(said)s %(span)s", { said, span });
}

/**
 * A band as a sentence.
 *
 * @param {Band} band
 * @param {Lane} lane
 * @returns {string}
 */
function sentenceOf(band, lane) {
  const party = laneParty(lane).name;
  const other = band.with ? laneParty(band.with).name : "";
  const place = band.place ?? "";
  const words = {
    ring: () => ringSentence(lane, party, other),
    ivr: () => t("%(party)s hears an announcement or a menu.", { party }),
    wait: () => (lane.kind === "queue" ? t("%(other)s waits in the queue %(party)s.", { other, party }) : waitSentence(band, party, place)),
    talk: () => (other ? t("%(party)s talks with %(other)s.", { party, other }) : t("%(party)s talks.", { party })),
    hold: () => holdSentence(band, party, other),
    park: () => parkSentence(band, party, place),
    conference: () => t("%(party)s is in the conference %(room)s.", { party, room: place }),
  };
  return words[band.kind]();
}

/** @param {Lane} lane @param {string} party @param {string} other */
function ringSentence(lane, party, other) {
  if (lane.kind !== "caller") {
    return t("The phone of %(party)s rings.", { party });
  }
  return other ? t("%(party)s calls %(other)s.", { party, other }) : t("%(party)s calls.", { party });
}

/** @param {Band} band @param {string} party @param {string} queue */
function waitSentence(band, party, queue) {
  return band.space
    ? t("%(party)s waits in the queue %(queue)s, at first in place %(place)s.", { party, queue, place: band.space })
    : t("%(party)s waits in the queue %(queue)s.", { party, queue });
}

/** @param {Band} band @param {string} party @param {string} other */
function holdSentence(band, party, other) {
  if (band.holds) {
    return other ? t("%(party)s puts %(other)s on hold.", { party, other }) : t("%(party)s puts the call on hold.", { party });
  }
  return t("%(party)s is on hold.", { party });
}

/** @param {Band} band @param {string} party @param {string} lot */
function parkSentence(band, party, lot) {
  return band.space
    ? t("%(party)s is parked at %(space)s of the lot %(lot)s.", { party, space: band.space, lot })
    : t("%(party)s is parked in the lot %(lot)s.", { party, lot });
}

/**
 * What a note on the axis says.
 *
 * @param {Note} note
 * @returns {string}
 */
export function noteText(note) {
  const by = note.by ? laneParty(note.by).name : "";
  const to = note.to ?? "";
  switch (note.code) {
    case "joined_late":
      return t("amictl began to look here; what came before is not known.");
    case "events_missed":
      return t("The link to the PBX was lost; what happened meanwhile is not known.");
    case "merged":
      return t("Another call became one with this.");
    default:
      return note.how === "attended"
        ? t("%(by)s hands the call over to %(to)s after asking.", { by, to })
        : t("%(by)s transfers the call to %(to)s.", { by, to });
  }
}

/**
 * Why a call ended, as a sentence; empty while it lives.
 *
 * @param {CallLanes} lanes
 * @returns {string}
 */
export function endText({ end }) {
  if (!end) {
    return "";
  }
  const by = end.by ? laneParty(end.by).name : "";
  switch (end.code) {
    case "hung_up":
      return by ? t("%(by)s hung up.", { by }) : t("A party hung up.");
    case "ordered":
      return t("It was hung up by a command of the PBX's console.");
    case "unknown":
      return t("Why it ended was not seen.");
    default:
      return end.cause && end.cause !== NORMAL
        ? t("The PBX ended it: %(cause)s.", { cause: end.cause })
        : t("No party hung up: the PBX ended it, by its dialplan, a time limit or an order from outside.");
  }
}

/**
 * @typedef {object} Line of the list that tells the same as the drawing
 * @property {string} key
 * @property {number} at
 * @property {number | null} to null while it lasts, and for what takes no time
 * @property {boolean} lasts whether it goes on
 * @property {string} text
 * @property {string} edge why it ended; may be empty
 */

/**
 * Tell all that lanes show as sentences, in the order of time.
 *
 * @param {CallLanes} lanes
 * @returns {Line[]}
 */
export function listLines(lanes) {
  /** @type {Map<string, Line>} */
  const lines = new Map();
  for (const lane of lanes.lanes.filter((each) => each.kind !== "queue")) {
    for (const band of lane.bands) {
      if (!isTold(band, lane, lines)) {
        const key = `${lane.key} ${band.kind} ${band.from}`;
        const told = { at: band.from, to: band.to, lasts: band.to === null, text: sentenceOf(band, lane), edge: edgeText(band.edge) };
        lines.set(key, { key, ...told });
      }
    }
  }
  for (const note of lanes.notes) {
    const key = `${note.code} ${note.at}`;
    lines.set(key, { key, at: note.at, to: null, lasts: false, text: noteText(note), edge: "" });
  }
  if (lanes.end) {
    lines.set("end", { key: "end", at: lanes.end.at, to: null, lasts: false, text: endText(lanes), edge: "" });
  }
  return [...lines.values()].sort((one, other) => one.at - other.at);
}

/**
 * Whether the other party's line tells a talk or a hold already.
 *
 * @param {Band} band
 * @param {Lane} lane
 * @param {Map<string, Line>} lines
 */
function isTold(band, lane, lines) {
  const both = band.kind === "talk" || (band.kind === "hold" && !band.holds);
  const other = band.with && lines.get(`${band.with.key} ${band.kind} ${band.from}`);
  if (both && other && band.with !== lane) {
    other.edge ||= edgeText(band.edge);
    return true;
  }
  return band.kind === "hold" && !band.holds && band.with !== null;
}
