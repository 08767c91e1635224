/**
 * What takes root (or sudo that asks for no password): disks that are full or read-only. And what root has to be kept
 * from: reading and writing whatever the permissions say. Where it cannot be had, the fault fails.
 */
import * as Command from "@effect/platform/Command"
import { assert } from "@effect/vitest"
import { Effect } from "effect"

const isRoot = process.getuid?.() === 0

const asRoot = Effect.fn("faults.asRoot")(function*(...command: ReadonlyArray<string>) {
  const [name = "", ...args] = isRoot ? command : ["sudo", "-n", ...command]
  assert.strictEqual(Number(yield* Command.exitCode(Command.make(name, ...args))), 0, command.join(" "))
})

const unmount = (directory: string) => Effect.orDie(asRoot("umount", "--lazy", directory))

/** `directory` is a disk of so many bytes until the scope ends. */
export const tmpfs = (directory: string, bytes: number) =>
  Effect.acquireRelease(
    asRoot("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", directory),
    () => unmount(directory)
  )

export const resize = (directory: string, bytes: number) =>
  asRoot("mount", "-o", `remount,size=${bytes}`, "tmpfs", directory)

/** Nothing below `directory` can be written until the scope ends. */
export const readOnly = (directory: string) =>
  Effect.acquireRelease(asRoot("mount", "--bind", directory, directory), () => unmount(directory)).pipe(
    Effect.zipRight(asRoot("mount", "-o", "remount,bind,ro", directory))
  )

/** In front of a command: permissions hold for it. */
export const unprivileged: ReadonlyArray<string> = isRoot
  ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"]
  : []

/** Of somebody else, who lets everybody read. */
export const giveAway = (directory: string) => asRoot("chown", "65534:65534", directory)
