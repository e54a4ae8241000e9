CREATE TABLE migrated AS SELECT session_user::text AS by_role;
