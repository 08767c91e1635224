/**
 * Where the files of a SARIF log are: URIs, relative to others that have a name.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/**
 * @since 0.1.0
 * @category schemas
 */
export const ArtifactLocation = Schema.Struct({
  uri: optional(Schema.String),
  uriBaseId: optional(Schema.String),
  /** In the artifacts of the run. */
  index: optional(Schema.Int)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ArtifactLocation = typeof ArtifactLocation.Type

/**
 * @since 0.1.0
 * @category schemas
 */
export const UriBaseIds = Schema.Record({ key: Schema.String, value: ArtifactLocation })

interface Run {
  readonly artifacts?: ReadonlyArray<{ readonly location?: ArtifactLocation }>
  readonly originalUriBaseIds?: typeof UriBaseIds.Type
  readonly invocations?: ReadonlyArray<{ readonly workingDirectory?: ArtifactLocation }>
}

const unescaped = Option.liftThrowable(decodeURIComponent)

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]+:/

/** Paths of Windows are no URIs, but are written as such. */
const isPath = (uri: string) => /^[A-Za-z]:[\\/]|\\/.test(uri)

/** `file:///C:/a` is `C:/a`, `file://host/a` is `//host/a`; a URI that is of no file stays. */
const toPath = (uri: string): string => {
  if (isPath(uri)) return uri
  const text = Option.getOrElse(unescaped(uri), () => uri)
  if (!/^file:/i.test(text)) return text
  const [, host = "", path = ""] = /^file:(?:\/\/([^/]*))?(.*)$/is.exec(text) ?? []
  const local = path.replace(/^\/(?=[A-Za-z]:)/, "")
  return host === "" || host === "localhost" ? local : `//${host}${local}`
}

const isAbsolute = (uri: string) => isPath(uri) || SCHEME.test(uri) || uri.startsWith("/")

/** A base may be relative to another: more than these are a circle. */
const MAX_BASES = 20

/** What stands before a relative URI; empty where nothing is known of the base. */
const baseOf = ({ originalUriBaseIds = {} }: Run, id: string | undefined): string => {
  let base = ""
  let next = id
  for (let count = 0; next !== undefined && count < MAX_BASES; count++) {
    const location: ArtifactLocation | undefined = Object.hasOwn(originalUriBaseIds, next)
      ? originalUriBaseIds[next]
      : undefined
    const uri = location?.uri ?? ""
    if (uri !== "") base = `${uri.replace(/\/?$/, "/")}${base}`
    if (isAbsolute(uri)) break
    next = location?.uriBaseId
  }
  return base
}

/**
 * The path of an artifact: absolute, or relative to what the tool calls the root. None: it has none.
 *
 * @since 0.1.0
 * @category getters
 */
export const pathsOf = (run: Run) => (given: ArtifactLocation): Option.Option<string> => {
  const { uri = "", uriBaseId } = given.uri === undefined && given.index !== undefined
    ? run.artifacts?.[given.index]?.location ?? {}
    : given
  if (uri === "") return Option.none()
  return Option.some(toPath(isAbsolute(uri) ? uri : baseOf(run, uriBaseId) + uri))
}

/**
 * Directories that the log says its paths are in.
 *
 * @since 0.1.0
 * @category getters
 */
export const rootsOf = (run: Run): ReadonlyArray<string> => {
  const bases = Object.keys(run.originalUriBaseIds ?? {}).map((id) => baseOf(run, id))
  const directories = (run.invocations ?? []).flatMap(({ workingDirectory }) => workingDirectory?.uri ?? [])
  return [...new Set([...bases, ...directories].filter((uri) => uri !== "").map(toPath))]
}
