/** The SDK's own client, connected to a server in this process. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js"
import { Effect, Fiber } from "effect"
import * as SdkMcpServer from "../../src/layers/SdkMcpServer.js"
import type { Offer } from "../../src/services/McpServer.js"

/** `serving` ends when the client is closed, and is interrupted with the scope. */
export const connected = Effect.fn("connected")(function*<R>(offer: Offer<R>) {
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  const serving = yield* Effect.forkScoped(SdkMcpServer.make(Effect.succeed(theirs)).serve(offer))
  const client = new Client({ name: "test", version: "0" })
  yield* Effect.acquireRelease(Effect.promise(() => client.connect(ours)), () => Effect.promise(() => client.close()))
  return { client, serving }
})

/** Calls as an agent does; the client checks what is structured against the tool's schema once it has the list. */
export const call = (client: Client, name: string, given?: Readonly<Record<string, unknown>>) =>
  Effect.promise(() =>
    client.callTool({ name, ...(given !== undefined && { arguments: { ...given } }) })
      .then((result) => result as CallToolResult)
  )

/** The one text of a result. */
export const textOf = ({ content }: CallToolResult): string => {
  const [first, ...rest] = content
  if (first?.type !== "text" || rest.length > 0) {
    throw new Error(`not one text: ${content.map(({ type }) => type).join()}`)
  }
  return first.text
}

export const hasEnded = (fiber: Fiber.Fiber<void>) => Effect.map(Fiber.await(fiber), ({ _tag }) => _tag)
