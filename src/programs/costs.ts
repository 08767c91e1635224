/**
 * What the tools take of a machine, to run as many side by side as fit and the longest first: then the last one to end
 * is not one that began late.
 *
 * @since 0.1.0
 */
import * as Order from "effect/Order"
import type { ToolName } from "../domain/ToolName.js"
import type { Cost } from "../services/Budget.js"

const GIB = 1024 ** 3

/**
 * Longest first, as measured on flask (83 files) and rich (213), which agree; memory is the most that was seen there and
 * half as much again. `cores` is 1 also for those that use a part of a second one: a core that waits is worse.
 */
const measured: ReadonlyArray<readonly [ToolName, Cost]> = [
  ["scip-python", { cores: 1, memoryBytes: 1.2 * GIB }],
  ["pyright", { cores: 1, memoryBytes: 0.8 * GIB }],
  ["pytest", { cores: 1, memoryBytes: 0.5 * GIB }],
  ["mypy", { cores: 1, memoryBytes: 0.5 * GIB }],
  ["coverage", { cores: 1, memoryBytes: 0.3 * GIB }],
  ["pyrefly", { cores: 1, memoryBytes: 0.2 * GIB }],
  ["ruff", { cores: 1, memoryBytes: 0.1 * GIB }]
]

const unknown: Cost = { cores: 1, memoryBytes: 0.5 * GIB }

/**
 * @since 0.1.0
 * @category getters
 */
export const costOf = (tool: ToolName): Cost => measured.find(([name]) => name === tool)?.[1] ?? unknown

const rank = (tool: ToolName) => {
  const index = measured.findIndex(([name]) => name === tool)
  return index < 0 ? measured.length : index
}

/**
 * Longest first; tools that are not known here last.
 *
 * @since 0.1.0
 * @category ordering
 */
export const byLength: Order.Order<{ readonly tool: ToolName }> = Order.mapInput(Order.number, ({ tool }) => rank(tool))
