import type { Drill } from '../../src/domain/drill.ts'
import { instant, plus } from '../../src/domain/instant.ts'
import { NOWHERE, type Service } from '../../src/domain/service.ts'
import type { EstateFacts } from '../../src/evaluation/services/estate.ts'
import type { ProvingCheck } from '../../src/evaluation/services/proving-check.ts'
import { NOW } from './notification.ts'
import { aCopy, aDrill, aProof, aService, pointsEvery } from './services.ts'

const HOUR = 3_600_000

/**
 * Any number of services with any number of copies, each with something wrong or right by its number: the same each time.
 * Every tenth (7, 17, ...) lies in one account as a whole.
 */
export function anEstate(count: number, copies: number): EstateFacts {
  const services: Service[] = []
  const checks: ProvingCheck[] = []
  const drills: Drill[] = []
  for (let n = 0; n < count; n++) {
    const name = `s${n}`
    const lonely = n % 10 === 7
    services.push(
      aService(name, {
        tier: 1 + (n % 3),
        owner: n % 11 === 0 ? null : `team-${n % 20}`,
        method: ['pg_dump', 'storage snapshot', 'WAL', null][n % 4] ?? null,
        database: n % 2 === 0,
        rpoMs: [HOUR, 4 * HOUR, 24 * HOUR][n % 3] ?? HOUR,
        rtoMs: n % 13 === 0 ? null : 4 * HOUR,
        dependsOn: n === 0 ? [] : [`s${Math.floor(n / 3)}`],
        production: lonely
          ? { ...NOWHERE, provider: 'aws', account: 'lonely', region: `r${n % 6}` }
          : { ...NOWHERE, provider: 'own', site: `dc-${n % 4}` },
        retention: n % 2 === 0 ? { last: 0, hourly: 0, daily: 7, weekly: 4, monthly: 0, yearly: 0 } : null,
        keys:
          n % 3 === 0
            ? [
                {
                  name: 'main',
                  holders: ['ann'],
                  where: null,
                  lastRehearsedAt: plus(NOW, -n * HOUR),
                  rehearseEveryMs: 8760 * HOUR,
                },
              ]
            : [],
        waivers:
          n % 17 === 0
            ? [{ rule: 'immutability', reason: 'planned', owner: 'cto', until: plus(NOW, (n - 20) * HOUR) }]
            : [],
        copies: Array.from({ length: copies }, (_, c) =>
          aCopy({
            type: ['nas', 's3', 'tape', 'dump', 'storage-snapshot'][c % 5] ?? 'nas',
            check: `src${c}/${name}`,
            // one that nobody proves
            ...(c === 4 && n % 5 === 0 && { check: null }),
            ...(c > 1 && { maxAgeMs: 48 * HOUR }),
            ...(lonely
              ? { provider: 'aws', account: 'lonely', region: `r${c}`, medium: `b${c}` }
              : { account: `a${(n + c) % 50}`, region: `r${(n + c) % 6}`, medium: `m${c}`, credential: `k${c}` }),
            ...(c === 2 && { immutable: true, encryption: 'age', keys: ['main'] }),
          }),
        ),
      }),
    )
    for (let c = 0; c < copies; c++)
      checks.push(
        aProof(`src${c}/${name}`, {
          type: ['restic', 's3-dump', 'borg', 'file', 'ebs-snapshot'][c % 5] ?? 'restic',
          ageHours: 1 + ((n + c) % 30) / 10,
          points: c < 2 ? (POINTS[n % 3] ?? null) : null,
          ...(c === 1 && n % 4 === 0 && { immutability: { how: 'object lock', until: null } }),
        }),
      )
    if (n % 4 === 0)
      drills.push(
        aDrill(name, {
          at: instant(NOW - (n % 400) * 24 * HOUR),
          outcome: (['verified', 'restored', 'failed'] as const)[n % 3] ?? 'verified',
          rtaMs: (1 + (n % 7)) * HOUR,
        }),
      )
  }
  return { services, checks, drills }
}

const POINTS = [pointsEvery(1, 60), pointsEvery(24, 40), pointsEvery(4, 20, 5000)]
