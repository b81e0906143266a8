import { z } from 'zod';
import { Id, Time, Username } from './fields.ts';

const MIN_PASSWORD_CHARACTERS = 10;
/** bcrypt ignores what lies beyond. */
const MAX_PASSWORD_BYTES = 72;

const Password = z
  .string()
  .refine((text) => [...text].length >= MIN_PASSWORD_CHARACTERS, {
    error: `must have at least ${MIN_PASSWORD_CHARACTERS} characters`,
  })
  .refine((text) => Buffer.byteLength(text) <= MAX_PASSWORD_BYTES, {
    error: `must have at most ${MAX_PASSWORD_BYTES} bytes`,
  });

const Email = z.email().max(255);

/** True where a password merely repeats the username. */
export function repeatsUsername(username: string, password: string): boolean {
  return password.toLowerCase() === username.toLowerCase();
}

export const PASSWORD_IS_USERNAME = 'must not be the username';

export const RegisterBody = z
  .strictObject({ username: Username, password: Password, email: Email.optional() })
  .refine((body) => !repeatsUsername(body.username, body.password), {
    path: ['password'],
    error: PASSWORD_IS_USERNAME,
  });
export type RegisterBody = z.infer<typeof RegisterBody>;

/** Sign-in checks no form: a name that cannot exist is answered as one that does not. */
export const LoginBody = z.strictObject({
  username: z.string().toLowerCase().max(255),
  password: z.string().max(1024),
});
export type LoginBody = z.infer<typeof LoginBody>;

export const RefreshBody = z.strictObject({ refresh_token: z.string().min(1).max(255) });
export type RefreshBody = z.infer<typeof RefreshBody>;

export const UpdateMeBody = z
  .strictObject({
    email: Email.nullable().optional(),
    password: Password.optional(),
    current_password: z.string().max(1024).optional(),
  })
  .refine((body) => body.password === undefined || body.current_password !== undefined, {
    path: ['current_password'],
    error: 'is needed to change the password',
  });
export type UpdateMeBody = z.infer<typeof UpdateMeBody>;

export const Role = z.enum(['customer', 'admin']);
export type Role = z.infer<typeof Role>;

/** Who calls, as the access token says. */
export interface Caller {
  username: string;
  role: Role;
  sessionId: string;
}

export const User = z.object({
  id: Id,
  username: z.string(),
  email: z.string().nullable(),
  role: Role,
  created_at: Time,
});
export type User = z.infer<typeof User>;

export const TokenPair = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  /** Seconds until the access token ends. */
  expires_in: z.int(),
  refresh_token: z.string(),
});
export type TokenPair = z.infer<typeof TokenPair>;

/** Fixed names, not addresses: a token stays valid when the site moves. */
export const TOKEN_ISSUER = 'movie-rental';
export const TOKEN_AUDIENCE = 'movie-rental-api';
export const TOKEN_TYPE = 'at+jwt';
export const TOKEN_ALGORITHM = 'ES256';

/** What an access token says beside `iss`, `aud`, `exp`, `iat` and `jti`. */
export const AccessTokenClaims = z.object({ sub: z.string(), role: Role, sid: z.string() });
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;
