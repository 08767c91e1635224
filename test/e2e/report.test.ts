/**
 * `codeintel report` as a user has it: where the page goes, and what is said when it cannot.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ReportData } from "../../src/domain/ReportData.js"
import { Report } from "../../src/programs/report.js"
import { codeintel, exampleCopy } from "./command.js"

const decode = Schema.decode(Schema.parseJson(ReportData))

const off = Object.fromEntries(["PYRIGHT", "PYREFLY"].map((tool) => [`CODEINTEL_${tool}_ENABLED`, "false"]))

layer(NodeContext.layer, { excludeTestServices: true })("codeintel report", (it) => {
  it.scoped("writes one page, prints where it is, and says what keeps it from being written", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* exampleCopy
      const before = yield* codeintel(["report", root])
      assert.deepStrictEqual([before.exitCode, before.stdout], [2, ""])
      assert.match(before.stderr, /codeintel ingest/)

      assert.strictEqual((yield* codeintel(["ingest", "--only", "typing", root], off)).exitCode, 0)
      const made = yield* codeintel(["report", root])
      assert.deepStrictEqual(made, { exitCode: 0, stdout: `${root}/.codeintel/report.html\n`, stderr: "" })
      const page = yield* fs.readFileString(`${root}/.codeintel/report.html`)
      assert.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/)
      assert.notMatch(page, /\b(src|href)="(?!#)/, "nothing is loaded from elsewhere")
      const data = yield* decode(page.match(/<script type="application\/json" id="data">([^<]*)<\/script>/)?.[1] ?? "")
      assert.strictEqual(data.repo, root)
      assert.deepInclude(data.tools.find(({ tool }) => tool === "pyright"), { status: "skipped", errors: null })
      assert.strictEqual(data.coverage, null)
      assert.isFalse(data.changed)

      yield* fs.writeFileString(`${root}/added.py`, "x = 1\n")
      const elsewhere = yield* codeintel(["report", "--output", `${root}/page.html`, root])
      assert.deepStrictEqual([elsewhere.exitCode, elsewhere.stdout], [0, `${root}/page.html\n`])
      assert.include(yield* fs.readFileString(`${root}/page.html`), "\"changedFiles\":[\"added.py\"]")

      const said = yield* codeintel(["report", "--json", root])
      const { bytes, file, leftOut } = yield* Schema.decode(Schema.parseJson(Report))(said.stdout)
      assert.deepStrictEqual([file, leftOut], [`${root}/.codeintel/report.html`, []])
      assert.strictEqual(bytes, Number((yield* fs.stat(file)).size))

      const refused = yield* codeintel(["report", "--output", `${root}/none/page.html`, root])
      assert.deepStrictEqual([refused.exitCode, refused.stdout], [4, ""])
      assert.match(refused.stderr, /none\/page\.html: the report is not written.*\n.*--output FILE/s)
    }))
})
