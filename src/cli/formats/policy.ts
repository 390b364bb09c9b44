import { stringify } from 'yaml'

/** What an AWS policy is made of; `resource` of the caller's is the role. */
export interface GrantedAction {
  action: string
  resource: string
  isOfCaller?: boolean
}

type Policy = { Version: string; Statement: object[] }

/** Exactly what a role needs to be allowed; null: nothing in AWS. What it is taken on with is no permission of the role. */
export function iamPolicy(permissions: readonly GrantedAction[]): Policy | null {
  const inAws = permissions.filter(({ action, isOfCaller }) => !isOfCaller && /^[a-z0-9-]+:[A-Z]/.test(action))
  if (inAws.length === 0) return null
  const statements = Map.groupBy(inAws, ({ resource }) => resource)
  return {
    Version: '2012-10-17',
    Statement: [...statements].map(([Resource, group]) => ({
      Effect: 'Allow',
      Action: [...new Set(group.map(({ action }) => action))].sort(),
      Resource,
    })),
  }
}

/** The roles that are taken on, as they are named in the configuration. */
export function rolesOf(permissions: readonly GrantedAction[]): string[] {
  return permissions.filter(({ isOfCaller }) => isOfCaller).map(({ resource }) => resource)
}

/**
 * Who may take on the role, and that only whoever knows the external id may.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
 */
export function trustPolicy(
  principal: unknown = 'arn:aws:iam::ACCOUNT-OF-BACKPROOF:role/ROLE-OF-BACKPROOF',
  externalId: unknown = 'EXTERNAL-ID',
): Policy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: principal },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      },
    ],
  }
}

const PRINCIPAL = 'ARN of the role or user that Backproof runs as'
const EXTERNAL_ID = 'external_id of the source in backproof.yaml'

/** The role with both policies as a CloudFormation template; without a role, the policy to attach to whoever runs Backproof. */
export function cloudFormation(policy: Policy, roles: readonly string[]): string {
  const [role] = roles
  const template =
    role === undefined
      ? {
          AWSTemplateFormatVersion: '2010-09-09',
          Description: 'What Backproof may read',
          Resources: {
            BackproofRead: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policy } },
          },
        }
      : {
          AWSTemplateFormatVersion: '2010-09-09',
          Description: 'The role that Backproof takes on to read',
          Parameters: {
            BackproofPrincipal: { Type: 'String', Description: PRINCIPAL },
            ExternalId: { Type: 'String', NoEcho: true, MinLength: 2, Description: EXTERNAL_ID },
          },
          Resources: {
            BackproofRead: {
              Type: 'AWS::IAM::Role',
              Properties: {
                RoleName: nameOf(role),
                AssumeRolePolicyDocument: trustPolicy({ Ref: 'BackproofPrincipal' }, { Ref: 'ExternalId' }),
                Policies: [{ PolicyName: 'backproof-read', PolicyDocument: policy }],
              },
            },
          },
          Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['BackproofRead', 'Arn'] } } },
        }
  // the policy language has a version that looks like a date: as a date CloudFormation refuses it
  return stringify(template, {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
  })
}

/** The same in Terraform's language. */
export function terraform(policy: Policy, roles: readonly string[]): string {
  const [role] = roles
  if (role === undefined)
    return `resource "aws_iam_policy" "backproof_read" {
  name   = "backproof-read"
  policy = jsonencode(${hcl(policy)})
}
`
  return `variable "backproof_principal" {
  type        = string
  description = "${PRINCIPAL}"
}

variable "backproof_external_id" {
  type        = string
  sensitive   = true
  description = "${EXTERNAL_ID}"
}

resource "aws_iam_role" "backproof_read" {
  name               = ${JSON.stringify(nameOf(role))}
  assume_role_policy = jsonencode(${hcl(trustPolicy(VARIABLE('backproof_principal'), VARIABLE('backproof_external_id')))})
}

resource "aws_iam_role_policy" "backproof_read" {
  name   = "backproof-read"
  role   = aws_iam_role.backproof_read.id
  policy = jsonencode(${hcl(policy)})
}
`
}

const nameOf = (role: string): string => role.slice(role.lastIndexOf('/') + 1)

const VARIABLE = (name: string) => `\0var.${name}\0`

/** JSON is an expression of HCL, but for its templates: "${" and "%{". */
function hcl(value: object): string {
  return JSON.stringify(value, null, 2)
    .replace(/[$%](?=\{)/g, '$&$&')
    .replace(/"\\u0000(var\.\w+)\\u0000"/g, '$1')
    .replaceAll('\n', '\n  ')
}
