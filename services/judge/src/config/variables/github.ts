import {
  optionalSecret,
  optionalText,
  optionalUrl,
  optionalVariable,
  parseList,
  parsePrivateKey,
  urlVariable,
  variableWithDefault,
} from '../variable-kinds.ts'

export const githubVariables = {
  GITHUB_API_URL: urlVariable({
    default: 'https://api.github.com',
    description: 'The REST API; for GitHub Enterprise `https://host/api/v3`.',
  }),
  GITHUB_GRAPHQL_URL: optionalUrl({
    unset: 'derived from `GITHUB_API_URL`',
    description: 'The GraphQL API.',
  }),
  GITHUB_TOKEN: optionalSecret({
    unset: 'the App below',
    description: 'A token for everything the service does on GitHub.',
  }),
  GITHUB_APP_ID: optionalText({
    unset: '`GITHUB_TOKEN`',
    description: 'A GitHub App instead of a token; its installation is resolved for each owner.',
  }),
  GITHUB_APP_PRIVATE_KEY: optionalVariable(
    {
      expected: 'a private key in PEM format',
      unset: '`GITHUB_TOKEN`',
      secret: true,
      description: 'The private key of the App in PEM format; line breaks may be written as `\\n`.',
    },
    parsePrivateKey,
  ),
  GITHUB_REVIEW_REQUEST_TOKEN: optionalSecret({
    unset: 'the credentials above',
    description: 'Requests reviews as another account.',
  }),
  GITHUB_WEBHOOK_SECRET: optionalSecret({
    unset: 'the route answers 503',
    description: 'The HMAC secret of `/webhooks/github`.',
  }),
  GITHUB_REPOSITORIES: optionalVariable(
    {
      expected: 'globs such as owner/name,owner/*',
      unset: 'any',
      description:
        'The repositories the service may judge: `owner/name` globs, separated by commas.',
    },
    (given) => parseList(given, /^[^\s,/]+\/[^\s,]+$|^\*\*?$/),
  ),
  CODEX_REVIEWERS: variableWithDefault(
    {
      expected: 'logins separated by commas',
      default: 'chatgpt-codex-connector[bot]',
      description: 'The logins of the Codex reviewer, separated by commas; `[bot]` is optional.',
    },
    (given) => parseList(given, /^[\w-]+(?:\[bot\])?$/),
  ),
}
