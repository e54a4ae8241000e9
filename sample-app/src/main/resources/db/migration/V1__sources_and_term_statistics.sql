-- What was indexed. The passages are rows of the vector table.
create table source (
	name text primary key,
	type text not null,
	title text not null,
	passages integer not null check (passages >= 0)
);

-- What the built-in embedding has learned: at most one row.
create table term_statistics (
	version bigint generated always as identity primary key,
	texts integer not null,
	frequencies bytea not null
);
