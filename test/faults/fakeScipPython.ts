/** A scip-python that is a shell script, and writes the right index, but for the fault. */
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect } from "effect"
import { index } from "./scipPythonFaults.js"
import { type World, writeExecutable } from "./world.js"

const script = (fault: string) =>
  `#!/bin/sh
here=$(dirname "$0")
case " $* " in *' --version '*) echo 0.6.6; exit ;; esac
for argument in "$@"; do
  case $argument in
    --output=*) output=\${argument#*=} ;;
    --cwd=*) cwd=\${argument#*=} ;;
  esac
done
index() { cat "$here/index"; }
other() { cat "$here/other"; }
said() { echo "(00:00:00) Sucessfully wrote SCIP index to $output"; }
real() { index >"$output"; said; }
if [ -e "$here/fault" ]; then
${fault}
else real; fi
`

/** Puts it there, and gives the variable that makes codeintel use it. A Python has to be there; it heals with that. */
export const install = Effect.fn("faults.fakeScipPython")(function*(
  world: World,
  { other = index, script: fault }: { readonly script: string; readonly other?: Uint8Array }
) {
  const fs = yield* FileSystem.FileSystem
  const directory = `${world.directory}/tools`
  yield* writeExecutable(`${directory}/scip-python`, script(fault))
  yield* fs.writeFile(`${directory}/index`, index)
  yield* fs.writeFile(`${directory}/other`, other)
  return { CODEINTEL_SCIP_PYTHON_PATH: `${directory}/scip-python` }
})
