import {
  booleanVariable,
  optionalChoice,
  optionalSecret,
  optionalText,
  optionalVariable,
  parseList,
  textVariable,
} from '../variable-kinds.ts'

export const kafkaVariables = {
  KAFKA_BROKERS: optionalVariable(
    {
      expected: 'addresses such as host:9092,host:9092',
      unset: 'no Kafka',
      description: 'The brokers, separated by commas.',
    },
    (given) => parseList(given, /^[^\s,/]+:\d{1,5}$/),
  ),
  KAFKA_GROUP_ID: textVariable({ default: 'codex-judge', description: 'The consumer group.' }),
  KAFKA_COMPLETIONS_TOPIC: textVariable({
    default: 'argo.workflows.completions',
    description: 'The topic of finished workflows.',
  }),
  KAFKA_GITHUB_TOPIC: textVariable({
    default: 'github.webhook.codex.judge',
    description: 'The topic of GitHub webhooks.',
  }),
  KAFKA_DEAD_LETTER_TOPIC: optionalText({
    unset: 'none',
    description: 'A topic that receives malformed records in addition to the quarantine.',
  }),
  KAFKA_SSL: booleanVariable({ default: 'false', description: 'Whether the brokers use TLS.' }),
  KAFKA_SASL_MECHANISM: optionalChoice(['plain', 'scram-sha-256', 'scram-sha-512'], {
    unset: 'none',
    description: 'The SASL mechanism the brokers require.',
  }),
  KAFKA_USERNAME: optionalText({
    unset: 'none',
    description: 'Required with `KAFKA_SASL_MECHANISM`.',
  }),
  KAFKA_PASSWORD: optionalSecret({
    unset: 'none',
    description: 'Required with `KAFKA_SASL_MECHANISM`.',
  }),
}
