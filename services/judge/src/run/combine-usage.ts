import type { AgentUsage } from './run.ts'

/** Combines two usages field by field. */
export const combineUsage = (
  a: AgentUsage,
  b: AgentUsage,
  combine: (a: number, b: number) => number,
): AgentUsage => ({
  inputTokens: combine(a.inputTokens, b.inputTokens),
  cachedInputTokens: combine(a.cachedInputTokens, b.cachedInputTokens),
  outputTokens: combine(a.outputTokens, b.outputTokens),
  reasoningOutputTokens: combine(a.reasoningOutputTokens, b.reasoningOutputTokens),
})
