import type { Run } from '../api/types.ts'
import { copyText } from '../parts/copy-text.ts'
import { useKeys } from '../parts/keys.tsx'

const sections = [
  'why',
  'time',
  'gates',
  'verdicts',
  'changes',
  'checks',
  'prompts',
  'timeline',
  'effects',
] as const

/** Moves the focus to the next or previous finding. */
function moveToFinding(step: 1 | -1): void {
  const findings = [...document.querySelectorAll<HTMLElement>('[data-finding]')]
  const current = findings.findIndex((it) => it.contains(document.activeElement))
  const next = current === -1 && step === -1 ? findings.length - 1 : current + step
  findings[next]?.focus()
  findings[next]?.scrollIntoView({ block: 'nearest' })
}

const click = (key: string): void =>
  document.querySelector<HTMLElement>(`[data-key="${key}"]`)?.click()

/** The keys of a run's page. */
export function useRunKeys(page: {
  readonly run: Run
  readonly older: string | null
  readonly newer: string | null
  readonly goToRun: (id: string) => void
  readonly goToRuns: () => void
}): void {
  const { run, older, newer, goToRun, goToRuns } = page
  useKeys([
    ...sections.map((id, index) => ({
      keys: String(index + 1),
      text: `Go to ${id}`,
      run: () => document.getElementById(id)?.scrollIntoView(),
    })),
    ...(older === null ? [] : [{ keys: '[', text: 'Older attempt', run: () => goToRun(older) }]),
    ...(newer === null ? [] : [{ keys: ']', text: 'Newer attempt', run: () => goToRun(newer) }]),
    { keys: 'n', text: 'Next finding', run: () => moveToFinding(1) },
    { keys: 'p', text: 'Previous finding', run: () => moveToFinding(-1) },
    ...(run.prUrl === null
      ? []
      : [{ keys: 'o', text: 'Open the pull request', run: () => click('pull-request') }]),
    ...(run.commitSha === null
      ? []
      : [
          {
            keys: 'c',
            text: 'Copy the commit',
            run: () => void copyText(run.commitSha ?? ''),
          },
        ]),
    {
      keys: 'y',
      text: 'Copy the link',
      run: () => void copyText(location.href),
    },
    { keys: 'a', text: 'Actions', run: () => click('actions') },
    { keys: 'u', text: 'Up to the runs', run: goToRuns },
  ])
}
