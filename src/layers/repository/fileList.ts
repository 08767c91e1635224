/**
 * Which files a repository consists of: git's word, and where git does not know, a walk.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { settingsOf, type ToolsConfig } from "../../domain/ToolsConfig.js"
import { Git } from "../../services/Git.js"
import { walk } from "./walk.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FileList {
  /** Relative; some may be gone, some no regular files. */
  readonly files: ReadonlyArray<string>
  readonly commit: Option.Option<string>
  readonly dirty: boolean
  /** Git tracks files in the place of our state directory. */
  readonly bringsState: boolean
  readonly notices: ReadonlyArray<string>
}

const firstLine = (text: string) => text.trim().split("\n", 1).join("")

const MARK = "pyvenv.cfg"

/** What is installed is not the repository's: a virtual environment is left out, as by the walk, also when git lists it. */
const withoutEnvironments = (files: ReadonlyArray<string>): Pick<FileList, "files" | "notices"> => {
  const environments = files.filter((file) => file.endsWith(`/${MARK}`)).map((file) => file.slice(0, -MARK.length))
  if (environments.length === 0) return { files, notices: [] }
  return {
    files: files.filter((file) => !environments.some((environment) => file.startsWith(environment))),
    notices: environments.map((environment) =>
      `${environment} is a virtual environment that git does not ignore, left out; a line in .gitignore keeps it out of git too`
    )
  }
}

/** What a crafted index lists behind a link is not looked at: the link may lead anywhere. */
const notBehindLinks = Effect.fnUntraced(function*(root: string, files: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const directoryOf = (file: string) => file.slice(0, Math.max(0, file.lastIndexOf("/")))
  const directories = [...new Set(files.map(directoryOf))].filter((directory) => directory !== "")
  const linked = new Set(
    yield* Effect.filter(directories, (directory) =>
      Effect.orElseSucceed(
        Effect.map(fs.realPath(`${root}/${directory}`), (real) => real !== `${root}/${directory}`),
        () => false
      ), { concurrency: 16 })
  )
  return files.filter((file) => !linked.has(directoryOf(file)))
})

/**
 * Git that is missing or refuses is no reason to stop: the files are there, and the notice says what is not known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const list = Effect.fn("repository.list")(
  function*(root: string, config: ToolsConfig, exclude: ReadonlyArray<string>) {
    const git = yield* Git

    const walked = Effect.fnUntraced(function*(why: ReadonlyArray<string>) {
      const { files, unreadable } = yield* walk(root, exclude)
      const notices = [...why, ...unreadable.map((directory) => `${directory}: the directory cannot be read, left out`)]
      const list: FileList = { files, commit: Option.none(), dirty: false, bringsState: false, notices }
      return list
    })

    return yield* git.state(root, { exclude, settings: settingsOf(config, "git"), untrusted: config.untrusted }).pipe(
      Effect.flatMap(Option.match({
        onNone: () => walked([]),
        onSome: ({ bringsState, commit, dirty, files }) =>
          Effect.map(
            config.untrusted ? notBehindLinks(root, files) : Effect.succeed(files),
            (listed): FileList => ({ bringsState, commit, dirty, ...withoutEnvironments(listed) })
          )
      })),
      Effect.catchTags({
        ToolNotFound: ({ searched }) => {
          const where = searched.length === 1 ? searched.join() : "not on PATH"
          return walked([`git is not there (${where}): no commit is recorded, .gitignore files are honoured`])
        },
        ToolExecution: (error) => {
          const remedy = /dubious ownership/.test(error.stderrTail)
            ? `; if you trust it: git config --global --add safe.directory '${root}'`
            : ""
          const what = firstLine(error.stderrTail) || firstLine(error.message)
          return walked([`git refused, so no commit is recorded and .gitignore files are honoured: ${what}${remedy}`])
        }
      })
    )
  }
)
