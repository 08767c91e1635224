/**
 * Who made an index.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { PbfReader } from "pbf"
import { ScipMalformed } from "../../domain/errors.js"
import type { ScipAbout } from "../../domain/Scip.js"
import { IndexField } from "./splitter.js"
import { endOfBytes, nextField, skip, string } from "./wire.js"
import { decode, messages } from "./wireFile.js"

const MetadataField = { ToolInfo: 2, ProjectRoot: 3 } as const
const ToolField = { Name: 1, Version: 2, Argument: 3 } as const

const readTool = (reader: PbfReader, end: number): Omit<ScipAbout, "projectRoot"> => {
  let tool = ""
  let version = ""
  const args: Array<string> = []
  for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
    if (field === ToolField.Name) tool = string(reader, end)
    else if (field === ToolField.Version) version = string(reader, end)
    else if (field === ToolField.Argument) args.push(string(reader, end))
    else skip(reader, end)
  }
  return { tool, version, args }
}

const readMetadata = (reader: PbfReader): ScipAbout => {
  const end = reader.length
  let tool: Omit<ScipAbout, "projectRoot"> = { tool: "", version: "", args: [] }
  let projectRoot = ""
  for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
    if (field === MetadataField.ToolInfo) tool = readTool(reader, endOfBytes(reader, end))
    else if (field === MetadataField.ProjectRoot) projectRoot = string(reader, end)
    else skip(reader, end)
  }
  return { ...tool, projectRoot }
}

/**
 * As `ScipReader.about`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const about = (file: string): Effect.Effect<ScipAbout, ScipMalformed, FileSystem.FileSystem> =>
  messages(file).pipe(
    Stream.filter(({ field }) => field === IndexField.Metadata),
    Stream.runHead,
    Effect.flatMap(Option.match({
      // a file without fails before
      onNone: () => Effect.fail(new ScipMalformed({ file, offset: 0, problem: "the file has no metadata" })),
      onSome: (message) => decode(file, message, readMetadata)
    }))
  )
