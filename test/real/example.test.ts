// @effect-diagnostics preferSchemaOverJson:off
/**
 * The real tools on the example repository, against rows written by hand (test/fixtures/example/README.md).
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Live from "../../src/layers/Live.js"
import { typingIngest } from "../../src/programs/datasetIngests.js"
import { Repositories } from "../../src/services/Repositories.js"
import { Warehouse } from "../../src/services/Warehouse.js"
import { exampleCopy } from "../e2e/command.js"
import { diagnostics, files, unresolvedImports } from "../fixtures/example/expected.js"

const Everything = Live.layer.pipe(Layer.provideMerge(NodeContext.layer))

const checkers = ["pyright", "pyrefly", "ruff", "mypy"] as const

layer(Everything, { excludeTestServices: true, timeout: 180_000 })("the example repository", (it) => {
  it.scoped("has the rows that were written by hand", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const repositories = yield* Repositories
      const warehouse = yield* Warehouse
      const root = yield* exampleCopy
      yield* fs.writeFileString(`${root}/codeintel.toml`, "[mypy]\nenabled = true\n")

      const ctx = yield* repositories.open(root)
      const summary = yield* typingIngest(ctx)
      assert.deepStrictEqual(
        summary.tools.filter(({ status }) => status !== "skipped").map(({ status, tool }) => [tool, status]),
        [["mypy", "findings"], ["pyrefly", "findings"], ["pyright", "findings"], ["ruff", "findings"]],
        JSON.stringify(summary.tools, null, 2)
      )

      const connection = yield* warehouse.open(ctx.paths.database, "read")
      const ask = (sql: string) => Effect.map(connection.query(sql), ({ rows }) => rows)

      assert.deepStrictEqual(
        yield* ask("SELECT rel_path, module_name, lines FROM files ORDER BY rel_path"),
        files.map(({ lines, moduleName, relPath }) => [relPath, moduleName, lines])
      )
      assert.deepStrictEqual(
        yield* ask("SELECT rel_path FROM files WHERE parse_error IS NOT NULL"),
        [["src/parcels/legacy/broken.py"]]
      )
      for (const tool of checkers) {
        assert.deepStrictEqual(
          yield* ask(`SELECT rel_path, errors FROM file_checks WHERE tool = '${tool}' ORDER BY rel_path`),
          files.map((file) => [file.relPath, file[tool]]),
          tool
        )
        assert.sameDeepMembers(
          [
            ...yield* ask(
              "SELECT rel_path, start_line, start_column, end_line, end_column, severity, rule " +
                `FROM diagnostics WHERE tool = '${tool}'`
            )
          ],
          diagnostics[tool].map((row) => [...row]),
          tool
        )
      }
      assert.deepStrictEqual(
        yield* ask(
          "SELECT tool, unresolved_imports FROM tool_runs WHERE unresolved_imports IS NOT NULL ORDER BY tool"
        ),
        Object.entries(unresolvedImports).sort()
      )
      assert.deepStrictEqual(
        yield* ask(
          "SELECT rel_path, pyright_errors, pyrefly_errors, ruff_errors, total_errors, functions, " +
            "annotated_parameters, parameters, annotated_returns, untyped_functions FROM typing_signals ORDER BY 1"
        ),
        files.map((file) => [
          file.relPath,
          file.pyright,
          file.pyrefly,
          file.ruff,
          file.pyright === null || file.pyrefly === null || file.ruff === null
            ? null
            : file.pyright + file.pyrefly + file.ruff,
          file.functions,
          file.annotatedParameters,
          file.parameters,
          file.annotatedReturns,
          file.untypedFunctions
        ])
      )
    }))
})
