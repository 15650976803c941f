/** What an event tells, in one line for people; the names and values of rarer events speak for themselves. */

import { t, tn } from "../../words.js";

/** @typedef {import("./event_headers.js").Headers} Headers */

const NOTHING = new Set(["", "<unknown>", "<none>", "(null)"]);

/** Headers that say most about any other event, the most telling ones first. */
const TELLING = [
  "Queue", "Channel", "DestChannel", "Interface", "MemberName", "CallerIDNum", "Exten", "Device", "State", "Peer",
  "EndpointName", "Endpoint", "Conference", "Parkinglot", "Mailbox", "Module", "Service", "AccountID", "RemoteAddress",
  "Status", "Message", "Test",
];
const MOST = 3;

/** An event's headers as its sentence reads them. */
class Facts {
  #data;

  /** @param {Headers} data */
  constructor(data) {
    this.#data = data;
  }

  /**
   * A header that came once and says something; else nothing.
   *
   * @param {string} name
   */
  get(name) {
    const value = this.#data[name];
    return typeof value === "string" && !NOTHING.has(value) ? value : "";
  }

  /**
   * Who is on a channel: a name, else a number, else the channel; of a Local channel, which is nobody's, the channel.
   *
   * @param {string} prefix such as `Dest`
   */
  who(prefix = "") {
    const channel = this.get(`${prefix}Channel`);
    return channel.startsWith("Local/") ? channel : this.caller(prefix);
  }

  /**
   * The party of a channel, whatever the channel.
   *
   * @param {string} prefix
   */
  caller(prefix = "") {
    return this.get(`${prefix}CallerIDName`) || this.get(`${prefix}CallerIDNum`) || this.get(`${prefix}Channel`);
  }

  get member() {
    return this.get("MemberName") || this.get("Interface");
  }

  get queue() {
    return this.get("Queue");
  }
}

/** @typedef {(facts: Facts) => string} Sentence */

/** @type {Record<string, Sentence>} */
const OF_CHANNELS = {
  Newchannel: (f) => f.get("Exten") && f.get("Exten") !== "s"
    ? t("New channel %(who)s for %(exten)s", { who: f.who(), exten: f.get("Exten") })
    : t("New channel %(who)s", { who: f.who() }),
  Newstate: (f) => {
    const who = f.who();
    const state = f.get("ChannelStateDesc");
    /** @type {Record<string, () => string>} */
    const known = {
      Ring: () => t("%(who)s calls", { who }),
      Ringing: () => t("%(who)s rings", { who }),
      Up: () => t("%(who)s is up", { who }),
      Busy: () => t("%(who)s is busy", { who }),
    };
    return known[state]?.() ?? t("%(who)s: %(state)s", { who, state });
  },
  Hangup: (f) => t("%(who)s ended: %(cause)s", { who: f.who(), cause: f.get("Cause-txt") || f.get("Cause") }),
  HangupRequest: (f) => t("%(who)s hangs up", { who: f.who() }),
  SoftHangupRequest: (f) => t("%(who)s is told to hang up", { who: f.who() }),
  NewCallerid: (f) => t("%(channel)s is %(caller)s", { channel: f.get("Channel"), caller: f.caller() }),
  NewConnectedLine: (f) => t("%(who)s sees %(other)s", {
    who: f.who(), other: f.get("ConnectedLineName") || f.get("ConnectedLineNum") || t("nobody"),
  }),
  Newexten: (f) => t("%(channel)s runs %(application)s(%(data)s) at %(exten)s", {
    channel: f.get("Channel"), application: f.get("Application"), data: f.get("AppData"), exten: f.get("Extension") || f.get("Exten"),
  }),
  VarSet: (f) => {
    const values = { variable: f.get("Variable"), value: f.get("Value"), channel: f.get("Channel") };
    if (["", "none"].includes(values.channel)) { // a global variable is told of the channel `none`
      return t("%(variable)s = %(value)s for all", values);
    }
    return values.value ? t("%(variable)s = %(value)s on %(channel)s", values) : t("%(variable)s is emptied on %(channel)s", values);
  },
  Rename: (f) => t("%(channel)s is now %(name)s", { channel: f.get("Channel"), name: f.get("Newname") }),
  DTMFBegin: (f) => pressed(f),
  DTMFEnd: (f) => pressed(f),
  Hold: (f) => t("%(who)s holds the other", { who: f.who() }),
  Unhold: (f) => t("%(who)s takes the other back", { who: f.who() }),
  MusicOnHoldStart: (f) => t("%(who)s hears music", { who: f.who() }),
  MusicOnHoldStop: (f) => t("%(who)s hears no more music", { who: f.who() }),
  MixMonitorStart: (f) => t("%(who)s is recorded", { who: f.who() }),
  MixMonitorStop: (f) => t("%(who)s is recorded no more", { who: f.who() }),
  ChanSpyStart: (f) => t("%(who)s listens to %(other)s", { who: f.who("Spyer"), other: f.who("Spyee") }),
  ChanSpyStop: (f) => t("%(who)s listens no more", { who: f.who("Spyer") }),
  RTCPReceived: (f) => t("Quality report from %(who)s", { who: f.who() }),
  RTCPSent: (f) => t("Quality report to %(who)s", { who: f.who() }),
};

