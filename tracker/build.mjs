/** Bundles src/ into one classic script and prints what it weighs: `node build.mjs [outfile]`. */

import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const PLACEHOLDER = '"__CHRONOS_CONFIG__"';

const here = fileURLToPath(new URL(".", import.meta.url));
const outfile = process.argv[2] ?? `${here}dist/tracker.js`;

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/index.js"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "ascii",
  legalComments: "none",
  banner: { js: "/* Chronos tracker, Apache-2.0 */" },
  write: false,
});

const bundle = result.outputFiles[0].text;
const found = bundle.split(PLACEHOLDER).length - 1;
if (found !== 1) {
  throw new Error(`the bundle holds ${PLACEHOLDER} ${found} times; the server replaces exactly one`);
}

await mkdir(dirname(outfile), { recursive: true });
await writeFile(outfile, bundle);
const gzip = gzipSync(bundle, { level: 9 }).length;
console.log(`tracker.js: ${Buffer.byteLength(bundle)} bytes minified, ${gzip} bytes gzip`);
