import type { Check } from '../github/snapshot.ts'

/**
 * The checks with labels that distinguish those of one name: by workflow and event, else by app. A
 * name that the commit has once stays as it is.
 */
export function labelChecks(checks: readonly Check[]): readonly Check[] {
  const counts = new Map<string, number>()
  for (const { label } of checks) counts.set(label, (counts.get(label) ?? 0) + 1)
  return checks.map((check) =>
    (counts.get(check.label) ?? 0) > 1 ? { ...check, label: formatLabel(check) } : check,
  )
}

function formatLabel({ kind, label, app, workflow }: Check): string {
  if (kind === 'status') return `${label} (commit status)`
  if (workflow === null) return app === '' ? label : `${label} (${app})`
  return kind === 'suite'
    ? `${label} (${workflow.event})`
    : `${label} (${workflow.name}, ${workflow.event})`
}
