/** One line that tells events of the same name apart. */

import { isolated } from "../../words.js";

/** What is worth reading in the events that come most often; their values speak for themselves. */
const BY_NAME = new Map(
  Object.entries({
    AgentCalled: ["Queue", "MemberName", "CallerIDName", "CallerIDNum"],
    AgentComplete: ["Queue", "MemberName", "CallerIDName", "CallerIDNum"],
    AgentConnect: ["Queue", "MemberName", "CallerIDName", "CallerIDNum"],
    AgentRingNoAnswer: ["Queue", "MemberName", "CallerIDName", "CallerIDNum"],
    AttendedTransfer: ["Result", "OrigTransfererChannel", "TransfereeChannel"],
    BlindTransfer: ["Result", "Extension", "TransfererChannel"],
    BridgeCreate: ["BridgeType", "BridgeTechnology", "BridgeUniqueid"],
    BridgeDestroy: ["BridgeType", "BridgeUniqueid"],
    BridgeEnter: ["Channel", "BridgeType", "BridgeNumChannels"],
    BridgeLeave: ["Channel", "BridgeType", "BridgeNumChannels"],
    ConfbridgeJoin: ["Conference", "CallerIDName", "Channel"],
    ConfbridgeLeave: ["Conference", "CallerIDName", "Channel"],
    ContactStatus: ["EndpointName", "ContactStatus", "URI"],
    DeviceStateChange: ["Device", "State"],
    DialBegin: ["Channel", "DestChannel", "DialString"],
    DialEnd: ["DialStatus", "Channel", "DestChannel"],
    DialState: ["DialStatus", "DestChannel"],
    DTMFBegin: ["Channel", "Digit", "Direction"],
    DTMFEnd: ["Channel", "Digit", "Direction"],
    ExtensionStatus: ["Exten", "Context", "StatusText"],
    Hangup: ["Channel", "Cause-txt"],
    HangupRequest: ["Channel", "Cause"],
    Hold: ["CallerIDName", "CallerIDNum", "Channel"],
    LocalBridge: ["LocalOneChannel", "LocalTwoChannel"],
    MusicOnHoldStart: ["Channel", "Class"],
    MusicOnHoldStop: ["Channel"],
    NewCallerid: ["CallerIDNum", "CallerIDName", "Channel"],
    Newchannel: ["Channel", "Exten", "CallerIDNum"],
    NewConnectedLine: ["ConnectedLineNum", "ConnectedLineName", "Channel"],
    Newexten: ["Application", "AppData", "Exten", "Channel"],
    Newstate: ["ChannelStateDesc", "Channel", "CallerIDNum"],
    ParkedCall: ["ParkingSpace", "ParkeeCallerIDName", "ParkeeChannel"],
    ParkedCallGiveUp: ["ParkingSpace", "ParkeeCallerIDName", "ParkeeChannel"],
    ParkedCallTimeOut: ["ParkingSpace", "ParkeeCallerIDName", "ParkeeChannel"],
    PeerStatus: ["Peer", "PeerStatus"],
    QueueCallerAbandon: ["Queue", "CallerIDName", "CallerIDNum", "HoldTime"],
    QueueCallerJoin: ["Queue", "CallerIDName", "CallerIDNum", "Position"],
    QueueCallerLeave: ["Queue", "CallerIDName", "CallerIDNum", "Position"],
    QueueMemberPause: ["Queue", "MemberName", "Paused", "PausedReason"],
    QueueMemberStatus: ["Queue", "MemberName", "Interface"],
    RTCPReceived: ["Channel", "From", "RTT"],
    RTCPSent: ["Channel", "To"],
    SoftHangupRequest: ["Channel", "Cause"],
    Unhold: ["CallerIDName", "CallerIDNum", "Channel"],
    UnParkedCall: ["ParkingSpace", "ParkeeCallerIDName", "ParkeeChannel"],
    UserEvent: ["UserEvent", "Channel"],
    VarSet: ["Variable", "Value", "Channel"],
  }),
);

/** Headers that say most about any other event, the most telling ones first. */
const TELLING = [
  "Queue", "Channel", "DestChannel", "Interface", "MemberName", "CallerIDNum", "Exten", "Device", "State", "Peer",
  "EndpointName", "Endpoint", "Conference", "Parkinglot", "Mailbox", "Module", "Status", "Message", "Test",
];
const MOST = 3;

/**
 * Pick the few headers worth reading in a list.
 *
 * @param {string} name the event's name
 * @param {Record<string, string | string[]>} data the event's headers
 * @returns {string} such as `support · PJSIP/100-00000001`; headers of rarer events with their names
 */
export function summarizeEvent(name, data) {
  const filled = (header) => typeof data[header] === "string" && data[header] !== "" && data[header] !== "<unknown>";
  const known = BY_NAME.get(name)?.filter(filled) ?? [];
  if (known.length) {
    return known.map((header) => isolated(data[header])).join(" · ");
  }
  return TELLING.filter(filled).slice(0, MOST).map((header) => `${header} ${isolated(data[header])}`).join(" · ");
}
