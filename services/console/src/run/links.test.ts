import { expect, test } from 'vitest'
import { issueParams, linkToGitHubIssue, linkToPolicy } from './links.ts'

const run = { repository: 'acme/widgets', issueNumber: 7, prUrl: null }

test('an issue has its page here and on its GitHub', () => {
  expect(issueParams(run)).toEqual({ owner: 'acme', repo: 'widgets', number: '7' })
  expect(linkToGitHubIssue(run)).toBe('https://github.com/acme/widgets/issues/7')
  expect(linkToGitHubIssue({ ...run, prUrl: 'https://git.example/acme/widgets/pull/9' })).toBe(
    'https://git.example/acme/widgets/issues/7',
  )
})

test.each([
  ['no repository', { ...run, repository: null }],
  ['no issue', { ...run, issueNumber: null }],
  ['an address that is no https', { ...run, prUrl: 'javascript:alert(1)//x' }],
])('a run with %s links to no issue on GitHub', (_name, given) => {
  expect(linkToGitHubIssue(given)).toBeNull()
})

test('a repository is one parameter of the policy page', () => {
  expect(linkToPolicy('acme/widgets&x=1')).toBe('/policy?repository=acme%2Fwidgets%26x%3D1')
  expect(linkToPolicy(null)).toBe('/policy')
})
