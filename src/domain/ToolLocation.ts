/**
 * @since 0.1.0
 */
import type { ToolName } from "./ToolName.js"

/**
 * Where a tool was found and how it is started: `executable` with `prefixArgs` before the tool's own arguments.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolLocation {
  readonly tool: ToolName
  /** What is started: the tool itself, or node or python with the tool in `prefixArgs`. Absolute. */
  readonly executable: string
  readonly prefixArgs: ReadonlyArray<string>
  /** The file whose real path, size and mtime identify the tool. Absolute. */
  readonly identity: string
  /** Directories that Python must find it in, before those of `PYTHONPATH`. Absolute; none unless given. */
  readonly pythonPath?: ReadonlyArray<string>
  /** Of a tool in our cache, whose files were checked against the hashes of this version: it need not be asked. */
  readonly version?: string
  readonly foundBy: "configuration" | "repository" | "package" | "cache" | "path"
}
