import type { Json } from '../../adapters/postgres/types.generated.ts'
import type { Diff } from '../../diff/diff.ts'
import { checkCitation } from '../../judge/check-answer.ts'
import { findFileRole } from '../../test-changes/is-test-file.ts'
import type { CoverageView } from '../http/run-page-schemas.ts'
import { readPart, toItems, toNumber, toText } from '../runs/read-json.ts'

interface CoverageContext {
  /** The change that the verdict is about; null: it is not kept, or was another one. */
  readonly diff: Diff | null
  /** The files at the commit that were read to check quotes. */
  readonly files: ReadonlyMap<string, string | null>
}

const MAX_REQUIREMENTS = 200
const MAX_CITATIONS = 50

/** What an answer says about each requirement, with every quote checked again. */
export const presentCoverage = (answer: Json | null, context: CoverageContext): CoverageView[] =>
  toItems(readPart(answer, 'requirements_coverage'))
    .slice(0, MAX_REQUIREMENTS)
    .map((entry) => {
      const citations = toItems(readPart(entry, 'evidence'))
        .slice(0, MAX_CITATIONS)
        .map((citation) => presentCitation(citation, context))
      const test = citations.find(
        ({ holds, path }) => holds === true && findFileRole(path) === 'test',
      )
      return {
        requirement: toText(readPart(entry, 'requirement')) ?? '',
        met: readPart(entry, 'met') === true,
        citations,
        test: test === undefined ? null : { path: test.path, line: test.line },
      }
    })

function presentCitation(citation: Json, { diff, files }: CoverageContext) {
  const path = toText(readPart(citation, 'path')) ?? ''
  const line = toNumber(readPart(citation, 'line'))
  const quote = toText(readPart(citation, 'quote')) ?? ''
  const checked =
    diff === null
      ? { holds: null, because: 'The change that it was about is not kept.' }
      : checkCitation({ path, line: line ?? 0, quote }, { diff, files })
  return { path, line: line === null ? null : Math.trunc(line), quote, ...checked }
}
