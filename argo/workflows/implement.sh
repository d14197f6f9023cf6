#!/usr/bin/env bash
# One attempt at one issue. Codex does the work. This script makes the result available to the
# judge: a pushed branch, an open pull request, and the evidence. Its exit code is that of the first
# step that failed.
set -uo pipefail

work=${CODEX_WORK_DIR:-/attempt}
inputs=${CODEX_INPUTS_DIR:-/inputs}
output=$CODEX_OUTPUT_DIR
tree=$work/tree
scripts=$(dirname "${BASH_SOURCE[0]}")
server=${GITHUB_SERVER_URL:-https://github.com}

# A retry by Argo starts from scratch: files of an earlier pod would be taken for its own.
rm -rf "$tree" "$output"
mkdir -p "$HOME" "$output/.codex"
exec > >(tee -a "$output/.codex-implementation-runtime.log") 2>&1

# Only the wrapper of the agent needs it: git runs hooks that the agent may have written.
notify_token=${NOTIFY_TOKEN:-}
unset NOTIFY_TOKEN

child=
collect() { WORK_ENDED=$? bash "${scripts}/collect.sh"; }
stop() { [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; wait "$child" 2>/dev/null; exit 143; }
trap collect EXIT
trap stop TERM INT

step() {
  echo "── $*"
  "$@"
  local code=$?
  [ "$code" -eq 0 ] || { echo "── failed with exit code $code"; exit "$code"; }
}

# The prompt is a separate parameter; older senders have it only in the task.
prompt_of_task() {
  node -e '
    const { readFileSync } = require("node:fs")
    const [task, prompt] = process.argv.slice(1).map((path) => { try { return readFileSync(path, "utf8").trim() } catch { return "" } })
    const decoded = () => { try { return JSON.parse(Buffer.from(task, "base64").toString()).prompt ?? "" } catch { return "" } }
    process.stdout.write(prompt || String(decoded()))
  ' "$inputs/event-body" "$inputs/prompt" > "$work/prompt.md"
  [ -s "$work/prompt.md" ] || { echo 'The task has no prompt.'; return 1; }
}

check_out() {
  git config --global user.name "${GIT_AUTHOR_NAME:-codex}"
  git config --global user.email "${GIT_AUTHOR_EMAIL:-codex@users.noreply.github.com}"
  git config --global --replace-all credential.helper '!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'
  git clone --quiet --branch "$CODEX_BASE" "$server/$CODEX_REPOSITORY" "$tree" || return
  if git -C "$tree" rev-parse --quiet --verify "origin/$CODEX_HEAD" > /dev/null; then
    git -C "$tree" checkout --quiet -B "$CODEX_HEAD" "origin/$CODEX_HEAD"
  else
    git -C "$tree" checkout --quiet -b "$CODEX_HEAD"
  fi
}

# The pod is the sandbox. Codex's own sandbox needs user namespaces, which most clusters forbid;
# every command would fail.
run_codex() {
  local prompt
  prompt=$(cat "$work/prompt.md")
  # Linux limits one argument to 128 KiB.
  [ "$(wc -c < "$work/prompt.md")" -le 100000 ] || prompt="Your task is written in the file $work/prompt.md. Read all of it, then do it."
  (
    cd "$tree" || exit
    export NOTIFY_TOKEN=$notify_token
    exec codex-notify -- codex exec --json --dangerously-bypass-approvals-and-sandbox -C "$tree" \
      --output-last-message "$output/.codex-implementation.log" "$prompt"
  ) < /dev/null > "$output/.codex-implementation-events.jsonl" 2> "$output/.codex-implementation-agent.log" &
  child=$!
  wait "$child"
}

push() {
  git -C "$tree" add --all
  git -C "$tree" diff --cached --quiet || git -C "$tree" commit --quiet --message "Issue #$CODEX_ISSUE_NUMBER: what Codex left uncommitted" || return
  git -C "$tree" push --quiet origin "HEAD:refs/heads/$CODEX_HEAD"
}

open_pull_request() {
  cd "$tree" || return
  local known
  known=$(gh pr list --repo "$CODEX_REPOSITORY" --head "$CODEX_HEAD" --state open --json number --jq length) || return
  [ "$known" = 0 ] || return 0
  [ "$(git rev-list --count "origin/$CODEX_BASE..HEAD")" -gt 0 ] || { echo 'Nothing was changed, so there is nothing to open.'; return 0; }
  gh pr create --repo "$CODEX_REPOSITORY" --base "$CODEX_BASE" --head "$CODEX_HEAD" --body "Closes #$CODEX_ISSUE_NUMBER" \
    --title "$(git log --reverse --format=%s "origin/$CODEX_BASE..HEAD" | sed -n 1p)"
}

step prompt_of_task
step check_out
step run_codex
step push
step open_pull_request
