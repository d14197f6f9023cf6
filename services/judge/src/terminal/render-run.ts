import { formatUtc, toInstantOrNull } from '../lib/instant.ts'
import { clip, formatUsd, shortenSha } from '../lib/text.ts'
import { formatAge, formatSpan } from './format-span.ts'
import { selectMark } from './paint.ts'
import { renderVerdicts } from './render-verdicts.ts'
import type { RunPage, ShownBlocker, ShownCheck, ShownRun } from './run-page.ts'
import { renderTitle, type Screen } from './screen.ts'
import { joinParts, toPlain, toPlainLine, wrap } from './wrap.ts'

export interface RenderedFrom {
  /** The address of the run's page. */
  readonly url: string
}

/**
 * The page of a run as lines for a terminal: what happened, why, what would change it, and what one
 * can do. Texts from outside cannot control the terminal. Pure.
 */
export function renderRun(page: RunPage, { url }: RenderedFrom, screen: Screen): readonly string[] {
  const { run } = page
  return [
    ...renderHeading(run, screen),
    ...renderPlace(run, url, screen),
    ...renderBlockers(page, screen),
    ...renderTime(page, screen),
    ...renderGates(page, screen),
    ...renderVerdicts(page.verdicts, screen),
    ...renderChecks(page.checks, screen),
    ...renderAttempts(page, screen),
    ...renderActions(page, screen),
  ]
}

/** `⟨mark⟩ Status words: sentence`, and below it what happens next. */
export function renderHeading(run: ShownRun, { columns, paint }: Screen): readonly string[] {
  const { mark, role } = selectMark(run.status)
  const [first = '', ...rest] = wrap(`${run.statusWords}: ${run.headline}`, {
    columns,
    indent: '  ',
    first: `${mark} `,
  })
  const next = wrap(run.next.text, { columns, indent: '  ' })
  return [
    `${paint(role, first.slice(0, mark.length))}${paint('strong', first.slice(mark.length))}`,
    ...rest.map((line) => paint('strong', line)),
    ...next.map((line) => (run.next.needsYou ? paint('person', line) : line)),
  ]
}

function renderPlace(run: ShownRun, url: string, { columns, paint }: Screen): readonly string[] {
  const issue = formatIssue(run)
  const title = run.issueTitle === null ? '' : ` ${toPlainLine(run.issueTitle)}`
  const facts = joinParts(
    [
      `attempt ${run.attempt} of ${run.attemptsMax}`,
      run.commitSha === null ? null : `commit ${shortenSha(run.commitSha)}`,
      run.costUsd > 0 ? `judge ${formatUsd(run.costUsd)}` : null,
    ],
    { columns, indent: '  ' },
  )
  return [
    '',
    ...wrap(`${issue}${title}`, { columns, indent: '  ' }),
    ...facts.map((line) => paint('faint', line)),
    ...(run.prUrl === null ? [] : [paint('faint', `  ${toPlainLine(run.prUrl)}`)]),
    paint('faint', `  ${url}`),
  ]
}

/** `acme/widgets#2135`, as far as it is known. */
export const formatIssue = ({ repository, issueNumber }: ShownRun): string =>
  `${repository === null ? 'unknown' : toPlainLine(repository)}#${issueNumber ?? '?'}`

const blockerTitles: Readonly<Record<string, string>> = {
  completed: 'What was asked, and where it is met',
  needs_iteration: 'What stood between this commit and done',
  needs_human: 'What is asked of you',
  superseded: 'What ended this',
  closed: 'What ended this',
}

function renderBlockers({ run, blockers }: RunPage, screen: Screen): readonly string[] {
  if (blockers.length === 0) return []
  const title = blockerTitles[run.status] ?? 'What would change this'
  return [
    ...renderTitle(title, screen),
    ...blockers.flatMap((blocker, index) => renderBlocker(blocker, index + 1, screen)),
  ]
}

function renderBlocker(blocker: ShownBlocker, number: number, screen: Screen): readonly string[] {
  const { columns, paint, now } = screen
  const indent = '     '
  const severity = blocker.severity === null ? '' : ` [${toPlainLine(blocker.severity)}]`
  const age = formatAge(blocker.since, now)
  const until = toInstantOrNull(blocker.until)
  const place =
    blocker.path === null
      ? null
      : `${blocker.path}${blocker.line === null ? '' : `:${blocker.line}`}`
  const facts = joinParts(
    [
      place,
      blocker.owner.name ?? blocker.owner.kind,
      age === null ? null : `since ${age}`,
      until === null ? null : `until ${formatUtc(until)}`,
    ],
    { columns, indent },
  )
  return [
    ...wrap(`${blocker.title}${severity}`, {
      columns,
      indent,
      first: `${String(number).padStart(3)}  `,
    }).map((line) => paint('strong', line)),
    ...facts.map((line) => paint('faint', line)),
    ...(blocker.url === null ? [] : [paint('faint', `${indent}${toPlainLine(blocker.url)}`)]),
    ...(blocker.text === '' ? [] : wrap(blocker.text, { columns, indent })),
    ...renderExcerpt(blocker, indent, screen),
    ...(blocker.afterwards === null
      ? []
      : wrap(`Then: ${blocker.afterwards}`, { columns, indent })),
    ...renderBecame(blocker, indent, screen),
  ]
}

const lineSigns: Readonly<Record<string, string>> = { added: '+', removed: '-', error: '>' }

