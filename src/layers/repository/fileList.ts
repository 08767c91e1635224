/**
 * Which files a repository consists of: git's word, and where git does not know, a walk.
 *
 * @since 0.1.0
 */
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
      const list: FileList = { files, commit: Option.none(), dirty: false, notices }
      return list
    })

    return yield* git.state(root, { exclude, settings: settingsOf(config, "git"), untrusted: config.untrusted }).pipe(
      Effect.flatMap(Option.match({
        onNone: () => walked([]),
        onSome: ({ commit, dirty, files }) => Effect.succeed<FileList>({ commit, dirty, ...withoutEnvironments(files) })
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
