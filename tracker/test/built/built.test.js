import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const ROOT = new URL("../../", import.meta.url);
const read = (name) => readFileSync(new URL(name, ROOT), "utf8");
const path = (name) => fileURLToPath(new URL(name, ROOT));
const BUILT = ["dist", "package"].flatMap((folder) => readdirSync(new URL(folder, ROOT)).map((name) => `${folder}/${name}`));
const PACKAGE = JSON.parse(read("package/package.json"));
const MOST_BYTES = 5_120;

test(`the script weighs at most ${MOST_BYTES} bytes as gzip -9 makes it`, () => {
  const { length } = execFileSync("gzip", ["-9", "-n", "-c", path("dist/tracker.js")]);
  assert.ok(length <= MOST_BYTES, `${length} bytes`);
  assert.ok(gzipSync(read("dist/tracker.js"), { level: 9 }).length <= MOST_BYTES);
});

test("the script has one place for its configuration", () => {
  assert.equal(read("dist/tracker.js").split('"__CHRONOS_CONFIG__"').length, 2);
  assert.equal(read("dist/tracker.js").split("__CHRONOS_CONFIG__").length, 2);
});

for (const name of BUILT) {
  test(`${name} has no absolute path and no registry in it`, () => {
    const text = read(name);
    assert.ok(!text.includes(fileURLToPath(ROOT)));
    assert.doesNotMatch(text, /["'`(]\/(home|root|tmp|work|usr|opt|Users|builds?|workspace)\/|file:\/\/|[A-Z]:\\\\Users/);
    assert.doesNotMatch(text, /registry\.|npmjs|\.tgz/);
  });
}

for (const name of BUILT.filter((name) => name.endsWith(".js"))) {
  test(`${name} is ASCII and refers to no map`, () => {
    assert.match(read(name), /^[\t\n\x20-\x7e]*$/);
    assert.ok(!read(name).includes("sourceMappingURL"));
  });

  test(`${name}.map says where it comes from`, () => {
    const { version, sources, sourcesContent = [] } = JSON.parse(read(`${name}.map`));
    assert.equal(version, 3);
    assert.equal(sources.length, sourcesContent.length);
    for (const source of sources) assert.match(source, /^\.\.\/(src|node_modules\/web-vitals)\//);
    sources.forEach((source, i) => assert.equal(sourcesContent[i], read(`dist/${source}`), source));
  });
}

test("dist/vitals.js is a module with what the tracker asks of it", async () => {
  const module = await import("../../dist/vitals.js");
  assert.deepEqual(Object.keys(module), ["reportVitals"]);
  assert.equal(typeof module.reportVitals, "function");
});

test("the licence of what is not ours is named", () => assert.match(read("dist/vitals.js"), /Google LLC, Apache-2\.0/));

test("package.json names files that are there", () => {
  const { exports, types, files, type, license, version, dependencies = {} } = PACKAGE;
  for (const name of [exports["."].types, exports["."].default, types]) assert.ok(BUILT.includes(`package/${name.slice(2)}`), name);
  assert.ok(files.includes("index.d.ts"));
  const kept = files.map((glob) => new RegExp(`^${glob.replaceAll(".", "\\.").replace("*", ".*")}$`));
  for (const name of ["index.js", "vitals.js", "index.d.ts"]) assert.ok(kept.some((glob) => glob.test(name)), name);
  assert.deepEqual([type, license, dependencies], ["module", "Apache-2.0", {}]);
  assert.equal(version, JSON.parse(read("package.json")).version);
});

test("the package loads what is in it, and nothing else", () => {
  for (const name of BUILT.filter((name) => /^package\/.*\.js$/.test(name)))
    for (const [, from] of read(name).matchAll(/^(?!\s*(?:\*|\/[/*])).*(?:from|import)\s*\(?\s*"([^"]+)"/gm))
      assert.ok(BUILT.includes(`package/${from.slice(2)}`), `${name}: ${from}`);
});
