import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { eventually } from '../harness/run-verbs.ts'
import { scenario } from '../harness/story.ts'
import { createTgz } from '../world/archive.ts'

const VICTIMS_WORDS = 'only the other run may show this'

scenario(
  'a message makes no artifact readable that is not of its run, however it spells the place',
  async (story) => {
    const { agent, github, argo, model, discord, run, post, get, storeDir } = story
    await eventually('the first sweep', () =>
      argo.requests.includes('GET /api/v1/archived-workflows'),
    )
    const victim = await agent.works({ issue: 91, output: { log: `${VICTIMS_WORDS}\n` } })
    const victimName = victim.workflow.metadata.name
    const work = await agent.works({ issue: 92, phase: 'Failed', artifacts: [] })
    const own = work.workflow.metadata.name
    const put = async (bucket: string, key: string) => {
      const path = join(storeDir, bucket, key)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, await createTgz({ 'log.txt': `${VICTIMS_WORDS}\n` }))
    }
    await put('payroll', `${own}/pod/implementation-log.tgz`)
    await put('Agent-Artifacts', `${own}/pod/implementation-log.tgz`)
    const log = `${victimName}/${victimName}/implementation-log.tgz`
    const name = 'implementation-log'
    const places = [
      { name, bucket: 'payroll', key: `${own}/pod/${name}.tgz` },
      { name: 'implementation-patch', bucket: 'Agent-Artifacts', key: `${own}/pod/${name}.tgz` },
      { name: 'implementation-status', bucket: 'argo:downloads', key: 'api/v1/workflows/ops/x' },
      { name: 'implementation-events', bucket: 'ARGO:DOWNLOADS', key: `api/v1/${own}/secrets` },
      { name: 'implementation-changes', key: log },
      { name: 'implementation-agent-log', key: `${own}/../${log}` },
      { name: 'implementation-runtime-log', key: `./${own}/./../${log}` },
      { name: 'implementation-resume', key: `/${own}//../../${log}` },
      { name: 'implementation-notify', s3: { bucket: '..', key: `agent-artifacts/${own}/${log}` } },
      { name: 'judge-output', key: log.replaceAll('/', '\\').replace('\\', `\\${own}\\`) },
      { name: 'main-logs', key: `${encodeURIComponent(`${own}/../${log}`)}` },
    ]
    const before = argo.requests.length
    const { metadata, status } = work.workflow
    await post('/api/codex/run-complete', { metadata, status, artifacts: places })
    await run(92).ends('needs_iteration', 'workflow_failed')
    await run(92).settles()
    const detail = await run(92).detail()
    expect(
      Object.fromEntries(detail.artifacts.map((one) => [one.name, `${one.state}: ${one.because}`])),
    ).toEqual({
      [name]: 'refused: the bucket "payroll" is not among ARTIFACT_BUCKETS',
      'implementation-patch': expect.stringMatching(/^refused: the bucket "Agent-Artifacts"/),
      'implementation-status': expect.stringMatching(/^refused: the bucket "argo:downloads"/),
      'implementation-events': expect.stringMatching(/^refused: the bucket "ARGO:DOWNLOADS"/),
      'implementation-changes': 'refused: its key does not hold the name of the workflow',
      'implementation-agent-log': 'refused: its key leads out of its folder',
      'implementation-runtime-log': 'refused: its key leads out of its folder',
      'implementation-resume': 'refused: its key leads out of its folder',
      'implementation-notify': 'refused: the bucket ".." is not among ARTIFACT_BUCKETS',
      'judge-output': 'refused: its key does not hold the name of the workflow',
      'main-logs': 'refused: its key does not hold the name of the workflow',
    })
    // Argo was asked about the workflow itself, and for nothing that the message named.
    const asked = argo.requests.slice(before)
    expect(asked.filter((path) => path.includes('/ops/') || path.includes('secrets'))).toEqual([])
    expect(asked.filter((path) => path.startsWith('GET /artifacts'))).toEqual([])
    const { id } = await run(92).now()
    const shown = JSON.stringify(
      [
        detail,
        await get(`/api/codex/runs/${id}/prompt`),
        await get(`/api/codex/runs/${id}/receipt`),
        await get('/api/memories?query=run&limit=50'),
        model.requests,
        discord.messages,
        story.dispatcher.started(),
      ],
      (_, value) => (typeof value === 'bigint' ? String(value) : value),
    )
    expect(shown).toContain(own)
    expect(shown).not.toContain(VICTIMS_WORDS)

    // The words are readable where they belong.
    github.checks(victim.pull).start('unit')
    await post('/api/codex/run-complete', victim.workflow)
    await run(91).waitsIn('waiting_for_ci')
    expect((await run(91).detail()).artifacts).toContainEqual(
      expect.objectContaining({ name, state: 'found', key: log }),
    )
  },
  { argo: true },
)
