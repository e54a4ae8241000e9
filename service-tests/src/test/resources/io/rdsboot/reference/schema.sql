CREATE TABLE customer (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE
);
CREATE TABLE purchase (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	customer_id bigint NOT NULL REFERENCES customer,
	cents integer NOT NULL UNIQUE
);
CREATE INDEX ON purchase (customer_id);
CREATE TABLE turnover (cents bigint NOT NULL);
INSERT INTO turnover VALUES (0);
