/**
 * Tools die with us, even when we are killed by a signal that cannot be handled.
 *
 * The guard is a shell in a session of its own whose stdin is a pipe that we hold. It is told of the process groups
 * that live; the end of its stdin is our end, however it came, and then it ends what is left.
 *
 * @since 0.1.0
 */
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import type { PlatformError } from "@effect/platform/Error"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { MARKER } from "./process/markedProcesses.js"
import { type Environment, inherited } from "./toolEnvironment.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ProcessGuard {
  /** Starts the guard unless it runs. To be called before a process is started. */
  readonly ensureStarted: Effect.Effect<void>
  /** The group is killed if we end before the scope does. */
  readonly watch: (processGroup: number) => Effect.Effect<void, never, Scope.Scope>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ProcessGuardConfig {
  /** Of every process to end, in the variable `MARKER`: what the value begins with. */
  readonly markerPrefix: string
  /** Removed with all that is in it, when nobody is left. Absolute; need not be there. */
  readonly scratch: string
  /** Time between SIGTERM and SIGKILL; more than 1 s is taken as 1 s. */
  readonly killAfter: Duration.Duration
  readonly environment: Environment
}

const POLL_MS = 100

/** So that all is over within 5 s of our end, on a busy machine too. */
const MAX_KILL_AFTER = Duration.seconds(1)

/** For the guard to go by itself when the layer ends: more than it needs when tools are left. */
const GOODBYE = Duration.seconds(5)

/**
 * POSIX sh, as dash, bash and busybox have it. `$1` is looked for in the environments of all processes, `$2` is the
 * number of polls between SIGTERM and SIGKILL, `$3` a directory to remove. It ignores the signals that a shutdown sends
 * to everybody: it ends when we have ended. A stdin that ends while a child of ours has not yet done its `exec` does not
 * exist (the child holds the pipe until then), so the environments are those of the tools.
 */
const script = `
trap '' HUP INT TERM
exec >/dev/null 2>&1
marker=$1 polls=$2 scratch=$3 groups=' '

while read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) groups="\${groups%% \${line#-} *} \${groups#* \${line#-} }" ;;
  esac
done

if printf 'a\\0b' | grep -q b; then
  marked() { grep -lF -e "$marker" /proc/[0-9]*/environ; }
else # busybox: its grep stops at a NUL
  marked() {
    for file in /proc/[0-9]*/environ; do tr '\\0' '\\n' <"$file" | grep -qF -e "$marker" && echo "$file"; done
  }
fi

signal() {
  found=
  for group in $groups; do kill -s "$1" -- "-$group" && found=1; done
  for file in $(marked); do pid=\${file#/proc/}; kill -s "$1" "\${pid%/*}" && found=1; done
}

signal TERM
while [ "$found" ] && [ "$polls" -gt 0 ]; do sleep 0.1; polls=$((polls - 1)); signal 0; done
rounds=10
while signal KILL; [ "$found" ] && [ "$rounds" -gt 0 ]; do sleep 0.1; rounds=$((rounds - 1)); done
rm -rf -- "$scratch"
`

/**
 * One guard for the life of the scope, started with the first tool. Where it cannot be started (no `/bin/sh`) a warning
 * says so, once, and everything else works. Without `/proc` it knows the groups alone.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(config: ProcessGuardConfig) {
  const executor = yield* CommandExecutor.CommandExecutor
  const scope = yield* Effect.scope
  const lines = yield* Mailbox.make<string>()

  const killAfter = Duration.min(config.killAfter, MAX_KILL_AFTER)
  const polls = Math.ceil(Duration.toMillis(killAfter) / POLL_MS)
  const command = Command.make(
    "/bin/sh",
    ...["-c", script, "codeintel-guard", `${MARKER}=${config.markerPrefix}`, String(polls), config.scratch]
  ).pipe(
    Command.workingDirectory("/"),
    Command.env({ ...inherited(config.environment, "analyser"), LC_ALL: "C" }, { extendEnv: false })
  )

  const without = (cause: string) =>
    Effect.logWarning("no process guard: tools may outlive this process if it is killed with SIGKILL").pipe(
      Effect.annotateLogs({ cause }),
      Effect.zipRight(lines.shutdown)
    )

  const refused = (error: PlatformError) =>
    without(error._tag === "SystemError" ? error.description ?? error.reason : error.message)

  // the feed must still be alive when the release ends it: its own finalizer is older, and runs after
  const start = Effect.acquireRelease(
    Effect.gen(function*() {
      const guard = yield* executor.start(command)
      const feed = Stream.run(Stream.encodeText(Mailbox.toStream(lines)), guard.stdin)
      // node closes the stream of a process that has ended, and what is written to it is lost without an error
      const gone = Effect.zipRight(Effect.exit(guard.exitCode), without("it has ended"))
      yield* Effect.raceFirst(Effect.catchAll(feed, refused), gone).pipe(
        Effect.interruptible,
        Effect.forkScoped
      )
      return guard
    }),
    (guard) =>
      lines.end.pipe(
        Effect.zipRight(guard.exitCode),
        Effect.interruptible,
        Effect.timeout(GOODBYE),
        Effect.orElse(() => guard.kill("SIGKILL")),
        Effect.ignore
      )
  ).pipe(
    Effect.asVoid,
    Effect.catchAll(refused)
  )

  // not `Effect.cached`: it replays the interruption of the first caller to all that follow
  const started = yield* Effect.cachedWithTTL(Scope.extend(start, scope), Duration.infinity)

  return {
    ensureStarted: Effect.uninterruptible(started),
    watch: (processGroup) =>
      Effect.acquireRelease(lines.offer(`+${processGroup}\n`), () => lines.offer(`-${processGroup}\n`)).pipe(
        Effect.asVoid
      )
  } satisfies ProcessGuard
})
