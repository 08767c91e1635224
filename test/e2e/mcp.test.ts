// @effect-diagnostics preferSchemaOverJson:off
/**
 * `codeintel mcp` as it is built, over the example repository, spoken to by the SDK's own client and by hand.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, layer } from "@effect/vitest"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { Deferred, Effect, Fiber, Schema, Stream } from "effect"
import { SqlAnswer } from "../../src/domain/Answers.js"
import { FindingList } from "../../src/domain/FindingList.js"
import { Shown } from "../../src/domain/Show.js"
import { forever } from "../layers/duckdb/laws.js"
import { call, textOf } from "../layers/mcpClient.js"
import { codeintel, ended, exampleCopy } from "./command.js"

/** A client of a server over `root`, and what that says on stderr. */
const connected = Effect.fn("connected")(function*(root: string) {
  const path = yield* Path.Path
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [path.resolve("dist/bin/codeintel.js"), "mcp", root],
    stderr: "pipe"
  })
  let stderr = ""
  transport.stderr?.on("data", (chunk: unknown) => void (stderr += String(chunk)))
  const client = new Client({ name: "test", version: "0" })
  const problems: Array<Error> = []
  // whatever is on stdout and is no message
  client.onerror = (error) => void problems.push(error)
  yield* Effect.acquireRelease(
    Effect.promise(() => client.connect(transport)),
    () => Effect.promise(() => client.close())
  )
  yield* Effect.promise(() => client.listTools())
  return { client, said: () => ({ stderr, problems }) }
})

const answer = <A, I>(
  client: Client,
  schema: Schema.Schema<A, I>,
  name: string,
  args: Readonly<Record<string, unknown>>
) =>
  Effect.flatMap(call(client, name, args), (result) =>
    result.isError === true
      ? Effect.dieMessage(textOf(result))
      : Effect.orDie(Schema.decodeUnknown(schema)(result.structuredContent)))

const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "0" } }
}

const initialized = { jsonrpc: "2.0", method: "notifications/initialized" }

const calling = (name: string, args: unknown) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name, arguments: args }
})

const lines = (messages: ReadonlyArray<unknown>) =>
  Stream.encodeText(Stream.fromIterable(messages.map((message) => `${JSON.stringify(message)}\n`)))

/** A server whose stdin is `stdin`; ends with the scope. */
const started = Effect.fn("started")(function*(root: string, stdin: Stream.Stream<Uint8Array>) {
  const path = yield* Path.Path
  return yield* Command.make("node", path.resolve("dist/bin/codeintel.js"), "mcp", root).pipe(
    Command.stdin(stdin),
    Command.start
  )
})

/** The first line, and then that the process goes on; all of both streams when it has ended. */
const watched = Effect.fn("watched")(function*(process: CommandExecutor.Process) {
  const first = yield* Deferred.make<string>()
  const stdout = yield* Effect.fork(
    process.stdout.pipe(
      Stream.decodeText(),
      Stream.splitLines,
      Stream.tap((line) => Deferred.succeed(first, line)),
      Stream.runCollect
    )
  )
  return { first, stdout: Effect.map(Fiber.join(stdout), (all) => [...all]) }
})

