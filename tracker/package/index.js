import "./chunk.js";

// src/config.js
var config;
function configure(given) {
  config = given;
}

// src/elements.js
var DEPTH = 3;
var CLASSES = 3;
var WORDS = 500;
var IGNORED = "[data-chronos-ignore]";
var MASKED = "[data-chronos-mask]";
var PRIVATE = `${MASKED},${IGNORED},[contenteditable]`;
function elementsOf(event) {
  return (
    /** @type {Element[]} */
    event.composedPath().filter((node) => node.nodeType == 1)
  );
}
function isIn(path, selector) {
  return path.some((element) => element.matches(selector));
}
function wordsOf(path) {
  const [element] = (
    /** @type {[HTMLElement]} */
    path
  );
  const image = element.querySelector("[alt]");
  const words = element.textContent.replace(/\s+/g, " ").trim() || element.ariaLabel || image?.alt || "";
  return isIn(path, PRIVATE) || element.querySelector(PRIVATE) ? "" : words.slice(0, WORDS);
}
function nameOf(element) {
  const id = element.getAttribute("id");
  return [element.localName + (id ? `#${id}` : ""), ...[...element.classList].slice(0, CLASSES)].join(".");
}
function describe(path) {
  const nearest = path.slice(0, DEPTH);
  const named = nearest.findIndex((element) => element.getAttribute("id"));
  return nearest.slice(0, named + 1 || DEPTH).map(nameOf).reverse().join(">");
}

// src/uuid.js
function uuid() {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}

// src/store.js
function createStore(area) {
  const memory = {};
  const key = (name) => `chronos:${config.project}:${name}`;
  function attempt(act) {
    try {
      return act(window[area]);
    } catch {
      return void 0;
    }
  }
  const get = (name) => memory[key(name)] ?? attempt((kept) => kept[key(name)]) ?? "";
  function remove(name) {
    delete memory[key(name)];
    attempt((kept) => delete kept[key(name)]);
  }
  function set(name, value) {
    if (name != "consent" && store.get("consent") == "out") return value;
    delete memory[key(name)];
    attempt((kept) => kept[key(name)] = value) ?? (memory[key(name)] = value);
    return value;
  }
  return {
    get,
    set,
    remove,
    /** @param {string} start of the names */
    names: (start2) => [...Object.keys(memory), ...attempt(Object.keys) ?? []].filter((name) => name.startsWith(key(start2))).map((name) => name.slice(key("").length)),
    /**
     * The uuid under a name, made when there is none.
     * @param {string} name
     */
    uuid: (name) => get(name) || set(name, uuid())
  };
}
var store = createStore("localStorage");
var tab = createStore("sessionStorage");

// src/ignore.js
var ignored = {};
function ignore(reason, events2 = 1) {
  ignored[reason] = (ignored[reason] ?? 0) + events2;
}
var LOST = "lost:";
function lose(reason, events2 = 1) {
  ignore(reason, events2);
  store.set(LOST + reason, `${+store.get(LOST + reason) + events2}`);
}

// src/listen.js
var handlers = {};
function guard(run) {
  return (...args) => {
    try {
      run(...args);
    } catch {
      lose("error");
    }
  };
}
function later(run, ms) {
  return setTimeout(guard(run), ms);
}
function tell(name, ...args) {
  handlers[name]?.forEach((handler) => handler(...args));
}
function hear(name) {
  const told = guard((event) => {
    const path = elementsOf(event);
    if (isIn(path, IGNORED)) ignore("ignored_region");
    else tell(name, event, path);
  });
  addEventListener(name, told, { capture: true, passive: true });
  return [];
}
function on(names, handler) {
  for (const name of names.split(" ")) (handlers[name] ??= hear(name)).push(guard(handler));
}

// src/text.js
var LIMIT = 4e3;
var NOT_SENDABLE = /[\0\ud800-\udfff]/gu;
function clean(text) {
  return text.slice(0, LIMIT).replace(NOT_SENDABLE, "\uFFFD");
}
function toJson(value) {
  return JSON.stringify(value, (_, part) => typeof part == "string" ? clean(part) : part);
}
function utf8Length(text) {
  return new TextEncoder().encode(text).length;
}

