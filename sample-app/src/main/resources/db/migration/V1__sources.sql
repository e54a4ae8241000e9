-- What was indexed. The passages are rows of the vector table.
create table source (
	name text primary key,
	type text not null,
	title text not null,
	passages integer not null check (passages >= 0),
	-- changes with the text, with how it is split, and with the model that embeds it
	fingerprint text not null
);
