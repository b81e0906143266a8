-- The schema that this system was first described with, table by table and column by column.
-- It is never edited: later migrations only add. The database itself (utf8mb4, utf8mb4_unicode_ci)
-- is the one that MYSQL_URL names, microdb by default.

CREATE TABLE IF NOT EXISTS users(
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    username VARCHAR(100) not null unique,
    password_hash varchar(255) not null,
    email varchar(255)
);

CREATE TABLE IF NOT EXISTS movie(
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) not null,
    genre VARCHAR(255) not null,
    length_minutes int not null
);

CREATE TABLE IF NOT EXISTS rental(
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    username VARCHAR(100) not null,
    movie_id BIGINT not null,
    status ENUM('CONFIRMED', 'CANCELLED', 'EXPIRED') not null default 'CONFIRMED',
    expires_at TIMESTAMP AS (created_at + INTERVAL 48 HOUR) STORED,
    FOREIGN KEY (movie_id) REFERENCES movie(id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS movies_cache(
    id BIGINT PRIMARY KEY,
    name VARCHAR(255),
    genre VARCHAR(255),
    length_minutes int,
    last_seen TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
