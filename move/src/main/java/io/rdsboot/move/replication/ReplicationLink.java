package io.rdsboot.move.replication;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Sql;
import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Logical replication from one database of a move to the other: a publication and a slot
 * on the side that is written to, and a subscription on the other. All state is in the
 * two databases, so that each method can be repeated, also by another process after this
 * one has crashed. Only one direction may be enabled at a time, or changes would travel
 * in circles. Thread-safe.
 * <p>
 * Each statement has a time limit. What a server refuses is a {@link SQLException}, and
 * what cannot be done in the state that the link is in an {@link IllegalStateException}.
 */
public final class ReplicationLink {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final MoveDatabase from;

	private final MoveDatabase to;

	private final Duration limit;

	private final LinkNames names;

	private final LinkPublication published;

	private final LinkRequirements requirements;

	private final LinkStatusQuery query;

	private final LinkRemoval removal;

	/**
	 * Connection string that the subscription has, or {@code null} while that is not
	 * known: only superusers may read it.
	 */
	private volatile @Nullable String told;

	private ReplicationLink(MoveDatabase from, MoveDatabase to, Duration limit) {
		if (from.side() == to.side()) {
			throw new IllegalArgumentException("Both databases are the %s: %s, %s".formatted(from.side(), from, to));
		}
		if (limit.isNegative() || limit.isZero() || limit.compareTo(Duration.ofHours(1)) > 0) {
			throw new IllegalArgumentException("limit is %s, and must be more than 0 and at most 1 h".formatted(limit));
		}
		this.from = from;
		this.to = to;
		this.limit = limit;
		this.names = LinkNames.of(to);
		this.published = new LinkPublication(this.names.publication());
		this.query = new LinkStatusQuery(this.names);
		this.requirements = new LinkRequirements(from, this.names, LinkNames.of(from), this.query);
		this.removal = new LinkRemoval(this.names, limit);
	}

	/**
	 * Create a link whose statements may take 30 seconds each.
	 * @param from the side that is written to
	 * @param to the side that follows
	 */
	public static ReplicationLink between(MoveDatabase from, MoveDatabase to) {
		return between(from, to, LIMIT);
	}

	/**
	 * Create a link.
	 * @param from the side that is written to
	 * @param to the side that follows
	 * @param limit of each statement and each wait, at most an hour
	 */
	public static ReplicationLink between(MoveDatabase from, MoveDatabase to, Duration limit) {
		return new ReplicationLink(from, to, limit);
	}

	/**
	 * Return the name of the publication.
	 */
	public String publication() {
		return this.names.publication();
	}

	/**
	 * Return the name of the slot.
	 */
	public String slot() {
		return this.names.slot();
	}

	/**
	 * Return the name of the subscription.
	 */
	public String subscription() {
		return this.names.subscription();
	}

	/**
	 * Publish exactly these tables, whatever was published before. A subscription that
	 * exists learns of it by {@link #refresh}.
	 * @param tables tables of the application's, and the move's own that travel with
	 * them; a partitioned table is published as one
	 */
	public void publish(Collection<TableName> tables) throws SQLException {
		if (tables.isEmpty()) {
			throw new IllegalArgumentException("There are no tables to publish on the " + this.from);
		}
		try (MoveSession session = open(this.from)) {
			this.published.set(session, tables);
		}
	}

	/**
	 * Return the tables that are published, ordered by name; none if nothing is.
	 */
	public List<TableName> published() throws SQLException {
		try (MoveSession session = open(this.from)) {
			return this.published.tables(session);
		}
	}

	/**
	 * Begin to copy what is published, and to follow it: makes the slot and an enabled
	 * subscription. Does nothing if there is one. The slot is made once all transactions
	 * that write on that side at the moment have ended.
	 */
	public void subscribe() throws SQLException {
		try (MoveSession session = open(this.from)) {
			this.requirements.publication(session);
			this.requirements.oppositeDisabled(session);
		}
		try (MoveSession session = open(this.to)) {
			if (isSubscribed(session)) {
				connectBy(session, this.from.connectionString());
				requireSlot();
				return;
			}
			createSlot();
			rememberCopying(session);
			create(session, "copy_data = true, enabled = true");
		}
	}

