-- Roles, and sign-in sessions with rotated refresh tokens.

ALTER TABLE users
    ADD COLUMN role ENUM('customer', 'admin') NOT NULL DEFAULT 'customer';

-- One row a sign-in: the family that its refresh tokens belong to. Its id is the token's `sid`.
CREATE TABLE session(
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    username VARCHAR(100) NOT NULL,
    created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    ended_at TIMESTAMP(3) NULL,
    KEY session_of_user (username)
);

-- Only the SHA-256 of a refresh token is kept. `used_at` is set by its first use; a token whose
-- successor was used in its turn is told by that successor's `used_at`.
CREATE TABLE refresh_token(
    token_hash BINARY(32) PRIMARY KEY,
    session_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    issued_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    expires_at TIMESTAMP(3) NOT NULL,
    used_at TIMESTAMP(3) NULL,
    parent_hash BINARY(32) NULL,
    KEY refresh_token_of_session (session_id),
    KEY refresh_token_of_parent (parent_hash),
    KEY refresh_token_expiry (expires_at),
    FOREIGN KEY (session_id) REFERENCES session(id) ON DELETE CASCADE
);