function renderExcerpt(
  { excerpt }: ShownBlocker,
  indent: string,
  { columns, paint }: Screen,
): readonly string[] {
  if (excerpt === null) return []
  const width = Math.max(...excerpt.lines.map(({ number }) => String(number ?? '').length), 0)
  const lines = excerpt.lines.map(({ number, kind, text }) => {
    const sign = lineSigns[kind] ?? ' '
    const line = `${indent}${String(number ?? '').padStart(width)} ${sign} ${toPlain(text)}`
    const shown = clip(line, columns)
    if (kind === 'added') return paint('done', shown)
    return kind === 'removed' || kind === 'error' ? paint('person', shown) : shown
  })
  return excerpt.truncated ? [...lines, paint('faint', `${indent}…`)] : lines
}

function renderBecame(
  { became }: ShownBlocker,
  indent: string,
  { columns, paint }: Screen,
): readonly string[] {
  if (became === null) return []
  const isObeyed = became.result === 'obeyed'
  return wrap(`The next attempt ${became.result}: ${became.because}`, {
    columns,
    indent: `${indent}  `,
    first: `${indent}${isObeyed ? '✓' : '✗'} `,
  }).map((line) => paint(isObeyed ? 'done' : 'again', line))
}

function renderTime({ phases }: RunPage, screen: Screen): readonly string[] {
  const known = phases.filter(({ seconds }) => seconds !== null)
  if (known.length === 0) return []
  const total = known.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0)
  const parts = known.map(
    ({ name, seconds, running }) =>
      `${toPlainLine(name)} ${formatSpan(seconds ?? 0)}${running ? ' so far' : ''}`,
  )
  return [
    ...renderTitle(`Where the time went: ${formatSpan(total)}`, screen),
    ...joinParts(parts, { columns: screen.columns, indent: '  ' }),
  ]
}

function renderGates({ gates }: RunPage, screen: Screen): readonly string[] {
  if (gates.length === 0) return []
  const passed = gates.filter(({ result }) => result === 'pass')
  const others = gates.filter(({ result }) => result !== 'pass')
  const names = passed.map(({ name }) => toPlainLine(name)).join(', ')
  return [
    ...renderTitle(`Gates: ${passed.length} of ${gates.length} passed`, screen),
    ...others.flatMap(({ name, result, because }) =>
      wrap(`${toPlainLine(name)} ${result === 'wait' ? 'waits' : 'refuses'}: ${because}`, {
        columns: screen.columns,
        indent: '    ',
        first: `  ${result === 'wait' ? '…' : '✗'} `,
      }).map((line) => screen.paint(result === 'wait' ? 'work' : 'again', line)),
    ),
    ...(passed.length === 0
      ? []
      : wrap(names, { columns: screen.columns, indent: '    ', first: '  ✓ ' }).map((line) =>
          screen.paint('faint', line),
        )),
  ]
}

const goodConclusions: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped'])
const LOG_LINES_BEFORE = 6
const LOG_LINES_AFTER = 3

function renderChecks(checks: readonly ShownCheck[], screen: Screen): readonly string[] {
  if (checks.length === 0) return []
  const good = checks.filter(({ conclusion }) => goodConclusions.has(conclusion ?? ''))
  const others = checks.filter(({ conclusion }) => !goodConclusions.has(conclusion ?? ''))
  return [
    ...renderTitle(`Checks: ${good.length} of ${checks.length} passed`, screen),
    ...others.flatMap((check) => renderCheck(check, screen)),
    ...(good.length === 0
      ? []
      : joinParts([`✓ ${good.map(({ name }) => toPlainLine(name)).join(', ')}`], {
          columns: screen.columns,
          indent: '  ',
        }).flatMap((line) =>
          wrap(line.trim(), { columns: screen.columns, indent: '    ', first: '  ' }),
        )),
  ]
}

function renderCheck({ name, conclusion, url, log }: ShownCheck, screen: Screen) {
  const { columns, paint } = screen
  const words = conclusion === null ? 'has not ended' : toPlainLine(conclusion)
  const error = log?.errorLine ?? 0
  const window = (log?.lines ?? []).slice(
    Math.max(0, error - LOG_LINES_BEFORE),
    error + LOG_LINES_AFTER + 1,
  )
  return [
    paint(
      conclusion === null ? 'work' : 'again',
      `  ${conclusion === null ? '…' : '✗'} ${toPlainLine(name)}: ${words}`,
    ),
    ...(url === null ? [] : [paint('faint', `    ${toPlainLine(url)}`)]),
    ...window.map((line) => clip(`    | ${toPlain(line)}`, columns)),
  ]
}

function renderAttempts({ run, attempts }: RunPage, screen: Screen): readonly string[] {
  if (attempts.length < 2) return []
  return [
    ...renderTitle('Attempts', screen),
    ...attempts.map(({ id, attempt, status, seconds }) => {
      const { mark, role } = selectMark(status)
      const span = seconds === null ? '' : ` · ${formatSpan(seconds)}`
      const here = id === run.id ? ' (this one)' : ''
      return `  ${screen.paint(role, mark)} ${attempt} ${toPlainLine(status)}${span}${here}`
    }),
  ]
}

function renderActions({ actions }: RunPage, screen: Screen): readonly string[] {
  const allowed = actions.filter(({ allowed }) => allowed)
  if (allowed.length === 0) return []
  return [
    ...renderTitle('What an operator may do', screen),
    ...allowed.flatMap(({ name, effect }) =>
      wrap(`${toPlainLine(name)}: ${effect}`, {
        columns: screen.columns,
        indent: '    ',
        first: '  ',
      }),
    ),
  ]
}
