/**
 * JUnit XML, as pytest writes it with `--junitxml`. Entities are those of XML itself: none is read from the document.
 *
 * It knows less than a log: a test that passed although it was expected to fail passed, a skip may have been in any phase,
 * and whether the session came to its end is not said.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { SaxesParser } from "saxes"
import type { TestResult } from "../../../domain/TestReport.js"
import { skipReason } from "./jsonReport.js"
import { messageOf, oneLine } from "./outcome.js"

/**
 * What became of a test, without its name.
 *
 * @since 0.1.0
 * @category models
 */
export type JunitOutcome = Pick<TestResult, "phase" | "outcome" | "durationMs" | "message">

/**
 * @since 0.1.0
 * @category models
 */
export interface JunitCase {
  /** Module and classes, dotted: `tests.test_a.TestA`; of a collection the module alone. */
  readonly className: string
  /** None: of a collection. */
  readonly name: Option.Option<string>
  readonly outcomes: ReadonlyArray<JunitOutcome>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface JunitReport {
  readonly cases: ReadonlyArray<JunitCase>
  readonly incomplete: Option.Option<string>
}

interface Verdict {
  readonly message: string
  text: string
}

interface Element {
  readonly className: string
  readonly name: string
  readonly time: string
  readonly failures: Array<Verdict>
  readonly errors: Array<Verdict>
  readonly skips: Array<Verdict & { readonly type: string }>
}

/** Longer than any test: a number beyond it was not measured. */
const MAX_SECONDS = 1e9

const durationOf = ({ time }: Element): Option.Option<number> => {
  const seconds = time.trim() === "" ? NaN : Number(time)
  return Number.isFinite(seconds) && seconds <= MAX_SECONDS ? Option.some(Math.max(0, seconds) * 1000) : Option.none()
}

const line = (text: string) => Option.liftPredicate(oneLine(text), (each) => each !== "")

const isCollection = ({ errors, skips }: Element) =>
  errors.some(({ message }) => message === "collection failure") ||
  skips.some(({ message }) => message === "collection skipped")

const ofCollection = ({ errors, skips }: Element): ReadonlyArray<JunitOutcome> =>
  [
    ...errors.map(({ text }) => ({ outcome: "error" as const, message: messageOf(text) })),
    ...skips.map(({ text }) => ({ outcome: "skipped" as const, message: skipReason(text) }))
  ].map((each) => ({ ...each, phase: "collect", durationMs: Option.none() }))

/** `failed on setup with "..."`, before pytest 6 `test setup failure`. */
const errorOf = ({ message, text }: Verdict): Pick<JunitOutcome, "phase" | "message"> => ({
  phase: /^(?:failed on|test) teardown/.test(message) ? "teardown" : "setup",
  message: Option.orElse(
    Option.flatMap(Option.fromNullable(/^failed on (?:setup|teardown) with "([^]*)"$/.exec(message)?.[1]), line),
    () => messageOf(text)
  )
})

/** `follows`: the same test has a call that failed before, which stands by itself. */
const ofTest = (element: Element, follows: boolean): ReadonlyArray<JunitOutcome> => {
  const { errors, failures, skips } = element
  const found: Array<Omit<JunitOutcome, "durationMs">> = [
    ...failures.map(({ message, text }) => ({
      phase: "call" as const,
      outcome: "failed" as const,
      message: Option.orElse(line(message), () => messageOf(text))
    })),
    ...skips.map(({ message, type }) => ({
      phase: type === "pytest.xfail" ? "call" as const : "setup" as const,
      outcome: type === "pytest.xfail" ? "xfailed" as const : "skipped" as const,
      message: line(message)
    }))
  ]
  const bad = errors.map(errorOf)
  const ran = found.length === 0 && !follows && bad.every(({ phase }) => phase === "teardown")
  const all: ReadonlyArray<Omit<JunitOutcome, "durationMs">> = [
    ...ran ? [{ phase: "call" as const, outcome: "passed" as const, message: Option.none() }] : [],
    ...found,
    ...bad.map((each) => ({ ...each, outcome: "error" as const }))
  ]
  // one time for several: which part is whose is not said
  const durationMs = all.length === 1 ? durationOf(element) : Option.none()
  return all.map((each) => ({ ...each, durationMs }))
}

const INTERNAL = "pytest"

const countOf = (text: string | undefined): number => {
  const count = Number(text ?? "")
  return Number.isSafeInteger(count) ? count : 0
}

/**
 * Left: what is wrong, and where.
 *
 * @since 0.1.0
 * @category decoding
 */
export const parse = (xml: string): Either.Either<JunitReport, string> => {
  const parser = new SaxesParser()
  const cases: Array<JunitCase> = []
  let problem: string | undefined
  let root: string | undefined
  let element: Element | undefined
  let verdict: Verdict | undefined
  let before: Element | undefined
  let promised = 0
  let doubles = 0
  let internal = Option.none<string>()

  const end = (ended: Element) => {
    const { className, errors, name } = ended
    if (className === INTERNAL && name === "internal" && errors.length > 0) {
      internal = Option.orElse(messageOf(errors[0]?.text), () => Option.some("not said which"))
      return
    }
    if (isCollection(ended)) {
      const module = [className, name].filter((part) => part !== "").join(".")
      cases.push({ className: module, name: Option.none(), outcomes: ofCollection(ended) })
      return
    }
    const follows = before !== undefined && before.className === className && before.name === name &&
      before.failures.length > 0 && ended.failures.length === 0 && errors.length > 0
    if (follows) doubles++
    before = ended
    cases.push({ className, name: Option.some(name), outcomes: ofTest(ended, follows) })
  }

  parser.on("error", (error) => {
    problem ??= error.message
  })
  parser.on("opentag", ({ attributes, name: tag }) => {
    root ??= tag
    const { classname: className = "", message = "", name = "", time = "", type = "" } = attributes
    if (tag === "testsuite") promised += countOf(attributes["tests"])
    if (tag === "testcase") element = { className, name, time, failures: [], errors: [], skips: [] }
    if (element === undefined || !["failure", "error", "skipped"].includes(tag)) return
    const found = { message, text: "", type }
    verdict = found
    if (tag === "failure") element.failures.push(found)
    if (tag === "error") element.errors.push(found)
    if (tag === "skipped") element.skips.push(found)
  })
  const append = (text: string) => {
    if (verdict !== undefined) verdict.text += text
  }
  parser.on("text", append)
  parser.on("cdata", append)
  parser.on("closetag", ({ name: tag }) => {
    if (tag === "failure" || tag === "error" || tag === "skipped") verdict = undefined
    if (tag !== "testcase" || element === undefined) return
    end(element)
    element = undefined
  })
  parser.write(xml).close()

  if (problem !== undefined) {
    return Either.left(`it is no XML: ${problem.replace(/^(\d+):(\d+): /, "line $1, column $2: ")}`)
  }
  if (root !== "testsuites" && root !== "testsuite") return Either.left(`it is XML, but its root is ${root}`)
  // it counts a test twice that passed before its teardown failed, and once that failed before
  const has = cases.reduce((sum, { outcomes }) => sum + outcomes.length, 0) - doubles
  const incomplete = [
    ...Option.toArray(Option.map(internal, (what) => `pytest had an internal error: ${what}`)),
    ...has < promised ? [`it says that there are ${promised} tests, and has ${has}`] : []
  ]
  return Either.right({
    cases,
    incomplete: incomplete.length === 0 ? Option.none() : Option.some(incomplete.join("; "))
  })
}
