// What an application may write, and what TypeScript has to find wrong in it. Nobody runs this.

import { type Chronos, type EventType, init, type Options } from "../../package/index.js";

const options: Options = {
  key: "a write key",
  endpoint: "/api/events",
  project: "shop",
  events: { mouse_moves: false, web_vitals: true },
  flush_interval_ms: 5_000,
  mouse_interval_ms: 100,
  max_beacon_bytes: 60_000,
  storage_bytes: 1_000_000,
  keep_days: 30,
  transport: "beacon",
  consent: "required",
  respect_gpc: true,
  respect_dnt: false,
  click_text: true,
  form_values: ["country"],
};

const chronos: Chronos = init(options);
init({ key: "k", endpoint: "https://chronos.example/api/events" }).track("started");

interface Order {
  id: number;
  items: string[];
}
const order: Order = { id: 7, items: ["chair"] };
chronos.track("order", order);
chronos.identify("ada");
chronos.identify(42);
chronos.identify(null);
chronos.identify();
chronos.optIn();
chronos.optOut();

const lost: number = chronos.ignored["too_large"] ?? 0;
const type: EventType = "pageviews";
console.log(lost, type);

// @ts-expect-error both are needed
init({ key: "k" });
// @ts-expect-error there is no such event
init({ key: "k", endpoint: "/", events: { mouse_clicks: false } });
// @ts-expect-error there is no such transport
init({ key: "k", endpoint: "/", transport: "xhr" });
// @ts-expect-error there is no such option
init({ key: "k", endpoint: "/", flushInterval: 1 });
// @ts-expect-error an event has a name
chronos.track();
// @ts-expect-error properties are an object
chronos.track("order", 7);
// @ts-expect-error the counts are not the page's to change
chronos.ignored["too_large"] = 0;
// @ts-expect-error nobody is an object
chronos.identify({ name: "ada" });
