import type { ServiceView } from '../evaluation/services/estate.ts'
import { evaluateService } from '../evaluation/services/evaluate.ts'
import { toHtml } from '../planning/runbook/html.ts'
import { toMarkdown } from '../planning/runbook/markdown.ts'
import { estateRunbook, serviceRunbook } from '../planning/runbook/runbook.ts'
import { type EstateOptions, knownEstate } from './estate.ts'
import { viewsNamed } from './services.ts'

/** The recovery plan of the estate, or of the services that are named. Throws UsageError where nothing is named so. */
export async function runbookText(
  names: readonly string[],
  format: 'markdown' | 'html',
  options: Omit<EstateOptions, 'points'>,
): Promise<{ text: string; remarks: string[] }> {
  const { estate, now, remarks } = await knownEstate({ ...options, points: true })
  const findingsOf = (view: ServiceView) => evaluateService(view, now)
  const blocks =
    names.length === 0
      ? estateRunbook(estate, findingsOf)
      : viewsNamed(estate.views, names).flatMap((view) => serviceRunbook(view, findingsOf(view)))
  return { text: format === 'html' ? toHtml('Recovery plan', blocks) : toMarkdown(blocks), remarks }
}