	/**
	 * Slots of single tables have the name of the other server in theirs. It is written
	 * down on this side, for the case that the other one never answers again.
	 */
	private void rememberCopying(MoveSession inTo) throws SQLException {
		String system = LinkRemoval.copyingSlots(inTo).system();
		try (MoveSession session = open(this.from)) {
			session.execute(
					"COMMENT ON PUBLICATION %s IS %s".formatted(Sql.identifier(publication()), Sql.literal(system)));
		}
	}

	/**
	 * Prepare a switch to this direction: a subscription that takes all published tables
	 * for copied, is disabled, and whose slot {@link #createSlot} makes when the other
	 * direction has ended.
	 */
	public void prepare() throws SQLException {
		List<TableName> published;
		try (MoveSession session = open(this.from)) {
			this.requirements.publication(session);
			published = this.published.tables(session);
		}
		try (MoveSession session = open(this.to)) {
			Boolean enabled = enabled(session);
			if (Boolean.TRUE.equals(enabled)) {
				throw new IllegalStateException(
						"Subscription '%s' on the %s is enabled already".formatted(subscription(), this.to));
			}
			if (enabled != null) {
				if (subscribed(session).equals(published)) {
					connectBy(session, this.from.connectionString());
					return;
				}
				this.removal.subscription(session);
			}
			create(session, "copy_data = false, enabled = false");
		}
	}

	private void create(MoveSession session, String options) throws SQLException {
		session.execute(
				"CREATE SUBSCRIPTION %s CONNECTION %s PUBLICATION %s WITH (create_slot = false, slot_name = %s, %s)"
					.formatted(Sql.identifier(subscription()), Sql.literal(this.from.connectionString()),
							Sql.identifier(publication()), Sql.literal(slot()), options));
	}

	/**
	 * Tell the side that follows how to log in now, if that has changed since this link
	 * has told it, or it never has. A subscription whose login is the same goes on; one
	 * whose login differs connects anew. Does nothing if there is no subscription.
	 */
	public void updateLogin() throws SQLException {
		String connection = this.from.connectionString();
		if (!connection.equals(this.told)) {
			try (MoveSession session = open(this.to)) {
				if (isSubscribed(session)) {
					connectBy(session, connection);
				}
			}
		}
	}

	private void connectBy(MoveSession session, String connection) throws SQLException {
		session.execute("ALTER SUBSCRIPTION %s CONNECTION %s".formatted(Sql.identifier(subscription()),
				Sql.literal(connection)));
		this.told = connection;
	}

	private List<TableName> subscribed(MoveSession session) throws SQLException {
		return session.rows("""
				SELECT n.nspname, c.relname FROM pg_subscription s JOIN pg_subscription_rel r ON r.srsubid = s.oid
				JOIN pg_class c ON c.oid = r.srrelid JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE %s AND r.srsubstate = 'r' ORDER BY 1, 2""".formatted(LinkStatusQuery.OURS),
				(row) -> new TableName(row.getString(1), row.getString(2)), subscription());
	}

	/**
	 * Let an enabled subscription take the tables that were published since.
	 * @param copy whether the rows that they have are copied
	 */
	public void refresh(boolean copy) throws SQLException {
		try (MoveSession session = open(this.to)) {
			session.execute("ALTER SUBSCRIPTION %s REFRESH PUBLICATION WITH (copy_data = %s)"
				.formatted(Sql.identifier(subscription()), copy));
		}
	}

	/**
	 * Make the slot, if there is none. Waits until all transactions that write on that
	 * side have ended, and fails after the link's time limit without leaving a slot.
	 * @return up to where the other side needs no changes: for a new slot, the position
	 * from which it has all
	 * @throws IllegalStateException if there is one that has lost changes
	 */
	public LogPosition createSlot() throws SQLException {
		try (MoveSession session = open(this.from)) {
			if (this.query.slot(session) == null) {
				createSlot(session.connection());
			}
			this.requirements.slot(session);
			return confirmedFlush(session.connection());
		}
	}

