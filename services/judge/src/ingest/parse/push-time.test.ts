import { fc, test as prop } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { toInstant } from '../../lib/instant.ts'
import { findPushProof, type PushTimes } from './push-time.ts'

const none: PushTimes = { github: [], committedAt: null, createdBranch: false, seenAt: null }
const day = '2026-05-01T'

test.each<[title: string, times: Partial<PushTimes>, proof: string | null]>([
  ['the seconds of a push', { github: [1_777_636_800] }, '12:00:00.999Z'],
  ['the ISO time of a synchronize', { github: [`${day}12:00:00Z`] }, '12:00:00.999Z'],
  ['a time with a fraction as it is', { github: [`${day}12:00:00.250Z`] }, '12:00:00.250Z'],
  [
    'the earliest of several',
    { github: [`${day}12:00:05Z`, `${day}12:00:03Z`], seenAt: toInstant(`${day}12:10:00Z`) },
    '12:00:03.999Z',
  ],
  [
    'the time of the transport, if GitHub’s is later',
    { github: [`${day}14:00:00Z`], seenAt: toInstant(`${day}12:10:00Z`) },
    '12:10:00.000Z',
  ],
  ['nothing, if no time is given', {}, null],
  ['nothing, if a time is odd', { github: ['yesterday', -1, {}, null] }, null],
  ['not the committer’s date of a later push', { committedAt: `${day}09:00:00Z` }, null],
  [
    'the committer’s date of the push that created the branch',
    { committedAt: `${day}09:00:00+02:00`, createdBranch: true },
    '07:00:00.999Z',
  ],
])('a push is proven by %s', (_title, times, proof) => {
  expect(findPushProof({ ...none, ...times })).toBe(
    proof === null ? null : toInstant(`${day}${proof}`),
  )
})

const seconds = fc.integer({ min: 1_700_000_000, max: 1_800_000_000 })
prop.prop([seconds, fc.array(seconds, { minLength: 1, maxLength: 3 }), seconds])(
  'no commit date moves the proof of a push to an existing branch',
  (committed, github, seen) => {
    const times = { ...none, github, seenAt: toInstant(seen * 1000) }
    const committedAt = new Date(committed * 1000).toISOString()
    expect(findPushProof({ ...times, committedAt })).toBe(findPushProof(times))
  },
)
