/**
 * What a Python interpreter says about itself and its packages.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ToolExecution, ToolNotFound } from "../domain/errors.js"
import type { Interpreter } from "../domain/PipelineContext.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** Relative to its site-packages, as its RECORD lists them; Python files and stubs only. */
  readonly files: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class PythonEnvironment extends Context.Tag("codeintel/PythonEnvironment")<PythonEnvironment, {
  /**
   * Asks an executable who it is. The answer is remembered by its real path, size and mtime, except for shims (scripts
   * such as pyenv's, whose answer depends on the directory). `untrustedRoot` is that of `ToolInvocation`.
   */
  readonly interpreter: (
    executable: string,
    chosenBecause: string,
    cwd: string,
    untrustedRoot?: string
  ) => Effect.Effect<Interpreter, ToolNotFound | ToolExecution>
  /** Changes when a package is installed, removed, or upgraded, or the interpreter is another. Starts nothing. */
  readonly fingerprint: (interpreter: Interpreter) => Effect.Effect<string>
  /** Installed packages, by one query; the answer is remembered while `fingerprint` is the same. */
  readonly packages: (
    interpreter: Interpreter
  ) => Effect.Effect<ReadonlyArray<InstalledPackage>, ToolNotFound | ToolExecution>
}>() {}
