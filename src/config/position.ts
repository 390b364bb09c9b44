/** Where a setting stands, for people: "backproof.yaml:12:5". */
export interface Position {
  file: string
  line: number
  column: number
}
