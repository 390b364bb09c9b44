import { z } from 'zod'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const NAME_RULE = 'not a name: letters, digits, dot, dash and underscore, beginning with a letter or digit'

/** Names become parts of ids, paths and addresses. */
export const name = () => z.string().regex(NAME, NAME_RULE).max(64, 'a name has at most 64 characters')