// src/outbox.js
var DAY_MS = 864e5;
var flying = /* @__PURE__ */ new Set();
var about = (name) => (
  /** @type {any} */
  name.split(":").slice(1).map(Number)
);
var madeAt = (name) => about(name)[0];
function bodyOf(id, rest) {
  return `{"ACCESS_KEY":"${config.key}","data":{"v":2,"id":"${id}","sent_at":${Date.now()},"events":${rest}`;
}
function drop(name, reason) {
  store.remove(name);
  lose(reason, about(name)[1]);
}
function waiting() {
  const oldest = Date.now() - (config.keep_days - 0.5) * DAY_MS;
  const names = store.names("b:").sort();
  return names.filter((name) => madeAt(name) > oldest || drop(name, "too_old"));
}
function keep(events2, metadata2) {
  const id = uuid();
  const rest = `[${events2}],"metadata":${metadata2}}}`;
  const bytes2 = utf8Length(bodyOf(id, rest));
  if (bytes2 > config.max_beacon_bytes) return;
  let sum = bytes2;
  for (const older of waiting().reverse()) {
    sum += about(older)[2];
    if (sum > config.storage_bytes && !flying.has(older)) drop(older, "storage_full");
  }
  const name = ["b", Date.now(), events2.length, bytes2, id].join(":");
  store.set(name, rest);
  return name;
}
function bodyFor(name) {
  return bodyOf(name.slice(-36), store.get(name));
}

// src/visit.js
var IDLE_MS = 30 * 6e4;
var session = "";
function touchVisit(change) {
  if (config.events?.sessions == false) return false;
  const [kept, last] = (
    /** @type {[string, string]} */
    store.get("session").split(" ")
  );
  const now = Date.now();
  const began = !(Math.abs(now - +last) < IDLE_MS);
  const current = began ? uuid() : kept;
  store.set("session", `${current} ${now}`);
  if (current != session) change();
  session = current;
  return began && store.get("session");
}
function visitIds() {
  return {
    uuid: store.uuid("uuid"),
    session,
    tab: session && tab.uuid("tab"),
    user: store.get("user")
  };
}

// src/place.js
var url = "";
var referrer = "";
var known = "";
var metadata = "";
function enterPlace() {
  if (url != location.href) referrer = url || document.referrer;
  url = location.href;
}
function metadataOf() {
  const ids = visitIds();
  const about2 = url + Object.values(ids);
  if (about2 != known) {
    const query = [...new URL(url).searchParams];
    metadata = toJson({
      url,
      userAgent: navigator.userAgent,
      pageTitle: document.title,
      cookieAllowed: navigator.cookieEnabled,
      language: navigator.language,
      screen: `${screen.width}x${screen.height}`,
      viewport: `${innerWidth}x${innerHeight}`,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      referrer,
      ...ids,
      ...Object.fromEntries(query.filter(([name]) => /^utm_/.test(name)))
    });
  }
  known = about2;
  return metadata;
}
function watchPlace(moved) {
  const look = guard(() => {
    if (url != location.href) moved();
  });
  for (
    const name of
    /** @type {const} */
    ["pushState", "replaceState"]
  ) {
    const original = history[name];
    history[name] = function(...args) {
      original.apply(this, args);
      look();
    };
  }
  on("popstate hashchange", look);
}

