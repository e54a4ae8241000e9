package io.rdsboot.move.assess.check;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.move.assess.MoveFinding.Level;
import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

/**
 * What logical replication needs of the servers.
 */
final class ReplicationQuestions {

	/**
	 * One for the subscription, and two for tables that are copied meanwhile
	 * ({@code max_sync_workers_per_subscription}).
	 */
	private static final int SLOTS_OF_A_MOVE = 3;

	private static final int FIRST_WITH_SUBSCRIPTION_ROLE = 16;

	private static final int LONG_TRANSACTION_SECONDS = 60;

	private ReplicationQuestions() {
	}

	static void walLevel(Database source, Database target, Findings findings) throws SQLException {
		if (!"logical".equals(source.setting("wal_level"))) {
			findings.add(Level.BLOCKS, Side.SOURCE, null,
					"wal_level is %s, so that nothing can be replicated.".formatted(source.setting("wal_level")),
					enable(source), null);
		}
		if (!"logical".equals(target.setting("wal_level"))) {
			findings.add(Level.WARNS, Side.TARGET, null,
					"wal_level is %s, so that there would be no way back after the cutover."
						.formatted(target.setting("wal_level")),
					enable(target), null);
		}
	}

	private static String enable(Database database) {
		if (database.isNeon()) {
			return "Enable logical replication in the settings of the Neon project, which restarts its computes and cannot be undone.";
		}
		return database.isRds() ? database.change("rds.logical_replication", "1")
				: database.change("wal_level", "logical");
	}

	static void slots(Database source, Database target, Findings findings) throws SQLException {
		free(source, "max_replication_slots", "SELECT count(*) FROM pg_replication_slots", findings);
		free(source, "max_wal_senders", "SELECT count(*) FROM pg_stat_replication", findings);
	}

	private static void free(Database database, String setting, String used, Findings findings) throws SQLException {
		long limit = Long.parseLong(String.valueOf(database.setting(setting)));
		long free = limit - Long.parseLong(database.text(used));
		if (free < SLOTS_OF_A_MOVE) {
			findings.add((free < 1) ? Level.BLOCKS : Level.WARNS, database.side(), setting,
					"%d of %d are free, and a move takes up to %d while tables are copied.".formatted(Math.max(0, free),
							limit, SLOTS_OF_A_MOVE),
					database.change(setting, String.valueOf(limit - free + SLOTS_OF_A_MOVE)), null);
		}
	}

	static void slotDisk(Database source, Database target, Findings findings) throws SQLException {
		String bound = source.setting("max_slot_wal_keep_size");
		if ("-1".equals(bound)) {
			findings.add(Level.WARNS, Side.SOURCE, null,
					"max_slot_wal_keep_size is -1: if the target stops to read, the source keeps its log until its disk is full.",
					source.isRds()
							? "Set max_slot_wal_keep_size in the parameter group to what the disk can spare, in MB. It needs no reboot."
							: "Set it to what the disk can spare. It needs no restart.",
					null);
		}
	}

	static void workers(Database source, Database target, Findings findings) throws SQLException {
		long workers = Long.parseLong(String.valueOf(target.setting("max_logical_replication_workers")));
		if (workers < SLOTS_OF_A_MOVE) {
			findings.add((workers < 1) ? Level.BLOCKS : Level.WARNS, Side.TARGET, "max_logical_replication_workers",
					"It is %d, and a move takes up to %d while tables are copied.".formatted(workers, SLOTS_OF_A_MOVE),
					target.change("max_logical_replication_workers", String.valueOf(SLOTS_OF_A_MOVE)), null);
		}
		free(target, "max_replication_slots", "SELECT count(*) FROM pg_replication_origin", findings);
	}

