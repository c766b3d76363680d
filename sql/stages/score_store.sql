-- Records how a submission did against answers at hand, wherever these very bytes were submitted.
UPDATE submission
SET
    local_score = :score,
    local_wrong = :wrong,
    scored_at = :scored_at
WHERE sha256 = :sha256;
