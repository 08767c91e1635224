/**
 * A real browser, from an npm package that carries one: a clean checkout has it after `npm ci`. It runs on Linux (x64);
 * elsewhere `CODEINTEL_TEST_CHROMIUM` names the executable of a Chromium.
 */
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import axe from "axe-core"
import { Config, Context, Data, Effect, Layer, Option, Schema } from "effect"
import { type Browser, chromium, type Page } from "playwright-core"

const CACHE = "node_modules/.cache"

/** It unpacks what it has into the directory of temporary files; the libraries only for whom it takes to be a function. */
const unpacking = "import('@sparticuz/chromium').then(({ default: packed }) => packed.executablePath())"

/** As the browser finds fonts: those that are with it come last, and without any it dies. */
const fontsConfiguration = (directory: string) =>
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>${directory}/fonts</dir><cachedir>${directory}/fonts-cache</cachedir></fontconfig>
`

const Version = Schema.parseJson(Schema.Struct({ version: Schema.String }))

const unpacked = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const manifest = yield* fs.readFileString("node_modules/@sparticuz/chromium/package.json")
  const { version } = yield* Schema.decode(Version)(manifest)
  const directory = path.resolve(CACHE, `chromium-${version}`)
  if (!(yield* fs.exists(directory))) {
    yield* fs.makeDirectory(CACHE, { recursive: true })
    const temporary = yield* fs.makeTempDirectory({ directory: CACHE, prefix: "chromium-" })
    yield* Command.make("node", "--input-type=module", "-e", unpacking).pipe(
      Command.env({ TMPDIR: path.resolve(temporary), AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" }),
      Command.exitCode
    )
    yield* fs.writeFileString(path.join(temporary, "fonts.conf"), fontsConfiguration(directory))
    // another process may have been faster
    yield* Effect.catchAll(fs.rename(temporary, directory), () => fs.remove(temporary, { recursive: true }))
  }
  return {
    executablePath: path.join(directory, "chromium"),
    env: { LD_LIBRARY_PATH: path.join(directory, "al2023/lib"), FONTCONFIG_FILE: path.join(directory, "fonts.conf") }
  }
})

/** A browser for the length of the layer. */
export class Chromium extends Context.Tag("test/Chromium")<Chromium, Browser>() {}

class NoBrowser extends Data.TaggedError("NoBrowser")<{ readonly cause: unknown }> {
  override get message() {
    return "no browser to look at the report with: name the executable of a Chromium in CODEINTEL_TEST_CHROMIUM\n" +
      String(this.cause)
  }
}

const found = Effect.flatMap(
  Config.option(Config.string("CODEINTEL_TEST_CHROMIUM")),
  Option.match({
    onNone: () => unpacked,
    onSome: (executablePath) => Effect.succeed({ executablePath, env: {} })
  })
)

const launched = Effect.gen(function*() {
  const { env, executablePath } = yield* found
  return yield* Effect.tryPromise({
    try: () => chromium.launch({ executablePath, env, args: ["--no-sandbox", "--disable-gpu"] }),
    catch: (cause) => new NoBrowser({ cause })
  })
})

export const layer = Layer.scoped(
  Chromium,
  Effect.acquireRelease(
    Effect.mapError(launched, (cause) => cause._tag === "NoBrowser" ? cause : new NoBrowser({ cause })),
    (browser) => Effect.promise(() => browser.close())
  )
)

export interface Opened {
  readonly page: Page
  /** What must stay empty: messages of the console, errors, dialogs, and requests for anything but the page. */
  readonly troubles: ReadonlyArray<string>
}

export interface Window {
  readonly width?: number
  readonly scheme?: "light" | "dark"
}

/** Opens the file in a window of its own. */
export const open = Effect.fn("chromium.open")(function*(file: string, hash = "#/", window: Window = {}) {
  const browser = yield* Chromium
  const { scheme = "light", width = 1200 } = window
  const page = yield* Effect.acquireRelease(
    Effect.promise(() => browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme })),
    (opened) => Effect.promise(() => opened.close())
  )
  const address = new URL(`file://${encodeURI(file)}`).href
  const troubles: Array<string> = []
  page.on("console", (message) => troubles.push(`console: ${message.text()}`))
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`))
  page.on("dialog", (dialog) => troubles.push(`dialog: ${dialog.message()}`))
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) troubles.push(`request: ${request.url()}`)
  })
  yield* Effect.promise(() => page.goto(address + hash))
  yield* Effect.promise(() => page.waitForSelector("h1:visible"))
  const opened: Opened = { page, troubles }
  return opened
})

/** A value of the page; text, since its types are not ours. */
export const ask = <A>(page: Page, expression: string): Effect.Effect<A> =>
  Effect.promise(() => page.evaluate<A>(expression))

/** What axe-core finds wrong with the page as it is, rule by rule. */
export const violations = (page: Page): Effect.Effect<ReadonlyArray<string>> =>
  ask<ReadonlyArray<string>>(
    page,
    `${axe.source};
    axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => id + ": " + node.html.slice(0, 200) + " " + node.failureSummary)))`
  )
