/** One line that tells events of the same name apart. */

/** Headers that say most about an event, the most telling ones first. */
const TELLING = [
  "Queue", "Channel", "Interface", "MemberName", "ChannelStateDesc", "DestChannel", "DialStatus", "CallerIDNum",
  "ConnectedLineNum", "Exten", "Application", "Device", "State", "Peer", "PeerStatus", "EndpointName", "Endpoint",
  "ContactStatus", "Paused", "Position", "Conference", "Parkinglot", "Variable", "Value", "BridgeUniqueid", "Class",
  "Cause-txt", "UserEvent", "Hint", "Mailbox", "Family", "Module", "Status",
];
const MOST = 4;

/**
 * Pick the few headers worth reading in a list.
 *
 * @param {Record<string, string | string[]>} data the event's headers
 * @returns {string} such as `Channel PJSIP/100-00000001 · Exten 200`
 */
export function summarizeEvent(data) {
  const found = TELLING.filter((header) => typeof data[header] === "string" && data[header] !== "");
  return found.slice(0, MOST).map((header) => `${header} ${data[header]}`).join(" · ");
}
