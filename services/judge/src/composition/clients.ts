import { readFile } from 'node:fs/promises'
import { type ArgoSettings, argoOutputs, withArgoDownloads } from '../adapters/argo/outputs.ts'
import { createGithub } from '../adapters/github/github.ts'
import { filesystemStore } from '../adapters/stores/filesystem.ts'
import { minioStore } from '../adapters/stores/minio.ts'
import { gatherEvidence } from '../artifacts/gather.ts'
import type { ArtifactStore } from '../artifacts/port.ts'
import type { Settings } from '../config/settings.ts'
import type { Recorder } from '../correlate/incoming.ts'
import type { Outside } from '../engine/observe/observe-deps.ts'
import type { Github } from '../github/port.ts'
import { createAskCompletion } from '../ingest/argo/ask-completion.ts'
import type { ArgoWorkflows } from '../ingest/argo/port.ts'
import type { ParseContext } from '../ingest/parse/parse.ts'
import { instant } from '../lib/instant.ts'
import { policyFor } from '../policy/merge.ts'
import { type Foundation, waitingRuns } from './runtime.ts'

/**
 * What takes messages in: where they are recorded, what they are read with, and whom to ask for
 * those that never came.
 */
export interface Intake {
  readonly recorder: Recorder
  readonly context: ParseContext
  readonly argo: ArgoWorkflows | null
}

/**
 * How Argo is asked; null: it is off. A token that came from a file is read again where it is
 * refused.
 */
export function argoOf({ argo }: Settings): ArgoSettings | null {
  if (argo === null) return null
  const { url, token, tokenFile } = argo
  return {
    url,
    token,
    rereadToken: tokenFile === null ? null : async () => (await readFile(tokenFile, 'utf8')).trim(),
  }
}

/** Where artifacts are: the store, and what Argo itself lets us download. */
export function storeOf(settings: Settings): ArtifactStore {
  const { store } = settings.artifacts
  const bare = store.kind === 'filesystem' ? filesystemStore(store.dir) : minioStore(store)
  const argo = argoOf(settings)
  return argo === null ? bare : withArgoDownloads(bare, argo)
}

/** How evidence is gathered: from the store, where the messages or Argo say it is. */
function gatherer(settings: Settings, store: ArtifactStore): Outside['gather'] {
  const argo = argoOf(settings)
  const outputs = argo === null ? null : argoOutputs(argo)
  const { bucket } = settings.artifacts
  return ({ claims, now }, signal) =>
    gatherEvidence({ claims, store, outputs, settings: { bucket }, signal, now })
}

/** GitHub, as the settings say to reach it, with every request counted. */
export function githubOf({ settings: { github }, metrics }: Foundation): Github {
  if (github.credentials === null)
    throw new TypeError('settings without GitHub credentials are refused before the start')
  const made = createGithub({
    apiUrl: github.apiUrl,
    graphqlUrl: github.graphqlUrl,
    credentials: github.credentials,
    reviewRequestToken: github.reviewRequestToken,
    now: () => instant(Date.now()),
    timeout: 15_000,
    onRequest: (api, outcome) => {
      metrics.githubRequested(api, outcome)
      const budget = made.budget()
      if (budget !== null) metrics.githubBudgetRemains(budget.remaining)
    },
  })
  return made
}

/** Everything a look asks of the world outside. */
export function outsideOf(
  foundation: Foundation,
  {
    argo,
    recorder,
    context,
    github,
    store,
  }: Intake & { readonly github: Github; readonly store: ArtifactStore },
  runUrl: (runId: string) => string,
): Outside {
  const { settings, policy, mask } = foundation
  return {
    github,
    gather: gatherer(settings, store),
    askCompletion: argo === null ? null : createAskCompletion({ argo, recorder, context }),
    mask,
    policyFor: (repository, text) => policyFor(policy, repository, text),
    reviewers: { codexReviewers: settings.github.reviewers, ourLogins: [] },
    runUrl,
    waiting: waitingRuns(foundation),
  }
}
