/**
 * Commands to the runner of GitHub Actions, which reads them from the log of a step.
 *
 * @since 0.1.0
 */

// the escapes of @actions/core: a percent sign first, as it begins the others
const ofData = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")
const ofProperty = (text: string) => ofData(text).replaceAll(":", "%3A").replaceAll(",", "%2C")

/**
 * `::error file=a.py,line=1::message`. Properties keep their order; an absent one is left out.
 *
 * @since 0.1.0
 * @category constructors
 */
export const workflowCommand = (
  name: "error" | "warning" | "notice",
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string
): string => {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${ofProperty(String(value))}`]
  )
  return `::${name}${given.length === 0 ? "" : ` ${given.join(",")}`}::${ofData(message)}`
}

/**
 * A line that is for people, and no command: the old form of one is found anywhere in a line, the present one at its
 * beginning alone.
 *
 * @since 0.1.0
 * @category rendering
 */
export const withoutCommands = (line: string): string => line.replaceAll("##[", "# #[").replace(/^(\s*):(?=:)/, "$1: ")
