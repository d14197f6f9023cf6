/** Where and when what is counted happened; null: not bounded. */
export interface FilterScope {
  readonly repository: string | null
  readonly since: Date | null
  readonly until: Date | null
}

/** The query by which `/api/codex/runs/list` lists what a figure or a mark counts. */
export function buildFilter(
  { repository, since, until }: FilterScope,
  more: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams(more)
  if (repository !== null) query.set('repository', repository)
  if (since !== null) query.set('since', since.toISOString())
  if (until !== null) query.set('until', until.toISOString())
  return query.toString()
}
