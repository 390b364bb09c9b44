import type { Volume } from '@aws-sdk/client-ec2'

/** What is used of AWS's answer. */
export interface VolumeFacts {
  id: string
  name: string
  tags: Record<string, string>
  state: string
  attached: readonly { instance: string; device: string }[]
  /** Epoch milliseconds; null: AWS does not say. */
  bornAt: number | null
}

type VolumeAnswer = Omit<VolumeFacts, 'name' | 'tags'> & { tags: readonly (readonly [key: string, value: string])[] }

export function factsOf({ id, state, bornAt, attached, tags: pairs }: VolumeAnswer): VolumeFacts {
  const tags = Object.fromEntries(pairs)
  return { id, name: tags.Name || id, tags, state, attached, bornAt }
}

/** From the SDK's own reading. */
export function fromSdk(one: Volume): VolumeFacts {
  return factsOf({
    id: one.VolumeId ?? '',
    state: one.State ?? '',
    bornAt: one.CreateTime?.getTime() ?? null,
    attached: (one.Attachments ?? []).flatMap(({ InstanceId = '', Device = '' }) =>
      InstanceId === '' ? [] : [{ instance: InstanceId, device: Device }],
    ),
    tags: (one.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]),
  })
}

/** Whether it is there to be backed up: not one that is on its way out. */
export function isThere({ id, state }: VolumeFacts): boolean {
  return id !== '' && state !== 'deleting' && state !== 'deleted'
}
