import { HttpError, unauthorized } from '@movie-rental/function-kit';

/** RFC 9110 asks for a challenge with every 401. */
const CHALLENGE = { 'WWW-Authenticate': 'Bearer' };

/** 401: it does not tell an unknown user from a wrong password. */
export function invalidCredentials(): HttpError {
  return new HttpError(401, 'invalid_credentials', 'The username or the password is wrong', {
    headers: CHALLENGE,
  });
}

/** 401: it does not tell why. */
export function invalidRefreshToken(): HttpError {
  return new HttpError(401, 'invalid_refresh_token', 'The refresh token is not valid', {
    headers: CHALLENGE,
  });
}

/** 401: the token's signature holds, and its user is gone. */
export function noSuchUser(): HttpError {
  return unauthorized('The user of this access token does not exist', 'invalid_token');
}

/** 403 and not 401: the access token is good, and a client must not answer by renewing it. */
export function wrongPassword(): HttpError {
  return new HttpError(403, 'wrong_password', 'The current password is wrong');
}
