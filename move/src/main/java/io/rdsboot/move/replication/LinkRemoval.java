package io.rdsboot.move.replication;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Sql;

/**
 * Removes what a link consists of, in whatever state it is.
 */
final class LinkRemoval {

	/**
	 * Where no server answers. DROP SUBSCRIPTION connects to the publisher, and waits for
	 * it, if tables are not copied yet. It goes on without where nobody listens; the
	 * slots are dropped by {@link #slots} then.
	 */
	private static final String NOWHERE = "host=127.0.0.1 port=1 user=nobody password=none connect_timeout=2";

	private final LinkNames names;

	private final Duration limit;

	LinkRemoval(LinkNames names, Duration limit) {
		this.names = names;
		this.limit = limit;
	}

	void subscription(MoveSession to) throws SQLException {
		if (!to.exists("SELECT FROM pg_subscription s WHERE " + LinkStatusQuery.OURS, this.names.subscription())) {
			return;
		}
		String subscription = Sql.identifier(this.names.subscription());
		to.execute("ALTER SUBSCRIPTION %s DISABLE".formatted(subscription));
		awaitWorkers(to);
		to.execute("ALTER SUBSCRIPTION %s SET (slot_name = NONE)".formatted(subscription));
		to.execute("ALTER SUBSCRIPTION %s CONNECTION %s".formatted(subscription, Sql.literal(NOWHERE)));
		to.execute("DROP SUBSCRIPTION IF EXISTS " + subscription);
	}

	void awaitWorkers(MoveSession to) throws SQLException {
		to.awaitNone("The end of the workers of subscription '%s'".formatted(this.names.subscription()), this.limit, """
				SELECT FROM pg_stat_subscription w JOIN pg_subscription s ON s.oid = w.subid
				WHERE %s AND w.pid IS NOT NULL""".formatted(LinkStatusQuery.OURS), this.names.subscription());
	}

	/**
	 * Return what the names of the slots end with that this server makes elsewhere to
	 * copy tables, and those of its subscriptions that still exist.
	 */
	static CopyingSlots copyingSlots(MoveSession to) throws SQLException {
		String system = to.texts("SELECT system_identifier::text FROM pg_control_system()").get(0);
		return new CopyingSlots(system, to.texts("SELECT oid::text FROM pg_subscription"));
	}

	private CopyingSlots remembered(MoveSession from) throws SQLException {
		List<String> systems = from.texts(
				"SELECT obj_description(oid, 'pg_publication') FROM pg_publication WHERE pubname = ? AND obj_description(oid, 'pg_publication') ~ '^[0-9]+$'",
				this.names.publication());
		return new CopyingSlots(systems.isEmpty() ? "none" : systems.get(0), List.of());
	}

	/**
	 * Drop the link's slot, and those that were left by the copy of single tables.
	 */
	void slots(MoveSession from, CopyingSlots copying) throws SQLException {
		slot(from, this.names.slot());
		for (String slot : from.texts(
				"SELECT slot_name FROM pg_replication_slots WHERE slot_name ~ ? AND database = current_database()",
				"^pg_[0-9]+_sync_[0-9]+_%s$".formatted(copying.system()))) {
			if (!copying.subscriptions().contains(slot.split("_", 3)[1])) {
				slot(from, slot);
			}
		}
	}

	void slot(MoveSession from, String slot) throws SQLException {
		from.texts(
				"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = ? AND active_pid IS NOT NULL",
				slot);
		from.awaitNone("The use of slot '%s'".formatted(slot), this.limit,
				"SELECT FROM pg_replication_slots WHERE slot_name = ? AND active", slot);
		from.texts("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?", slot);
	}

	void publication(MoveSession from) throws SQLException {
		from.execute("DROP PUBLICATION IF EXISTS " + Sql.identifier(this.names.publication()));
	}

	/**
	 * Remove all.
	 * @return what may be left, and why; empty if nothing is
	 */
	List<String> all(LinkStatusQuery.Opening fromOpening, LinkStatusQuery.Opening toOpening) {
		List<String> left = new ArrayList<>();
		CopyingSlots copying = null;
		try (MoveSession to = toOpening.open()) {
			subscription(to);
			copying = copyingSlots(to);
		}
		catch (SQLException ex) {
			left.add("Subscription '%s' may be left: %s".formatted(this.names.subscription(), ex.getMessage()));
		}
		try (MoveSession from = fromOpening.open()) {
			slots(from, (copying != null) ? copying : remembered(from));
			publication(from);
		}
		catch (SQLException ex) {
			left.add("Slot '%s', for which the server keeps its log, and publication '%s' may be left: %s"
				.formatted(this.names.slot(), this.names.publication(), ex.getMessage()));
		}
		return left;
	}

	/**
	 * Which slots are those of a server that copies tables.
	 *
	 * @param system its identifier
	 * @param subscriptions the subscriptions that it has
	 */
	record CopyingSlots(String system, List<String> subscriptions) {

	}

}
