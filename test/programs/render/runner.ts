/**
 * How the runner of GitHub Actions reads a line of a log: after `ActionCommand.TryParseV2` and `TryParse` of
 * https://github.com/actions/runner (src/Runner.Common/ActionCommand.cs).
 */

const unescaped = (text: string) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%")

const ofProperty = (text: string) =>
  text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll(
    "%25",
    "%"
  )

export const commandOf = (line: string) => {
  const text = line.trimStart()
  const end = text.indexOf("::", 2)
  if (!text.startsWith("::") || end < 0) return undefined
  const about = text.slice(2, end)
  const space = about.indexOf(" ")
  const properties = space < 0 ? [] : about.slice(space + 1).trim().split(",").filter((each) => each !== "")
  return {
    name: space < 0 ? about : about.slice(0, space),
    properties: Object.fromEntries(properties.map((each) => {
      const equals = each.indexOf("=")
      return [each.slice(0, equals), ofProperty(each.slice(equals + 1))]
    })),
    message: unescaped(text.slice(end + 2))
  }
}

/** In either form. */
export const obeyed = (line: string): boolean => commandOf(line) !== undefined || line.includes("##[")
