/**
 * What runs in Python: questions to coverage's own API, and the plugin that pytest loads under coverage. For
 * Python 3.6 and coverage 6.3 and later. The first argument of each is the configuration file, empty where
 * coverage is to find it by itself.
 *
 * @since 0.1.0
 */

/** Coverage says what is wrong with a configuration in one line; a traceback would bury it. */
const settingsOfCoverage = `
import sys
import coverage
from coverage.exceptions import ConfigError, CoverageException, NoSource, NotPython
try:
    measured = coverage.Coverage(config_file=sys.argv[1] or True)
except ConfigError as error:
    sys.exit(str(error))
`

/**
 * How coverage is configured here, as it reads it itself. The answer is the last line: packages can print when Python
 * starts. An option that this version does not know is null.
 *
 * @since 0.1.0
 * @category queries
 */
export const settings = `${settingsOfCoverage}
import json
answer = {"configFile": getattr(measured.config, "config_file", None)}
for name in ("source", "source_pkgs", "source_dirs", "include", "patch", "dynamic_context"):
    try:
        answer[name] = measured.get_option("run:" + name)
    except ConfigError:
        answer[name] = None
try:
    import coverage.tracer
    answer["core"] = "ctrace"
except ImportError:
    answer["core"] = "pytrace"
print("\\n" + json.dumps(answer))
`

/**
 * Which test ran which line of the data file that `COVERAGE_FILE` names, into the file that is its second argument. Lines are
 * those of the report: of a statement over several lines the first, and no excluded ones. File by file, so that memory
 * is taken for one file at a time.
 *
 * Each line of the answer has one of three forms: `f"path"`, the file of what follows; `t"test"`, the next test, they
 * are numbered from 0; `12 1-5,9`, the lines of the file that test 12 ran.
 *
 * pytest-cov's names end with the phase. What has no `::` is no test: an import, or another kind of context.
 *
 * @since 0.1.0
 * @category queries
 */
export const contexts = `${settingsOfCoverage}
import json

def test_of(context):
    if static and context.startswith(static + "|"):
        context = context[len(static) + 1:]
    for phase in ("|setup", "|run", "|teardown"):
        if context.endswith(phase):
            context = context[:-len(phase)]
    return context if "::" in context else ""

def ranges(lines):
    found = []
    for line in sorted(lines):
        if found and found[-1][1] == line - 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ",".join("%d-%d" % (a, b) if a < b else str(a) for a, b in found)

static = measured.get_option("run:context")
try:
    measured.load()
except CoverageException as error:
    sys.exit(str(error))
data = measured.get_data()
# tests that ran no line are among them: without any, contexts were not recorded
if not any(map(test_of, data.measured_contexts())):
    print("No contexts of tests in the data: record it anew, with contexts")
    sys.exit(1)
known, tests = {}, {}
with open(sys.argv[2], "w", encoding="ascii") as answer:
    for path in sorted(data.measured_files()):
        try:
            source = measured._get_file_reporter(path)
            statements = source.lines()
        except (NoSource, NotPython):
            continue  # no source, or none of Python: it is not in the report either
        answer.write("f%s\\n" % json.dumps(path))
        of_test = {}
        for line, names in data.contexts_by_lineno(path).items():
            reported = (source.translate_lines([line]) & statements) - {0}
            for name in names if reported else ():
                if name not in known:
                    known[name] = test_of(name)
                of_test.setdefault(known[name], set()).update(reported)
        for test, lines in of_test.items():
            if test not in tests:
                tests[test] = len(tests)
                answer.write("t%s\\n" % json.dumps(test))
            answer.write("%d %s\\n" % (tests[test], ranges(lines)))
`

const loadedData = `${settingsOfCoverage}
import json
try:
    measured.load()
except CoverageException as error:
    sys.exit(str(error))
data = measured.get_data()
`

/**
 * The files of the data file that `COVERAGE_FILE` names, as it has them, as JSON into the file that is its second argument.
 *
 * @since 0.1.0
 * @category queries
 */
export const measuredFiles = `${loadedData}
with open(sys.argv[2], "w", encoding="ascii") as answer:
    json.dump(sorted(data.measured_files()), answer)
`

