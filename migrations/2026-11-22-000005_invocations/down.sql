DROP TABLE invocation_payloads;
DROP TABLE invocations;
