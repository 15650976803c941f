/** The events of recorded AMI sessions of real Asterisk, as amictl gives them to browsers. */

import { readFileSync, readdirSync } from "node:fs";

const FOLDER = new URL("../transcripts/", import.meta.url);

/** The names of all recordings. */
export const RECORDINGS = readdirSync(FOLDER).filter((name) => name.endsWith(".ami"));

/** The events of one recording in their order, with sequence numbers. */
export function readEvents(recording) {
  const messages = readFileSync(new URL(recording, FOLDER), "utf8").split("\r\n\r\n").filter((text) => /^Event: /.test(text));
  return messages.map((message, index) => {
    const data = {};
    for (const line of message.split("\r\n")) {
      const at = line.indexOf(":");
      const [name, value] = [line.slice(0, at), line.slice(at + 1).trim()];
      data[name] = name in data ? [data[name], value].flat() : value;
    }
    return { type: "ami_event", event: [data.Event].flat()[0], data, at: "2026-01-01T00:00:00.000Z", seq: index + 1, pbx: "main" };
  });
}
