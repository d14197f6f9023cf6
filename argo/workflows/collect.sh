#!/usr/bin/env bash
# Collects the results of an attempt into files that the workflow stores as artifacts. It runs when
# the attempt has ended, successfully or not, and again in the exit handler if the pod was lost. So
# every part may fail without stopping the next one.
set -uo pipefail

work=${CODEX_WORK_DIR:-/attempt}
output=$CODEX_OUTPUT_DIR
tree=$work/tree
mkdir -p "$output/.codex"

# Copies one file of the tree. Links are skipped, because they could lead out of an archive, and so
# are large files.
largest=5000000
keep() {
  local path=$1 into=$2
  [ -f "$tree/$path" ] && [ ! -L "$tree/$path" ] || return 0
  [ "$(wc -c < "$tree/$path")" -le "$largest" ] || return 0
  mkdir -p "$into/$(dirname "$path")" && cp -- "$tree/$path" "$into/$path"
}

session() {
  node -e '
    const { readFileSync } = require("node:fs")
    const lines = (() => { try { return readFileSync(process.argv[1], "utf8").split("\n") } catch { return [] } })()
    const started = lines.flatMap((line) => { try { return [JSON.parse(line)] } catch { return [] } }).find((event) => event?.type === "thread.started")
    process.stdout.write(String(started?.thread_id ?? ""))
  ' "$output/.codex-implementation-events.jsonl"
}

describe() {
  node -e '
    const { existsSync, readFileSync, writeFileSync } = require("node:fs")
    const [work, tree, stage, resume, commit, session] = process.argv.slice(1)
    const list = (name) => readFileSync(`${stage}/${name}`, "utf8").split("\0").filter((path) => path !== "")
    const { CODEX_REPOSITORY: repository, CODEX_ISSUE_NUMBER: issueNumber, CODEX_HEAD: head, CODEX_BASE: base } = process.env
    const prompt = existsSync(`${work}/prompt.md`) ? readFileSync(`${work}/prompt.md`, "utf8") : null
    const known = { version: 1, generatedAt: new Date().toISOString(), worktree: tree, repository, issueNumber, commitSha: commit || null, sessionId: session || null }
    writeFileSync(`${stage}/archive/metadata/manifest.json`, JSON.stringify({ ...known, prompt, trackedFiles: list("changed"), deletedFiles: list("deleted") }, null, 2))
    writeFileSync(resume, JSON.stringify({ ...known, head, base }, null, 2))
  ' "$work" "$tree" "$1" "$output/.codex/implementation-resume.json" "$2" "$(session)"
}

collect() {
  local stage commit since path
  stage=$(mktemp -d) || return
  mkdir -p "$stage/archive/metadata" "$stage/archive/files"
  commit=$(git -C "$tree" rev-parse HEAD) || return
  since=$(git -C "$tree" merge-base HEAD "origin/$CODEX_BASE") || since=$commit
  git -C "$tree" status --porcelain=v1 --branch > "$stage/archive/metadata/git-status.txt" || return
  git -C "$tree" diff --binary --src-prefix=a/ --dst-prefix=b/ HEAD > "$stage/archive/metadata/git-diff.patch" || return
  { git -C "$tree" diff --name-only --no-renames --diff-filter=d -z "$since" && git -C "$tree" ls-files --others --exclude-standard -z; } > "$stage/changed" || return
  git -C "$tree" diff --name-only --no-renames --diff-filter=D -z "$since" > "$stage/deleted" || return
  while IFS= read -r -d '' path; do keep "$path" "$stage/archive/files" || return; done < "$stage/changed"
  describe "$stage" "$commit" || return
  cp "$stage/archive/metadata/git-diff.patch" "$output/.codex-implementation.patch"
  { [ -z "${WORK_ENDED:-}" ] || echo "exit code: $WORK_ENDED"; echo "commit: $commit"; cat "$stage/archive/metadata/git-status.txt"; } > "$output/.codex-implementation-status.txt"
  # Written under a temporary name: the pod can be killed at any moment.
  tar -C "$stage/archive" -czf "$output/.changes.partial" metadata files && mv "$output/.changes.partial" "$output/.codex-implementation-changes.tar.gz"
  local code=$?
  rm -rf "$stage"
  return "$code"
}

# If there is no archive, its file contains the reason.
why=$( { collect; } 2>&1 )
code=$?
[ -z "$why" ] || echo "$why"
[ "$code" -eq 0 ] || [ -e "$output/.codex-implementation-changes.tar.gz" ] ||
  echo "The changes could not be collected: ${why:-there is no working tree}" > "$output/.codex-implementation-changes.tar.gz"
exit 0
