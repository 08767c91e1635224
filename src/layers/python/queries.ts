/**
 * What is asked of a Python interpreter, and the shape of its answers. All run under `-I`: neither the working directory
 * nor `PYTHON*` variables get a say. Packages can print when Python starts (`.pth` files), so an answer is the last line.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { ParseError } from "effect/ParseResult"
import * as Schema from "effect/Schema"

/**
 * Python 3.6 and later. Directories come in the order of `sys.path`: the virtual environment's, the user's, the base's.
 * `-I` switches the user's off, so whether it counts is decided as `site` does. `SOABI` is missing on Windows.
 *
 * @since 0.1.0
 * @category queries
 */
export const whoAreYou = `
import json, site, sys, sysconfig
venv = sys.prefix != sys.base_prefix
found = site.getsitepackages([sys.prefix]) if venv else []
if not venv or sys.base_prefix in site.PREFIXES:
    found.append(site.getusersitepackages())
found += site.getsitepackages() + [sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]]
suffix = sysconfig.get_config_var("EXT_SUFFIX") or ""
print("\\n" + json.dumps({
    "executable": sys.executable,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "prefix": sys.prefix,
    "abi": sysconfig.get_config_var("SOABI") or suffix[1:].rpartition(".")[0] or sys.implementation.cache_tag or "none",
    "sitePackages": list(dict.fromkeys(found)),
}))
`

/**
 * @since 0.1.0
 * @category schemas
 */
export const Answer = Schema.Struct({
  executable: Schema.NonEmptyString,
  version: Schema.String.pipe(Schema.pattern(/^\d+\.\d+\.\d+$/)),
  prefix: Schema.String,
  // becomes a part of the name of a directory
  abi: Schema.String.pipe(Schema.pattern(/^\w[\w.-]*$/)),
  sitePackages: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Answer = typeof Answer.Type

/**
 * Arguments: the directories to look in; of two packages with one name the first counts. Python 3.8 and later. RECORD is
 * read as it is: \`files\` of importlib.metadata asks the file system for each file.
 *
 * @since 0.1.0
 * @category queries
 */
export const whatIsInstalled = `
import csv, json, re, sys
from importlib.metadata import distributions
packages, ignored = {}, []
for directory in sys.argv[1:]:
    for distribution in distributions(path=[directory]):
        try:
            name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
            version = distribution.version
            if not name or not isinstance(version, str):
                raise ValueError("no name, or no version")
            if name in packages:
                continue
            record = distribution.read_text("RECORD")
            if record is None:
                files = [str(file) for file in distribution.files or []]
            else:
                files = [row[0] for row in csv.reader(record.splitlines()) if row]
            files = [file.replace("\\\\", "/") for file in files if file.endswith((".py", ".pyi", ".so", ".pyd"))]
            files = [file for file in files if not file.startswith(("../", "/"))]
            packages[name] = {"name": name, "version": version, "files": files}
        except Exception as error:
            ignored.append("%s: %s" % (getattr(distribution, "_path", directory), error))
print("\\n" + json.dumps({"packages": list(packages.values()), "ignored": ignored}))
`

/**
 * @since 0.1.0
 * @category schemas
 */
export const Installed = Schema.Struct({
  packages: Schema.Array(Schema.Struct({
    name: Schema.String,
    version: Schema.String,
    files: Schema.Array(Schema.String)
  })),
  /** Metadata that could not be read, and why. */
  ignored: Schema.Array(Schema.String)
})

/**
 * Decodes the last line of what Python printed.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decodeLastLine = <A, I>(schema: Schema.Schema<A, I>) => (stdout: string): Effect.Effect<A, ParseError> =>
  Schema.decode(Schema.parseJson(schema))(stdout.trimEnd().replace(/^[^]*\n/, ""))