// src/send.js
var FIRST_RETRY_MS = 500;
var LAST_RETRY_MS = 6e4;
var TIMEOUT_MS = 3e4;
var TOO_LONG_S = 1e6;
var YOUNG_MS = 5e3;
var mine = /* @__PURE__ */ new Set();
var timer;
var delay = FIRST_RETRY_MS;
var notBefore = 0;
async function offer(body) {
  if (config.transport == "beacon") return navigator.sendBeacon(config.endpoint, body) || void 0;
  const response = await fetch(config.endpoint, {
    method: "POST",
    body,
    keepalive: true,
    credentials: "omit",
    signal: AbortSignal.timeout?.(TIMEOUT_MS)
  });
  notBefore = Date.now() + (+/** @type {string} */
  response.headers.get("Retry-After") || 0) % TOO_LONG_S * 1e3;
  const { success } = await response.json();
  return success === true || [400, 413].includes(response.status) ? success : void 0;
}
async function post(name) {
  const body = bodyFor(name);
  flying.add(name);
  const taken = await offer(body).catch(() => void 0);
  flying.delete(name);
  if (taken == void 0) return false;
  delay = FIRST_RETRY_MS;
  if (taken) {
    store.remove(name);
    tell(":sent");
  } else drop(name, "refused");
  return true;
}
var idle = () => waiting().filter((name) => !flying.has(name));
async function sendAll() {
  for (; ; ) {
    const names = idle();
    const next = names.find((name) => mine.has(name) || Math.abs(Date.now() - madeAt(name)) > YOUNG_MS);
    if (!next) return names.length && YOUNG_MS;
    if (await post(next)) continue;
    delay = Math.min(delay * 2, LAST_RETRY_MS);
    return Math.max(delay * (0.5 + Math.random()), notBefore - Date.now());
  }
}
async function drain(now) {
  if (timer && !now) return;
  clearTimeout(timer);
  timer = true;
  const wait = await askLock().catch(sendAll);
  timer = wait && later(() => drain(true), wait);
}
var askLock = async () => navigator.locks.request(`chronos:${config.project}`, holding);
var letGo;
function holding() {
  return new Promise((done) => {
    letGo = done;
    sendAll().then(done, done);
  });
}
function wake() {
  if (timer !== true && Date.now() >= notBefore) drain(true);
}
function sendLeaving() {
  if (Date.now() < notBefore) return;
  for (const name of idle()) mine.delete(name) && post(name);
}

// src/buffer.js
var ENVELOPE_BYTES = 1e3;
var events = [];
var bytes = 0;
function close(some) {
  const name = keep(some, metadataOf());
  const half = some.length >> 1;
  if (name) mine.add(name);
  else if (half) {
    close(some.slice(0, half));
    close(some.slice(half));
  } else lose("too_large");
}
function flushBuffer() {
  const full = events;
  forgetEvents();
  if (full[0]) close(full);
}
function forgetEvents() {
  events = [];
  bytes = 0;
}
function addEvent(event) {
  const json = toJson(event);
  const size = utf8Length(json) + 1;
  if (bytes + size > config.max_beacon_bytes - ENVELOPE_BYTES) {
    flushBuffer();
    drain();
  }
  bytes += size;
  events.push(json);
}

// src/record.js
var running = false;
var timer2;
function flush(ends) {
  tell(":flush", ends);
  clearTimeout(
    /** @type {number} */
    timer2
  );
  timer2 = void 0;
  flushBuffer();
}
function send() {
  flush();
  drain();
}
var leave = guard(() => {
  flush();
  sendLeaving();
});
function enter() {
  if (!running) return;
  flush(true);
  enterPlace();
  tell(":begin");
}
var record = guard((type, fields, t = Date.now(), ...more) => {
  if (!running) return;
  if (touchVisit(flushBuffer)) tell(":session");
  addEvent([type, ...fields, t, ...more]);
  schedule();
});
function schedule() {
  timer2 ??= document.hidden ? (queueMicrotask(leave), 0) : later(send, config.flush_interval_ms);
}
function startRecording() {
  if (running) return;
  flush(true);
  running = true;
  enter();
  drain();
}
function stopRecording() {
  running = false;
  forgetEvents();
}

// src/capture/clicks.js
function captureClicks() {
  on("click", ({ buttons, clientX, clientY }, path) => {
    const text = config.click_text && path[0] ? [wordsOf(path)] : [];
    record("clicks", [describe(path), buttons | 0, clientX | 0, clientY | 0], void 0, ...text);
  });
}

// src/capture/custom_events.js
function captureCustomEvents() {
  on(":track", (name, properties) => record("custom_events", [String(name), { ...properties }]));
}

