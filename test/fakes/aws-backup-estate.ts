/** What AWS Backup has of a region: points, jobs, copies and restores. */
export interface FakeBackup {
  /** What its clock says: jobs of more than 30 days before it are not listed. Default: now. */
  at?: string
  vaults?: FakeVault[]
  points?: FakePoint[]
  /** Over what follows from the points: by ARN; null: it is not listed. */
  protected?: Record<string, { lastAt?: string; lastPoint?: string; lastVault?: string; type?: string } | null>
  jobs?: FakeJob[]
  copies?: FakeCopy[]
  restores?: FakeRestore[]
  plans?: FakePlan[]
}

export interface FakePlan {
  name: string
  /** Default: of its name. */
  id?: string
  createdAt?: string
  /** As AWS has them: RuleName, TargetBackupVaultName, ScheduleExpression, Lifecycle, ... */
  rules?: Record<string, unknown>[]
  /** As AWS has them: SelectionName, Resources, ListOfTags, Conditions, ... */
  selections?: Record<string, unknown>[]
}

export interface FakeVault {
  name: string
  type?: string
  state?: string
  locked?: boolean
  lockedAt?: string
  minDays?: number
  maxDays?: number
  keyArn?: string
  keyType?: string
  createdAt?: string
  /** Its access policy: JSON. */
  policy?: string
  topic?: string
  events?: string[]
  /** What it is said to hold, which may be off. Default: what it holds. */
  count?: number
}

export interface FakePoint {
  id: string
  /** Empty: none, since AWS Backup has not made it. Only the list of its resource has it then. */
  vault: string
  /** An ARN, or what follows "volume/" of one. */
  of: string
  type?: string
  name?: string
  at: string
  initiatedAt?: string
  completedAt?: string
  /** Default COMPLETED. */
  status?: string
  message?: string
  bytes?: number
  parent?: string
  /** The id of the plan that made it, and of its rule (`rule-of-PLAN`), whose schedule AWS may tell. */
  plan?: string
  rule?: string
  cron?: string
  keyArn?: string
  keepDays?: number
  deleteAt?: string
  /** When it goes to cold storage. */
  coldAt?: string
  /** Snapshots of volumes go there only with this. */
  archives?: boolean
  /** Whether it holds others. */
  isParent?: boolean
  /** The ARN of the vault that it was copied from. */
  from?: string
}

export interface FakeJob {
  id: string
  of: string
  type?: string
  name?: string
  vault?: string
  point?: string
  /** Default COMPLETED. */
  state?: string
  /** Default SUCCESS of what is completed. */
  category?: string
  message?: string
  at: string
  endedAt?: string
  startBy?: string
  expectedAt?: string
  role?: string
  keepDays?: number
  /** "daily/nightly/3": the plan, its rule, and the plan's version; without it somebody began it by hand. */
  rule?: string
  cron?: string
  timeZone?: string
}

export interface FakeCopy {
  id: string
  of: string
  type?: string
  from?: string
  /** The ARN of the vault. */
  to: string
  state?: string
  message?: string
  at: string
  endedAt?: string
}

export interface FakeRestore {
  id: string
  of?: string
  point?: string
  status?: string
  message?: string
  validation?: string
  validationMessage?: string
  at: string
  endedAt?: string
  pointAt?: string
  testPlan?: string
}
