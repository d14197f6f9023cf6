import type { ChangeContext } from './change-context.ts'
import type { TestChange } from './finding.ts'

export const compareTests = (_change: ChangeContext): readonly TestChange[] => []
