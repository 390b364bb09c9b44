import type { FakeBackup } from './aws-backup-estate.ts'

/** What a stand-in of AWS has, and how it is asked. */

export interface FakeVolume {
  id: string
  createdAt?: string
  state?: string
  attachedTo?: string
  tags?: Record<string, string>
}

export interface FakeSnapshot {
  id: string
  volume: string
  startedAt: string
  completedAt?: string
  state?: string
  message?: string
  tier?: string
  fullBytes?: number
  description?: string
  tags?: Record<string, string>
}

export interface FakeDatabase {
  name: string
  /** Default 7. */
  retentionDays?: number
  createdAt?: string
  latestRestorableAt?: string
  cluster?: string
  replicaOf?: string
  status?: string
  engine?: string
  resourceId?: string
  tags?: Record<string, string>
}

export interface FakeDbSnapshot {
  id: string
  of: string
  at?: string
  originalAt?: string
  status?: string
  type?: string
  resourceId?: string
  /** Default 20. */
  sizeGib?: number
  engine?: string
  tags?: Record<string, string>
  /** The ARN of what it is a copy of. */
  source?: string
}

/** What DescribeEvents tells. */
export interface FakeDbEvent {
  kind: 'db-snapshot' | 'db-cluster-snapshot' | 'db-instance'
  of: string
  at: string
  /** Since when it is told; default: from the start. */
  toldAt?: string
  /** Default creation. */
  category?: string
}

/** An array, or what is made as it is asked for. */
export interface FakeList<T> {
  readonly length: number
  at(index: number): T | undefined
}

export interface FakeRegion {
  volumes?: FakeVolume[]
  snapshots?: FakeSnapshot[]
  instances?: { id: string; state?: string }[]
  databases?: FakeList<FakeDatabase>
  clusters?: FakeList<FakeDatabase>
  dbSnapshots?: FakeList<FakeDbSnapshot>
  clusterSnapshots?: FakeList<FakeDbSnapshot>
  dbEvents?: FakeDbEvent[]
  backup?: FakeBackup
  /** By ARN. */
  keys?: Record<string, FakeKey>
  /** By ARN. */
  topics?: Record<string, FakeTopic>
  /** What has, or ever had, a tag. */
  tagged?: { arn: string; tags?: Record<string, string> }[]
}

export interface FakeKey {
  /** Default Enabled. */
  state?: string
  deletedAt?: string
  expiresAt?: string
  /** Default CUSTOMER. */
  manager?: string
}

export interface FakeTopic {
  /** Default null: the one that it has from the start. */
  policy?: string | null
  /** ARNs, or PendingConfirmation. */
  subscriptions?: string[]
}

export interface AwsRequest {
  service: string
  action: string
  region: string
  /** The same for all tries of one request. */
  invocation: string
  /** The access key that signed it. */
  key: string
  account: string
  /** Of the body, or of the query where the API is REST. */
  parameters: URLSearchParams
  method: string
  /** Without the query, as it was sent. */
  path: string
  body: string
}

export interface AwsRefusal {
  code: string
  message?: string
  /** Default 400; 403 for what is denied, 503 for throttling. */
  status?: number
}

export type AwsFault = AwsRefusal | { raw: string } | 'hang' | 'cut'

export interface FakeAwsOptions {
  /** By account, then by region; what is enabled in an account is what stands here. */
  accounts?: Record<string, Record<string, FakeRegion>>
  /** Access key to account; without it every key is one of the first account. */
  keys?: Record<string, string>
  /** Accounts whose role can be taken on, with the external id that it takes; without it every role can. */
  roles?: Record<string, string | null>
  organization?: { id: string; status: string }[]
  /** The first argument is the request, the second how many came before it; undefined: all is well. */
  fault?: (request: AwsRequest, before: number) => AwsFault | undefined
  /** The most that a page holds; default: as asked. */
  pageSize?: number
  /** What its clock says where a request is about time; default: our own. */
  now?: () => number
  /** RDS's filters: a stand-in ignores or refuses them, finds no automated snapshots by name, or nothing by database. */
  dbFilters?: 'work' | 'ignored' | 'refused' | 'not automated' | 'not by database'
  /** EC2's start-time: an older or stricter server ignores wildcards, refuses them, or takes them by the letter. */
  startTime?: 'works' | 'ignored' | 'refused' | 'literal'
  /** How far its clock is ahead of ours. */
  aheadMs?: number
  /** When the sessions of roles end, in milliseconds from now; default an hour. */
  sessionMs?: number
}

export function xml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (c) => `&#${c.charCodeAt(0)};`)
}
