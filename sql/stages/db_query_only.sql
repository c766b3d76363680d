-- From now on this connection changes nothing.
PRAGMA query_only = ON;
