-- The transactional outbox. Column names are those that Debezium's outbox event router expects.
-- A row is inserted while its aggregate's row is locked, so `seq` is the order of that aggregate's
-- commits; the relay deletes it once the broker has confirmed it.
CREATE TABLE outbox(
    seq BIGINT AUTO_INCREMENT PRIMARY KEY,
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    aggregatetype VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    aggregateid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payload JSON NOT NULL,
    headers JSON NOT NULL,
    created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    KEY outbox_by_destination (aggregatetype, seq)
);

-- Claimed before sending: the record of what was sent, and the simulated mailbox itself.
CREATE TABLE mail(
    message_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    username VARCHAR(100) NULL,
    recipient VARCHAR(255) NULL,
    subject VARCHAR(512) NULL,
    text MEDIUMTEXT NULL,
    state ENUM('PENDING', 'SENDING', 'SENT', 'FAILED', 'SKIPPED') NOT NULL DEFAULT 'PENDING',
    lease_until TIMESTAMP(3) NULL,
    attempts INT NOT NULL DEFAULT 0,
    occurred_at TIMESTAMP(3) NULL,
    published_at TIMESTAMP(3) NULL,
    received_at TIMESTAMP(3) NULL,
    sent_at TIMESTAMP(3) NULL,
    -- Of the request that led to it, so that a mail can be followed back to its cause.
    request_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
    traceparent VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    KEY mail_by_sending (state, sent_at),
    KEY mail_of_user (username, sent_at)
);

-- What could not be published or handled, byte for byte, with the reason.
CREATE TABLE dead_letter(
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    source VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason VARCHAR(1024) NOT NULL,
    payload LONGBLOB NOT NULL,
    headers JSON NOT NULL,
    created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
);

-- What each connector says of itself, once a second.
CREATE TABLE heartbeat(
    component VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    instance VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at TIMESTAMP(3) NOT NULL,
    facts JSON NOT NULL,
    PRIMARY KEY (component, instance)
);
