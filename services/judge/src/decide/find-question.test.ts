import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import {
  createAcceptedFacts,
  createPolicy,
  model,
  now,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { anyFactsWith, greenFactsWith } from '../../../../test/harness/arbitrary-facts.ts'
import { decide } from './decide.ts'
import { findQuestion } from './find-question.ts'

test('a question is due if every gate passed and no answer decides or is awaited', () => {
  expect(findQuestion(createAcceptedFacts({ verdicts: [] }), shipped, now)).toMatchObject({
    model,
    fault: null,
  })
  expect(findQuestion(createAcceptedFacts(), shipped, now)).toBeNull()
  const unread = createAcceptedFacts({ verdicts: [], unreadCitations: 'not read' })
  expect(findQuestion(unread, shipped, now)).toBeNull()
  const gatesAlone = createPolicy('judge: { models: [] }')
  expect(findQuestion(createAcceptedFacts({ verdicts: [] }), gatesAlone, now)).toBeNull()
})

const openFacts = fc.oneof(
  anyFactsWith(),
  greenFactsWith({
    verdicts: fc.constant([]),
    unreadCitations: fc.constantFrom(null, 'not read'),
  }),
)
property.prop([openFacts])(
  'a question that an open run asks was due, so the code around the change had been read for it',
  (facts) => {
    const step = decide(facts, now, shipped)
    const asks = step.kind === 'wait' && step.effects.some(({ effect }) => effect.kind === 'ask')
    if (asks) expect(findQuestion(facts, shipped, now)).not.toBeNull()
  },
)
