/**
 * Bundles src/ and prints what the result weighs: `node build.mjs [folder]`.
 *
 * dist/tracker.js: the script that a page includes. dist/vitals.js: the module that it
 * imports when the page is idle. package/: the same for applications that have a bundler of their own.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { build } from "esbuild";
import { minify } from "terser";

const PLACEHOLDER = '"__CHRONOS_CONFIG__"';
const LICENCES = { "vitals.js": "/* With web-vitals, Copyright Google LLC, Apache-2.0 */" };

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? here;
const common = {
  absWorkingDir: here,
  bundle: true,
  target: "es2021",
  charset: "ascii",
  legalComments: "none",
  sourcemap: "external",
  sourcesContent: true,
  write: false,
};

/**
 * What esbuild has made small, terser makes some five per cent smaller.
 * @param {string} name
 * @param {string} entry
 * @param {"iife" | "esm"} format
 */
async function script(name, entry, format) {
  const options = { ...common, entryPoints: [entry], outfile: join(here, "dist", name), format, minify: true };
  const { outputFiles } = await build(options);
  const [map, code] = outputFiles.map((file) => file.text);
  const small = await minify(code, {
    module: true,
    ecma: 2020,
    compress: { passes: 4, keep_fargs: false, hoist_funs: true, unsafe_arrows: true, unsafe_methods: true },
    format: { ascii_only: true, preamble: LICENCES[name] },
    sourceMap: { content: map, filename: name },
  });
  await writeFile(join(out, "dist", name), `${small.code}\n`);
  await writeFile(join(out, "dist", `${name}.map`), `${small.map}\n`);
  return small.code;
}

/** Not minified: the application's own bundler does that. */
async function library() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: { index: "src/module.js" },
    outdir: join(here, "package"),
    chunkNames: "[name]",
    format: "esm",
    splitting: true,
  });
  for (const file of outputFiles) await writeFile(join(out, "package", basename(file.path)), file.text);
}

await mkdir(join(out, "dist"), { recursive: true });
await mkdir(join(out, "package"), { recursive: true });
const scripts = { tracker: await script("tracker.js", "src/index.js", "iife"), vitals: await script("vitals.js", "src/vitals.js", "esm") };
await library();

const found = scripts.tracker.split(PLACEHOLDER).length - 1;
if (found !== 1) throw new Error(`the bundle holds ${PLACEHOLDER} ${found} times; the server replaces exactly one`);

for (const [name, code] of Object.entries(scripts)) {
  const sizes = [Buffer.byteLength(code), gzipSync(code, { level: 9 }).length, brotliCompressSync(code).length];
  console.log(`${name}.js: ${sizes[0]} bytes minified, ${sizes[1]} gzip, ${sizes[2]} brotli`);
}
