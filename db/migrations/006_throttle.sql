-- How often something was tried, by account or by address, within a window of time.
CREATE TABLE throttle(
    bucket VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    hits INT NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    KEY throttle_by_end (ends_at)
);