// src/capture/dead_clicks.js
var WAIT_MS = 1e3;
var ALIVE = "input,textarea,select,label,video,audio,[href]";
var EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };
function captureDeadClicks() {
  let changes = 0;
  let waiting2 = 0;
  const change = () => void changes++;
  const observer = new MutationObserver(change);
  on("click", (event, path) => {
    if (isIn(path, ALIVE) || path[0]?.localName.includes("-")) return;
    const before = changes;
    const t = Date.now();
    waiting2++;
    later(() => {
      if (before == changes && !`${getSelection()}`) record("dead_clicks", [describe(path), event.clientX | 0, event.clientY | 0], t);
      if (!--waiting2) observer.disconnect();
    }, WAIT_MS);
    for (const node of event.composedPath()) if (node == document || node.nodeType == 11) observer.observe(node, EVERYTHING);
  });
  on("scroll focusin submit pagehide visibilitychange :begin", change);
}

// src/capture/errors.js
function captureErrors() {
  const known2 = /* @__PURE__ */ new Set();
  function report(kind, thrown, { message = String(thrown?.message ?? thrown), filename = "", lineno = 0, colno = 0 }) {
    const stack = String(thrown?.stack ?? "");
    record("errors", [kind, message, filename, lineno, colno, known2.has(stack) ? "" : stack]);
    known2.add(stack);
  }
  on("error", (event) => {
    if (event.message) report("error", event.error, event);
  });
  on("unhandledrejection", ({ reason }) => report("unhandledrejection", reason, {}));
}

// src/fields.js
var CARD_NUMBER = /(\d\W*){13}/;
function isFor(purpose, element) {
  return purpose.test(`${/** @type {Field} */
  element.type} ${element.getAttribute("autocomplete")}`);
}
function isPassword(element) {
  return isFor(/password|one-time/i, element);
}
function isField(element) {
  return !!/** @type {Field} */
  element.name && element.matches(":is(input,textarea,select):enabled") && !element.closest(IGNORED) && !isFor(/^(hidden|password|submit|reset|button|image)/, element);
}
function isSecret(field) {
  return isFor(/password|one-time|\bcc-|^file/i, field) || CARD_NUMBER.test(field.value) || field.closest(PRIVATE);
}
function formName(form, path) {
  return describe(path.slice(path.indexOf(form)));
}

// src/capture/form_abandonments.js
function captureFormAbandonments() {
  const begun = /* @__PURE__ */ new Map();
  on("input", (_, path) => {
    const [field] = path;
    if (!field || !isField(field) || !field.form) return;
    const [name, fields] = begun.get(field.form) ?? [formName(field.form, path), /* @__PURE__ */ new Set()];
    begun.set(field.form, [name, fields.add(field.name)]);
  });
  on("submit", (_, [form]) => form && begun.delete(form));
  on(":flush", (ends) => {
    if (!ends) return;
    for (const [name, fields] of begun.values()) record("form_abandonments", [name, [...fields]]);
    begun.clear();
  });
}

// src/capture/form_submissions.js
function readForm(form, named) {
  const fields = /* @__PURE__ */ Object.create(null);
  for (const field of form.elements) {
    if (!isField(field) || field.matches("[type=checkbox]:not(:checked),[type=radio]:not(:checked)")) continue;
    const { name } = field;
    const readable = named?.includes(name) && !isSecret(field);
    for (const { value } of "options" in field ? field.selectedOptions : [field]) {
      const before = fields[name];
      fields[name] = readable ? before == null ? value : [before, value].flat() : null;
    }
  }
  return fields;
}
function captureFormSubmissions() {
  on("submit", (_, path) => {
    const form = (
      /** @type {HTMLFormElement} */
      path[0]
    );
    record("form_submissions", [readForm(form, config.form_values)], void 0, formName(form, path));
  });
}

// src/capture/identities.js
function captureIdentities() {
  on(":identify", (id) => {
    const user = String(id ?? "");
    flushBuffer();
    store.set("user", user);
    if (user) record("identities", [user]);
  });
}

