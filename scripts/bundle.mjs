/**
 * The command in one file: loading some 700 modules costs three times the start of everything else (measured: 1.2 s of
 * CPU against 0.35 s). What is native or loads files of its own stays outside. CommonJS, because a module cannot be
 * loaded with a code cache; `launch.mjs` says what that is for.
 */
import { build } from "esbuild"
import { spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { writeReportPage } from "./reportPage.mjs"

/** The SDK is for `mcp` alone: a file of its own, which no other command reads. */
const mcpSdk = {
  name: "mcp-sdk",
  /** @param {import("esbuild").PluginBuild} build */
  setup: ({ onResolve }) => onResolve({ filter: /\/mcp\/sdk\.js$/ }, () => ({ path: "./mcpSdk.cjs", external: true }))
}

const bin = "dist/bin"
const command = join(bin, "codeintel.js")
const cache = join(bin, "command.cache")

rmSync(bin, { recursive: true, force: true })
await build({
  entryPoints: ["dist/programs/main.js"],
  // two levels below the package, like the files whose relative paths it takes over
  outfile: join(bin, "command.cjs"),
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  mainFields: ["module", "main"],
  external: ["@duckdb/node-bindings", "web-tree-sitter"],
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "$importMetaUrl" },
  banner: { js: "const $importMetaUrl = require(\"node:url\").pathToFileURL(__filename).href" },
  plugins: [mcpSdk],
  legalComments: "linked",
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "warning"
})
await build({
  entryPoints: ["dist/layers/mcp/sdk.js"],
  outfile: join(bin, "mcpSdk.cjs"),
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "linked",
  logLevel: "warning"
})
// the thread that decodes indexes finds its file beside the one that it is started from
await build({
  entryPoints: ["dist/layers/scip/decodeWorker.js"],
  outfile: join(bin, "decodeWorker.js"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  legalComments: "linked",
  logLevel: "warning"
})
await writeReportPage("dist/report.html")
copyFileSync("scripts/launch.mjs", command)
chmodSync(command, 0o755)

// an ingest that starts no tool: most of what every command goes through
const scratch = mkdtempSync(join(tmpdir(), "codeintel-build-"))
writeFileSync(join(scratch, "a.py"), "def f(x: int) -> int:\n    return x\n")
const off = ["PYRIGHT", "PYREFLY", "RUFF", "PYTEST", "COVERAGE", "SCIP_PYTHON"]
const { status, stderr } = spawnSync(process.execPath, [command, "ingest", "--offline", "--no-tests", scratch], {
  stdio: ["ignore", "ignore", "pipe"],
  env: {
    PATH: process.env["PATH"],
    _CODEINTEL_BUILD_CACHE: join(scratch, "cache"),
    ...Object.fromEntries(off.map((tool) => [`CODEINTEL_${tool}_ENABLED`, "false"]))
  }
})
if (status === 0) copyFileSync(join(scratch, "cache"), cache)
else process.stderr.write(`${stderr}built without a code cache: a start takes 0.15 s longer\n`)
rmSync(scratch, { recursive: true, force: true })
