/** Chronos' tracker, for applications that bundle it. The names of settings are those of chronos.toml. */

export type EventType =
  | "pageviews" | "clicks" | "link_clicks" | "mouse_moves" | "key_presses" | "form_submissions"
  | "form_abandonments" | "scroll_depths" | "visible_times" | "sessions" | "errors" | "web_vitals"
  | "rage_clicks" | "dead_clicks" | "custom_events" | "identities" | "losses";

export interface Options {
  /** The project's write key: `chronos key list` shows it. */
  key: string;
  /** Where beacons go: `https://chronos.example/api/events`, or a path on the page's own origin. */
  endpoint: string;
  /** Keeps what is stored in the browser apart where two projects share an origin. "default" */
  project?: string;
  /** What is captured: everything that is not switched off by `false`. */
  events?: Partial<Record<EventType, boolean>>;
  /** Longest wait of an event in the browser, in ms. 5000 */
  flush_interval_ms?: number;
  /** Shortest time between two mouse positions, in ms. 100 */
  mouse_interval_ms?: number;
  /** Largest beacon, in UTF-8 bytes: 20,000 to 65,536, the most that browsers take. 60000 */
  max_beacon_bytes?: number;
  /** Web storage for beacons that wait for the server, in bytes; the oldest have to go. 1000000 */
  storage_bytes?: number;
  /** How long the server knows a beacon again, in days ([limits] beacon_id_days). 30 */
  keep_days?: number;
  /** "beacon" is sendBeacon: nobody says whether it arrived. "fetch" */
  transport?: "fetch" | "beacon";
  /** "required": nothing is captured or stored before `optIn()`. "implied" */
  consent?: "implied" | "required";
  /** Capture nothing where the browser says Global Privacy Control. true */
  respect_gpc?: boolean;
  /** Capture nothing where the browser says Do Not Track. true */
  respect_dnt?: boolean;
  /** Send the text of what was clicked. false */
  click_text?: boolean;
  /** Names of form fields whose values are sent. None */
  form_values?: string[];
}

export interface Chronos {
  /** Records an event of your own; `properties` is anything that JSON can say. */
  track(name: string, properties?: object): void;
  /**
   * Records an event of a type that was added to the server: `fields` are the values before its client time,
   * `time` is that, in ms, or now, and `more` are those behind it. What does not fit becomes a dead letter.
   */
  record(type: string, fields: unknown[], time?: number, ...more: unknown[]): void;
  /** Says who the visitor is from now on, on later pages too; without an id, that it is nobody. */
  identify(id?: string | number | null): void;
  /** Captures from now on, on later pages too. */
  optIn(): void;
  /** Captures nothing from now on, on later pages too, and deletes what is stored in the browser. */
  optOut(): void;
  /** How many events were not captured or were lost on this page, by reason. */
  readonly ignored: Readonly<Record<string, number>>;
}

/** What holds where the options say nothing; all else is off, or as the options say. */
export const DEFAULTS: Readonly<Partial<Options>>;

/** Starts the tracker; a second call returns the same one. Throws a TypeError without key or endpoint. */
export function init(options: Options): Chronos;
