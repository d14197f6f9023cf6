import { answerJson } from '../serve.ts'
import { answerNotFound, type Handler } from './rest-call.ts'
import { type Account, findOrCreateAccount } from './state.ts'

/** The role that an account of this association has in the repositories. */
const roles: Readonly<Record<Account['association'], string>> = {
  OWNER: 'admin',
  MEMBER: 'write',
  COLLABORATOR: 'triage',
  CONTRIBUTOR: 'read',
  NONE: 'read',
}
const legacyRoles: Readonly<Record<string, string>> = { triage: 'read' }

/** What an account may do. The older field knows no triage, and apps are no accounts here. */
export const getPermission: Handler = ({ world, args }) => {
  const { login, kind, deleted, association } = findOrCreateAccount(world, args[0] ?? '')
  if (deleted || kind === 'Bot') return answerNotFound()
  const role = roles[association]
  return answerJson(200, {
    permission: legacyRoles[role] ?? role,
    role_name: role,
    user: { login, permissions: { pull: true, triage: role !== 'read', push: role === 'write' } },
  })
}