// src/capture/key_presses.js
var MASKED_KEY = "Unidentified";
var NAMED_ON = "body,a,button,[tabindex]";
function mayTakeText(path) {
  const [focused] = (
    /** @type {HTMLElement[]} */
    path
  );
  return !focused?.matches(NAMED_ON) || focused.isContentEditable || path.some((element) => element.localName.includes("-")) || isIn(path, "input,textarea,select,[role$=box]");
}
function captureKeyPresses() {
  on("keydown", ({ key, repeat }, path) => {
    if (typeof key != "string") return ignore("not_a_key");
    if (repeat) return ignore("key_repeat");
    if (path.some(isPassword)) return ignore("password");
    const masked = isIn(path, MASKED) || mayTakeText(path);
    record("key_presses", [masked ? MASKED_KEY : key]);
  });
}

// src/capture/link_clicks.js
var FILE = /\.(docx?|exe|mp[34]|pdf|pptx?|xlsx?|zip)$/i;
function captureLinkClicks() {
  on("click", (_, path) => {
    const nth = path.findIndex((element) => element.matches("a[href],area[href]"));
    const link = path[nth];
    if (!link) return;
    const { href, host, pathname } = link;
    const outbound = !!host && host != location.host;
    const download = link.hasAttribute("download") || FILE.test(pathname);
    const marks = download ? [outbound, download] : outbound ? [outbound] : [];
    record("link_clicks", [wordsOf(path.slice(nth)), href.baseVal ?? href], void 0, ...marks);
  });
}

// src/capture/losses.js
function captureLosses() {
  on(":sent", () => {
    for (const name of store.names(LOST)) {
      record("losses", [name.slice(LOST.length), +store.get(name)]);
      store.remove(name);
    }
  });
}

// src/sample.js
function createSampler(look) {
  let ticking = false;
  function tick() {
    ticking = false;
    look();
    schedule();
  }
  return () => {
    if (!ticking) later(tick, config.mouse_interval_ms);
    ticking = true;
  };
}

// src/capture/mouse_moves.js
function captureMouseMoves() {
  let [x, y, t] = [NaN, NaN, 0];
  let [lastX, lastY, lastT] = [0, 0, 0];
  let finish;
  let path = [];
  let moved = false;
  function take() {
    if (!moved) return;
    if (finish) path.push(x - lastX, y - lastY, t - lastT);
    else finish = record.bind(null, "mouse_moves", [x, y], t);
    [lastX, lastY, lastT] = [x, y, t];
    moved = false;
  }
  const sample = createSampler(take);
  on("mousemove", ({ clientX, clientY }) => {
    if ((clientX | 0) == x && (clientY | 0) == y) return;
    [x, y, t] = [clientX | 0, clientY | 0, Date.now()];
    moved = true;
    sample();
  });
  on(":flush", () => {
    take();
    finish?.(path);
    finish = void 0;
    path = [];
  });
}

// src/capture/pageviews.js
var TITLE_MS = 500;
function capturePageviews() {
  let since = 0;
  function see() {
    if (since) record("pageviews", [url, document.title], since, referrer);
    since = 0;
  }
  on(":begin", () => {
    const began = since = Date.now();
    later(() => began == since && see(), TITLE_MS);
  });
  on(":flush", see);
}

// src/capture/rage_clicks.js
var WITHIN_MS = 1e3;
var WITHIN_PX = 30;
function captureRageClicks() {
  let recent = [];
  on("click", ({ clientX, clientY, detail }, path) => {
    if (!detail) return;
    const now = Date.now();
    recent = recent.filter(([x, y, t]) => now - t < WITHIN_MS && Math.hypot(clientX - x, clientY - y) < WITHIN_PX);
    recent.push([clientX | 0, clientY | 0, now]);
    if (!recent[2]) return;
    record("rage_clicks", [describe(path), clientX | 0, clientY | 0]);
    recent = [];
  });
}

// src/capture/scroll_depths.js
function captureScrollDepths() {
  let scrolled = null;
  let deepest = 0;
  let told = 0;
  function measure() {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 1 } = scrolled ?? {};
    const depth = Math.min(1, (scrollTop + clientHeight) / scrollHeight);
    if (clientHeight * 2 > innerHeight) deepest = Math.max(deepest, Math.round(depth * 100));
  }
  const moved = createSampler(measure);
  on("scroll", ({ target }) => {
    scrolled = target == document ? document.scrollingElement : target;
    moved();
  });
  on(":begin", () => {
    scrolled = null;
    deepest = told = 0;
  });
  on(":flush", (ends) => {
    if (ends) scrolled ??= document.scrollingElement;
    measure();
    if (deepest > told) record("scroll_depths", [told = deepest]);
  });
}

