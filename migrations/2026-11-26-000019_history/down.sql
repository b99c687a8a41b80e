DROP TABLE invocation_repeats;
DROP TABLE invocation_erasures;
