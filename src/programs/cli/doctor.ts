/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { doctor as run } from "../doctor.js"
import { renderDoctor } from "../render/doctor.js"
import { style } from "../render/style.js"
import { ExitWith } from "./exit.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson({ space: 2 }))

/**
 * `codeintel doctor [PATH]`: 3 when something is missing.
 *
 * @since 0.1.0
 * @category commands
 */
export const doctor = Command.make(
  "doctor",
  {
    ...Repository.options,
    fix: Options.boolean("fix").pipe(Options.withDescription("install the pinned tools that are missing")),
    json: Options.boolean("json").pipe(Options.withDescription("print the report as JSON")),
    path: Repository.path
  },
  Effect.fn("cli.doctor")(function*(given) {
    const ctx = yield* Repository.open(given)
    const report = yield* run(ctx, { fix: given.fix })
    yield* Console.log(given.json ? yield* Effect.orDie(toJson(report)) : renderDoctor(report, yield* style))
    if (!report.healthy) return yield* new ExitWith({ code: 3 })
  })
).pipe(Command.withDescription("Say where each tool is, what is missing, and what mends it"))
