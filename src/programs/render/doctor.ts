/**
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"
import type { DoctorReport } from "../doctor.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

const foundBy: Readonly<Record<string, string>> = {
  configuration: "configured path",
  repository: "the repository's environment",
  package: "installed with codeintel",
  cache: "codeintel's tool cache",
  path: "PATH"
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderDoctor = ({ budget, healthy, notices, repo, tools }: DoctorReport, style: Style): string => {
  const rows = tools.map((each) => [
    each.tool,
    each.state,
    each.version ?? "",
    foundBy[each.foundBy ?? ""] ?? each.foundBy ?? "",
    each.path ?? ""
  ])
  const paint = (text: string, row: number, column: number) => {
    const state = tools[row]?.state
    return column !== 1
      ? text
      : state === "ok"
      ? style.green(text)
      : state === "off"
      ? style.dim(text)
      : style.red(text)
  }
  const problems = tools.filter(({ problem }) => problem !== null).flatMap(({ problem, remedy, tool }) => [
    "",
    `${style.red(`! ${tool}`)}: ${(problem ?? "").split("\n").map(inert).join("\n    ")}`,
    `    ${(remedy ?? "").split("\n").map(inert).join("\n    ")}`
  ])
  const columns = [{ title: "tool" }, { title: "state" }, { title: "version" }, { title: "found by" }, {
    title: "path"
  }]
  const { cores, coresFrom, memoryBytes, memoryFrom } = budget
  return [
    style.bold(inert(repo)),
    `${cores} ${cores === 1 ? "core" : "cores"} (${coresFrom}), ${
      (memoryBytes / 1024 ** 3).toFixed(1)
    } GB of memory (${memoryFrom})`,
    "",
    table(columns, rows, paint),
    ...problems,
    ...(notices.length > 0 ? ["", ...notices.map((notice) => `- ${inert(notice)}`)] : []),
    "",
    healthy ? "everything is there" : "something is missing: see above"
  ].join("\n")
}
