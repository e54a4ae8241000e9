package io.rdsboot.move.copy;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.rdsboot.move.MoveSession;
import io.rdsboot.move.TableName;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.replication.LinkStatus.State;
import io.rdsboot.move.replication.LinkStatus.Subscription;
import io.rdsboot.move.replication.LinkStatus.TableState;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.schema.SchemaDifference;
import org.jspecify.annotations.Nullable;

/**
 * Why tables do not follow. PostgreSQL counts what fails, and says the reason in its log
 * only, which cannot be read on RDS. Rows that the source has taken are refused by what
 * the target has otherwise: by a difference of the schemas, or by rows of its own.
 */
final class StopReasons {

	/**
	 * First byte of a message of {@code pgoutput} that names a table.
	 */
	private static final byte RELATION = 'R';

	private static final String OBJECT_IN_USE = "55006";

	private final ReplicationLink link;

	StopReasons(ReplicationLink link) {
		this.link = link;
	}

	List<StoppedTable> stopped(LinkStatus status, List<SchemaDifference> differences, MoveSession inSource)
			throws SQLException {
		Subscription subscription = status.subscription();
		if (subscription == null || !subscription.enabled() || status.slot() == null) {
			return List.of();
		}
		List<StoppedTable> stopped = new ArrayList<>();
		for (TableState each : subscription.tables()) {
			if (each.state() == State.COPYING && !each.working() && isPositive(subscription.syncErrors())) {
				stopped.add(reason(each.table(), differences, "Its rows cannot be copied"));
			}
		}
		if (!subscription.running() && !status.slot().active() && isPositive(subscription.applyErrors())) {
			for (TableName table : nextChanged(inSource)) {
				stopped.add(reason(table, differences, "A change cannot be applied, which all tables wait for"));
			}
		}
		return stopped;
	}

	/** Before PostgreSQL 15 failures are not counted. */
	private static boolean isPositive(@Nullable Long errors) {
		return errors == null || errors > 0;
	}

	private static StoppedTable reason(TableName table, List<SchemaDifference> differences, String what) {
		return differences.stream()
			.filter((difference) -> difference.endangersReplication() && table.equals(difference.table()))
			.max(Comparator.comparing((difference) -> difference.statement() != null))
			.map((difference) -> new StoppedTable(table,
					"%s: %s %s. %s".formatted(what, difference.kind(), difference.name(), difference.message()),
					difference.statement()))
			.orElseGet(() -> new StoppedTable(table,
					"%s. The schemas are alike, so that rows which the target has of its own are the likely reason; its log says which."
						.formatted(what),
					null));
	}

	/**
	 * Return the tables that the first transaction changes which the target has not
	 * confirmed. Nothing is consumed. None if the slot is in use again.
	 */
	private List<TableName> nextChanged(MoveSession inSource) throws SQLException {
		try {
			return inSource
				.rows("""
						SELECT data FROM pg_logical_slot_peek_binary_changes(?, NULL, 1,
							'proto_version', '1', 'publication_names', ?)""", (row) -> row.getBytes(1),
						this.link.slot(), '"' + this.link.publication() + '"')
				.stream()
				.filter((message) -> message[0] == RELATION)
				.map(StopReasons::table)
				.distinct()
				.toList();
		}
		catch (SQLException ex) {
			if (OBJECT_IN_USE.equals(ex.getSQLState())) {
				return List.of();
			}
			throw ex;
		}
	}

	/** The letter, the table's number, its schema and its name, both ended by a zero. */
	private static TableName table(byte[] message) {
		int schema = 1 + Integer.BYTES;
		int endOfSchema = zero(message, schema);
		return new TableName(text(message, schema, endOfSchema),
				text(message, endOfSchema + 1, zero(message, endOfSchema + 1)));
	}

	private static int zero(byte[] message, int from) {
		int position = from;
		while (message[position] != 0) {
			position++;
		}
		return position;
	}

	private static String text(byte[] message, int from, int to) {
		return new String(message, from, to - from, StandardCharsets.UTF_8);
	}

}
