/** What the connection needs of the browser: sockets, a look whether amictl is there, and what happens to the page. */

import { io } from "../../vendor/socket.io.esm.min.js";

const LOOK_MS = 3_000; // for a look at amictl over plain HTTP
const PROBE_MS = 4_000; // for a WebSocket to carry messages there and back
const BLOCKED_KEY = "amictl-websocket-blocked";
const REMEMBERED_MS = 3_600_000; // a page that is loaded anew soon need not find out again
const OPENED = "0"; // of Engine.IO: how a session begins
const MESSAGE = "4";
const CONNECT = "40"; // of Socket.IO: a request for a connection, and how it is granted; a refusal is 44

/** What a `Connection` needs. @type {import("./connection.js").Surroundings} */
export const BROWSER = Object.freeze({
  open: (way) => io({ autoConnect: false, forceNew: true, reconnection: false, upgrade: false, transports: [way] }),
  reach,
  probe,
  timers: { setTimeout: setTimeout.bind(globalThis), clearTimeout: clearTimeout.bind(globalThis) },
  memory: { get: recall, set: remember },
});

/** Whether amictl itself, and no proxy in its place, answers plain HTTP. */
async function reach() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(LOOK_MS) });
    return (await answer.json()).status === "alive";
  } catch {
    return false;
  }
}

/** Whether a WebSocket carries messages there and back: a proxy may accept one and then swallow all of it. */
function probe() {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    const end = (/** @type {boolean} */ works) => {
      clearTimeout(timer);
      socket.onclose = null;
      socket.close();
      resolve(works);
    };
    const timer = setTimeout(() => end(false), PROBE_MS);
    socket.onclose = () => end(false);
    socket.onmessage = ({ data }) => {
      if (data.startsWith(OPENED)) {
        socket.send(CONNECT);
      } else if (data.startsWith(MESSAGE)) {
        end(data.startsWith(CONNECT));
      }
    };
  });
}

/** @returns {boolean} */
function recall() {
  try {
    return Date.now() - Number(sessionStorage.getItem(BLOCKED_KEY)) < REMEMBERED_MS;
  } catch {
    return false; // storage is forbidden
  }
}

/** @param {boolean} blocked */
function remember(blocked) {
  try {
    if (blocked) {
      sessionStorage.setItem(BLOCKED_KEY, String(Date.now()));
    } else {
      sessionStorage.removeItem(BLOCKED_KEY);
    }
  } catch {
    // as above: it finds out again
  }
}

/**
 * Be right again at once after whatever stood still: a lost network, a hidden or frozen page, one that comes out of the
 * browser's cache, a laptop that slept.
 *
 * @param {import("./connection.js").Connection} connection
 * @param {import("./clock.js").ServerClock} clock
 */
export function watchBrowser(connection, clock) {
  const wake = () => connection.wake();
  const thaw = () => {
    clock.doubt();
    connection.wake();
  };
  addEventListener("online", wake);
  addEventListener("offline", wake);
  addEventListener("pageshow", (event) => event.persisted && thaw());
  document.addEventListener("resume", thaw);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  clock.listen(() => clock.sure || connection.wake());
}