/** @param {Facts} facts */
function pressed(facts) {
  const values = { who: facts.who(), digit: facts.get("Digit") };
  return facts.get("Direction") === "Sent"
    ? t("%(who)s is sent the digit %(digit)s", values)
    : t("%(who)s presses %(digit)s", values);
}

/** @type {Record<string, Sentence>} */
const OF_CALLS = {
  DialBegin: (f) => f.get("Channel")
    ? t("%(who)s rings %(other)s", { who: f.caller(), other: f.who("Dest") })
    : t("%(other)s is called", { other: f.who("Dest") }),
  DialState: (f) => t("%(other)s: %(state)s", { other: f.who("Dest"), state: f.get("DialStatus").toLowerCase() }),
  DialEnd: (f) => dialled(f),
  OriginateResponse: (f) => f.get("Response") === "Success"
    ? t("The call to %(channel)s was put through", { channel: f.get("Channel") })
    : t("The call to %(channel)s was not put through", { channel: f.get("Channel") }),
  BridgeCreate: (f) => t("A conversation is made (%(technology)s)", { technology: f.get("BridgeTechnology") }),
  BridgeDestroy: () => t("A conversation is over"),
  BridgeEnter: (f) => tn("%(who)s joins: %(count)s is there", "%(who)s joins: %(count)s are there", Number(f.get("BridgeNumChannels")), { who: f.who() }),
  BridgeLeave: (f) => tn("%(who)s leaves: %(count)s is left", "%(who)s leaves: %(count)s are left", Number(f.get("BridgeNumChannels")), { who: f.who() }),
  BridgeMerge: () => t("Two conversations become one"),
  LocalBridge: (f) => t("%(one)s and %(two)s are two ends of one channel", { one: f.get("LocalOneChannel"), two: f.get("LocalTwoChannel") }),
  BlindTransfer: (f) => succeeded(f)
    ? t("%(who)s sends the call to %(exten)s", { who: f.who("Transferer"), exten: f.get("Extension") })
    : t("%(who)s could not send the call to %(exten)s", { who: f.who("Transferer"), exten: f.get("Extension") }),
  AttendedTransfer: (f) => succeeded(f)
    ? t("%(who)s hands the call over", { who: f.who("OrigTransferer") })
    : t("%(who)s could not hand the call over", { who: f.who("OrigTransferer") }),
  Pickup: (f) => t("%(who)s picks up the call to %(other)s", { who: f.who(), other: f.who("Target") }),
  ParkedCall: (f) => t("%(who)s is parked at %(space)s", { who: f.who("Parkee"), space: f.get("ParkingSpace") }),
  UnParkedCall: (f) => t("%(who)s is taken from %(space)s", { who: f.who("Parkee"), space: f.get("ParkingSpace") }),
  ParkedCallGiveUp: (f) => t("%(who)s gave up at %(space)s", { who: f.who("Parkee"), space: f.get("ParkingSpace") }),
  ParkedCallTimeOut: (f) => t("%(who)s was parked at %(space)s for too long", { who: f.who("Parkee"), space: f.get("ParkingSpace") }),
  ConfbridgeStart: (f) => t("The conference %(name)s begins", { name: f.get("Conference") }),
  ConfbridgeEnd: (f) => t("The conference %(name)s is over", { name: f.get("Conference") }),
  ConfbridgeJoin: (f) => t("%(who)s joins the conference %(name)s", { who: f.who(), name: f.get("Conference") }),
  ConfbridgeLeave: (f) => t("%(who)s leaves the conference %(name)s", { who: f.who(), name: f.get("Conference") }),
};

/** @param {Facts} facts */
function succeeded(facts) {
  return facts.get("Result") === "Success";
}

/** @param {Facts} facts */
function dialled(facts) {
  const other = facts.who("Dest");
  const status = facts.get("DialStatus");
  /** @type {Record<string, () => string>} */
  const known = {
    ANSWER: () => t("%(other)s answers", { other }),
    BUSY: () => t("%(other)s is busy", { other }),
    NOANSWER: () => t("%(other)s does not answer", { other }),
    CANCEL: () => t("%(other)s is no longer called", { other }),
    CHANUNAVAIL: () => t("%(other)s cannot be reached", { other }),
    CONGESTION: () => t("%(other)s declines, or the line is congested", { other }),
  };
  return known[status]?.() ?? t("%(other)s: %(state)s", { other, state: status.toLowerCase() });
}

