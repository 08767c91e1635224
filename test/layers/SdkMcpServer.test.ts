// @effect-diagnostics strictEffectProvide:off
/** What is true of the server whatever its tools are, with the SDK's own client. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Logger, Ref } from "effect"
import type { McpResult, McpTool } from "../../src/services/McpServer.js"
import { call, connected, hasEnded, textOf } from "./mcpClient.js"

const tool = <R>(name: string, run: (given: unknown) => Effect.Effect<McpResult, never, R>): McpTool<R> => ({
  name,
  title: `Title of ${name}`,
  description: `What ${name} is for`,
  inputSchema: { type: "object", properties: {} },
  outputSchema: { type: "object", properties: { n: { type: "number" } }, required: ["n"], additionalProperties: false },
  call: run
})

const answer = (n: unknown): McpResult => ({ _tag: "Answer", structured: { n }, text: `it is ${String(n)}` })

const offering = <R>(...tools: ReadonlyArray<McpTool<R>>) => connected({ instructions: "Read me.", tools })

describe("SdkMcpServer", () => {
  it.scoped("lists the tools as read-only, with their schemas, and says who it is", () =>
    Effect.gen(function*() {
      const { client } = yield* offering(tool("one", () => Effect.succeed(answer(1))))
      const { tools } = yield* Effect.promise(() => client.listTools())
      assert.deepStrictEqual(tools, [{
        name: "one",
        title: "Title of one",
        description: "What one is for",
        inputSchema: { type: "object", properties: {} },
        outputSchema: {
          type: "object",
          properties: { n: { type: "number" } },
          required: ["n"],
          additionalProperties: false
        },
        annotations: {
          title: "Title of one",
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: false
        }
      }])
      assert.strictEqual(client.getInstructions(), "Read me.")
      assert.strictEqual(client.getServerVersion()?.name, "codeintel")
      assert.deepStrictEqual(client.getServerCapabilities(), { tools: {} })
    }))

  it.scoped("answers twice, structured and as a text; a refusal is an error without structure", () =>
    Effect.gen(function*() {
      const given: Array<unknown> = []
      const { client } = yield* offering(
        tool("one", (value) => Effect.sync(() => (given.push(value), answer(1)))),
        tool("none", () => Effect.succeed({ _tag: "Refusal", text: "ask for one" }))
      )
      yield* Effect.promise(() => client.listTools())
      assert.deepStrictEqual(yield* call(client, "one", { a: [1] }), {
        content: [{ type: "text", text: "it is 1" }],
        structuredContent: { n: 1 }
      })
      // arguments may be left out
      yield* call(client, "one")
      assert.deepStrictEqual(given, [{ a: [1] }, {}])
      assert.deepStrictEqual(yield* call(client, "none"), {
        content: [{ type: "text", text: "ask for one" }],
        isError: true
      })
      const unknown = yield* call(client, "tw\u001bo")
      assert.isTrue(unknown.isError)
      assert.strictEqual(textOf(unknown), "tw\\u001bo: no such tool; there are one, none")
    }))

  it.scoped("a defect is a result and a log, and the server stays", () =>
    Effect.gen(function*() {
      const logged: Array<string> = []
      const logger = Logger.make(({ cause, message }) => void logged.push(`${String(message)} ${String(cause)}`))
      const { client } = yield* offering(
        tool("broken", () => Effect.die(new Error("out of \u001b[31mcheese"))),
        tool("one", () => Effect.succeed(answer(1)))
      ).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
      const result = yield* call(client, "broken")
      assert.isTrue(result.isError)
      assert.match(
        textOf(result),
        /^internal: broken failed, which is a bug of codeintel; .*\n.*out of \\u001b\[31mcheese/
      )
      assert.match(logged.join("\n"), /broken: this is a bug of codeintel.*out of/s)
      assert.strictEqual(textOf(yield* call(client, "one")), "it is 1")
    }))

  it.scoped("a call that is cancelled is interrupted, and others are not", () =>
    Effect.gen(function*() {
      const begun = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const { client } = yield* offering(
        tool("long", () =>
          Deferred.succeed(begun, undefined).pipe(
            Effect.zipRight(Effect.never),
            Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
          )),
        tool("one", () => Effect.succeed(answer(1)))
      )
      const controller = new AbortController()
      const asked = client.callTool({ name: "long" }, undefined, { signal: controller.signal }).then(
        () => "answered",
        () => "cancelled"
      )
      yield* Deferred.await(begun)
      controller.abort()
      yield* Deferred.await(interrupted)
      assert.strictEqual(yield* Effect.promise(() => asked), "cancelled")
      assert.strictEqual(textOf(yield* call(client, "one")), "it is 1")
    }))

  it.scoped("four calls at a time; a fifth waits, and can be cancelled meanwhile", () =>
    Effect.gen(function*() {
      const running = yield* Ref.make(0)
      const four = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const { client } = yield* offering(tool("slow", () =>
        Effect.gen(function*() {
          if ((yield* Ref.updateAndGet(running, (n) => n + 1)) === 4) yield* Deferred.succeed(four, undefined)
          yield* Deferred.await(go)
          return answer(yield* Ref.get(running))
        })))
      const calls = yield* Effect.fork(
        Effect.all(Array.from({ length: 6 }, () => call(client, "slow")), { concurrency: "unbounded" })
      )
      yield* Deferred.await(four)
      // a request that waits is one that was received: what came before this ping was
      yield* Effect.promise(() => client.ping())
      const controller = new AbortController()
      const waiting = client.callTool({ name: "slow" }, undefined, { signal: controller.signal }).then(
        () => "answered",
        () => "cancelled"
      )
      yield* Effect.promise(() => client.ping())
      controller.abort()
      assert.strictEqual(yield* Effect.promise(() => waiting), "cancelled")
      yield* Effect.promise(() => client.ping())
      assert.strictEqual(yield* Ref.get(running), 4)
      yield* Deferred.succeed(go, undefined)
      assert.strictEqual((yield* Fiber.join(calls)).length, 6)
      assert.strictEqual(yield* Ref.get(running), 6)
    }))

  it.scoped("ends when the other side has gone, and interrupts what is under way", () =>
    Effect.gen(function*() {
      const begun = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const { client, serving } = yield* offering(tool("long", () =>
        Deferred.succeed(begun, undefined).pipe(
          Effect.zipRight(Effect.never),
          Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
        )))
      const asked = client.callTool({ name: "long" }).then(() => "answered", () => "closed")
      yield* Deferred.await(begun)
      yield* Effect.promise(() => client.close())
      yield* Deferred.await(interrupted)
      assert.strictEqual(yield* hasEnded(serving), "Success")
      assert.strictEqual(yield* Effect.promise(() => asked), "closed")
    }))

  it.scoped("interrupted, it closes the connection and interrupts what is under way", () =>
    Effect.gen(function*() {
      const begun = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const { client, serving } = yield* offering(tool("long", () =>
        Deferred.succeed(begun, undefined).pipe(
          Effect.zipRight(Effect.never),
          Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
        )))
      const asked = client.callTool({ name: "long" }).then(() => "answered", () => "closed")
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(serving)
      yield* Deferred.await(interrupted)
      assert.strictEqual(yield* Effect.promise(() => asked), "closed")
    }))
})
