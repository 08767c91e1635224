/**
 * The Python tools that we install ourselves, each in one version with the hash of every file it may consist of.
 *
 * @since 0.1.0
 */
import { fileURLToPath } from "node:url"
import type { ToolName } from "../domain/ToolName.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Pin {
  readonly tool: ToolName
  readonly version: string
  /**
   * `native`: an executable that runs without Python. `module`: run by a Python of the ABI it was installed for.
   * `library`: imported by the repository's own interpreter, beside the packages that this has; installed alone.
   */
  readonly kind: "native" | "module" | "library"
}

/**
 * After a change: `npx tsx scripts/pins.ts`, which writes `pins/<tool>.txt` anew.
 *
 * @since 0.1.0
 * @category constants
 */
export const pins: ReadonlyMap<ToolName, Pin> = new Map(
  ([
    { tool: "ruff", version: "0.17.6", kind: "native" },
    { tool: "pyrefly", version: "1.4.1", kind: "native" },
    { tool: "mypy", version: "2.4.1", kind: "module" },
    { tool: "coverage", version: "7.17.3", kind: "library" },
    { tool: "pytest-reportlog", version: "1.0.0", kind: "library" }
  ] satisfies ReadonlyArray<Pin>).map((pin) => [pin.tool, pin])
)

/**
 * The pip requirements of the pin: the tool and all it depends on, with hashes. Absolute.
 *
 * @since 0.1.0
 * @category getters
 */
export const requirementsFile = (pin: Pin): string =>
  fileURLToPath(new URL(`../../pins/${pin.tool}.txt`, import.meta.url))

/**
 * The name to import.
 *
 * @since 0.1.0
 * @category getters
 */
export const moduleOf = (pin: Pin): string => pin.tool.replaceAll("-", "_")
