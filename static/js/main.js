/** The console's start: reads what the server wrote into the page, and wires its parts. */

import { io } from "../vendor/socket.io.esm.min.js";
import { Api } from "./api.js";
import { Capabilities } from "./components/capabilities.js";
import { run, runBulk } from "./components/run_action.js";
import { Toasts } from "./components/toasts.js";
import { LinkBadge } from "./live/badge.js";
import { PictureClock, ServerClock, everySecond } from "./live/clock.js";
import { Feed } from "./live/socket.js";
import { TopicLeases } from "./live/topics.js";
import { closeMenusOnLeave } from "./shell/menus.js";
import { Preferences } from "./shell/preferences.js";
import { Router } from "./shell/router.js";
import { Tabs } from "./shell/tabs.js";

async function startConsole(boot, pbx) {
  const permissions = new Set(boot.permissions);
  const clock = new ServerClock();
  const socket = io({ autoConnect: false, transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 5000 });
  const feed = new Feed(socket, clock);
  const leases = new TopicLeases(feed, pbx);
  const pictureClock = new PictureClock(clock);
  const router = new Router(boot.root);
  const link = leases.lease("pbx").topic;
  const api = new Api(boot.csrf_token, pbx);
  const context = Object.freeze({
    pbx,
    feed,
    link,
    clock: pictureClock,
    user: Object.freeze(boot.user),
    timeZone: boot.time_zone,
    api,
    preferences: new Preferences(() => localStorage, boot.user.username, pbx),
    toasts: new Toasts(document.getElementById("toasts")),
    capabilities: new Capabilities(api, permissions.has("utilities.read"), link, pbx),
    can: (permission) => permissions.has(permission),
    lease: (topic) => leases.lease(topic),
    href: (tab, ...parts) => router.href(tab, ...parts),
    go: (address, options) => router.go(address, options),
    run: (spec, target, options) => run(context, spec, target, options),
    runBulk: (spec, targets) => runBulk(context, spec, targets),
    count: (tab, number) => tabs.count(tab, number),
  });
  const tabs = new Tabs(document.querySelector('[role="tablist"]'), context, leases);
  const shown = () => leases.names.filter((name) => name !== "pbx");
  const rows = { clock: pictureClock, shown, known: () => shown().some((name) => leases.topic(name).known) };
  const badge = new LinkBadge(feed, clock, rows, pbx, link);
  everySecond(() => {
    badge.show();
    tabs.tick();
  });
  feed.connect();
  followOldAddress(router, tabs);
  router.listen((place) => tabs.show(place));
  await tabs.show(router.place);
}

/** Addresses of earlier versions named the tab after a hash: `/#queues`. */
function followOldAddress(router, tabs) {
  const old = location.hash.slice(1);
  if (router.place.tab === null && tabs.names.includes(old)) {
    router.go(router.href(old), { replace: true });
  }
}

closeMenusOnLeave();
const boot = JSON.parse(document.getElementById("boot").textContent);
const asked = new URLSearchParams(location.search).get("pbx");
const pbx = boot.pbxes.includes(asked) ? asked : boot.default_pbx;
if (pbx !== null && document.querySelector('[role="tab"]')) {
  await startConsole(boot, pbx);
}
document.body.dataset.ready = "true";
