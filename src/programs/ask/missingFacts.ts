/**
 * @since 0.1.0
 */
import type { Freshness } from "../../domain/Freshness.js"

/**
 * Tools whose facts are missing or not whole, and why: an answer without rows may be one that nobody measured. NULL: none.
 *
 * @since 0.1.0
 * @category getters
 */
export const missingFacts = ({ sources }: Freshness): string | null => {
  const missing = sources.filter(({ status }) => status !== "ok" && status !== "findings" && status !== "imported")
  return missing.length === 0 ? null : missing.map(({ reason, status, tool }) => {
    const [first = ""] = (reason ?? "").split("\n")
    return `${tool} is ${status}${first === "" ? "" : `: ${first}`}`
  }).join("; ")
}
