-- Movies are versioned and removed softly: a DELETE would take the rentals and their history along.

ALTER TABLE movie
    ADD COLUMN version BIGINT NOT NULL DEFAULT 1,
    ADD COLUMN updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN removed_at TIMESTAMP NULL,
    -- NULL: as many as are asked for. A number: never more active rentals than that.
    ADD COLUMN copies INT NULL,
    ADD COLUMN external_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NULL,
    -- An external id is taken while its movie is there; after a removal it may be added again.
    ADD COLUMN present_external_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin
        AS (IF(removed_at IS NULL, external_id, NULL)) VIRTUAL,
    ADD UNIQUE KEY movie_external_id (present_external_id),
    ADD CONSTRAINT movie_length_in_range CHECK (length_minutes BETWEEN 1 AND 1440),
    ADD CONSTRAINT movie_copies_not_negative CHECK (copies >= 0),
    -- Every list reads `removed_at IS NULL` and one order; the id makes each order total.
    ADD KEY movie_by_id (removed_at, id),
    ADD KEY movie_by_name (removed_at, name, id),
    ADD KEY movie_by_length (removed_at, length_minutes, id),
    ADD KEY movie_by_creation (removed_at, created_at, id),
    ADD KEY movie_by_genre (removed_at, genre, id);

ALTER TABLE movies_cache
    ADD COLUMN version BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN removed_at TIMESTAMP NULL;
