/**
 * The built command as a user has it: exit code and both streams.
 */
import * as Command from "@effect/platform/Command"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Effect, Stream } from "effect"

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const text = <E, R>(stream: Stream.Stream<Uint8Array, E, R>) => Stream.mkString(Stream.decodeText(stream))

/**
 * Starts `codeintel` with these arguments; the process ends with the scope. `through`: a command that starts the one it
 * is given (`env`, `setpriv`).
 */
export const start = Effect.fn("e2e.start")(function*(
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
  through: ReadonlyArray<string> = []
) {
  const path = yield* Path.Path
  const [command = "node", ...rest] = [...through, "node", path.resolve("dist/bin/codeintel.js"), ...args]
  return yield* Command.make(command, ...rest).pipe(
    Command.env({ CI: "true", ...env }),
    Command.stdin(Stream.empty),
    Command.start
  )
})

/** What it has said in the end. */
export const ended = (process: CommandExecutor.Process) =>
  Effect.map(
    Effect.all([process.exitCode, text(process.stdout), text(process.stderr)], { concurrency: "unbounded" }),
    ([exitCode, stdout, stderr]): Ended => ({ exitCode, stdout, stderr })
  )

/** Runs `codeintel` to its end. */
export const codeintel = (...given: Parameters<typeof start>) => Effect.scoped(Effect.flatMap(start(...given), ended))

/** A copy of the example repository, links as links, in a temporary directory that goes with the scope. */
export const exampleCopy = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = yield* fs.makeTempDirectoryScoped({ prefix: "codeintel e2e ü " })
  const root = path.join(yield* fs.realPath(directory), "example")
  yield* Command.exitCode(Command.make("cp", "-a", "examples/python-project", root))
  yield* fs.remove(path.join(root, ".codeintel"), { recursive: true, force: true })
  return root
})

/** Every file below a directory with its content's size and time of change, without `.codeintel`. */
export const tree = Effect.fn("e2e.tree")(function*(root: string) {
  const listing = yield* Command.string(Command.make(
    "find",
    root,
    "-path",
    `${root}/.codeintel`,
    "-prune",
    "-o",
    "-printf",
    "%P %y %s %T@ %l\\n"
  ))
  // the root's own time changes when .codeintel is made
  return listing.split("\n").filter((line) => !line.startsWith(" ")).sort()
})
