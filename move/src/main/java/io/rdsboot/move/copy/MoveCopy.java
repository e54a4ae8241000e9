package io.rdsboot.move.copy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.TableName;
import io.rdsboot.move.copy.CopyProgress.State;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.schema.SchemaComparison;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step of a move that copies all tables from source to target and lets the target follow
 * from then on, by a {@link ReplicationLink}. What it has begun is written down in the
 * target, so that any process can go on with it, or cancel it. Thread-safe.
 *
 * @see #builder(MoveDatabase, MoveDatabase)
 */
public final class MoveCopy {

	private static final Logger logger = LoggerFactory.getLogger(MoveCopy.class);

	private final MoveDatabase source;

	private final MoveDatabase target;

	private final ReplicationLink link;

	private final List<TableName> companions;

	private final long maxRetainedBytes;

	private final Duration limit;

	private final Duration indexLimit;

	private final CopyProgressQuery query;

	private MoveCopy(Builder builder) {
		this.source = builder.source;
		this.target = builder.target;
		this.companions = List.copyOf(builder.companions);
		this.maxRetainedBytes = builder.maxRetainedBytes;
		this.limit = builder.limit;
		this.indexLimit = builder.indexLimit;
		this.link = ReplicationLink.between(this.source, this.target, this.limit);
		this.query = new CopyProgressQuery(this.maxRetainedBytes);
	}

	/**
	 * Begin with the two databases. By default the source keeps at most 10 GiB of log for
	 * the target, a statement may take a minute, and an index 24 hours.
	 * @param source the database that is copied
	 * @param target the database that it is copied to
	 */
	public static Builder builder(MoveDatabase source, MoveDatabase target) {
		return new Builder(source, target);
	}

	/**
	 * Start the copy, or go on with one that was started: drops the target's secondary
	 * indexes, publishes, and subscribes. The servers do the copying then.
	 * @throws IllegalStateException if it must not begin, with all reasons, or was
	 * stopped
	 */
	public void start() throws SQLException {
		CopyPreconditions.requireDirect(this.source, this.target);
		try (MoveSession inSource = MoveSession.open(this.source, this.limit);
				MoveSession inTarget = MoveSession.open(this.target, this.limit)) {
			CopyJournal journal = new CopyJournal(inTarget);
			journal.lock();
			if (!journal.exists()) {
				journal.begin(CopyPreconditions.check(inSource, inTarget, this.link,
						SchemaComparison.differences(this.source, this.target, this.limit)));
			}
			String stopped = journal.stopped();
			if (stopped != null) {
				throw new IllegalStateException(
						"The copy was stopped: %s Cancel it, and start again".formatted(stopped));
			}
			if (journal.isSubscribed()) {
				return;
			}
			new DroppedIndexes(inTarget).drop();
			List<TableName> published = new ArrayList<>(this.companions);
			journal.tables().forEach((each) -> published.add(each.table()));
			this.link.publish(published);
			this.link.subscribe();
			journal.subscribed();
		}
	}

	/**
	 * Do what is due, and return how far the copy is: stops it if the source keeps too
	 * much log for it, and builds one index once all tables are copied. To be called
	 * every few seconds, also after the copy and until the move is over. While an index
	 * is built the call takes as long; other processes that call it meanwhile do the
	 * rest.
	 */
	public CopyProgress advance() throws SQLException {
		LinkStatus.Slot slot = this.link.status().slot();
		if (slot != null && slot.retainedBytes() > this.maxRetainedBytes) {
			stop(slot.retainedBytes());
		}
		CopyProgress progress = progress();
		if (progress.state() != State.INDEXING) {
			return progress;
		}
		try (MoveSession inTarget = MoveSession.open(this.target, this.indexLimit)) {
			if (new CopyJournal(inTarget).tryLock()) {
				new DroppedIndexes(inTarget).buildNext();
			}
		}
		return progress();
	}

	/** The disk of the source is worth more than the copy, also if the target is away. */
	private void stop(long retainedBytes) throws SQLException {
		String reason = "The source kept %,d bytes of log for the copy, more than the %,d that it may."
			.formatted(retainedBytes, this.maxRetainedBytes);
		List<String> left = this.link.drop();
		logger.warn("The copy to the {} was stopped, and its replication slot dropped. {} {}", this.target, reason,
				String.join(" ", left));
		try (MoveSession inTarget = MoveSession.open(this.target, this.limit)) {
			CopyJournal journal = new CopyJournal(inTarget);
			if (journal.exists()) {
				journal.stop(reason);
			}
		}
	}

	/**
	 * Return how far the copy is. Changes nothing.
	 * @throws SQLException if the target does not answer. A source that does not is the
	 * progress' reason
	 */
	public CopyProgress progress() throws SQLException {
		try (MoveSession inTarget = MoveSession.open(this.target, this.limit)) {
			return this.query.ask(inTarget, this.link.status());
		}
	}

