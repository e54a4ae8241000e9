package io.rdsboot.test.server;

import java.nio.file.Path;
import java.util.List;

/**
 * Aurora's functions, as SQL functions of the same names: each server reads what
 * {@link io.rdsboot.test.LocalAurora} has written of the cluster, and adds its own
 * positions in the log.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora_replica_status.html">aurora_replica_status</a>
 */
public final class AuroraFunctions {

	/** Databases made later are copies of the first one. */
	private static final List<String> DATABASES = List.of("template1", "postgres");

	/** Fail on Aurora, or mean nothing there. */
	private static final List<String> MISSING = List.of("pg_current_wal_lsn()", "pg_current_wal_insert_lsn()",
			"pg_current_wal_flush_lsn()", "pg_last_wal_receive_lsn()", "pg_last_wal_replay_lsn()",
			"pg_last_xact_replay_timestamp()");

	/**
	 * The durable position is the flushed one: the insert position may lie behind a page
	 * header where no replay ends.
	 */
	private static final String REPLICA_STATUS = """
			CREATE FUNCTION pg_catalog.aurora_replica_status(OUT server_id text, OUT session_id text,
				OUT durable_lsn bigint, OUT highest_lsn_rcvd bigint, OUT current_read_lsn bigint,
				OUT cur_replay_latency_in_usec bigint, OUT active_txns integer, OUT is_current boolean,
				OUT last_transport_error integer, OUT last_error_timestamp timestamptz,
				OUT last_update_timestamp timestamptz, OUT feedback_xmin bigint, OUT feedback_epoch integer,
				OUT replica_lag_in_msec real, OUT log_stream_speed_in_kib_per_second real,
				OUT log_buffer_sequence_number bigint, OUT oldest_read_view_trx_id bigint,
				OUT oldest_read_view_lsn bigint, OUT pending_read_ios integer, OUT read_ios integer, OUT iops integer,
				OUT cpu real)
			RETURNS SETOF record LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
				WITH positions AS (
					SELECT CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
							ELSE pg_current_wal_flush_lsn() END AS received,
						CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
							ELSE pg_current_wal_flush_lsn() END AS replayed,
						CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused
				), seen AS (
					SELECT instance.*, instance.name = current_setting('cluster_name') AS own, standby.replay_lag,
						instance.session_id = 'MASTER_SESSION_ID' AS writer, positions.received AS durable,
						coalesce(standby.flush_lsn, positions.received) AS received,
						coalesce(standby.replay_lsn, positions.replayed) AS replayed, positions.paused
					FROM json_to_recordset(pg_read_file(%1$s)::json -> current_setting('cluster_name')) AS instance (
						name text, server_id text, session_id text, lag real, updated timestamptz, region text)
					CROSS JOIN positions
					LEFT JOIN pg_stat_replication standby ON standby.application_name = instance.name
				), region AS (
					SELECT region FROM seen WHERE own
				)
				SELECT server_id, session_id, (CASE WHEN writer THEN durable ELSE replayed END - '0/0')::bigint,
					CASE WHEN NOT writer THEN (received - '0/0')::bigint END,
					CASE WHEN NOT writer THEN (replayed - '0/0')::bigint END,
					CASE WHEN NOT writer THEN 0 END, 0, true, 0, NULL::timestamptz,
					CASE WHEN NOT own THEN coalesce(updated, clock_timestamp()) END, 0, 0,
					CASE WHEN NOT writer THEN coalesce(lag,
						CASE WHEN NOT own THEN extract(epoch FROM replay_lag) * 1000
							WHEN paused AND received > replayed THEN extract(epoch FROM clock_timestamp()
								- coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time())) * 1000 END,
						0)::real END,
					0, 0, 0, 0, 0, 0, 0, 0
				FROM seen WHERE seen.region IS NOT DISTINCT FROM (SELECT region FROM region)
			$$
			""";

	private static final String INSTANCE_IDENTIFIER = """
			CREATE FUNCTION pg_catalog.aurora_db_instance_identifier() RETURNS text
			LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
				SELECT server_id FROM json_to_recordset(pg_read_file(%1$s)::json -> current_setting('cluster_name'))
					AS instance (name text, server_id text)
				WHERE name = current_setting('cluster_name')
			$$
			""";

	private AuroraFunctions() {
	}

	/**
	 * Makes the functions, and takes from ordinary roles those that Aurora lacks. Before
	 * there are databases of users.
	 * @param client the administrator's connections
	 * @param writer the server to change
	 * @param stateFile what is said of the cluster
	 */
	public static void install(AdminClient client, DatabaseServer writer, Path stateFile) {
		String file = SqlQuotes.literal(stateFile.toString());
		for (String database : DATABASES) {
			client.execute(writer, database, REPLICA_STATUS.formatted(file), INSTANCE_IDENTIFIER.formatted(file),
					GlobalDatabaseFunctions.INSTANCE_STATUS.formatted(file), GlobalDatabaseFunctions.STATUS,
					"REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC".formatted(String.join(", ", MISSING)));
		}
	}

}
