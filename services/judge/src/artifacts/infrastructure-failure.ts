/*
 * Quota, usage and rate limits, credentials, server errors and lost streams are infrastructure
 * failures; any other end of a turn is the agent's. The patterns are the messages of Codex CLI
 * 0.169. A number counts only where the text calls it a status, since a bare number means nothing.
 */
const infrastructurePatterns: readonly RegExp[] = [
  /\bquota\b/i,
  /\busage limit\b/i,
  /\brate[ _-]?limit/i,
  /\binsufficient_quota\b/i,
  /\bstatus(?: code)?:? ["']?(?:401|429|5\d\d)\b/i,
  /\b(?:401 Unauthorized|429 Too Many Requests|500 Internal Server Error)\b/i,
  /\b(?:502 Bad Gateway|503 Service Unavailable|504 Gateway Time-?out)\b/i,
  /\bexperiencing high demand\b/i,
  /\b(?:server|model) (?:is )?(?:currently )?(?:overloaded|at capacity)\b/i,
  /\b(?:server_error|server_is_overloaded|internal_server_error|service_unavailable)\b/i,
  /\bstream (?:disconnected|closed|error)\b/i,
  /\bidle timeout waiting for\b/i,
  /\bconnection (?:failed|refused|reset|closed|aborted|timed out)\b/i,
  /\berror sending request\b/i,
  /\bnetwork (?:error|is unreachable)\b/i,
]

/** The model itself ended its answer: no stream was lost, although Codex reports it so. */
const answeredPattern = /\bIncomplete response returned\b/i

/** Whether the message of a failed turn names an infrastructure failure. */
export const isInfrastructureFailure = (message: string): boolean =>
  !answeredPattern.test(message) && infrastructurePatterns.some((words) => words.test(message))
