/** What a backup protects: a database, a volume, a folder, a job. Names come from outside and are hostile. */
export interface ProtectedResource {
  /** The vendor's id: an ARN, a volume id, a repository name, a path. */
  id: string
  /** What people call it. */
  name: string
  /** Failure domains, where the source knows them: "aws", "123456789012", "eu-central-1". */
  provider: string | null
  account: string | null
  region: string | null
  tags: Readonly<Record<string, string>>
}
