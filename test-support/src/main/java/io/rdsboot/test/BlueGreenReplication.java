package io.rdsboot.test;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.server.SqlQuotes;

/**
 * Logical replication of all tables from the writer of a blue environment to that of a
 * green one. The slot and the subscription stay with the servers that were the writers at
 * the start.
 */
final class BlueGreenReplication {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	/** Name of the publication, the subscription and the slot. */
	private static final String NAME = "rds_blue_green";

	private final LocalRdsCluster blue;

	private final LocalRdsCluster green;

	BlueGreenReplication(LocalRdsCluster blue, LocalRdsCluster green) {
		this.blue = blue;
		this.green = green;
	}

	/**
	 * Says which rows an {@code UPDATE} has changed, for tables that have no key to do
	 * so. Without it, a publication of all tables would make these statements fail.
	 */
	void identifyRows() {
		for (String statement : rows(this.blue, """
				SELECT format('ALTER TABLE %s REPLICA IDENTITY FULL', oid::regclass) FROM pg_class
				WHERE relkind IN ('r', 'p') AND relpersistence = 'p' AND relreplident = 'd'
					AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
					AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)""")) {
			execute(this.blue, statement);
		}
	}

	/**
	 * Copies the rows of all tables, and returns when the changes that followed arrive.
	 */
	void start() {
		LocalRdsInstance source = this.blue.writer();
		execute(this.blue, "CREATE PUBLICATION %s FOR ALL TABLES".formatted(NAME));
		execute(this.green,
				"CREATE SUBSCRIPTION %s CONNECTION %s PUBLICATION %s".formatted(NAME,
						SqlQuotes.literal("host=%s port=%d user=%s password=%s dbname=%s".formatted(source.host(),
								source.port(), source.adminUsername(), source.adminPassword(), this.blue.database())),
						NAME));
		await(this.green, "SELECT NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r')",
				"has not copied all tables");
		await(this.blue, "SELECT active FROM pg_replication_slots WHERE slot_name = '%s'".formatted(NAME),
				"does not replicate to green");
	}

	/**
	 * Waits until green has all that blue has written by now.
	 */
	void catchUp() {
		// Flushes what was committed asynchronously, and lets green be told at once.
		rows(this.blue, "SELECT pg_logical_emit_message(true, '%s', '')".formatted(NAME));
		String position = rows(this.blue, "SELECT pg_current_wal_flush_lsn()").get(0);
		await(this.blue, "SELECT confirmed_flush_lsn >= '%s' FROM pg_replication_slots WHERE slot_name = '%s'"
			.formatted(position, NAME), "has written more than green has received");
	}

	/**
	 * Lets green's sequences go on where blue's have come to.
	 */
	void setSequences() {
		for (String statement : rows(this.blue, """
				SELECT format('SELECT setval(%L, %s)', format('%I.%I', schemaname, sequencename), last_value)
				FROM pg_sequences WHERE last_value IS NOT NULL""")) {
			execute(this.green, statement);
		}
	}

	/**
	 * Ends the replication. Does nothing when that is done already.
	 */
	void end() {
		if (isRunning(this.green)
				&& !rows(this.green, "SELECT subname FROM pg_subscription WHERE subname = '%s'".formatted(NAME))
					.isEmpty()) {
			// Once it is disabled and without a slot, blue need not answer.
			execute(this.green, "ALTER SUBSCRIPTION %s DISABLE".formatted(NAME));
			execute(this.green, "ALTER SUBSCRIPTION %s SET (slot_name = NONE)".formatted(NAME));
			execute(this.green, "DROP SUBSCRIPTION " + NAME);
		}
		leaveBlue();
	}

	/**
	 * Removes what the replication has made on blue, once green does not use it.
	 */
	void leaveBlue() {
		if (isRunning(this.blue)) {
			String slot = "FROM pg_replication_slots WHERE slot_name = '%s'".formatted(NAME);
			await(this.blue, "SELECT NOT EXISTS (SELECT %s AND active)".formatted(slot), "replicates still");
			rows(this.blue, "SELECT pg_drop_replication_slot(slot_name) " + slot);
			execute(this.blue, "DROP PUBLICATION IF EXISTS " + NAME);
		}
	}

	private static boolean isRunning(LocalRdsCluster environment) {
		return environment.writer().state() == LocalRdsInstance.State.RUNNING;
	}

	private static void await(LocalRdsCluster environment, String query, String otherwise) {
		LocalRdsInstance writer = environment.writer();
		try (Connection connection = environment.adminConnection(writer);
				Statement statement = connection.createStatement()) {
			if (!Deadline.after(LIMIT).await(() -> rows(writer, statement, query).contains("t"))) {
				throw new LocalRdsException("%s %s, after %s".formatted(writer, otherwise, LIMIT));
			}
		}
		catch (SQLException ex) {
			throw failure(writer, ex);
		}
	}

	private static void execute(LocalRdsCluster environment, String statement) {
		environment.client().execute(environment.writer().server(), environment.database(), statement);
	}

	private static List<String> rows(LocalRdsCluster environment, String query) {
		LocalRdsInstance writer = environment.writer();
		try (Connection connection = environment.adminConnection(writer);
				Statement statement = connection.createStatement()) {
			return rows(writer, statement, query);
		}
		catch (SQLException ex) {
			throw failure(writer, ex);
		}
	}

	private static List<String> rows(LocalRdsInstance writer, Statement statement, String query) {
		try (ResultSet result = statement.executeQuery(query)) {
			List<String> rows = new ArrayList<>();
			while (result.next()) {
				rows.add(result.getString(1));
			}
			return rows;
		}
		catch (SQLException ex) {
			throw failure(writer, ex);
		}
	}

	private static LocalRdsException failure(LocalRdsInstance instance, SQLException ex) {
		return new LocalRdsException("%s reports: %s".formatted(instance, ex.getMessage()), ex);
	}

}
