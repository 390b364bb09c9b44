/** The name of a rule's file: "freshness". */
export type RuleId = string
