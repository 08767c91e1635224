/**
 * docs/mcp.md: its table has the tools that there are, with their arguments, and its session is lines of the protocol.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { mcpTools } from "../../src/programs/mcp.js"

const page = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString("docs/mcp.md"))

const Message = Schema.Struct({
  jsonrpc: Schema.Literal("2.0"),
  method: Schema.optional(Schema.String),
  params: Schema.optional(Schema.Struct({ name: Schema.optional(Schema.String) })),
  result: Schema.optional(Schema.Struct({
    structuredContent: Schema.optional(Schema.Struct({ freshness: Schema.Struct({ commit: Schema.String }) })),
    isError: Schema.optional(Schema.Boolean)
  }))
})

layer(NodeContext.layer)("docs/mcp.md", (it) => {
  it.effect("has every tool in its table, with its arguments, and no other", () =>
    Effect.gen(function*() {
      const rows = [...(yield* page).matchAll(/^\| `(\w+)` \| (.*?) \|/gm)].map(([, name, given = ""]) => [
        name,
        [...given.matchAll(/`(\w+)`/g)].map(([, argument]) => argument)
      ])
      assert.deepStrictEqual(
        rows,
        mcpTools("/repo").map(({ inputSchema, name }) => [name, Object.keys(inputSchema["properties"] ?? {})])
      )
    }))

  it.effect("has a session of whole messages, in which every answer has its freshness or is an error", () =>
    Effect.gen(function*() {
      const lines = [...(yield* page).matchAll(/^(->|<-) (.*)$/gm)]
      assert.isAbove(lines.length, 10)
      const names = mcpTools("/repo").map(({ name }) => name)
      for (const [, direction, line = ""] of lines) {
        const { method, params, result } = yield* Schema.decode(Schema.parseJson(Message))(line)
        assert.strictEqual(direction, method === undefined ? "<-" : "->")
        if (method === "tools/call") assert.include(names, params?.name)
        const isAnswer = line.includes("\"content\":")
        if (isAnswer) {
          assert.isTrue(
            Option.isSome(Option.fromNullable(result?.structuredContent)) !== (result?.isError === true),
            line
          )
        }
      }
    }))
})
