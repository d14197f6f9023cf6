/** A sensor's message about a finished workflow. Each `n` is another workflow of another issue. */
export const createCompletion = (
  n: number,
  of: Readonly<Record<string, unknown>> = {},
): { readonly uid: string; readonly key: string; readonly value: string } => {
  const uid = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const message = {
    workflowName: `codex-${n}`,
    workflowNamespace: 'agent-runs',
    workflowUid: uid,
    repository: `acme/widgets-${n % 7}`,
    issueNumber: String(n + 1),
    branch: `codex/issue-${n + 1}`,
    base: 'main',
    prompt: 'Make three attempts before the uploader gives up.',
    startedAt: '2026-11-20T08:00:00Z',
    finishedAt: '2026-11-20T08:30:00Z',
    stage: 'implementation',
    metadata: JSON.stringify({
      name: `codex-${n}`,
      namespace: 'agent-runs',
      uid,
      labels: {},
      annotations: {},
    }),
    status: JSON.stringify({
      phase: 'Succeeded',
      startedAt: '2026-11-20T08:00:00Z',
      finishedAt: '2026-11-20T08:30:00Z',
    }),
    arguments: JSON.stringify({ parameters: [] }),
    artifacts: '[]',
    ...of,
  }
  return { uid, key: uid, value: JSON.stringify(message) }
}
