/**
 * Which file of stories takes which transition of a run's life. Each file is held to its lines when its stories have been told
 * (test/harness/taken-transitions.ts), and test/transitions.test.ts holds all of them against the lifecycle.
 */
export const takenBy: Readonly<Record<string, readonly string[]>> = {}
