import { optionalSecret, optionalText, optionalUrl, optionalVariable } from '../variable-kinds.ts'

export const telemetryVariables = {
  NATS_URL: optionalVariable(
    {
      expected: 'an address such as nats://host:4222',
      unset: 'off',
      description: 'The NATS server that carries the messages of agents.',
    },
    (given) => (/^(?:(?:nats|tls|wss?):\/\/)?[^\s/]+\/?$/.test(given) ? given : null),
  ),
  NATS_USER: optionalText({ unset: 'none', description: 'Required with `NATS_PASSWORD`.' }),
  NATS_PASSWORD: optionalSecret({ unset: 'none', description: 'Required with `NATS_USER`.' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl({
    unset: 'off',
    description:
      'The OpenTelemetry collector for traces, by OTLP over HTTP; `/v1/traces` is ' +
      'appended. The other variables of the exporter (`OTEL_EXPORTER_OTLP_HEADERS`, ' +
      '`OTEL_EXPORTER_OTLP_TIMEOUT`, …) apply, too.',
  }),
}
