/**
 * What an event is about, told by its headers.
 *
 * Headers are known by how their names end, since Asterisk puts `Dest`, `Parkee`, `OrigTransferer` and more before
 * them; the server reads them the same way (amictl/pbx/topics/events/homes.py).
 */

/**
 * @typedef {Record<string, string | string[]>} Headers
 * @typedef {{type: string, event: string, data: Headers, at: string, seq: number, pbx: string}} AmiEvent
 * @typedef {{name: string, unique: string, linked: string}} EventChannel what an event tells of one channel; empty where it does not
 * @typedef {{channels: EventChannel[], bridges: string[], queues: string[]}} Subject
 */

/** @type {readonly [keyof EventChannel | "bridge" | "queue", RegExp][]} */
const KINDS = [
  ["queue", /^queue$/],
  ["bridge", /bridgeuniqueid$/],
  ["linked", /^(.*)linkedid(\d?)$/],
  ["unique", /^(.*)uniqueid(\d?)$/],
  ["name", /^(.*)channel(\d?)$/],
];
const NOTHING = new Set(["", "<none>", "<unknown>", "<null>", "(null)", "n/a", "none", "unknown"]);
const MOST_NAMES = 4096;

/** @type {Map<string, {kind: string, prefix: string} | null>} */
const known = new Map();

/** @param {string} header */
function classify(header) {
  let found = known.get(header);
  if (found === undefined) {
    const name = header.toLowerCase();
    found = null;
    for (const [kind, pattern] of KINDS) {
      const match = pattern.exec(name);
      if (match) {
        found = { kind, prefix: match.slice(1).join("") };
        break;
      }
    }
    if (known.size < MOST_NAMES) {
      known.set(header, found);
    }
  }
  return found;
}

/**
 * Read which channels, bridges and queues an event names.
 *
 * @param {Headers} data the event's headers
 * @returns {Subject}
 */
export function readSubject(data) {
  /** @type {Map<string, EventChannel>} */
  const channels = new Map();
  const bridges = [];
  const queues = [];
  for (const header in data) {
    const found = classify(header);
    const value = data[header];
    if (!found || typeof value !== "string" || NOTHING.has(value.toLowerCase())) {
      continue;
    }
    if (found.kind === "queue") {
      queues.push(value);
    } else if (found.kind === "bridge") {
      bridges.push(value);
    } else {
      let channel = channels.get(found.prefix);
      if (!channel) {
        channel = { name: "", unique: "", linked: "" };
        channels.set(found.prefix, channel);
      }
      channel[/** @type {keyof EventChannel} */ (found.kind)] = value;
    }
  }
  return { channels: [...channels.values()], bridges, queues };
}