/**
 * Copies the data file that `COVERAGE_FILE` names to the one that is its third argument. Files that are in the JSON that its
 * second argument names have another path in it.
 *
 * @since 0.1.0
 * @category queries
 */
export const renamedFiles = `${loadedData}
import inspect
with open(sys.argv[2], encoding="utf-8") as said:
    names = json.load(said)

class Renamed:
    def __call__(self, path):
        return names.get(path, path)
    def map(self, path, *others, **more):
        return names.get(path, path)

copy = coverage.CoverageData(basename=sys.argv[3])
# earlier versions have it as an object
argument = "map_path" if "map_path" in inspect.signature(copy.update).parameters else "aliases"
copy.update(data, **{argument: Renamed()})
copy.write()
`

/**
 * The name under which pytest loads the plugin.
 *
 * @since 0.1.0
 * @category constants
 */
export const PLUGIN = "codeintel_coverage"

/**
 * pytest-cov, where the repository asks for it, would take the trace function away from coverage, which then sees no line
 * run, and would write its data and reports into the repository; some of the tests cover less than it may demand.
 *
 * @since 0.1.0
 * @category constants
 */
export const withoutPytestCov = `
import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_load_initial_conftests(early_config):
    for options in (early_config.known_args_namespace, early_config.option):
        options.no_cov = True
    yield
`

const besideCoverage = `
import sys
import coverage
${withoutPytestCov}`

/** What the plugin prints, on stderr. */
const said = "codeintel: "

// coverage sees nothing of what runs in the processes of pytest-xdist: every line would be missing
const inOneProcess = `
@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    options = config.option
    if getattr(options, "numprocesses", None) or getattr(options, "tx", None):
        options.numprocesses, options.dist, options.tx = 0, "no", []
        sys.stderr.write("${said}the tests ran in one process: coverage does not follow those of pytest-xdist\\n")
    yield
`

// What a fixture sets up for several tests, and takes down, is run in one of them, and no less for the others: it belongs to
// none. No less what a module runs on import, whichever test comes first to import it; the name of that code is the one that
// tracebacks and warnings leave out.
const byTest = `
from importlib import machinery
from threading import current_thread, main_thread

measured = coverage.Coverage.current()
running = [""]

def switch(context):
    running[0] = context
    try:
        if measured is not None:
            measured.switch_context(context)
    except coverage.CoverageException:
        pass  # a test has stopped it

@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    switch(item.nodeid)
    yield
    switch("")

finishing = {}

@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef):
    if fixturedef.scope == "function":
        yield
        return
    before = running[0]
    switch("")
    yield
    switch(before)
    def finish():
        finishing[id(fixturedef)] = running[0]
        switch("")
    # the last that is added is called first
    fixturedef.addfinalizer(finish)

def pytest_fixture_post_finalizer(fixturedef):
    before = finishing.pop(id(fixturedef), None)
    if before is not None:
        switch(before)

exec(compile('''
def of_imports(execute, running, switch, current_thread, main_thread):
    def exec_module(self, module):
        # a thread may end after its test
        before = running[0] if current_thread() is main_thread() else ""
        if before:
            switch("")
        try:
            execute(self, module)
        finally:
            if before:
                switch(before)
    return exec_module
''', "<frozen importlib._bootstrap>", "exec"))
machinery.SourceFileLoader.exec_module = of_imports(
    machinery.SourceFileLoader.exec_module, running, switch, current_thread, main_thread
)
`

/**
 * The plugin: it keeps others from interfering with coverage, and tells it which test is running.
 *
 * @since 0.1.0
 * @category constructors
 */
export const plugin = (given: {
  /** Coverage measures the processes that Python starts. */
  readonly followsProcesses: boolean
  readonly contexts: boolean
}): string => besideCoverage + (given.followsProcesses ? "" : inOneProcess) + (given.contexts ? byTest : "")

/**
 * The lines that the plugin printed.
 *
 * @since 0.1.0
 * @category getters
 */
export const saidByPlugin = (stderr: string): ReadonlyArray<string> =>
  stderr.split("\n").filter((line) => line.startsWith(said)).map((line) => line.slice(said.length))
