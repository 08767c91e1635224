/** States that a repository of git can be in; the files are there in all of them. */
import { commit, py, type RepositoryFault } from "./repositoryFault.js"

/** A repository with one commit, beside the one to be made. */
const main = `mkdir ../main; (cd ../main; py a.py; ${commit}; py b.py; git add -A; git commit -qm second)`

export const gits: ReadonlyArray<RepositoryFault> = [
  {
    name: "no git on the machine",
    script: `py a.py; ${commit}`,
    rows: [py("a.py")],
    snapshot: /^NULL false$/,
    says: /git is not there/,
    env: { CODEINTEL_GIT_PATH: "/no/such/git" }
  },
  { name: "no commit yet", script: "py a.py; git init -q", rows: [py("a.py")], snapshot: /^NULL true$/ },
  {
    name: "a clean tree",
    script: `py a.py; ${commit}`,
    rows: [py("a.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a dirty tree: new, changed, staged, deleted, ignored, renamed",
    script: `py a.py; py b.py; py c.py; py d.py; echo ignored.py > .gitignore; ${commit}
      echo >> a.py; rm b.py; py new.py; py staged.py; git add staged.py; git mv c.py moved.py; py ignored.py`,
    rows: ["a.py 3 1 1", ...["d", "new", "staged", "moved"].map((name) => py(`${name}.py`))],
    snapshot: /^[0-9a-f]{40} true$/
  },
  {
    name: "a conflict that is not resolved",
    script: `py a.py; ${commit}; git checkout -qb other; echo "y = 1" >> a.py; git commit -qam y; git checkout -q -
      echo "z = 1" >> a.py; git commit -qam z; git merge -q other >/dev/null || true`,
    rows: ["a.py 7 13 16"],
    snapshot: /^[0-9a-f]{40} true$/
  },
  {
    name: "a submodule",
    script:
      `${main}; py c.py; git init -q; git submodule --quiet add "$PWD/../main" inner; git add -A; git commit -qm all`,
    rows: [py("c.py"), py("inner/a.py"), py("inner/b.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a submodule that is not checked out",
    script:
      `${main}; py c.py; git init -q; git submodule --quiet add "$PWD/../main" inner; git add -A; git commit -qm all
      git submodule --quiet deinit -f inner`,
    rows: [py("c.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a worktree",
    script: `${main}; cd ../main; git worktree add -q --detach "$OLDPWD"`,
    rows: [py("a.py"), py("b.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a worktree whose repository is gone",
    script: `${main}; cd ../main; git worktree add -q --detach "$OLDPWD"; rm -rf ../main/.git`,
    rows: [py("a.py"), py("b.py")],
    snapshot: /^NULL false$/
  },
  {
    name: "a detached head",
    script: `py a.py; ${commit}; py b.py; git add -A; git commit -qm second; git checkout -q --detach HEAD~1`,
    rows: [py("a.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a shallow clone",
    script: `${main}; git clone -q --depth 1 "file://$PWD/../main" .`,
    rows: [py("a.py"), py("b.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "an index of garbage",
    script: `py a.py; ${commit}; echo garbage > .git/index`,
    rows: [py("a.py")],
    snapshot: /^NULL false$/,
    says: /git refused/
  },
  {
    name: "a repository without objects",
    script: `py a.py; ${commit}; rm -rf .git/objects/*`,
    rows: [py("a.py")],
    says: /git refused/
  },
  { name: "a .git of garbage", script: "py a.py; echo garbage > .git", rows: [py("a.py")], says: /git refused/ }
]
