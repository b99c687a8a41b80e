DROP TABLE data_keys;
DROP TABLE sealing_keys;
