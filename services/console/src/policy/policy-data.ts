import type { Json } from '../api/fleet.ts'
import type { paths } from '../api/schema.generated.ts'

export type PolicyInForce = Json<'/api/codex/policy'>
export type PolicyKey = PolicyInForce['keys'][number]
export type Backtest =
  paths['/api/codex/backtest']['post']['responses'][200]['content']['application/json']
export type BacktestOutcome = Backtest['changed'][number]['before']
