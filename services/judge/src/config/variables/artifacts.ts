import {
  durationVariable,
  optionalSecret,
  optionalText,
  optionalUrl,
  optionalVariable,
  parseEndpoint,
  parseList,
  textVariable,
} from '../variable-kinds.ts'

export const artifactVariables = {
  ARTIFACT_DIR: optionalText({
    unset: '`DATA_DIR/artifacts`',
    description:
      'The directory of the filesystem store, with each object at `<dir>/<bucket>/<key>`. ' +
      'Used if `MINIO_ENDPOINT` is unset.',
  }),
  MINIO_ENDPOINT: optionalVariable(
    {
      expected: 'an address such as https://host:9000 or host:9000',
      unset: 'the filesystem store',
      description: 'An S3 server: `http(s)://host:port` or `host:port`.',
    },
    parseEndpoint,
  ),
  MINIO_ACCESS_KEY: optionalSecret({
    unset: 'anonymous',
    description: 'Required with `MINIO_SECRET_KEY`.',
  }),
  MINIO_SECRET_KEY: optionalSecret({
    unset: 'anonymous',
    description: 'Required with `MINIO_ACCESS_KEY`.',
  }),
  MINIO_REGION: textVariable({
    default: 'us-east-1',
    description: 'The region that requests are signed for.',
  }),
  ARTIFACT_BUCKET: textVariable({
    default: 'argo-workflows',
    description: 'The bucket of artifacts whose message names none.',
  }),
  ARTIFACT_BUCKETS: optionalVariable(
    {
      expected: 'buckets separated by commas',
      unset: '`ARTIFACT_BUCKET` alone',
      description:
        'Every bucket that may be read, besides `ARTIFACT_BUCKET`; artifacts that a message ' +
        'places elsewhere are refused.',
    },
    (given) => parseList(given, /^[\w.-]{1,255}$/),
  ),
}

export const argoVariables = {
  ARGO_SERVER_URL: optionalUrl({
    unset: 'off',
    description:
      'The Argo Workflows API. It is asked for the outputs of a workflow, and for ' +
      'completions whose events were lost.',
  }),
  ARGO_TOKEN: optionalSecret({
    unset: 'none',
    description:
      'The bearer token of the Argo API. If given as a file, it is read again when Argo ' +
      'answers 401.',
  }),
  ARGO_UI_URL: optionalUrl({
    unset: 'no links',
    description: 'The base URL of the pages of Argo Workflows, for links to workflows.',
  }),
  ARGO_SWEEP_INTERVAL: durationVariable({
    default: '5m',
    description: 'How often Argo is asked for completions whose events were lost.',
  }),
}
