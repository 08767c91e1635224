/**
 * What goes into a process and what comes out of it.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { ToolName } from "./ToolName.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolInvocation {
  /** Name used in errors, spans and metrics. */
  readonly tool: ToolName
  /** Absolute path, or a name that is searched on PATH. */
  readonly executable: string
  readonly args: ReadonlyArray<string>
  /** Absolute. */
  readonly cwd: string
  /** The tool's own variables. */
  readonly env: Readonly<Record<string, string>>
  /**
   * What else the process sees: `analyser` a fixed allow-list of the caller's variables (the default), `caller` all of
   * them, as if typed by hand (a test suite).
   */
  readonly inherit?: "analyser" | "caller"
  /**
   * The root of a repository that is not trusted, links resolved: what of the inherited PATH lies in it is left out, so
   * that no name (`git`, `env python3` in a first line) leads into it.
   */
  readonly untrustedRoot?: string
  readonly timeout: Duration.Duration
  /** Of each stream. */
  readonly maxOutputBytes: number
  /** Called for each line of stdout and stderr as it arrives, without its line end; a progress display. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolRunResult {
  readonly tool: ToolName
  readonly args: ReadonlyArray<string>
  /** Not judged: what a code means is known to the tool's file alone. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly startedAt: DateTime.Utc
  readonly durationMs: number
}
