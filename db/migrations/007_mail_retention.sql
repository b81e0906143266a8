-- Mail that was not sent is purged by when it was received, so that its age need not be computed of
-- each row.
ALTER TABLE mail
    ADD KEY mail_by_receipt (state, received_at);

-- What was made without a receipt would be kept for ever.
UPDATE mail SET received_at = COALESCE(sent_at, published_at, occurred_at, CURRENT_TIMESTAMP(3))
    WHERE received_at IS NULL;
