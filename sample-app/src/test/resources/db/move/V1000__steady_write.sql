-- What the local mode of a move writes all the time.
create table steady_write (
	id bigint generated always as identity primary key,
	written_at timestamptz not null default clock_timestamp()
);
