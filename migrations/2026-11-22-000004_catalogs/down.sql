DROP TABLE tool_settings;
DROP TABLE tools;
DROP TABLE catalogs;
