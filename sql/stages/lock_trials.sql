-- Trials that workers of this host have claimed.
SELECT id
FROM trial
WHERE state = 'running'
  AND host = :host;
