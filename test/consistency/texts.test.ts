import { fc } from '@fast-check/vitest'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { encodeJsonb } from '../../services/judge/src/adapters/postgres/encode-jsonb.ts'
import { recordAgentMessages } from '../../services/judge/src/correlate/record-agent-messages.ts'
import { commit } from '../../services/judge/src/engine/commit/commit.ts'
import {
  emptyFactCache,
  type FactCache,
} from '../../services/judge/src/engine/observe/fact-cache.ts'
import { withoutObservation } from '../../services/judge/src/engine/observe/observe.ts'
import { findReceipt } from '../../services/judge/src/history/runs/read-receipt.ts'
import { parseAgentMessage } from '../../services/judge/src/ingest/nats/parse-agent-message.ts'
import { parseMessage } from '../../services/judge/src/ingest/parse/parse-message.ts'
import { hashJson, sha256 } from '../../services/judge/src/lib/ids.ts'
import { sanitizeJson } from '../../services/judge/src/lib/json.ts'
import { known } from '../../services/judge/src/lib/known.ts'
import { RELEASE } from '../../services/judge/src/lib/release.ts'
import { sanitizeText } from '../../services/judge/src/lib/text.ts'
import { verifyText } from '../../services/judge/src/receipt/verify-text.ts'
import { evidence, issueText } from '../harness/accepted-facts.ts'
import {
  loadForReconcile,
  makeEnd,
  makePlannedEffect,
  makeWait,
  unreachableDeps,
  useKit,
} from './kit.ts'
import { makeCompletion } from './make-messages.ts'

// docs/consistency.md, "Texts of others can be stored".

const kit = useKit()

/** Any text, with what PostgreSQL refuses in most of them, also in the written form of JSON. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('\0', '\uD800', '\uDFFF', '🎉', '\\', '\\u0000', '\\ud800', '"', '\n', '{}'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))

test('a text parameter and a jsonb parameter hold any text, cleaned and otherwise unchanged', async () => {
  const check = async (text: string, other: string) => {
    const value = { [text]: [other, { deep: text }] }
    const { rows } = await sql<{ text: string; list: string[]; value: unknown }>`
      select ${text}::text as text, ${[text, other]}::text[] as list,
             ${encodeJsonb(value)}::jsonb as value`.execute(kit.db)
    expect(rows).toEqual([
      {
        text: sanitizeText(text),
        list: [sanitizeText(text), sanitizeText(other)],
        value: sanitizeJson(value),
      },
    ])
  }
  await fc.assert(fc.asyncProperty(anyText, anyText, check), { numRuns: 200 })
})

/** A fact cache that holds one fresh fact with a text, as a diff is stored. */
const createCache = (text: string): FactCache => ({
  ...emptyFactCache,
  fresh: {
    facts: [{ kind: 'diff', commit: null, digest: hashJson({ text }), value: { note: text } }],
    blobs: [{ digest: sha256(text), content: text }],
  },
})

test('a run is recorded, observed and decided whatever its texts are', async () => {
  const check = async (text: string, other: string) => {
    const id = await kit.record(
      makeCompletion({ issueTitle: text, issueBody: other, prompt: text, phaseMessage: other }),
    )
    const item = { text, url: other }
    const message = {
      kind: 'discord' as const,
      key: `discord:${id}:${text}`,
      channel: 'success' as const,
      what: text,
      text: other,
      edits: null,
    }
    const waiting = await loadForReconcile(kit, id)
    const seen = withoutObservation(waiting, unreachableDeps)
    const { now } = waiting
    const wait = makeWait(now)
    const observed = {
      ...seen,
      evidence: {
        ...evidence,
        logs: { log: text },
        statusText: other,
        readings: evidence.readings.map((reading) => ({ ...reading, because: text })),
      },
      facts: { ...seen.facts, issue: known({ ...issueText, title: text, body: other }, now) },
      unreadableSince: { [text]: 1 },
    }
    const gate = (result: 'pass' | 'refuse') => ({
      name: `gate ${result}`,
      result:
        result === 'pass'
          ? { result, because: text, evidence: [{ kind: 'note' as const, text, detail: other }] }
          : { result, reason: 'ci_failed' as const, because: text, evidence: [] },
    })
    const input = {
      loaded: waiting,
      observation: observed,
      cache: createCache(text),
      causedBy: 'timer',
      trigger: { kind: 'observation' as const },
      by: 'service',
    }
    const step = {
      ...wait,
      because: text,
      waitingFor: wait.waitingFor.map((one) => ({ ...one, because: other, items: [item] })),
      results: [gate('pass'), gate('refuse')] as never,
      effects: [makePlannedEffect(message)],
    }
    expect(await commit(kit.db, { ...input, step })).toMatchObject({ kind: 'committed' })
    const ending = await loadForReconcile(kit, id)
    const end = makeEnd({ because: text, nextPrompt: other, fingerprint: text })
    expect(
      await commit(kit.db, { ...input, loaded: ending, cache: emptyFactCache, step: end }),
    ).toMatchObject({ kind: 'committed' })
    expect(
      await kit.query('select reason_text, next_prompt from runs where id = $1', [id]),
    ).toEqual([{ reason_text: sanitizeText(text), next_prompt: sanitizeText(other) }])
    const receipt = JSON.stringify(await findReceipt(kit.db, id))
    expect(verifyText(receipt, { release: RELEASE })).toMatchObject({
      lines: expect.arrayContaining([expect.stringMatching(/^equal {5}digests: root /)]),
    })
    await loadForReconcile(kit, id)
  }
  await fc.assert(fc.asyncProperty(anyText, anyText, check), { numRuns: 25 })
})

test('a message is recorded whatever its body, its headers and its subject hold', async () => {
  const context = { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' }
  const check = async (text: string, other: string) => {
    const body = Buffer.from(
      JSON.stringify({
        repository: 'acme/widgets',
        issueNumber: '7',
        workflowName: `w ${text}`,
        prompt: text,
        [text]: other,
        metadata: JSON.stringify({ labels: { [text]: other } }),
      }),
    )
    for (const source of ['run-complete', 'notify', 'github'] as const) {
      const headers = {
        'ce-id': `1${text}`,
        ce_source: other,
        [text]: other,
        'x-github-event': text,
      }
      const parsed = parseMessage({ source, transport: 'kafka', headers, body }, context)
      if (parsed.kind !== 'one' || 'error' in parsed.message) throw new Error('it is readable')
      await kit.recorder.record(parsed.message)
    }
    const subject = `argo.workflow.ns${text.replaceAll('.', '')}.w.u.agent.a.k`
    const agent = parseAgentMessage(subject, body)
    if (agent.kind !== 'message') throw new Error('it is readable')
    await recordAgentMessages({ db: kit.db, mask: async (said) => said }, [agent.message])
  }
  await fc.assert(fc.asyncProperty(anyText, anyText, check), { numRuns: 40 })
  expect(await kit.query(`select from inbox where state = 'quarantined'`)).toEqual([])
})
