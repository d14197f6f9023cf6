import {
  booleanVariable,
  choiceVariable,
  optionalUrl,
  optionalVariable,
  parseNamedTokens,
  parseTokens,
  textVariable,
  variableWithDefault,
} from '../variable-kinds.ts'

export const serviceVariables = {
  HOST: textVariable({
    default: '127.0.0.1',
    description: 'The address the service listens on.',
  }),
  PORT: variableWithDefault(
    {
      default: '8080',
      expected: 'a port from 0 to 65535',
      description:
        'The port the service listens on; 0 takes a free port, named by the log line `listening`.',
    },
    (given) => (/^\d{1,5}$/.test(given) && Number(given) <= 65_535 ? Number(given) : null),
  ),
  PUBLIC_URL: optionalUrl({
    unset: '`http://HOST:PORT`',
    description: 'The base URL of the links in messages.',
  }),
  LOG_LEVEL: choiceVariable(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'The log level. Logs are JSON lines; on a terminal they are formatted.',
  }),
  POLICY_FILE: textVariable({
    default: 'config/policy.yml',
    description: 'The policy of the service. The shipped file documents every key.',
  }),
}

export const accessVariables = {
  INGEST_TOKEN: optionalVariable(
    {
      expected: 'one token, or two separated by a comma',
      unset: 'open',
      secret: true,
      description:
        'Bearer token that run-complete and notify posts must carry. A KafkaSource sends ' +
        'it as the CloudEvents extension `ingesttoken`. Two tokens, separated by a comma, ' +
        'are both accepted during a rotation.',
    },
    parseTokens,
  ),
  NOTIFY_TOKEN: optionalVariable(
    {
      expected: 'one token, or two separated by a comma',
      unset: 'the ingest token',
      secret: true,
      description:
        'Bearer token that may do nothing but `POST /api/codex/notify`: the only one that belongs ' +
        "into an agent's pod. Two tokens, separated by a comma, are both accepted during a rotation.",
    },
    parseTokens,
  ),
  OPERATOR_TOKEN: optionalVariable(
    {
      expected: 'tokens separated by commas, each as token or name:token',
      unset: 'open',
      secret: true,
      description:
        'Bearer tokens that every write by a person must carry. `name:token,name:token` ' +
        'names the actor in the audit log.',
    },
    parseNamedTokens,
  ),
  READ_TOKEN: optionalVariable(
    {
      expected: 'one token, or two separated by a comma',
      unset: 'open',
      secret: true,
      description: "Bearer token that reads must carry; an operator's token also reads.",
    },
    parseTokens,
  ),
  ALLOW_UNAUTHENTICATED: booleanVariable({
    default: 'false',
    description:
      'Must be `true` to start without all three tokens on a `HOST` that other machines can reach.',
  }),
}

export const storageVariables = {
  DATA_DIR: textVariable({
    default: '.data',
    description: 'The directory of the embedded PostgreSQL and of the filesystem artifact store.',
  }),
  DATABASE_URL: optionalVariable(
    {
      expected: 'a URL such as postgres://user:password@host:5432/name',
      unset: 'an embedded PostgreSQL under `DATA_DIR`',
      description: 'Any PostgreSQL 15 or newer.',
      secret: true,
    },
    (given) => (/^postgres(?:ql)?:\/\/\S+$/.test(given) ? given : null),
  ),
}
