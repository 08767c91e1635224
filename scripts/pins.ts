/**
 * Writes `pins/<tool>.txt` for every pin: the pinned version of the tool and the newest version of all it depends on,
 * each with the SHA-256 of the wheels for every platform, from PyPI's JSON API. A library is pinned alone: what it imports is the
 * repository's own.
 *
 * `npx tsx scripts/pins.ts`
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as FileSystem from "@effect/platform/FileSystem"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Array from "effect/Array"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as Schema from "effect/Schema"
import { type Pin, pins, requirementsFile } from "../src/layers/pins.js"

const Project = Schema.Struct({
  /** Of the newest version. */
  info: Schema.Struct({ version: Schema.String, requires_dist: Schema.NullOr(Schema.Array(Schema.String)) }),
  releases: Schema.Record({
    key: Schema.String,
    value: Schema.Array(Schema.Struct({
      packagetype: Schema.String,
      yanked: Schema.Boolean,
      digests: Schema.Struct({ sha256: Schema.String })
    }))
  })
})

/** What a package asks for, or what is asked for at first. */
interface Dependency {
  readonly name: string
  readonly specifiers: ReadonlyArray<string>
  readonly marker: Option.Option<string>
}

/** `name<spec>,<spec>; marker`, as in `requires_dist`; none when it belongs to an extra. */
const parseDependency = (text: string): Option.Option<Dependency> => {
  const [requirement = "", marker = ""] = text.split(";").map((part) => part.trim())
  const [, name = "", specifiers = ""] = /^([\w.-]+)\s*\(?([^)]*)\)?$/.exec(requirement) ?? []
  return /\bextra\s*==/.test(marker) ? Option.none() : Option.some({
    name: name.toLowerCase().replace(/[-_.]+/g, "-"),
    specifiers: specifiers.split(",").map((each) => each.trim()).filter((each) => each !== ""),
    marker: Option.liftPredicate(marker, (given) => given !== "")
  })
}

const byVersion: Order.Order<string> = Order.mapInput(
  Order.array(Order.number),
  (version) => version.split(".").map(Number)
)

const satisfies = (version: string) => (specifier: string): boolean => {
  const [, operator, bound = ""] = /^(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)$/.exec(specifier) ?? []
  const order = byVersion(version, bound)
  switch (operator) {
    case ">=":
      return order >= 0
    case "<=":
      return order <= 0
    case ">":
      return order > 0
    case "<":
      return order < 0
    case "!=":
      return order !== 0
    default:
      return operator === "==" && order === 0
  }
}

const fetchProject = (name: string) =>
  HttpClient.get(`https://pypi.org/pypi/${name}/json`).pipe(
    Effect.flatMap(HttpClientResponse.filterStatusOk),
    Effect.flatMap(HttpClientResponse.schemaBodyJson(Project)),
    Effect.scoped
  )

/** The lines of one package, and what it asks for in turn. */
const pinned = Effect.fn("pinned")(function*(name: string, wanted: ReadonlyArray<Dependency>) {
  const { info, releases } = yield* fetchProject(name)
  const fitting = Object.keys(releases).filter((version) =>
    /^\d+(\.\d+)*$/.test(version) && wanted.every(({ specifiers }) => specifiers.every(satisfies(version))) &&
    releases[version]?.some(({ packagetype, yanked }) => packagetype === "bdist_wheel" && !yanked)
  )
  const version = Option.getOrElse(Array.last(Array.sort(fitting, byVersion)), () => "none")
  // the API says of the newest version alone what it depends on
  if (version !== info.version) {
    return yield* Effect.dieMessage(`${name}: ${version} fits, and the newest is ${info.version}`)
  }
  // asked for under several conditions: always there
  const marker = wanted.length === 1 ? Option.flatMap(Array.head(wanted), (only) => only.marker) : Option.none()
  const hashes = (releases[version] ?? []).flatMap(({ digests, packagetype, yanked }) =>
    packagetype === "bdist_wheel" && !yanked ? [`--hash=sha256:${digests.sha256}`] : []
  )
  const requirement = `${name}==${version}${Option.match(marker, { onNone: () => "", onSome: (text) => ` ; ${text}` })}`
  return {
    lines: [requirement, ...Array.sort(hashes, Order.string)].join(" \\\n    "),
    dependencies: (info.requires_dist ?? []).flatMap((text) => Option.toArray(parseDependency(text)))
  }
})

/** A package that is found to be asked for once more is pinned again, with all that is asked of it. */
const requirements = Effect.fn("requirements")(function*(pin: Pin) {
  const wanted = new Map<string, ReadonlyArray<Dependency>>([
    [pin.tool, [{ name: pin.tool, specifiers: [`==${pin.version}`], marker: Option.none() }]]
  ])
  const lines = new Map<string, string>()
  const queue = [pin.tool]
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const found = yield* pinned(name, wanted.get(name) ?? [])
    const isNew = !lines.has(name)
    lines.set(name, found.lines)
    if (!isNew || pin.kind === "library") continue
    for (const dependency of found.dependencies) {
      wanted.set(dependency.name, [...wanted.get(dependency.name) ?? [], dependency])
      if (!queue.includes(dependency.name)) queue.push(dependency.name)
    }
  }
  return [...lines.values()]
})

const write = Effect.fn("write")(function*(pin: Pin) {
  const fs = yield* FileSystem.FileSystem
  const file = requirementsFile(pin)
  const lines = yield* requirements(pin)
  yield* fs.writeFileString(
    file,
    ["# Written by scripts/pins.ts: the wheels of every platform.", ...lines, ""].join("\n")
  )
  yield* Console.error(`${file}: ${lines.length} packages`)
})

Effect.forEach(pins.values(), write, { concurrency: 1, discard: true }).pipe(
  Effect.provide([NodeHttpClient.layerUndici, NodeContext.layer]),
  NodeRuntime.runMain
)
