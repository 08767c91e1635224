/**
 * The command in one file: loading some 700 modules costs three times the start of everything else (measured: 1.2 s of
 * CPU against 0.35 s). What is native or loads files of its own stays outside.
 */
import { build } from "esbuild"

await build({
  entryPoints: ["dist/programs/main.js"],
  // two levels below the package, like the files whose relative paths it takes over
  outfile: "dist/bin/codeintel.js",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  external: ["@duckdb/node-bindings", "web-tree-sitter"],
  // for the CommonJS packages among those that go in
  banner: { js: "import { createRequire as $createRequire } from \"node:module\"; const require = $createRequire(import.meta.url)" },
  legalComments: "linked",
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "warning"
})
