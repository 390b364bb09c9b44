import { text } from '../../lib/fields.ts'

export const accountId = () =>
  text().refine((id) => /^\d{12}$/.test(id), 'not an account: write its 12 digits, in quotes')

export const region = () =>
  text().refine((name) => /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(name), 'not a region: write it as in eu-central-1')

const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/
export const roleArn = () =>
  text().refine(
    (arn) => ROLE_ARN.test(arn),
    'not the ARN of a role: write it as in arn:aws:iam::123456789012:role/backproof-read',
  )

export const accountOfRole = (arn: string): string | null => ROLE_ARN.exec(arn)?.[2] ?? null
export const partitionOfRole = (arn: string): string | null => ROLE_ARN.exec(arn)?.[1] ?? null
