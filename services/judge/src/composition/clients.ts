import type { ArgoSettings } from '../adapters/argo/argo-api.ts'
import { createArgoOutputs, createArtifactSource } from '../adapters/argo/outputs.ts'
import { createGithub } from '../adapters/github/github.ts'
import { listFlakes } from '../adapters/postgres/flakes.ts'
import { listWaivers } from '../adapters/postgres/waivers.ts'
import { createFilesystemStore } from '../adapters/stores/filesystem.ts'
import { createMinioStore } from '../adapters/stores/minio.ts'
import { gatherEvidence } from '../artifacts/gather-evidence.ts'
import type { ArtifactSource, ArtifactStore } from '../artifacts/port.ts'
import type { ArtifactReader } from '../artifacts/read-object.ts'
import type { Settings } from '../config/settings.ts'
import { admitCompletion, confirmCompletion } from '../correlate/admit-completion.ts'
import { findRunOfWorkflow } from '../correlate/find-completed-workflows.ts'
import type { ObserveDeps } from '../engine/observe/observe-deps.ts'
import type { Github } from '../github/port.ts'
import { createAskCompletion } from '../ingest/argo/ask-completion.ts'
import { createConfirmCompletion } from '../ingest/argo/confirm-completion.ts'
import type { CallWatch } from '../lib/call-watch.ts'
import { toInstant } from '../lib/instant.ts'
import { deriveLatest, followLatest } from '../lib/latest.ts'

import { mergePolicy } from '../policy/merge-policy.ts'
import { createFindTestChanges } from './compare-tests.ts'
import type { Intake } from './intake.ts'

import { type Runtime, trackWaitingRuns } from './runtime.ts'
import { watchGithub, watchStore } from './watch-clients.ts'

const GITHUB_TIMEOUT_MS = 15_000
/** The most frequent flaky checks of a repository, which explain a failure. */
const MAX_FLAKES = 500

/**
 * How to reach Argo, or null if it is off. A token from a file is read again when Argo refuses it,
 * so that a rotated one is picked up.
 */
export function createArgoSettings(
  { argo }: Settings,
  watch: CallWatch,
  rereadSettings: () => Settings,
): ArgoSettings | null {
  if (argo === null) return null
  const { url, token, tokenFile } = argo
  const rereadToken = async () => rereadSettings().argo?.token ?? null
  return { url, token, rereadToken: tokenFile === null ? null : rereadToken, watch }
}

/** The artifact store itself, without Argo's downloads. */
export const createBareStore = ({ store }: Settings['artifacts']): ArtifactStore =>
  store.kind === 'filesystem' ? createFilesystemStore(store.dir) : createMinioStore(store)

/** The artifact store, backed by Argo's own downloads if Argo is on. */
export const createWatchedSource = ({
  settings,
  currentSettings,
  systems,
}: Runtime): ArtifactSource => {
  const getStore = deriveLatest(() => currentSettings.get().artifacts, createBareStore)
  return createArtifactSource(
    watchStore(followLatest(getStore), systems.watch('artifacts')),
    createArgoSettings(settings, systems.watch('argo'), currentSettings.read),
  )
}

/** Gathers evidence from the store, at the locations named by the messages or by Argo. */
function createGatherEvidence(
  { settings, currentSettings, systems }: Runtime,
  source: ArtifactSource,
  reader: ArtifactReader,
): ObserveDeps['gatherEvidence'] {
  const argo = createArgoSettings(settings, systems.watch('argo'), currentSettings.read)
  const outputs = argo === null ? null : createArgoOutputs(argo)
  const { bucket, buckets } = settings.artifacts
  return ({ claims, now }, signal) =>
    gatherEvidence({ claims, source, reader, outputs, settings: { bucket, buckets }, signal, now })
}

/**
 * The GitHub client with the credentials as they are now; it counts every request, and its calls
 * are watched.
 */
export const createGithubClient = (runtime: Runtime): Github =>
  followLatest(
    deriveLatest(
      () => runtime.currentSettings.get().github,
      (github) => buildGithubClient(runtime, github),
    ),
  )

function buildGithubClient({ metrics, systems }: Runtime, github: Settings['github']): Github {
  if (github.credentials === null)
    throw new TypeError('configure() must refuse settings without GitHub credentials')
  const client = createGithub({
    apiUrl: github.apiUrl,
    graphqlUrl: github.graphqlUrl,
    credentials: github.credentials,
    reviewRequestToken: github.reviewRequestToken,
    now: () => toInstant(Date.now()),
    timeout: GITHUB_TIMEOUT_MS,
    onRequest: (api, outcome) => {
      metrics.countGithubRequest(api, outcome)
      const budget = client.getBudget()
      if (budget !== null) metrics.setGithubBudget(budget.remaining)
    },
  })
  return watchGithub(client, systems.watch('github'), {
    reviewAccount: github.reviewRequestToken !== null,
  })
}

/** Everything that observing a run needs from the settings and the external systems. */
export function createObserveDeps(
  runtime: Runtime,
  {
    argo,
    recorder,
    context,
    github,
    source,
  }: Intake & { readonly github: Github; readonly source: ArtifactSource },
  runUrl: (runId: string) => string,
): ObserveDeps {
  const { settings, policy, mask, findAddedSecrets } = runtime
  return {
    github,
    gatherEvidence: createGatherEvidence(runtime, source, runtime.artifactReader),
    askCompletion: argo === null ? null : createAskCompletion({ argo, recorder, context }),
    confirmCompletion: createConfirmCompletion({
      ...{ argo, context },
      confirm: (answer) => confirmCompletion({ db: runtime.engineDb, mask }, answer),
      admit: (of) => admitCompletion(runtime.engineDb, of),
      findRunOfWorkflow: (uid) => findRunOfWorkflow(runtime.engineDb, uid),
    }),
    mask,
    findAddedSecrets,
    findTestChanges: createFindTestChanges(),
    listWaivers: (of) => listWaivers(runtime.engineDb, of),
    policyFor: (repository, text) => mergePolicy(policy, repository, text),
    reviewers: { codexReviewers: settings.github.reviewers, ourLogins: [] },
    dispatchOff: settings.dispatcher === null ? 'DISPATCHER_URL is not set' : null,
    getRunUrl: runUrl,
    listFlakes: (repository) => listFlakes(runtime.engineDb, { repository, limit: MAX_FLAKES }),
    countWaitingRuns: trackWaitingRuns(runtime),
  }
}
