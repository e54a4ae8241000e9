package io.rdsboot.test.server;

/**
 * Functions of Aurora Global Database, as SQL functions of the same names, which Aurora
 * has in every cluster. A cluster that is no global database shows no rows.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora_global_db_instance_status.html">aurora_global_db_instance_status</a>
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora_global_db_status.html">aurora_global_db_status</a>
 */
final class GlobalDatabaseFunctions {

	/**
	 * A server knows its own position and, as the writer, those of its readers. What has
	 * been received and not replayed waits for the lag that the reader is set to, unless
	 * its replay is paused.
	 */
	static final String INSTANCE_STATUS = """
			CREATE FUNCTION pg_catalog.aurora_global_db_instance_status(OUT server_id text, OUT session_id text,
				OUT aws_region text, OUT durable_lsn bigint, OUT highest_lsn_rcvd bigint, OUT feedback_epoch bigint,
				OUT feedback_xmin bigint, OUT oldest_read_view_lsn bigint, OUT visibility_lag_in_msec real)
			RETURNS SETOF record LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
				WITH positions AS (
					SELECT pg_is_in_recovery() AS recovering,
						CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
							ELSE pg_current_wal_flush_lsn() END AS received,
						CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
							ELSE pg_current_wal_flush_lsn() END AS replayed,
						(extract(epoch FROM clock_timestamp()
							- coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time())) * 1000)::real AS age,
						(SELECT setting::real FROM pg_settings WHERE name = 'recovery_min_apply_delay') AS delay
				), seen AS (
					SELECT instance.*, instance.session_id = 'MASTER_SESSION_ID' AS writer, positions.received AS durable,
						coalesce(standby.flush_lsn, positions.received) AS received,
						coalesce(standby.replay_lsn, positions.replayed) AS replayed,
						CASE WHEN instance.name <> current_setting('cluster_name')
								THEN (extract(epoch FROM standby.replay_lag) * 1000)::real
							WHEN positions.received <= positions.replayed THEN 0
							WHEN CASE WHEN positions.recovering THEN pg_is_wal_replay_paused() ELSE false END
								THEN positions.age
							ELSE least(positions.age, positions.delay) END AS shown_lag
					FROM json_to_recordset(pg_read_file(%1$s)::json -> current_setting('cluster_name')) AS instance (
						name text, server_id text, session_id text, lag real, region text)
					CROSS JOIN positions
					LEFT JOIN pg_stat_replication standby ON standby.application_name = instance.name
				)
				SELECT server_id, session_id, region, (CASE WHEN writer THEN durable ELSE replayed END - '0/0')::bigint,
					CASE WHEN NOT writer THEN (received - '0/0')::bigint END, 0, 0,
					CASE WHEN NOT writer THEN (replayed - '0/0')::bigint END,
					CASE WHEN NOT writer THEN coalesce(lag, shown_lag, 0) END
				FROM seen WHERE region IS NOT NULL
			$$
			""";

	/** The primary region has no lag, which Aurora writes as -1. */
	static final String STATUS = """
			CREATE FUNCTION pg_catalog.aurora_global_db_status(OUT aws_region text, OUT highest_lsn_written bigint,
				OUT durability_lag_in_msec real, OUT rpo_lag_in_msec real, OUT last_lag_calculation_time timestamptz,
				OUT feedback_epoch bigint, OUT feedback_xmin bigint)
			RETURNS SETOF record LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
				SELECT aws_region, max(durable_lsn), lag, lag, clock_timestamp(), 0::bigint, 0::bigint
				FROM (SELECT aws_region, durable_lsn,
						CASE WHEN bool_or(session_id = 'MASTER_SESSION_ID') OVER (PARTITION BY aws_region) THEN -1
							ELSE min(visibility_lag_in_msec) OVER (PARTITION BY aws_region) END AS lag
					FROM aurora_global_db_instance_status()) AS instance
				GROUP BY aws_region, lag
			$$
			""";

	private GlobalDatabaseFunctions() {
	}

}