	static void privileges(Database source, Database target, Findings findings) throws SQLException {
		String user = source.fact("user");
		if (!isSuperuser(source) && !source.is("SELECT rolreplication FROM pg_roles WHERE rolname = current_user")
				&& !isMember(source, "rds_replication")) {
			findings.add(Level.BLOCKS, Side.SOURCE, null, "Role '%s' may not replicate.".formatted(user), null,
					source.isRds() ? "GRANT rds_replication TO " + quoted(user)
							: "ALTER ROLE %s REPLICATION".formatted(quoted(user)));
		}
		if (!source.is("SELECT has_database_privilege(current_database(), 'CREATE')")) {
			findings.add(Level.BLOCKS, Side.SOURCE, null, "Role '%s' may not create a publication.".formatted(user),
					null, "GRANT CREATE ON DATABASE %s TO %s".formatted(quoted(source.fact("database")), quoted(user)));
		}
		List<String> foreign = source.texts("""
				SELECT c.oid::regclass::text FROM pg_class c
				WHERE %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT pg_has_role(c.relowner, 'USAGE')
				ORDER BY 1""".formatted(Database.USERS_RELATION));
		for (String table : foreign) {
			findings.add(Level.BLOCKS, Side.SOURCE, table,
					"The table does not belong to role '%s', which cannot publish it then.".formatted(user),
					"Use the login of the owner, or make the role a member of the owner's.", null);
		}
		String subscriber = target.fact("user");
		if (!isSuperuser(target) && !isMember(target, "rds_superuser") && !isMember(target, "pg_create_subscription")) {
			findings.add(Level.BLOCKS, Side.TARGET, null,
					"Role '%s' may not create a subscription.".formatted(subscriber),
					(target.majorVersion() < FIRST_WITH_SUBSCRIPTION_ROLE && !target.isRds())
							? "Use the login of a superuser." : null,
					target.isRds() ? "GRANT rds_superuser TO " + quoted(subscriber)
							: (target.majorVersion() >= FIRST_WITH_SUBSCRIPTION_ROLE)
									? "GRANT pg_create_subscription TO " + quoted(subscriber) : null);
		}
	}

	private static boolean isSuperuser(Database database) throws SQLException {
		return database.is("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
	}

	private static boolean isMember(Database database, String role) throws SQLException {
		return database.texts("SELECT pg_has_role(oid, 'MEMBER')::text FROM pg_roles WHERE rolname = ?", role)
			.contains("true");
	}

	private static @Nullable String quoted(String identifier) {
		return "\"" + identifier.replace("\"", "\"\"") + "\"";
	}

	/**
	 * A slot begins where no transaction is open, so its creation waits for all.
	 */
	static void openTransactions(Database source, Database target, Findings findings) throws SQLException {
		for (String prepared : source.texts("SELECT gid FROM pg_prepared_xacts ORDER BY prepared")) {
			findings.add(Level.BLOCKS, Side.SOURCE, prepared,
					"This prepared transaction is open, and the copy cannot begin before it ends.",
					"Commit it, or roll it back:", "ROLLBACK PREPARED '%s'".formatted(prepared.replace("'", "''")));
		}
		for (Database.Row session : source.rows("""
				SELECT pid, coalesce(usename, '') AS role, coalesce(application_name, '') AS application,
					extract(epoch FROM clock_timestamp() - xact_start)::bigint AS seconds
				FROM pg_stat_activity
				WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
					AND clock_timestamp() - xact_start > make_interval(secs => %d) ORDER BY xact_start"""
			.formatted(LONG_TRANSACTION_SECONDS))) {
			findings.add(Level.WARNS, Side.SOURCE, "process " + session.text("pid"),
					"Role '%s' (application '%s') has had a transaction open for %s s. The copy begins once it has ended."
						.formatted(session.text("role"), session.text("application"), session.text("seconds")),
					"Wait for it, or end it:", "SELECT pg_terminate_backend(%s)".formatted(session.text("pid")));
		}
	}

	static void idleSource(Database source, Database target, Findings findings) throws SQLException {
		if (source.isNeon()) {
			findings.add(Level.WARNS, Side.SOURCE, null,
					"Neon removes a replication slot that nobody has read for about 40 hours, and does not suspend its compute while somebody reads.",
					"Do not leave the move paused for longer, and expect a compute that always runs.", null);
		}
		String timeout = source.setting("idle_replication_slot_timeout");
		if (timeout != null && !timeout.equals("0")) {
			findings.add(Level.WARNS, Side.SOURCE, null,
					"idle_replication_slot_timeout is %s: a move that is paused for longer has to copy anew."
						.formatted(timeout),
					"Set it to 0 until the move is over.", null);
		}
	}

}
