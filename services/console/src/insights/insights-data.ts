import type { components, paths } from '../api/schema.generated.ts'

type Answer<Path extends '/api/codex/insights' | '/api/codex/health'> =
  paths[Path]['get']['responses'][200]['content']['application/json']

export type Insights = Answer<'/api/codex/insights'>
export type Health = Answer<'/api/codex/health'>
export type Figure = Insights['figures'][number]
export type Day = Insights['days'][number]
export type Hanging = Insights['hanging'][number]
export type HangingRun = Hanging['runs'][number]
export type ReasonCount = Insights['reasons'][number]
export type PhaseGroup = Insights['phases'][number]
export type CalibrationStep = Insights['calibration'][number]
export type FlakyCheck = Insights['flaky'][number]
export type System = components['schemas']['System']
