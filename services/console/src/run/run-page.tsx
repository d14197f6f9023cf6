import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useDocumentTitle } from '../parts/page-title.tsx'
import { statusFace } from '../parts/status.tsx'
import { AnswerFault } from './answer-fault.tsx'
import { ArtifactsSection } from './artifacts-section.tsx'
import { ChangesSection } from './changes-section.tsx'
import { ChecksSection } from './checks-section.tsx'
import { EffectsSection } from './effects-section.tsx'
import { useFavicon } from './favicon.ts'
import { GatesSection } from './gates-section.tsx'
import { PromptsSection } from './prompts-section.tsx'
import { Rail } from './rail.tsx'
import styles from './run.module.css'
import type { RunDetail } from './run-data.ts'
import { RunHead } from './run-head.tsx'
import { useRun } from './run-queries.ts'
import { SectionBar } from './section-bar.tsx'
import { StatusAnnouncer } from './status-announcer.tsx'
import { TimeSection } from './time-section.tsx'
import { TimelineSection } from './timeline-section.tsx'
import { useRunKeys } from './use-run-keys.ts'
import { VerdictsSection } from './verdicts-section.tsx'
import { WhySection } from './why-section.tsx'

const route = getRouteApi('/runs/$runId')

/** Why a run stands where it stands, what would change it, and what can be done. */
export function RunPage() {
  const { runId } = route.useParams()
  const { data, error, refetch } = useRun(runId)
  // What is shown of another run must not stay open, ticked or filled in.
  if (data !== undefined) return <LoadedRun key={runId} detail={data} />
  return error === null ? (
    <Skeleton />
  ) : (
    <AnswerFault error={error} name={`run ${runId}`} onRetry={() => void refetch()} />
  )
}

function LoadedRun({ detail }: { readonly detail: RunDetail }) {
  const { run, attempts } = detail
  const navigate = useNavigate()
  const { words, tone } = statusFace(run.status)
  const issue = run.repository === null ? run.id : `${run.repository}#${run.issueNumber ?? '?'}`
  useDocumentTitle(`${words} · ${issue}`)
  useFavicon(tone)
  const at = attempts.findIndex(({ id }) => id === run.id)
  useRunKeys({
    run,
    older: attempts[at - 1]?.id ?? null,
    newer: attempts[at + 1]?.id ?? null,
    goToRun: (id) => void navigate({ to: '/runs/$runId', params: { runId: id } }),
    goToRuns: () => void navigate({ to: '/' }),
  })
  return (
    <>
      <RunHead detail={detail} />
      <StatusAnnouncer run={run} />
      <SectionBar detail={detail} />
      <div className={styles.columns}>
        <div>
          <WhySection detail={detail} />
          <TimeSection detail={detail} />
          <GatesSection detail={detail} />
          <VerdictsSection detail={detail} />
          <ChangesSection detail={detail} />
          <ChecksSection detail={detail} />
          <PromptsSection detail={detail} />
          <TimelineSection detail={detail} />
          <div className={styles.pair}>
            <EffectsSection detail={detail} />
            <ArtifactsSection detail={detail} />
          </div>
        </div>
        <Rail detail={detail} />
      </div>
    </>
  )
}

/** Grey places of the real height, so that nothing moves when the run arrives. */
function Skeleton() {
  return (
    <div className={styles.skeleton} aria-busy="true">
      <p className="sr-only">Reading the run…</p>
      <span className={styles.placeholder} />
      <span className={styles.placeholder} />
      <span className={styles.placeholder} />
    </div>
  )
}
