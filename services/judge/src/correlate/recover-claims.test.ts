import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import {
  type ClaimLayer,
  type ClaimPlace,
  claimPlaces,
  type PartialClaims,
  recoverClaims,
} from './recover-claims.ts'
import { emptyEnrichment, type RunReport, recoverEvent } from './recover-event.ts'

const layer = (place: ClaimPlace, claims: PartialClaims): ClaimLayer => ({ place, claims })

property.prop([fc.subarray([...claimPlaces], { minLength: 1 }), fc.boolean()])(
  'the best place that names a field wins, in any order of reading, and is recorded',
  (naming, reversed) => {
    const layers = naming.map((place) => layer(place, { branch: `branch of ${place}`, base: null }))
    const { claims, provenance } = recoverClaims(reversed ? layers.toReversed() : layers, [])
    const best = claimPlaces.find((place) => naming.includes(place))
    expect(claims.branch).toBe(`branch of ${best}`)
    expect(provenance).toEqual({ branch: best })
  },
)

test('each field is recovered separately: one place gives the repository, another the issue', () => {
  const { claims, provenance } = recoverClaims(
    [
      layer('labels', { issueNumber: 7, stage: 'implementation' }),
      layer('top level', { repository: null, issueNumber: null, prompt: 'p' }),
      layer('rawEvent', { repository: 'acme/raw', issueNumber: 9 }),
      layer('eventBody', { repository: 'acme/widgets' }),
    ],
    [],
  )
  expect(claims).toMatchObject({
    repository: 'acme/widgets',
    issueNumber: 7,
    prompt: 'p',
    branch: null,
  })
  expect(provenance).toEqual({
    repository: 'eventBody',
    issueNumber: 'labels',
    prompt: 'top level',
    stage: 'labels',
  })
})

test('a message without a stage is of the implementation, without provenance', () => {
  const { claims, provenance } = recoverClaims(
    [layer('top level', { repository: 'acme/widgets' })],
    [],
  )
  expect(claims.stage).toBe('implementation')
  expect(provenance.stage).toBeUndefined()
})

const report = (
  over: Partial<RunReport>,
  claims: PartialClaims = { repository: 'acme/widgets', issueNumber: 1, workflowName: 'w' },
): RunReport => ({
  layers: [layer('top level', claims)],
  artifacts: [],
  enrichment: null,
  from: 'report',
  finished: false,
  marked: true,
  ...over,
})
const any = () => true

test.each([
  [
    'a finished workflow of the implementation completes',
    report({ finished: true, from: 'workflow' }),
    'workflow.finished',
  ],
  ['a finished report completes as well', report({ finished: true }), 'workflow.finished'],
  ['an unfinished report enriches', report({}), 'run.enriched'],
  ['a notify enriches', report({ from: 'notify' }), 'run.enriched'],
  ['an unfinished object of Argo is ignored', report({ from: 'workflow' }), null],
  [
    'another stage is no attempt',
    report({ finished: true }, { repository: 'acme/widgets', stage: 'review' }),
    'stage.reported',
  ],
  [
    'an unfinished other stage is no attempt either',
    report({}, { stage: 'judge' }),
    'stage.reported',
  ],
  [
    'a message without a mark and a repository is ignored',
    report({ finished: true, marked: false }, { issueNumber: 4 }),
    null,
  ],
  ['a repository is a mark', report({ finished: true, marked: false }), 'workflow.finished'],
  ['a mark without metadata is a run', report({ finished: true }, {}), 'workflow.finished'],
] as const)('%s', (_name, given, kind) => {
  expect(recoverEvent(given, any).event?.kind ?? null).toBe(kind)
})

test('a repository that the service may not judge is ignored with a reason; an unknown one is not', () => {
  const only = (repository: string) => repository === 'acme/other'
  expect(recoverEvent(report({ finished: true }), only)).toMatchObject({
    event: null,
    because: expect.stringContaining('acme/widgets'),
  })
  expect(recoverEvent(report({ finished: true }, { issueNumber: 3 }), only).event?.kind).toBe(
    'workflow.finished',
  )
})

test('an enrichment without texts has empty ones', () => {
  expect(recoverEvent(report({}), any).event).toMatchObject({ enrichment: emptyEnrichment })
})
