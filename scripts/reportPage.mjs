/**
 * The page that a report is put into: one file, with the client (TypeScript of src/report-client) and its style in it, and
 * a policy that names the two by their hashes and allows nothing else. Only the data is missing.
 */
import { build } from "esbuild"
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"

const client = "src/report-client"

/**
 * @param {string} entryPoint
 * @returns {Promise<string>}
 */
const bundled = async (entryPoint) => {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    // what has light-dark(): Chromium 123, Firefox 120, Safari 17.5
    target: ["chrome123", "firefox120", "safari17.5"],
    minify: true,
    charset: "ascii",
    legalComments: "none",
    logLevel: "warning"
  })
  return outputFiles[0]?.text.trimEnd() ?? ""
}

/** @param {string} text */
const hashOf = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

/** @param {string} file */
export const writeReportPage = async (file) => {
  const script = await bundled(`${client}/main.ts`)
  const style = await bundled(`${client}/page.css`)
  if (/<\/(script|style)|<!--/i.test(script + style)) throw new Error("the client would end its own element")
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'"
  ].join("; ")
  const { version } = JSON.parse(readFileSync("package.json", "utf8"))
  const licence = readFileSync("node_modules/d3-hierarchy/LICENSE", "utf8").trim()
  const parts = { policy, style, script, version }
  const page = readFileSync(`${client}/page.html`, "utf8")
    .replace("<html", () => `<!-- with d3-hierarchy:\n${licence}\n-->\n<html`)
    .replaceAll(/\{\{(policy|style|script|version)\}\}/g, (_, name) => parts[name])
  writeFileSync(file, page)
}
