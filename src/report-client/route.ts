/**
 * What the part of the address after `#` says: `#/file/src/a.py?line=3`, `#/findings?q=F401`, `#/`.
 */
export const tables = ["files", "findings", "rules", "tests", "functions", "coverage"] as const

export type TableName = typeof tables[number]

export type Route =
  | { readonly page: "overview"; readonly table?: TableName; readonly query?: string }
  | { readonly page: "file"; readonly path: string; readonly line?: number }

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // typed by hand
  }
}

export const parseRoute = (hash: string): Route => {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2)
  const parameters = new URLSearchParams(search)
  if (path.startsWith("file/")) {
    const line = Number(parameters.get("line"))
    return {
      page: "file",
      path: path.slice("file/".length).split("/").map(decoded).join("/"),
      ...(Number.isInteger(line) && line > 0 && { line })
    }
  }
  const table = tables.find((name) => name === path)
  const query = parameters.get("q")
  return { page: "overview", ...(table !== undefined && { table }), ...(query !== null && { query }) }
}

export const fileHref = (path: string, line?: number): string =>
  `#/file/${path.split("/").map(encodeURIComponent).join("/")}${line === undefined ? "" : `?line=${line}`}`

export const tableHref = (table: TableName, query: string): string =>
  `#/${table}?${new URLSearchParams({ q: query }).toString()}`
