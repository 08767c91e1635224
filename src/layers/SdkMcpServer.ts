/**
 * `McpServer` with the official SDK. Of its two classes the one without schemas: the other one takes them as zod has them,
 * and ours are made elsewhere (docs/decisions/0035).
 *
 * @since 0.1.0
 */
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { inertLines } from "../domain/inert.js"
import { McpServer, type McpTool, type Offer } from "../services/McpServer.js"
import { ourVersion } from "./ourVersion.js"

/** Calls at a time: each may hold the memory of a database. */
const AT_A_TIME = 4

/** Characters of what the SDK says of a message; it may repeat all of it. */
const MOST_SAID = 500

class SdkMissing extends Data.TaggedError("SdkMissing")<{ readonly message: string; readonly cause: unknown }> {}

// the command has it in its bundle; an application that composes this Layer brings it (an optional peer)
const load = Effect.orDie(Effect.tryPromise({
  try: () => import("./mcp/sdk.js"),
  catch: (cause) =>
    new SdkMissing({ message: "the SDK cannot be loaded: npm install @modelcontextprotocol/sdk", cause })
}))

const refusal = (text: string): CallToolResult => ({ content: [{ type: "text", text }], isError: true })

/** Interrupted when `signal` is aborted. */
const aborted = (signal: AbortSignal): Effect.Effect<never> =>
  Effect.async((resume) => {
    const abort = () => resume(Effect.interrupt)
    if (signal.aborted) abort()
    else signal.addEventListener("abort", abort, { once: true })
    return Effect.sync(() => signal.removeEventListener("abort", abort))
  })

const listed = <R>({ description, inputSchema, name, outputSchema, title }: McpTool<R>) => ({
  name,
  title,
  description,
  inputSchema,
  outputSchema,
  annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }
})

const answered = Effect.fn("McpServer.call")(function*<R>(tool: McpTool<R>, given: unknown) {
  const exit = yield* Effect.exit(tool.call(given))
  if (Exit.isSuccess(exit)) {
    const { text } = exit.value
    const answer: CallToolResult = exit.value._tag === "Refusal"
      ? refusal(text)
      : { content: [{ type: "text", text }], structuredContent: { ...exit.value.structured } }
    return answer
  }
  if (Cause.isInterruptedOnly(exit.cause)) return yield* Effect.failCause(exit.cause)
  // the server stays: the next call may be another one
  yield* Effect.logError(`${tool.name}: this is a bug of codeintel`, exit.cause)
  return refusal(
    `internal: ${tool.name} failed, which is a bug of codeintel; the other tools are not affected\n` +
      inertLines(Cause.pretty(exit.cause))
  )
})

const serving = Effect.fn("McpServer.serve")(function*<R>(
  transport: Effect.Effect<Transport, never, Scope.Scope>,
  { instructions, tools }: Offer<R>
) {
  const { CallToolRequestSchema, ListToolsRequestSchema, Server } = yield* load
  const permits = yield* Effect.makeSemaphore(AT_A_TIME)
  const gone = yield* Deferred.make<void>()
  const run = yield* FiberSet.makeRuntimePromise<R>()
  const names = tools.map(({ name }) => name).join(", ")

  const server = new Server({ name: "codeintel", title: "codeintel", version: ourVersion }, {
    capabilities: { tools: {} },
    instructions
  })
  server.onclose = () => Deferred.unsafeDone(gone, Exit.void)
  // a line that is no message, or an answer that nobody takes: not a call, and no reason to end
  server.onerror = (error) => void run(Effect.logWarning(`mcp: ${error.message.slice(0, MOST_SAID)}`))
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(listed) }))
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) => {
    const tool = tools.find(({ name }) => name === params.name)
    if (tool === undefined) return refusal(`${inertLines(params.name)}: no such tool; there are ${names}`)
    return run(Effect.raceFirst(permits.withPermits(1)(answered(tool, params.arguments ?? {})), aborted(signal)))
  })
  const connection = yield* transport
  yield* Effect.acquireRelease(
    Effect.promise(() => server.connect(connection)),
    () => Effect.promise(() => server.close())
  )
  yield* Deferred.await(gone)
}, Effect.scoped)

/**
 * `transport`: made once for each time that something is served, and closed after it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  transport: Effect.Effect<Transport, never, Scope.Scope>
): Context.Tag.Service<typeof McpServer> => ({ serve: (offer) => serving(transport, offer) })

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (transport: Effect.Effect<Transport, never, Scope.Scope>): Layer.Layer<McpServer> =>
  Layer.succeed(McpServer, make(transport))

const stdio: Effect.Effect<Transport, never, Scope.Scope> = Effect.gen(function*() {
  const { StdioServerTransport } = yield* load
  const transport = new StdioServerTransport()
  // the SDK does not look for the end of either stream
  const gone = () => void transport.close()
  const streams = [process.stdin, process.stdout]
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      for (const stream of streams) stream.once("end", gone).once("close", gone).once("error", gone)
    }),
    () =>
      Effect.sync(() => {
        for (const stream of streams) stream.off("end", gone).off("close", gone).off("error", gone)
      })
  )
  return transport
})

/**
 * Messages are lines of stdin and stdout, which nothing else may use; it ends when one of them does.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerStdio: Layer.Layer<McpServer> = layer(stdio)
