/** What heartbeats are measured against: a server of Node that answers "OK", and one that commits each ping first. */
import { createServer } from 'node:http'
import { DatabaseSync } from 'node:sqlite'

const path = process.argv[2]
const insert = path === undefined ? null : table(path)

function table(file: string) {
  const db = new DatabaseSync(file)
  db.exec('pragma journal_mode = wal; pragma synchronous = full; create table ping (at integer, url text, body text)')
  return db.prepare('insert into ping values (?, ?, ?)')
}

const server = createServer((request, response) => {
  if (!insert) {
    response.end('OK')
    return
  }
  let body = ''
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    insert.run(Date.now(), request.url ?? '', body)
    response.end('OK')
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : null)
})
