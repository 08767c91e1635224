/**
 * `ReportPage` as `npm run build` made it, written on this machine's file system.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { fileURLToPath } from "node:url"
import { ReportNotWritten } from "../domain/errors.js"
import { ReportPage } from "../services/ReportPage.js"
import { replaceFile } from "./replaceFile.js"

// from src/layers, dist/layers and dist/bin alike
const packaged = fileURLToPath(new URL("../../dist/report.html", import.meta.url))

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.map(FileSystem.FileSystem, (fs) =>
  ReportPage.of({
    // a package without it was built wrong: nothing that a caller could mend
    template: Effect.orDie(fs.readFileString(packaged)),
    write: Effect.fn("ReportPage.write")(
      function*(file: string, html: string) {
        const bytes = new TextEncoder().encode(html)
        yield* replaceFile(file, bytes)
        return bytes.byteLength
      },
      Effect.provideService(FileSystem.FileSystem, fs),
      (effect, file) => Effect.mapError(effect, (cause) => new ReportNotWritten({ file, cause }))
    )
  }))

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ReportPage, never, FileSystem.FileSystem> = Layer.effect(ReportPage, make)