/** @type {Record<string, Sentence>} */
const OF_QUEUES = {
  QueueCallerJoin: (f) => t("%(caller)s waits in %(queue)s, at place %(position)s", {
    caller: f.caller(), queue: f.queue, position: f.get("Position"),
  }),
  QueueCallerLeave: (f) => t("%(caller)s waits no more in %(queue)s", { caller: f.caller(), queue: f.queue }),
  QueueCallerAbandon: (f) => t("%(caller)s is lost to %(queue)s after %(seconds)s s", {
    caller: f.caller(), queue: f.queue, seconds: f.get("HoldTime"),
  }),
  AgentCalled: (f) => t("%(member)s is rung by %(queue)s for %(caller)s", { member: f.member, queue: f.queue, caller: f.caller() }),
  AgentConnect: (f) => t("%(member)s answers %(caller)s, who waited %(seconds)s s in %(queue)s", {
    member: f.member, caller: f.caller(), seconds: f.get("HoldTime"), queue: f.queue,
  }),
  AgentComplete: (f) => t("%(member)s talked %(seconds)s s with %(caller)s, by %(queue)s", {
    member: f.member, caller: f.caller(), seconds: f.get("TalkTime"), queue: f.queue,
  }),
  AgentRingNoAnswer: (f) => t("%(member)s does not answer %(queue)s", { member: f.member, queue: f.queue }),
  AgentDump: (f) => t("%(member)s drops %(caller)s, by %(queue)s", { member: f.member, caller: f.caller(), queue: f.queue }),
  QueueMemberAdded: (f) => t("%(member)s is a member of %(queue)s", { member: f.member, queue: f.queue }),
  QueueMemberRemoved: (f) => t("%(member)s is no more a member of %(queue)s", { member: f.member, queue: f.queue }),
  QueueMemberPenalty: (f) => t("%(member)s has penalty %(penalty)s in %(queue)s", {
    member: f.member, queue: f.queue, penalty: f.get("Penalty"),
  }),
  QueueMemberPause: (f) => paused(f),
  QueueMemberStatus: (f) => t("%(member)s changed in %(queue)s", { member: f.member, queue: f.queue }),
};

/** @param {Facts} facts */
function paused(facts) {
  const values = { member: facts.member, queue: facts.queue, reason: facts.get("PausedReason") };
  if (facts.get("Paused") !== "1") {
    return t("%(member)s takes calls of %(queue)s again", values);
  }
  return values.reason
    ? t("%(member)s takes no calls of %(queue)s: %(reason)s", values)
    : t("%(member)s takes no calls of %(queue)s", values);
}

/** @type {Record<string, Sentence>} */
const OF_THE_PBX = {
  DeviceStateChange: (f) => t("%(device)s: %(state)s", { device: f.get("Device"), state: words(f.get("State")) }),
  ExtensionStatus: (f) => t("%(exten)s@%(context)s: %(state)s", {
    exten: f.get("Exten"), context: f.get("Context"), state: words(f.get("StatusText")),
  }),
  ContactStatus: (f) => t("%(name)s: %(state)s", { name: f.get("EndpointName"), state: words(f.get("ContactStatus")) }),
  PeerStatus: (f) => t("%(name)s: %(state)s", { name: f.get("Peer"), state: words(f.get("PeerStatus")) }),
  UserEvent: (f) => t("The dialplan tells %(name)s", { name: f.get("UserEvent") }),
  Reload: (f) => t("%(module)s is read anew", { module: f.get("Module") }),
  FullyBooted: () => t("Asterisk is ready"),
  Shutdown: () => t("Asterisk shuts down"),
};

/**
 * Asterisk's words for a state as people write them: `not inuse` of `NOT_INUSE`.
 *
 * @param {string} state
 */
function words(state) {
  return state.toLowerCase().replaceAll("_", " ");
}

/** @type {Map<string, Sentence>} */
const SENTENCES = new Map(Object.entries({ ...OF_CHANNELS, ...OF_CALLS, ...OF_QUEUES, ...OF_THE_PBX }));

/**
 * Tell what an event says.
 *
 * @param {string} name the event's name
 * @param {Headers} data the event's headers
 * @returns {string} a sentence; of an event without one its most telling headers: `Service AMI · AccountID admin`
 */
export function summarizeEvent(name, data) {
  const facts = new Facts(data);
  const sentence = SENTENCES.get(name);
  if (sentence) {
    return sentence(facts);
  }
  const filled = TELLING.filter((header) => facts.get(header)).slice(0, MOST);
  return filled.map((header) => t("%(header)s %(value)s", { header, value: facts.get(header) })).join(" · ");
}