	/**
	 * Undo the copy: removes the link, empties the target's tables and builds their
	 * indexes. Does nothing to the tables if there is no copy.
	 * @return what may be left on a side that does not answer, and why: repeat the call
	 * once it does. Empty if nothing is left
	 * @throws IllegalStateException if the target may be the one that is written to
	 */
	public List<String> cancel() throws SQLException {
		try (MoveSession inTarget = MoveSession.open(this.target, this.indexLimit)) {
			CopyJournal journal = new CopyJournal(inTarget);
			journal.lock();
			if (!journal.exists()) {
				return this.link.drop();
			}
			requireFollower(inTarget, journal);
			journal.stop("It was canceled.");
			Set<TableName> copied = copiedTables(journal);
			List<String> left = this.link.drop();
			String tables = MoveTables.replicated(inTarget)
				.stream()
				.filter(copied::contains)
				.map(TableName::quoted)
				.collect(Collectors.joining(", "));
			if (!tables.isEmpty()) {
				inTarget.execute("TRUNCATE " + tables);
			}
			DroppedIndexes indexes = new DroppedIndexes(inTarget);
			while (indexes.buildNext() != null) {
				logger.debug("An index of the {} is back", this.target);
			}
			journal.forget();
			return left;
		}
	}

	/** Tables that were published since are in the subscription only. */
	private Set<TableName> copiedTables(CopyJournal journal) throws SQLException {
		Set<TableName> tables = new HashSet<>();
		journal.tables().forEach((each) -> tables.add(each.table()));
		LinkStatus.Subscription subscription = this.link.status().subscription();
		if (subscription != null) {
			subscription.tables().forEach((each) -> tables.add(each.table()));
		}
		return tables;
	}

	/**
	 * After a switch the target has rows that nobody else has. Its own slot, or a
	 * subscription that is gone and was not stopped, is the trace of one.
	 */
	private void requireFollower(MoveSession inTarget, CopyJournal journal) throws SQLException {
		String reverse = ReplicationLink.between(this.target, this.source).slot();
		boolean switched = inTarget.exists("SELECT FROM pg_replication_slots WHERE slot_name = ?", reverse);
		boolean follows = inTarget.exists("SELECT FROM pg_subscription WHERE subname = ?", this.link.subscription());
		if (switched || (!follows && journal.isSubscribed() && journal.stopped() == null)) {
			throw new IllegalStateException(
					"The copy cannot be canceled: the %s does not follow the source any more, so that it may have rows of its own"
						.formatted(this.target));
		}
	}

	/**
	 * Delete what is written down of the copy, at the end of a move. From then on it
	 * cannot be canceled.
	 * @throws IllegalStateException if indexes are still to be built
	 */
	public void forget() throws SQLException {
		try (MoveSession inTarget = MoveSession.open(this.target, this.limit)) {
			CopyJournal journal = new CopyJournal(inTarget);
			if (journal.exists()) {
				List<String> indexes = new DroppedIndexes(inTarget).names();
				if (!indexes.isEmpty()) {
					throw new IllegalStateException(
							"The %s still lacks indexes: %s".formatted(this.target, String.join(", ", indexes)));
				}
				journal.forget();
			}
		}
	}

	/**
	 * Builder of a {@link MoveCopy}. Not thread-safe.
	 */
	public static final class Builder {

		private final MoveDatabase source;

		private final MoveDatabase target;

		private final List<TableName> companions = new ArrayList<>();

		private long maxRetainedBytes = 10L << 30;

		private Duration limit = Duration.ofMinutes(1);

		private Duration indexLimit = Duration.ofHours(24);

		private Builder(MoveDatabase source, MoveDatabase target) {
			this.source = Objects.requireNonNull(source, "source must not be null");
			this.target = Objects.requireNonNull(target, "target must not be null");
		}

		/**
		 * Publish tables of the move's own with those of the application.
		 * @param tables tables in the schema {@value MoveDatabase#SCHEMA} of both sides
		 * @return this
		 */
		public Builder with(Collection<TableName> tables) {
			this.companions.addAll(tables);
			return this;
		}

		/**
		 * Set how much log the source may keep for the target. The progress warns beyond
		 * half of it, and beyond all of it the copy is stopped.
		 * @param bytes the bound, at least 1 MiB
		 * @return this
		 */
		public Builder maxRetainedBytes(long bytes) {
			if (bytes < 1 << 20) {
				throw new IllegalArgumentException(
						"maxRetainedBytes is %d, and must be at least 1048576".formatted(bytes));
			}
			this.maxRetainedBytes = bytes;
			return this;
		}

		/**
		 * Set the limit of each statement, except those that build indexes.
		 * @param limit more than 0, at most an hour
		 * @return this
		 */
		public Builder limit(Duration limit) {
			this.limit = limit;
			return this;
		}

		/**
		 * Set how long one index may take.
		 * @param limit more than 0
		 * @return this
		 */
		public Builder indexLimit(Duration limit) {
			if (limit.isZero() || limit.isNegative() || limit.compareTo(Duration.ofDays(20)) > 0) {
				throw new IllegalArgumentException(
						"indexLimit is %s, and must be more than 0 and at most 20 days".formatted(limit));
			}
			this.indexLimit = limit;
			return this;
		}

		/**
		 * Build the step.
		 */
		public MoveCopy build() {
			return new MoveCopy(this);
		}

	}

}
