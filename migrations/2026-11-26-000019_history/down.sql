DROP TABLE invocation_erasures;