layer(NodeContext.layer, { excludeTestServices: true })("codeintel mcp", (it) => {
  it.scoped(
    "answers of what was ingested; an ingest between two calls can write, and the next is of its snapshot",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* exampleCopy
        const { client, said } = yield* connected(root)
        const missing = yield* call(client, "show", { subject: "quote" })
        assert.isTrue(missing.isError)
        assert.match(textOf(missing), /no database there yet\nmake it: codeintel ingest/)
        assert.isFalse(yield* fs.exists(`${root}/.codeintel`))

        const ingest = ["ingest", "--only", "typing", "--no-tests", root]
        const first = yield* codeintel(ingest)
        assert.strictEqual(first.exitCode, 0, first.stderr)
        const list = yield* answer(client, FindingList, "findings", { limit: 1000 })
        assert.isAbove(list.total ?? 0, 0)
        assert.lengthOf(list.findings, list.total ?? -1)
        assert.isAbove(list.checkers.length, 2)
        // a path as an agent has it, with a space in it
        const shown = yield* answer(client, Shown, "show", { subject: `${root}/src/parcels/rates.py` })
        assert.deepInclude(shown.freshness, { repo: root, treeChanged: false })
        assert.strictEqual(
          textOf(yield* call(client, "show", { subject: "src/parcels/rates.py" })),
          (yield* codeintel(["show", "src/parcels/rates.py", root])).stdout.trimEnd()
        )

        // a statement that was given up holds nothing either
        const controller = new AbortController()
        const query = { name: "sql", arguments: { query: forever } }
        const asked = client.callTool(query, undefined, { signal: controller.signal }).then(
          () => "answered",
          () => "cancelled"
        )
        yield* Effect.promise(() => client.ping())
        controller.abort()
        assert.strictEqual(yield* Effect.promise(() => asked), "cancelled")

        yield* fs.writeFileString(`${root}/src/parcels/added.py`, "import os\n")
        const before = yield* answer(client, SqlAnswer, "sql", { query: "SELECT 1" })
        assert.deepInclude(before.freshness, { treeChanged: true, changedFiles: ["src/parcels/added.py"] })
        const second = yield* codeintel(ingest)
        assert.strictEqual(second.exitCode, 0, second.stderr)
        const added = yield* answer(client, FindingList, "findings", {
          path: `${root}/src/parcels/added.py`,
          tool: "ruff"
        })
        assert.deepInclude(added.freshness, { treeChanged: false, changedFiles: [] })
        assert.notStrictEqual(added.freshness.snapshotId, list.freshness.snapshotId)
        assert.deepStrictEqual(added.findings.map(({ rule }) => rule), ["F401"])

        const refused = yield* call(client, "sql", { query: "DROP TABLE core.snapshots" })
        assert.match(textOf(refused), /DROP is no statement that reads/)
        const outside = yield* call(client, "sql", { query: `FROM read_text('${root}/pyproject.toml')` })
        assert.isTrue(outside.isError, textOf(outside))
        assert.deepStrictEqual(said(), { stderr: "", problems: [] })
      }),
    180_000
  )

  it.scoped(
    "ends with 0 when stdin ends, at once, whatever is under way; stdout has messages and nothing else",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* fs.makeTempDirectoryScoped()
        yield* fs.writeFileString(`${root}/a.py`, "x = 1\n")
        const off = {
          CODEINTEL_PYRIGHT_ENABLED: "false",
          CODEINTEL_PYREFLY_ENABLED: "false",
          CODEINTEL_RUFF_ENABLED: "false"
        }
        assert.strictEqual((yield* codeintel(["ingest", "--only", "typing", root], off)).exitCode, 0)
        const process = yield* started(
          root,
          Stream.concat(
            lines([initialize, initialized, "no message", calling("sql", { query: forever })]),
            Stream.make(new TextEncoder().encode("{]\n"))
          )
        )
        const { exitCode, stderr, stdout } = yield* ended(process)
        assert.strictEqual(exitCode, 0, stderr)
        const messages = stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
        assert.deepStrictEqual(messages.map(({ id }) => id), [0])
        assert.strictEqual(messages[0].result.serverInfo.name, "codeintel")
        assert.match(stderr, /mcp: /)
      }),
    120_000
  )

  describe.each(["SIGINT", "SIGTERM"] as const)("%s", (signal) => {
    it.scoped("ends it with 130", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* fs.makeTempDirectoryScoped()
        const process = yield* started(root, Stream.concat(lines([initialize, initialized]), Stream.never))
        const { first, stdout } = yield* watched(process)
        yield* Deferred.await(first)
        yield* process.kill(signal)
        assert.strictEqual(yield* process.exitCode, 130)
        assert.lengthOf(yield* stdout, 1)
      }), 60_000)
  })

  it.scoped("2: a path that is no directory is said at once", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* codeintel(["mcp", "/no/such/directory"])
      assert.deepStrictEqual([exitCode, stdout], [2, ""])
      assert.match(stderr, /\/no\/such\/directory: NotADirectory/)
    }))
})