// src/capture/sessions.js
function captureSessions() {
  on(":session", () => record("sessions", [session]));
}

// src/capture/visible_times.js
function captureVisibleTimes() {
  let since = 0;
  function look() {
    since = document.hidden ? 0 : Date.now();
  }
  on(":begin visibilitychange", () => since || look());
  on(":flush", (ends) => {
    const duration = since && Date.now() - since;
    if (since) look();
    if (ends) since = 0;
    if (duration > 0) record("visible_times", [duration]);
  });
}

// src/capture/web_vitals.js
function captureWebVitals() {
  const report = guard(
    ({ name, value, rating }) => record("web_vitals", [name, value, rating])
  );
  const load = async () => (await config.loadVitals()).reportVitals(report);
  (window.requestIdleCallback ?? setTimeout)(() => load().catch(() => {
  }));
}

// src/capture/index.js
var captures = {
  sessions: captureSessions,
  pageviews: capturePageviews,
  clicks: captureClicks,
  link_clicks: captureLinkClicks,
  mouse_moves: captureMouseMoves,
  key_presses: captureKeyPresses,
  form_submissions: captureFormSubmissions,
  form_abandonments: captureFormAbandonments,
  scroll_depths: captureScrollDepths,
  visible_times: captureVisibleTimes,
  errors: captureErrors,
  web_vitals: captureWebVitals,
  rage_clicks: captureRageClicks,
  dead_clicks: captureDeadClicks,
  custom_events: captureCustomEvents,
  identities: captureIdentities,
  losses: captureLosses
};

// src/tracker.js
var capturing = false;
function mayCapture() {
  const answer = store.get("consent");
  const { globalPrivacyControl, doNotTrack } = (
    /** @type {any} */
    navigator
  );
  return !(answer == "out" || /** @type {any} */
  document.prerendering || config.respect_gpc != false && globalPrivacyControl || config.respect_dnt != false && doNotTrack == 1 || config.consent == "required" && !answer);
}
function capture() {
  for (const [type, begin] of Object.entries(captures))
    if (config.events?.[
      /** @type {import("./types.js").EventType} */
      type
    ] != false) guard(begin)();
  watchPlace(enter);
  on("pageshow", ({ persisted }) => persisted && enter());
  on("online", wake);
  on("visibilitychange", () => document.hidden ? leave() : wake());
  on("pagehide", () => {
    flush(true);
    letGo?.();
  });
  return true;
}
var start = guard(() => {
  if (!mayCapture()) return;
  capturing ||= capture();
  startRecording();
});
function createTracker(given) {
  configure(given);
  start();
  on("prerenderingchange", start);
  return {
    record,
    ignored,
    track: tell.bind(null, ":track"),
    identify: tell.bind(null, ":identify"),
    optIn() {
      store.set("consent", "in");
      start();
    },
    optOut() {
      stopRecording();
      for (const kept of [store, tab]) kept.names("").forEach(kept.remove);
      store.set("consent", "out");
    }
  };
}

// src/module.js
var DEFAULTS = {
  project: "default",
  flush_interval_ms: 5e3,
  mouse_interval_ms: 100,
  max_beacon_bytes: 6e4,
  storage_bytes: 1e6,
  keep_days: 30
};
var MOST_POSITIONS = 2500;
var chronos;
function init(options) {
  if (!options?.key || !options.endpoint) throw new TypeError("init({ key, endpoint }): both are needed");
  const endpoint = new URL(options.endpoint, location.href).href;
  const loadVitals = () => import("./vitals.js");
  const given = JSON.parse(JSON.stringify(options));
  const settings = { ...DEFAULTS, ...given, endpoint, loadVitals };
  settings.project = encodeURIComponent(settings.project);
  settings.mouse_interval_ms = Math.max(settings.mouse_interval_ms, settings.flush_interval_ms / MOST_POSITIONS);
  chronos ??= createTracker(settings);
  return chronos;
}
export {
  DEFAULTS,
  init
};
