/** Every way in which the shop refuses, and what it says where a use case has nothing to add. */
const MESSAGES = {
  already_extended: 'The rental was extended already, which is possible once',
  already_rented: 'You have rented this movie already',
  busy: 'Too much is being done right now',
  copies_in_use: 'More copies than that are rented now',
  delivery_refused: 'The mail server refused',
  external_id_taken: 'Another movie has this external_id',
  forbidden: 'Only an administrator may do this',
  idempotency_key_in_progress: 'A request with this key is being answered',
  idempotency_key_reused: 'This Idempotency-Key was used for another request',
  invalid_credentials: 'The username or the password is wrong',
  invalid_refresh_token: 'The refresh token is not valid',
  invalid_token: 'The access token is not valid',
  mail_in_progress: 'This mail is being sent',
  mail_server_unavailable: 'The mail server cannot be used right now',
  movie_changed: 'The movie was changed in the meantime',
  movie_not_found: 'There is no such movie',
  movie_removed: 'The movie was removed, its rentals end',
  no_copies_left: 'Every copy of this movie is rented',
  rental_not_found: 'There is no such rental',
  rental_over: 'The rental is over',
  too_many_attempts: 'Too many attempts; come back later',
  user_not_found: 'The user of this access token does not exist',
  username_taken: 'Another user has this name',
  validation_failed: 'The request does not validate',
  wrong_password: 'The current password is wrong',
} as const;

export type RefusalCode = keyof typeof MESSAGES;

export type FieldErrors = readonly { path: string; message: string }[];

interface RefusalOptions extends ErrorOptions {
  /** Instead of what the code says by itself. */
  message?: string;
  /** When it is worth trying again. */
  retryAfterSeconds?: number;
  /** Of `validation_failed`: what is wrong with which field. */
  errors?: FieldErrors;
}

/**
 * The shop will not do what it is asked for, and says why by a stable code. How that is told, by
 * HTTP or otherwise, is not known here.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly retryAfterSeconds: number | undefined;
  readonly errors: FieldErrors | undefined;

  constructor(code: RefusalCode, options: RefusalOptions = {}) {
    super(options.message ?? MESSAGES[code], { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.errors = options.errors;
  }
}

/** Whether an error is the refusal of that code. */
export function isRefusal(error: unknown, code: RefusalCode): boolean {
  return error instanceof Refusal && error.code === code;
}
