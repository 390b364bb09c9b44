import type { SimulationReport } from '../../app/simulate.ts'
import { formatDuration } from '../../lib/duration.ts'
import { columns, markdownTable } from './columns.ts'

const span = (seconds: number | null): string => (seconds === null ? '-' : formatDuration(seconds * 1000))

/** What survives, for people: on a terminal, or as Markdown. */
export function simulationText(report: SimulationReport, format: 'table' | 'markdown'): string {
  const table = format === 'markdown' ? markdownTable : columns
  const title = (text: string) => (format === 'markdown' ? ['', `## ${text}`, ''] : ['', `${text}:`])
  if ('ranked' in report) {
    if (report.ranked.length === 0)
      return 'Nothing is declared that could be lost: write services: in the configuration.\n'
    const rows = report.ranked.map(({ loss, gravest, summary, bare, worst_loss_seconds }) => [
      loss,
      String(summary.gone),
      String(summary.unknown),
      String(summary.restorable),
      String(summary.running),
      String(gravest),
      String(bare),
      span(worst_loss_seconds),
    ])
    const head = ['LOSS', 'GONE', 'UNKNOWN', 'RESTORABLE', 'RUNNING', 'OF TIER 1', 'WITHOUT COPY', 'WORST LOSS']
    return `${table(head, rows).join('\n')}\n`
  }
  const { losses, summary, services, recovery, waiting, critical_path: critical } = report
  const head = `Without ${losses.join(', ')}: ${summary.gone} gone, ${summary.unknown} unknown, ${summary.restorable} restorable, ${summary.running} running with fewer copies, ${summary.untouched} untouched.`
  const lines = [format === 'markdown' ? `# ${losses.join(', ')}\n\n${head}` : head]
  if (services.length > 0)
    lines.push(
      '',
      ...table(
        ['FATE', 'SERVICE', 'TIER', 'FROM', 'LOST DATA', 'WITHIN RPO'],
        services.map(({ fate, name, tier, from, loss_seconds, breaks_rpo, assumed }) => [
          assumed ? `${fate} (assumed)` : fate,
          name,
          tier === null ? '-' : String(tier),
          from === null ? '-' : `${from.copy}${from.standing === 'proven' ? '' : ' (not proven)'}`,
          span(loss_seconds),
          breaks_rpo === null ? '-' : breaks_rpo ? 'no' : 'yes',
        ]),
      ),
    )
  if (recovery.length > 0) {
    const rows = recovery.map(({ name, wave, waits_for, blocked_by, ...takes }) => [
      String(wave),
      name,
      waits_for.join(', ') || '-',
      blocked_by.join(', ') || '-',
      takesText(takes),
    ])
    lines.push(...title('Restore in this order'), ...table(['WAVE', 'SERVICE', 'AFTER', 'HELD UP BY', 'TAKES'], rows))
    const unknown = critical.unknown.length > 0 ? `, without ${critical.unknown.join(', ')}, of which nobody knows` : ''
    lines.push('', `It takes at least ${span(critical.total_seconds)}: ${critical.path.join(', then ')}${unknown}.`)
  }
  if (waiting.length > 0)
    lines.push(
      ...title('Not hit, and waiting for what is down'),
      ...table(
        ['SERVICE', 'FOR'],
        waiting.map(({ service, on }) => [service, on.join(', ')]),
      ),
    )
  if (services.some(({ assumed }) => assumed))
    lines.push(
      '',
      'Assumed: nobody says where it runs (production:), so it is taken for lost where one of its copies is.',
    )
  return `${lines.join('\n')}\n`
}

type Takes = Extract<SimulationReport, { recovery: unknown }>['recovery'][number]

/** How long it takes, and where that figure is from. */
function takesText({ takes_seconds, takes_from, takes_drill }: Pick<Takes, `takes_${string}` & keyof Takes>): string {
  if (takes_seconds === null) return 'unknown'
  const day = takes_drill?.at.slice(0, 10) ?? ''
  if (takes_from === 'restore') return `more than ${span(takes_seconds)} (its data alone, ${day})`
  return `${span(takes_seconds)} (${takes_from === 'drill' ? `drill of ${day}` : 'its RTO; never tried'})`
}
