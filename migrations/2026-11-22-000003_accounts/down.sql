DROP TABLE revocations;
DROP TABLE attempt_exchanges;
DROP TABLE connect_attempts;
DROP TABLE credentials;
DROP TABLE accounts;
