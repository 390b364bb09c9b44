import { expect, test } from 'vitest'
import { resticConfig } from './config.ts'
import { unsafeSettings } from './unsafe.ts'

const unsafe = (config: object) => unsafeSettings(resticConfig.parse(config)).map(({ path }) => path.join('.'))

test.each([
  { repository: '/srv/restic', password: 'secret' },
  { repository: 's3:https://s3.example.com/b', extra_env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' } },
  { url: 'rest:https://r.example.com/{{ .Name }}', repositories: { a: null, b: { max_age: '1d', password: 'x' } } },
  { repository: 'b2:bucket:path', extra_env: { B2_ACCOUNT_ID: 'a', B2_ACCOUNT_KEY: 'b' } },
])('%j only looks', (config) => expect(unsafe(config)).toEqual([]))

test.each([
  [{ repository: '/r', binary: '/tmp/x' }, ['binary']],
  [{ repository: '/r', password_command: 'touch /tmp/x' }, ['password_command']],
  [{ repository: '/r', password_file: '/etc/shadow' }, ['password_file']],
  [{ repository: '/r', options: ['sftp.command=touch /tmp/x'] }, ['options']],
  [{ repository: '/r', cache_dir: '/etc' }, ['cache_dir']],
  [{ repository: 'sftp:-oProxyCommand=x:/r' }, ['repository']],
  [{ repository: 'rclone::sftp,ssh=x:/r' }, ['repository']],
  [{ url: 'sftp:host:/{{ .Name }}', repositories: { a: null } }, ['url', 'repositories.a']],
  [{ url: '{{ .Name }}:x', repositories: { sftp: null, rest: null } }, ['repositories.sftp']],
  [
    { url: '/r/{{ .Name }}', repositories: { a: { url: 'rclone:a:b', binary: 'x' } } },
    ['repositories.a.binary', 'repositories.a.url'],
  ],
  [
    { repository: '/r', extra_env: { RESTIC_PASSWORD_COMMAND: 'x', LD_PRELOAD: 'y', PATH: 'z' } },
    ['extra_env.RESTIC_PASSWORD_COMMAND', 'extra_env.LD_PRELOAD', 'extra_env.PATH'],
  ],
  [
    { repository: 's3:h/b', extra_env: { AWS_SHARED_CREDENTIALS_FILE: '/root/.aws/credentials' } },
    ['extra_env.AWS_SHARED_CREDENTIALS_FILE'],
  ],
])('%j does more than look', (config, paths) => expect(unsafe(config)).toEqual(paths))
