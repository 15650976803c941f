// What the judging programs in JavaScript share; program.py says what the script is and what is told.
import { text } from "node:stream/consumers";

const PATIENCE = 60_000; // ms for one step

/** The events that a library has told of, in order; somebody may wait for the next one. */
export class Events {
  heard = [];
  #wake = () => {};

  add(event) {
    this.heard.push(event);
    this.wake();
  }

  /** Let whoever waits look again. */
  wake() {
    this.#wake();
  }

  /** Wait until a condition on the events holds. */
  async until(condition, what) {
    const end = Date.now() + PATIENCE;
    while (!condition(this.heard)) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`${what} did not come; what came: ${JSON.stringify(this.heard)}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/**
 * Take the script's steps.
 * @param client has logIn(host, port, user, secret), ask(action, headers), logOff(), each giving a promise of
 *   {succeeded, messages}; events; and header(message, name), since not every library keeps the names as they came.
 */
export async function perform(client) {
  const [host, port, username, secret] = process.argv.slice(2);
  const script = JSON.parse(await text(process.stdin));
  const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");
  const named = (name) => client.events.heard.filter((event) => client.header(event, "Event") === name);
  const fill = (value) => value === "$channel" ? client.header(named("OriginateResponse").at(-1), "Channel") : value;

  tell({ asked: "log in", ...(await client.logIn(host, Number(port), username, secret)) });
  for (const step of script) {
    if (step.await) {
      await client.events.until(() => named(step.await).length >= step.count, step.await);
    } else {
      const headers = Object.fromEntries(Object.entries(step.headers).map(([key, value]) => [key, fill(value)]));
      tell({ asked: step.ask, ...(await client.ask(step.ask, headers)) });
    }
  }
  tell({ asked: "log off", ...(await client.logOff()) });
  for (const event of client.events.heard) tell({ event });
  process.exit(0);
}