	/**
	 * Make the slot, which must not exist, by one statement.
	 * @param connection an open connection to the side that is written to, which stays as
	 * it is
	 */
	public void createSlot(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("SELECT pg_catalog.pg_create_logical_replication_slot(?, 'pgoutput')")) {
			statement.setString(1, slot());
			statement.execute();
		}
	}

	/**
	 * Drop the slot, if there is one, and end who reads it. The subscription, if it is
	 * enabled, fails until there is another.
	 */
	public void dropSlot() throws SQLException {
		try (MoveSession session = open(this.from)) {
			this.removal.slot(session, slot());
		}
	}

	/**
	 * Let changes flow.
	 * @throws IllegalStateException if there is no slot, it has lost changes, or the
	 * other direction is enabled
	 */
	public void enable() throws SQLException {
		try (MoveSession session = open(this.from)) {
			this.requirements.slot(session);
			this.requirements.oppositeDisabled(session);
		}
		try (MoveSession session = open(this.to)) {
			session.execute("ALTER SUBSCRIPTION %s ENABLE".formatted(Sql.identifier(subscription())));
		}
	}

	/**
	 * Stop applying changes, and wait until the workers have ended. The slot keeps what
	 * comes.
	 * @throws java.sql.SQLTimeoutException if they do not end within the limit
	 */
	public void disable() throws SQLException {
		try (MoveSession session = open(this.to)) {
			if (isSubscribed(session)) {
				session.execute("ALTER SUBSCRIPTION %s DISABLE".formatted(Sql.identifier(subscription())));
				this.removal.awaitWorkers(session);
			}
		}
	}

	/**
	 * Let the other side confirm each transaction as soon as it has applied it, which
	 * costs it a flush of its log each time. Otherwise it does some tenths of a second
	 * later.
	 */
	public void confirmAtOnce(boolean atOnce) throws SQLException {
		try (MoveSession session = open(this.to)) {
			if (isSubscribed(session)) {
				session.execute("ALTER SUBSCRIPTION %s SET (synchronous_commit = %s)"
					.formatted(Sql.identifier(subscription()), atOnce ? "local" : "off"));
			}
		}
	}

	/**
	 * Ask both sides how far the link is. A side that does not answer is a problem in the
	 * status, and no error.
	 */
	public LinkStatus status() {
		return this.query.status(() -> open(this.from), () -> open(this.to));
	}

	/**
	 * Ask up to where the other side has stored all changes, by one short query.
	 * @param connection an open connection to the side that is written to, which stays as
	 * it is
	 * @throws IllegalStateException if there is no slot
	 */
	public LogPosition confirmedFlush(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(
				"SELECT (confirmed_flush_lsn - '0/0')::bigint FROM pg_catalog.pg_replication_slots WHERE slot_name = ?")) {
			statement.setString(1, slot());
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					throw this.requirements.noSlot();
				}
				return new LogPosition(row.getLong(1));
			}
		}
	}

	/**
	 * Remove subscription, slots and publication, those of half-done steps as well. What
	 * was copied stays.
	 * @return what may be left because a side did not answer, and why: repeat the call
	 * once it does. Empty if nothing is left
	 */
	public List<String> drop() {
		return this.removal.all(() -> open(this.from), () -> open(this.to));
	}

	private void requireSlot() throws SQLException {
		try (MoveSession session = open(this.from)) {
			this.requirements.slot(session);
		}
	}

	private MoveSession open(MoveDatabase database) throws SQLException {
		return MoveSession.open(database, this.limit);
	}

	private @Nullable Boolean enabled(MoveSession session) throws SQLException {
		return session.row("SELECT subenabled FROM pg_subscription s WHERE " + LinkStatusQuery.OURS,
				(row) -> row.getBoolean(1), subscription());
	}

	private boolean isSubscribed(MoveSession session) throws SQLException {
		return enabled(session) != null;
	}

	@Override
	public String toString() {
		return "ReplicationLink[%s -> %s]".formatted(this.from, this.to);
	}

}
