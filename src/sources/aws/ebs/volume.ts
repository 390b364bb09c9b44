import type { Volume } from '@aws-sdk/client-ec2'

/** What is used of AWS's answer. */
export interface VolumeAnswer {
  id: string
  state: string
  /** Epoch milliseconds; null: AWS does not say. */
  bornAt: number | null
  attached: { instance: string; device: string }[]
  tags: [key: string, value: string][]
}

export interface VolumeFacts {
  id: string
  name: string
  tags: Record<string, string>
  state: string
  /** Where it is attached: "i-0123 as /dev/xvda". */
  attachments: string[]
  instances: string[]
  /** Epoch milliseconds; null: AWS does not say. */
  bornAt: number | null
}

/** From the SDK's own reading. */
export function fromSdk(one: Volume): VolumeAnswer {
  return {
    id: one.VolumeId ?? '',
    state: one.State ?? '',
    bornAt: one.CreateTime?.getTime() ?? null,
    attached: (one.Attachments ?? []).map(({ InstanceId = '', Device = '' }) => ({
      instance: InstanceId,
      device: Device,
    })),
    tags: (one.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]),
  }
}

/** One that is there to be backed up; none of one that is on its way out. */
export function factsOf({ id, state, bornAt, attached, tags: pairs }: VolumeAnswer): VolumeFacts[] {
  if (id === '' || state === 'deleting' || state === 'deleted') return []
  const tags = Object.fromEntries(pairs)
  const there = attached.filter(({ instance }) => instance !== '')
  return [
    {
      id,
      name: tags.Name || id,
      tags,
      state,
      attachments: there.map(({ instance, device }) => (device ? `${instance} as ${device}` : instance)),
      instances: there.map(({ instance }) => instance),
      bornAt,
    },
  ]
}
