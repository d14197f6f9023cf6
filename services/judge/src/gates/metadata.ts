import { type Gate, pass, refuse } from './gate.ts'

/**
 * It is known which repository, issue and workflow the run belongs to. A run without them is kept
 * and shown, and a person gets a message that names what is missing.
 */
export const metadata: Gate = {
  name: 'metadata',
  dependsOn: ['completion'],
  needs: [],
  evaluate({ run }) {
    const missing = [
      ...(run.claims.repository === null ? ['repository'] : []),
      ...(run.claims.issueNumber === null ? ['issue number'] : []),
      ...(run.claims.workflowName === null && run.claims.workflowUid === null
        ? ['workflow name or uid']
        : []),
    ]
    const { repository } = run.claims
    const place = repository === null ? '' : ` in ${repository}`
    if (missing.length > 0)
      return refuse(
        'missing_metadata',
        `No message of the run${place} names its ${missing.join(' or its ')}.`,
      )
    return pass(`${run.claims.repository}#${run.claims.issueNumber}`)
  },
}
