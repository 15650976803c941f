// The script, taken by asterisk-ami-client.
import { createRequire } from "node:module";

import { Events, perform } from "./program.js";

const AmiClient = createRequire(import.meta.url)("asterisk-ami-client");

class AsteriskAmiClient {
  events = new Events();
  #client = new AmiClient({ dontDeleteSpecActionId: true });
  #count = 0; // by itself it numbers actions by the millisecond
  #list; // the ActionID of the list that is being told
  #items = [];

  header(message, name) {
    return message[name];
  }

  async logIn(host, port, username, secret) {
    this.#client.on("event", (event) => this.#hear(event));
    this.#client.on("internalError", () => {}); // it is told of each closed connection
    await this.#client.connect(username, secret, { host, port });
    return { succeeded: true, messages: [] };
  }

  /** The items of a list come as events, some of them before it has told of the response. */
  async ask(action, headers) {
    const ActionID = `judge-${++this.#count}`;
    this.#list = action === "Originate" ? undefined : ActionID;
    this.#items = [];
    const response = await this.#client.action({ Action: action, ActionID, ...headers }, true);
    if (response.EventList === "start") {
      await this.events.until(() => this.#items.at(-1)?.EventList === "Complete", `the end of ${action}`);
    }
    return { succeeded: response.Response === "Success", messages: [response, ...this.#items] };
  }

  async logOff() {
    const answer = await this.ask("Logoff", {});
    this.#client.disconnect();
    return answer;
  }

  #hear(event) {
    if (this.#list && event.ActionID === this.#list) {
      this.#items.push(event);
      this.events.wake();
    } else {
      this.events.add(event);
    }
  }
}

await perform(new AsteriskAmiClient());
