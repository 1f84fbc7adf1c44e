/** The only module that touches the network: brings what waits in the outbox to the server. */

import { config } from "./config.js";
import { later, tell } from "./listen.js";
import { bodyFor, drop, flying, madeAt, waiting } from "./outbox.js";
import { store } from "./store.js";

// Doubled before it is waited for.
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;
const TIMEOUT_MS = 30_000;
// No timer waits for longer than 24 days: beyond that it would not wait at all.
const TOO_LONG_S = 1_000_000;
// Another page's beacon is probably on its way for as long as it is younger.
const YOUNG_MS = 5_000;

/** Beacons of this page. @type {Set<string>} */
export const mine = new Set();
/** Runs until the next try; something while one is going on. @type {any} */
let timer;
let delay = FIRST_RETRY_MS;
/** The server asked for peace until then. */
let notBefore = 0;

/**
 * @param {string} body  a string goes as text/plain, which needs no preflight
 * @returns {Promise<boolean | undefined>} whether the server has taken it; nothing when it may take it later
 */
async function offer(body) {
  if (config.transport == "beacon") return navigator.sendBeacon(config.endpoint, body) || undefined;
  const response = await fetch(config.endpoint, {
    method: "POST",
    body,
    keepalive: true,
    credentials: "omit",
    signal: AbortSignal.timeout?.(TIMEOUT_MS),
  });
  notBefore = Date.now() + ((+/** @type {string} */ (response.headers.get("Retry-After")) || 0) % TOO_LONG_S) * 1_000;
  // Only Chronos says it like this: a proxy's or a hotel's page with status 200 is no success.
  const { success } = await response.json();
  return success === true || [400, 413].includes(response.status) ? success : undefined;
}

/**
 * @param {string} name
 * @returns {Promise<boolean>} false when the server cannot be told now
 */
async function post(name) {
  const body = bodyFor(name);
  flying.add(name);
  const taken = await offer(body).catch(() => undefined);
  flying.delete(name);
  if (taken == undefined) return false;
  delay = FIRST_RETRY_MS;
  if (taken) {
    store.remove(name);
    tell(":sent");
  } else drop(name, "refused");
  return true;
}

const idle = () => waiting().filter((name) => !flying.has(name));

/** @returns {Promise<number | undefined>} ms until the next try, if there has to be one */
async function sendAll() {
  for (;;) {
    const names = idle();
    const next = names.find((name) => mine.has(name) || Math.abs(Date.now() - madeAt(name)) > YOUNG_MS);
    if (!next) return names.length && YOUNG_MS;
    if (await post(next)) continue;
    delay = Math.min(delay * 2, LAST_RETRY_MS);
    return Math.max(delay * (0.5 + Math.random()), notBefore - Date.now());
  }
}

/**
 * One tab at a time sends what is stored, whichever tab it is from.
 * @param {boolean} [now]  instead of waiting for the next try
 */
export async function drain(now) {
  if (timer && !now) return;
  clearTimeout(timer);
  timer = true;
  // There are no locks on plain http, and they are refused to a page in a sandbox.
  const wait = await askLock().catch(sendAll);
  timer = wait && later(() => drain(true), wait);
}

const askLock = async () => navigator.locks.request(`chronos:${config.project}`, holding);

/** Lets go of the lock: a page that holds one is thrown out of the back/forward cache. @type {any} */
export let letGo;

function holding() {
  return new Promise((done) => {
    letGo = done;
    sendAll().then(done, done);
  });
}

/** Sends without waiting for the next try, unless one is going on or the server asked for peace. */
export function wake() {
  if (timer !== true && Date.now() >= notBefore) drain(true);
}

/**
 * The page may be gone in a moment: its own beacons go, each once, as far as the browser takes
 * them, which is 64 KiB for all requests that outlive their page.
 */
export function sendLeaving() {
  if (Date.now() < notBefore) return;
  for (const name of idle()) mine.delete(name) && post(name);
}
