/*
 * Formats of credentials that begin with a prefix of their issuer, beyond those of the library. The
 * prefix makes them certain, so none needs to know where it stands. Every repetition is bounded.
 */

const B62 = '[A-Za-z0-9]'
const URL_SAFE = '[A-Za-z0-9_-]'
const HEX = '[0-9a-f]'

/** Issuer → its prefixes with what follows them, as the source of a regular expression. */
const tokenFormats: Readonly<Record<string, readonly string[]>> = {
  gitlab: [`gl(?:dt|rt|ptt|ft|imt|agent|oas|soat|cbt|ffct|rtr)-${URL_SAFE}{20,100}`],
  'github-app-token': [`ghs_${B62}{1,20}_eyJ${URL_SAFE}{10,2000}(?:\\.${URL_SAFE}{10,2000}){2}`],
  bitbucket: [`ATBB${B62}{24,60}`, `ATCTT3xFfGN0${URL_SAFE}{60,300}`],
  atlassian: [`ATATT3x[A-Za-z0-9_=-]{60,300}`],
  pypi: [`pypi-AgE${URL_SAFE}{50,300}`],
  rubygems: [`rubygems_${HEX}{48}`],
  crates: [`cio[A-Za-z0-9]{32}`],
  nuget: [`oy2[a-z0-9]{43}`],
  docker: [`dckr_oat_${URL_SAFE}{24,60}`],
  jfrog: [`AKCp${B62}{60,80}`, `cmVmdGtu${B62}{40,80}`],
  digitalocean: [`do[opr]_v1_${HEX}{64}`],
  heroku: [`HRKU-${URL_SAFE}{30,70}`],
  fly: [`fm[12][ar]?_[A-Za-z0-9+/=_,-]{80,2000}`, `fo1_${URL_SAFE}{40,60}`],
  netlify: [`nf[pcoub]_${B62}{36,50}`],
  supabase: [`sbp_${HEX}{40}`, `sb_secret_${URL_SAFE}{22,60}`],
  planetscale: [`pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}`],
  render: [`rnd_${B62}{28,40}`],
  pulumi: [`pul-${HEX}{40}`],
  'terraform-cloud': [`${B62}{14}\\.atlasv1\\.${URL_SAFE}{60,70}`],
  doppler: [`dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?${B62}{40,44}`],
  'google-oauth': [`GOCSPX-${URL_SAFE}{28}`, `ya29\\.[A-Za-z0-9_.-]{40,500}`],
  'google-refresh-token': [`1//0${URL_SAFE}{40,200}`],
  'firebase-messaging': [`AAAA${URL_SAFE}{7}:APA91b${URL_SAFE}{120,200}`],
  'azure-client-secret': ['[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}'],
  'azure-devops': [`${B62}{52}JQQJ99${B62}{20,26}`],
  alibaba: [`LTAI${B62}{17,21}`],
  tencent: [`AKID${B62}{32}`],
  yandex: [`AQVN${URL_SAFE}{35,38}`],
  'aws-bedrock': [`ABSK[A-Za-z0-9+/]{100,150}={0,2}`],
  perplexity: [`pplx-${B62}{40,60}`],
  replicate: [`r8_${B62}{37,40}`],
  xai: [`xai-${B62}{70,90}`],
  elevenlabs: [`sk_${HEX}{48}`],
  langsmith: [`lsv2_(?:pt|sk)_${HEX}{32}_${HEX}{10}`],
  pinecone: [`pcsk_${URL_SAFE}{40,90}`],
  fireworks: [`fw_${B62}{22,30}`],
  together: [`tgp_v1_${URL_SAFE}{40,50}`],
  nvidia: [`nvapi-${URL_SAFE}{60,70}`],
  cerebras: [`csk-${B62}{40,60}`],
  'stripe-webhook': [`whsec_${B62}{32,64}`],
  square: [`sq0(?:atp|csp|idp)-${URL_SAFE}{22,43}`, `EAAA[A-Za-z0-9_-]{60}`],
  braintree: [`access_token\\$production\\$[a-z0-9]{16}\\$${HEX}{32}`],
  razorpay: [`rzp_live_${B62}{14,24}`],
  flutterwave: [`FLWSECK(?:_TEST)?-${B62}{12,40}(?:-X)?`],
  plaid: ['access-(?:production|development)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'],
  shippo: [`shippo_live_${HEX}{40}`],
  easypost: [`EZ[AT]K${B62}{54}`],
  mailgun: [`key-${HEX}{32}`, `${HEX}{32}-${HEX}{8}-${HEX}{8}`],
  mailchimp: [`${HEX}{32}-us[0-9]{1,2}`],
  brevo: [`xkeysib-${HEX}{64}-${B62}{16}`],
  resend: [`re_${B62}{8}_${B62}{24}`],
  twilio: [`(?:SK|AC)${HEX}{32}`],
  telegram: [`[0-9]{8,10}:AA[A-Za-z0-9_-]{33}`],
  facebook: [`EAA[A-Za-z]{1,3}${B62}{90,300}`],
  instagram: [`IGQV${URL_SAFE}{100,300}`],
  twitter: [`AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{60,120}`],
  dropbox: [`sl\\.[A-Za-z0-9_-]{100,1500}`],
  airtable: [`pat${B62}{14}\\.${HEX}{64}`],
  notion: [`secret_${B62}{43}`],
  contentful: [`CFPAT-${URL_SAFE}{43}`],
  typeform: [`tfp_[A-Za-z0-9_.-]{44,70}`],
  postman: [`PMAK-${HEX}{24}-${HEX}{34}`],
  readme: [`rdme_[a-z0-9]{70}`],
  mapbox: [`sk\\.eyJ${URL_SAFE}{60,200}\\.${URL_SAFE}{20,30}`],
  sentry: [`sntry[su]_[A-Za-z0-9+/=_-]{40,300}`],
  'new-relic': [`NR(?:AK|JS|RA|II|SP)-[A-Za-z0-9_-]{19,50}`],
  honeycomb: [`hca?[a-z]{2}_[a-z0-9]{26,64}`],
  dynatrace: [`dt0c01\\.${B62}{24}\\.${B62}{64}`],
  pagerduty: [`pdus\\+_[A-Za-z0-9_-]{20,60}`],
  datadog: [`ddapp_${B62}{34}`],
  grafana: [`glc_eyJ[A-Za-z0-9+/=]{40,400}`],
  sonarqube: [`sq[upa]_${HEX}{40}`],
  snyk: [`snyk_(?:uat|sat)\\.[A-Za-z0-9_.-]{30,200}`],
  circleci: [`CCI(?:PAT|PRJ)_${B62}{22}_${HEX}{40}`],
  buildkite: [`bk(?:ua|ct|aj)_${HEX}{40}`],
  prefect: [`pn[ub]_${B62}{36}`],
  vault: [`hv[sbr]\\.${URL_SAFE}{24,300}`],
  'age-key': ['AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'],
  'nats-seed': ['S[ACNOUX][A-Z2-7]{56}'],
  adobe: [`p8e-[a-z0-9]{32}`],
  discord: [`mfa\\.[A-Za-z0-9_-]{80,90}`],
}

/** No token is shorter than 20 characters, which most words are. */
const BEFORE = String.raw`(?<![A-Za-z0-9_.-])(?=[^\s"'<>()]{20})`
const AFTER = '(?![A-Za-z0-9])'

/** All formats as one pattern, because each alone would read a long text once more. */
const anyFormat = new RegExp(
  `${BEFORE}(?:${Object.values(tokenFormats).flat().join('|')})${AFTER}`,
  'g',
)
const wholeFormats = Object.entries(tokenFormats).map(([rule, sources]) => ({
  rule,
  pattern: new RegExp(`^(?:${sources.join('|')})$`),
}))

/** Every token of a known issuer, with the issuer's name as its rule. */
export const findTokens = (
  text: string,
): readonly { readonly rule: string; readonly start: number; readonly end: number }[] =>
  text
    .matchAll(anyFormat)
    .map(({ 0: token, index: start }) => ({
      rule: wholeFormats.find(({ pattern }) => pattern.test(token))?.rule ?? 'token',
      start,
      end: start + token.length,
    }))
    .toArray()
