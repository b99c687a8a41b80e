DELETE FROM client_registrations WHERE service <> '';
DROP INDEX client_registrations_client;
DROP INDEX client_registrations_newest;
ALTER TABLE client_registrations DROP COLUMN service;
CREATE INDEX client_registrations_newest
    ON client_registrations (user_id, issuer, redirect_uri, created_at DESC);
CREATE UNIQUE INDEX client_registrations_client
    ON client_registrations (user_id, issuer, client_id);
DROP TABLE own_services;
