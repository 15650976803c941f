/** The console's start: reads what the server wrote into the page, and wires its parts. */

import { io } from "../vendor/socket.io.esm.min.js";
import { Api } from "./api.js";
import { LinkBadge } from "./badge.js";
import { PictureClock, ServerClock, everySecond } from "./clock.js";
import { coalesce } from "./dom.js";
import { unknownTopic } from "./link.js";
import { closeMenusOnLeave } from "./menus.js";
import { Feed } from "./socket.js";
import { EventTopic, TableTopic } from "./store.js";
import { Tabs } from "./tabs.js";
import { ActionsTab } from "./tabs/actions.js";
import { ChannelsTab } from "./tabs/channels.js";
import { EventsTab } from "./tabs/events.js";
import { QueuesTab } from "./tabs/queues.js";

const EVENTS_KEPT = 1000;

function startConsole(boot, pbx) {
  const permissions = new Set(boot.permissions);
  const clock = new ServerClock();
  const socket = io({ autoConnect: false, transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 5000 });
  const feed = new Feed(socket, clock);
  const topics = { pbx: new TableTopic(), channels: new TableTopic(), queues: new TableTopic() };
  const rows = { clock: new PictureClock(clock), known: () => topics.channels.known || topics.queues.known };
  const counts = new Map();
  const context = {
    pbx,
    feed,
    clock: rows.clock,
    api: new Api(boot.csrf_token, pbx),
    can: (permission) => permissions.has(permission),
    link: topics.pbx,
    count: (tab, number) => counts.get("tabs")?.count(tab, number),
  };
  const badge = new LinkBadge(feed, clock, rows, pbx, topics.pbx);
  const views = makeViews(context, topics);
  const tabs = new Tabs(document.querySelector('[role="tablist"]'), views);
  counts.set("tabs", tabs);
  for (const name of ["channels", "queues"]) {
    topics[name].listen(coalesce(() => tabs.count(name, countOf(topics[name], topics.pbx, pbx, name))));
  }
  everySecond(() => {
    badge.show();
    Object.values(views).forEach((view) => view.tick());
  });
  feed.open(pbx, "pbx", topics.pbx);
  feed.open(pbx, "channels", topics.channels);
  feed.open(pbx, "queues", topics.queues);
  feed.connect();
}

function countOf(topic, link, pbx, name) {
  return topic.known && !unknownTopic(link.items.get(pbx), name) ? topic.items.size : null;
}

function makeViews(context, topics) {
  const makers = {
    channels: () => new ChannelsTab(context, topics.channels),
    queues: () => new QueuesTab(context, topics.queues),
    events: () => new EventsTab(context, new EventTopic(EVENTS_KEPT)),
    actions: () => new ActionsTab(context, topics.channels),
  };
  const shown = Object.entries(makers).filter(([name]) => document.getElementById(`panel-${name}`));
  return Object.fromEntries(shown.map(([name, make]) => [name, make()]));
}

closeMenusOnLeave();
const boot = JSON.parse(document.getElementById("boot").textContent);
const asked = new URLSearchParams(location.search).get("pbx");
const pbx = boot.pbxes.includes(asked) ? asked : boot.default_pbx;
if (pbx !== null) {
  startConsole(boot, pbx);
}
