import { jobRoutes } from './aws-backup-jobs.ts'
import type { BackupAsked, BackupRoute } from './aws-backup-route.ts'
import { vaultRoutes } from './aws-backup-vaults.ts'
import type { AwsRefusal } from './aws-estate.ts'

const ROUTES: readonly BackupRoute[] = [...jobRoutes, ...vaultRoutes]

export function answerBackup(asked: BackupAsked): string | AwsRefusal {
  const found = routeOf(asked.request.method, asked.request.path)
  if (!found) return { code: 'UnknownOperationException', status: 404 }
  const answer = found.route.answer(asked, found.parts)
  return 'code' in answer ? answer : JSON.stringify(answer)
}

/** The name of the action that a method and a path stand for. */
export function backupAction(method: string, path: string): string {
  return routeOf(method, path)?.route.action ?? `${method} ${path}`
}

function routeOf(method: string, path: string): { route: BackupRoute; parts: string[] } | null {
  const given = path.split('/')
  for (const route of ROUTES) {
    const [wantedMethod, wantedPath = ''] = route.path.split(' ')
    const wanted = wantedPath.split('/')
    if (method !== wantedMethod || wanted.length !== given.length) continue
    if (wanted.every((part, n) => part === 'ANY' || part === given[n]))
      return { route, parts: given.filter((_, n) => wanted[n] === 'ANY').map(decodeURIComponent) }
  }
  return null
}
