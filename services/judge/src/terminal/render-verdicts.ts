import { formatUsd } from '../lib/text.ts'
import type { ShownCitation, ShownVerdict } from './run-page.ts'
import { renderTitle, type Screen } from './screen.ts'
import { toPlainLine, wrap } from './wrap.ts'

/** What each model said about each requirement, with the citations that hold and those that do not. */
export function renderVerdicts(
  verdicts: readonly ShownVerdict[],
  screen: Screen,
): readonly string[] {
  if (verdicts.length === 0) return []
  return [
    ...renderTitle('Verdicts', screen),
    ...verdicts.flatMap((verdict) => renderVerdict(verdict, screen)),
  ]
}

function renderVerdict(verdict: ShownVerdict, screen: Screen): readonly string[] {
  const { model, decision, confidence, costUsd, acted, valid, because, requirements } = verdict
  const { columns, paint } = screen
  const sure = confidence === null ? '' : `, confidence ${confidence.toFixed(2)}`
  const said = valid ? `${decision ?? 'no answer'}${sure}` : 'no usable answer'
  const why = because === null ? '' : ` (${toPlainLine(because)})`
  const head = `${toPlainLine(model)}: ${said}${why}, ${formatUsd(costUsd)}${acted ? ', decided' : ''}`
  return [
    ...wrap(head, { columns, indent: '    ', first: '  ' }).map((line) => paint('strong', line)),
    ...requirements.flatMap(({ requirement, met, citations }) => [
      ...wrap(requirement, {
        columns,
        indent: '      ',
        first: `    ${met ? '✓' : '✗'} `,
      }).map((line) => paint(met ? 'done' : 'again', line)),
      ...citations.flatMap((citation) => renderCitation(citation, screen)),
    ]),
  ]
}

function renderCitation(
  { path, line, quote, holds, because }: ShownCitation,
  { columns, paint }: Screen,
): readonly string[] {
  const place = line === null ? path : `${path}:${line}`
  const fault = holds === false ? ` (not counted: ${because ?? 'it is not there'})` : ''
  const mark = holds === null ? '·' : holds ? '✓' : '✗'
  return wrap(`${place} ${quote}${fault}`, {
    columns,
    indent: '        ',
    first: `      ${mark} `,
  }).map((text) => paint('faint', text))
}
