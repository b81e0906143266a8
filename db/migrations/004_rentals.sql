-- `expires_at` is computed and cannot be written, so an extension has a column of its own, and
-- `ends_at` is the moment that counts.

ALTER TABLE rental
    ADD COLUMN extended_until TIMESTAMP NULL,
    ADD COLUMN reminded_at TIMESTAMP NULL,
    ADD COLUMN ends_at TIMESTAMP AS (COALESCE(extended_until, created_at + INTERVAL 48 HOUR)) VIRTUAL,
    -- NULL once the rental is over, and NULLs do not collide: one confirmed rental per customer and
    -- movie. It must be VIRTUAL: a STORED one is refused beside ON DELETE CASCADE (error 1215).
    ADD COLUMN confirmed_movie_id BIGINT AS (IF(status = 'CONFIRMED', movie_id, NULL)) VIRTUAL,
    ADD UNIQUE KEY rental_one_confirmed (username, confirmed_movie_id),
    ADD KEY rental_by_end (status, ends_at),
    ADD KEY rental_of_movie (movie_id, status, ends_at),
    ADD KEY rental_of_customer (username, id);

-- The answer to a request that carried an Idempotency-Key, kept for a day.
CREATE TABLE idempotency(
    username VARCHAR(100) NOT NULL,
    route VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    idempotency_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_hash BINARY(32) NOT NULL,
    response JSON NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (username, route, idempotency_key),
    KEY idempotency_by_age (created_at)
);
