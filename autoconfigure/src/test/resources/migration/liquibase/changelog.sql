--liquibase formatted sql

--changeset owner:1
CREATE TABLE migrated AS SELECT session_user::text AS by_role;
