/** What stands in the configuration in place of the password itself. */
export { hashPassword } from '../api/auth/password.ts'
