DROP INDEX approvals_waiting;
DROP TABLE server_tasks;
