import type { ServiceRule } from './rule.ts'
import { appConsistency } from './rules/app-consistency.ts'
import { contradictions } from './rules/contradictions.ts'
import { copies } from './rules/copies.ts'
import { copiesStrict } from './rules/copies-strict.ts'
import { domains } from './rules/domains.ts'
import { drillRecency } from './rules/drill-recency.ts'
import { encryption } from './rules/encryption.ts'
import { immutability } from './rules/immutability.ts'
import { keyAccess } from './rules/key-access.ts'
import { offSite } from './rules/off-site.ts'
import { ownership } from './rules/ownership.ts'
import { restoreOrderRule } from './rules/restore-order.ts'
import { retention } from './rules/retention.ts'
import { rpo } from './rules/rpo.ts'
import { rto } from './rules/rto.ts'
import { shrinkage } from './rules/shrinkage.ts'

/** Every rule that judges a service, in the order of reports. Adding one is one file and one line here. */
export const serviceRules: readonly ServiceRule[] = [
  rpo,
  copies,
  offSite,
  copiesStrict,
  immutability,
  encryption,
  keyAccess,
  appConsistency,
  retention,
  drillRecency,
  rto,
  restoreOrderRule,
  ownership,
  domains,
  contradictions,
  shrinkage,
]
