/*
 * Whose failure a failed turn was. The model's side being away or unwilling (quota, usage limit,
 * credentials, rate limit, its own errors, a lost stream) is the ground giving way; whatever else
 * ends a turn is the work. The words are those of Codex CLI 0.169; statuses count only where the
 * text calls them one, because a bare number may be anything.
 */
const groundWords: readonly RegExp[] = [
  /\bquota\b/i,
  /\busage limit\b/i,
  /\brate[ _-]?limit/i,
  /\binsufficient_quota\b/i,
  /\bstatus(?: code)?:? ["']?(?:401|429|5\d\d)\b/i,
  /\b(?:401 Unauthorized|429 Too Many Requests|500 Internal Server Error|502 Bad Gateway|503 Service Unavailable|504 Gateway Time-?out)\b/i,
  /\bexperiencing high demand\b/i,
  /\b(?:server|model) (?:is )?(?:currently )?(?:overloaded|at capacity)\b/i,
  /\b(?:server_error|server_is_overloaded|internal_server_error|service_unavailable)\b/i,
  /\bstream (?:disconnected|closed|error)\b/i,
  /\bidle timeout waiting for\b/i,
  /\bconnection (?:failed|refused|reset|closed|aborted|timed out)\b/i,
  /\berror sending request\b/i,
  /\bnetwork (?:error|is unreachable)\b/i,
]

/** The answer came, and was ended by the model: no stream was lost, although Codex words it so. */
const answered = /\bIncomplete response returned\b/i

/** True where a failed turn's message says that infrastructure failed. */
export const isGroundFailure = (message: string): boolean =>
  !answered.test(message) && groundWords.some((words) => words.test(message))
