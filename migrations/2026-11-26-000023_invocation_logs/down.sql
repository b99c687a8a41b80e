DROP TABLE invocation_logs;
