/**
 * What speaks against code without references being dead.
 *
 * @since 0.1.0
 */
import type { Confidence, DeadCandidate } from "../../domain/DeadCode.js"

/** Decorators that change how a function is called, and give it to nobody. */
const wrapping =
  /^(?:[\w.]+\.)?(?:property|cached_property|staticmethod|classmethod|abstractmethod|contextmanager|asynccontextmanager|wraps|lru_cache|cache|overload|override|final|dataclass|total_ordering|runtime_checkable|no_type_check|deprecated|setter|getter|deleter)$/

/**
 * Of decorators as they are written, those that may register what they decorate.
 *
 * @since 0.1.0
 * @category getters
 */
export const registering = (decorators: ReadonlyArray<string>): ReadonlyArray<string> =>
  decorators.map((decorator) => decorator.replace(/\([\s\S]*$/, "").trim()).filter((name) => !wrapping.test(name))

/**
 * Files that pytest, or who runs the tests, reads.
 *
 * @since 0.1.0
 * @category getters
 */
export const isOfTests = (relPath: string): boolean =>
  /(^|\/)(tests?|testing)\//.test(relPath) || /(^|\/)(test_[^/]*|[^/]*_test|conftest)\.pyi?$/.test(relPath)

/** Files that nobody imports from an installed package. */
const isOfRepository = (relPath: string): boolean =>
  isOfTests(relPath) || /(^|\/)(docs?|examples?|scripts?|tools?|benchmarks?|bench)\//.test(relPath) ||
  /^(setup|noxfile|conftest)\.py$/.test(relPath)

/**
 * Whether others may import it: a package of the repository that is installed, and no name with an underscore before it.
 *
 * @since 0.1.0
 * @category getters
 */
export const isPublic = (
  { module, qualifiedName, relPath }: {
    readonly module: string
    readonly qualifiedName: string
    readonly relPath: string
  }
): boolean =>
  !isOfRepository(relPath) && !qualifiedName.includes("<locals>") &&
  ![...module.split("."), ...qualifiedName.split(".")].some((name) => name.startsWith("_"))

/**
 * Who calls a function without naming it.
 *
 * @since 0.1.0
 * @category getters
 */
export const entryPointOf = (
  { decorators, module, qualifiedName, relPath, scripts }: {
    readonly relPath: string
    readonly module: string
    readonly qualifiedName: string
    readonly decorators: ReadonlyArray<string>
    /** `module:name` that the files of the project name as scripts or plugins. */
    readonly scripts: ReadonlySet<string>
  }
): string | null => {
  const name = qualifiedName.slice(qualifiedName.lastIndexOf(".") + 1)
  if (scripts.has(`${module}:${qualifiedName}`)) return "entry point of the project"
  if (decorators.some((decorator) => /(^|\.)fixture\b/.test(decorator))) return "pytest fixture"
  if (/^pytest_/.test(name)) return "pytest hook"
  if (/^(setup|teardown)_(module|class|method|function)$|^(setUp|tearDown)(Class|Module)?$/.test(name)) {
    return "called by the tests"
  }
  if (/(^|\/)docs?\/(.*\/)?conf\.py$/.test(relPath)) return "of the configuration of Sphinx"
  if (/^_(repr_\w+|ipython_\w+)_$/.test(name)) return "called by IPython"
  // asv, pytest-benchmark and the like find them by their names
  if (/(^|\/)(benchmarks?|asv_bench)\//.test(relPath)) return "of a benchmark"
  return null
}

type Evidence = Omit<DeadCandidate, "confidence" | "because">

/**
 * In the order in which a reader would want to know.
 *
 * @since 0.1.0
 * @category getters
 */
export const verdict = (
  candidate: Evidence
): { readonly confidence: Confidence; readonly because: ReadonlyArray<string> } => {
  const { attributeMentions, builtFrom, covered, entryPoint, imports, inAll, name, overridden, overrides, parses } =
    candidate
  const { registeredBy, sameNameReferences, siblingsRan, stringMentions, unknownBase } = candidate
  const times = (count: number) => count === 1 ? "once" : `${count} times`
  const because = [
    ...(entryPoint === null ? [] : [entryPoint]),
    ...(parses ? [] : ["its file does not parse"]),
    ...(covered === true ? ["tests ran it"] : []),
    ...(registeredBy.length === 0 ? [] : [`decorated: ${registeredBy.map((name) => `@${name}`).join(", ")}`]),
    ...(overrides.length === 0 ? [] : ["overrides a base"]),
    ...(overridden ? ["overridden"] : []),
    ...(unknownBase ? ["its class has a base of elsewhere, which may call it"] : []),
    ...(inAll ? ["in __all__"] : []),
    ...(imports === 0 ? [] : ["imported"]),
    ...(siblingsRan ? ["tests ran other methods of its class that nothing refers to"] : []),
    ...(attributeMentions === null || attributeMentions === 0
      ? []
      : [`.${/[^.:]*$/.exec(name)?.[0] ?? ""} of an unknown type (${times(attributeMentions)})`]),
    ...(sameNameReferences === null || sameNameReferences === 0
      ? []
      : [`others of its name are referred to (${times(sameNameReferences)})`]),
    ...(builtFrom === null ? [] : [`its name may be built from "${builtFrom}"`]),
    ...(stringMentions === null || stringMentions === 0 ? [] : [`its name in a string (${times(stringMentions)})`])
  ]
  return because.length > 0
    ? { confidence: "low", because }
    : candidate.isPublic
    ? { confidence: "public", because: ["public: others may use it"] }
    : { confidence: "high", because: [] }
}
