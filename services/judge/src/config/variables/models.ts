import {
  optionalSecret,
  optionalText,
  optionalUrl,
  optionalVariable,
  textVariable,
  urlVariable,
} from '../variable-kinds.ts'

export const modelVariables = {
  OPENAI_API_KEY: optionalSecret({
    unset: 'none',
    description: 'The API key for models named `openai/…` and for `codex`.',
  }),
  OPENAI_BASE_URL: urlVariable({
    default: 'https://api.openai.com/v1',
    description: 'Any OpenAI-compatible API.',
  }),
  ANTHROPIC_API_KEY: optionalSecret({
    unset: 'none',
    description: 'The API key for models named `anthropic/…`.',
  }),
  ANTHROPIC_BASE_URL: optionalUrl({
    unset: "Anthropic's",
    description: 'The API for models named `anthropic/…`.',
  }),
  CODEX_BIN: textVariable({
    default: 'codex',
    description: 'The Codex CLI for the model named `codex`: a path, or a name on `PATH`.',
  }),
  EMBEDDINGS_MODEL: optionalText({
    unset: 'full-text search',
    description:
      'The model that finds memories by meaning, through `OPENAI_BASE_URL`. Not used yet.',
  }),
  EMBEDDINGS_DIMENSION: optionalVariable(
    {
      expected: 'a whole number from 1 to 16000',
      unset: 'none',
      description: 'The dimension of the vectors of `EMBEDDINGS_MODEL`. Not used yet.',
    },
    (given) =>
      /^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= 16_000
        ? Number(given)
        : null,
  ),
}
