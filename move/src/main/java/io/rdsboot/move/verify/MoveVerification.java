package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import io.rdsboot.move.Side;
import io.rdsboot.move.TableName;
import io.rdsboot.move.verify.VerificationRun.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of two databases while both are in use: the source is written to, and
 * the target follows by logical replication. Reads both in short read-only transactions,
 * and changes nothing in them; it writes an empty message into the source's log where it
 * waits for the target to get there. Thread-safe; one verification runs at a time.
 * <p>
 * Tables are compared by the number of rows and the sum of 64-bit hashes in ranges of
 * their key. What differs is looked at again after the target has reached the source's
 * position, so that its lag is not reported as a difference. A row that is written all
 * the time, and cannot be shown to be the same, is reported as undecided.
 * <p>
 * Tables in the schema {@code rds_move} are left out, as are temporary and foreign ones,
 * and the history of Flyway or Liquibase, of which each side has its own. Both servers
 * must run PostgreSQL 14 or later, and both logins must see all rows.
 */
public final class MoveVerification {

	private final DataSource source;

	private final DataSource target;

	private final VerificationOptions options;

	private final AtomicReference<@Nullable VerificationRun> current = new AtomicReference<>();

	private volatile VerificationRun latest;

	private MoveVerification(Builder builder) {
		this.source = builder.source;
		this.target = builder.target;
		this.options = new VerificationOptions(builder.slot, builder.tables, builder.rangeRows, builder.pause,
				builder.statementTimeout, builder.lagTimeout, builder.timeout, builder.attempts,
				builder.listedDifferences, builder.values, builder.countViews, builder.vectorSamples,
				builder.neighbours, builder.resumeFrom);
		this.latest = new VerificationRun(this.options);
	}

	/**
	 * Return a builder of a verification.
	 * @param source opens connections to the database that is written to
	 * @param target opens connections to the one that follows
	 * @return the builder
	 */
	public static Builder builder(DataSource source, DataSource target) {
		return new Builder(source, target);
	}

	/**
	 * Compare both databases, over one connection to each. Ends early if it is cancelled,
	 * its thread is interrupted, or its time is over; the report says so.
	 * @return what was found. A table that a server refuses to read, or does not read in
	 * time, is undecided
	 * @throws SQLException if one of the databases cannot be reached, or the connection
	 * to it is lost; {@link #position()} tells how far it was
	 * @throws IllegalArgumentException if a table or the slot does not exist
	 * @throws IllegalStateException if a verification runs already
	 */
	public MoveVerificationReport verify() throws SQLException {
		VerificationRun run = new VerificationRun(this.options);
		if (!this.current.compareAndSet(null, run)) {
			throw new IllegalStateException(
					"A verification of these databases runs already. Wait for it, or cancel it");
		}
		this.latest = run;
		Duration timeout = this.options.statementTimeout();
		try (VerifiedDatabase source = VerifiedDatabase.open(this.source, Side.SOURCE, timeout);
				VerifiedDatabase target = VerifiedDatabase.open(this.target, Side.TARGET, timeout);
				Databases databases = new Databases(source, target)) {
			return verify(databases, run);
		}
		finally {
			this.current.set(null);
		}
	}

	private MoveVerificationReport verify(Databases databases, VerificationRun run) throws SQLException {
		List<MoveNote> notes = new ArrayList<>();
		ReplicationFence fence = new ReplicationFence(databases.source(), this.options, run);
		fence.check();
		List<ComparedTable> tables = new TableCatalog(RowHash.chosenFor(databases), run, notes).tables(databases,
				this.options);
		Map<TableName, List<String>> resumed = this.options.resumeFrom().tables();
		List<ComparedTable> compared = List.copyOf(tables);
		tables.removeIf((table) -> List.of().equals(resumed.get(table.name())));
		run.starts(tables.size(), tables.stream().mapToLong(ComparedTable::estimatedRows).sum());
		Suspects suspects = new Suspects(new SuspectCheck(databases, fence, this.options, run), run);
		List<MoveVectorComparison> vectors = List.of();
		String stopped = null;
		try {
			for (ComparedTable table : tables) {
				run.pause(Duration.ZERO);
				compareOrReport(table, databases, suspects, run, resumed.get(table.name()));
			}
			suspects.decide();
			if (this.options.tables() == null) {
				new UnmovedObjects(databases, notes).note(this.options.views());
			}
			if (this.options.samples() > 0) {
				vectors = new VectorNeighbours(databases, fence, this.options, run).compare(compared, notes);
			}
		}
		catch (StoppedException ex) {
			stopped = ex.reason();
		}
		return run.report(vectors, notes, stopped);
	}

	private void compareOrReport(ComparedTable table, Databases databases, Suspects suspects, VerificationRun run,
			@Nullable List<String> position) throws SQLException, StoppedException {
		run.starts(table);
		try {
			Set<TableName> copying = TableCatalog.copying(databases.target());
			if (copying.contains(table.name())) {
				run.undecided(new MoveUndecided(table.name(), List.of(), "its initial copy is not complete"));
			}
			else {
				compare(table, databases, suspects, run, position);
				suspects.comparedUpTo(table, List.of());
			}
		}
		catch (SQLException ex) {
			if (databases.source().isLost() || databases.target().isLost()) {
				throw ex;
			}
			run.undecided(new MoveUndecided(table.name(), List.of(), "could not be read: " + ex.getMessage()));
		}
		run.ends();
	}

	private void compare(ComparedTable table, Databases databases, Suspects suspects, VerificationRun run,
			@Nullable List<String> position) throws SQLException, StoppedException {
		KeyedRows rows = new KeyedRows(table, databases, run, this.options.values());
		if (table.key().isEmpty()) {
			new MultisetComparison(table, databases, suspects, run).compare();
		}
		else if (table.ordered()) {
			boolean fits = position != null && position.size() == table.key().size();
			new RangeComparison(table, databases, rows, suspects, this.options, run).compare(fits ? position : null);
		}
		else {
			boolean fits = position != null && position.size() == table.key().size() + 1;
			new KeyWalk(table, databases, rows, suspects, this.options, run).compare(fits ? position : null);
		}
	}

	/**
	 * Let the verification that runs end early. It ends after the statement that it waits
	 * for. Nothing happens if none runs.
	 */
	public void cancel() {
		VerificationRun run = this.current.get();
		if (run != null) {
			run.cancel();
		}
	}

	/**
	 * Return how far the latest verification is or was.
	 * @return the progress
	 */
	public MoveVerificationProgress progress() {
		return this.latest.progress();
	}

	/**
	 * Return from where another verification can resume the latest one.
	 * @return the position
	 */
	public MoveVerificationPosition position() {
		return this.latest.position();
	}

	/**
	 * Builder of a {@link MoveVerification}. By default all tables are compared, in
	 * ranges of 10,000 rows without a pause in between, and the 10 rows nearest to 10
	 * vectors of each vector column. A statement takes 30 seconds at most, the target may
	 * be 30 seconds late, and the whole takes a day at most. Up to 100 differences are
	 * listed. Not thread-safe.
	 */
	public static final class Builder {

		private final DataSource source;

		private final DataSource target;

		private @Nullable String slot;

		private @Nullable List<TableName> tables;

		private int rangeRows = 10_000;

		private Duration pause = Duration.ZERO;

		private Duration statementTimeout = Duration.ofSeconds(30);

		private Duration lagTimeout = Duration.ofSeconds(30);

		private Duration timeout = Duration.ofDays(1);

		private int attempts = 10;

		private int listedDifferences = 100;

		private boolean values;

		private boolean countViews;

		private int vectorSamples = 10;

		private int neighbours = 10;

		private MoveVerificationPosition resumeFrom = MoveVerificationPosition.start();

		private Builder(DataSource source, DataSource target) {
			this.source = source;
			this.target = target;
		}

		/**
		 * Set the logical replication slot on the source that the target's subscription
		 * reads. Without one the target is taken to be complete, so that neither side may
		 * be written to.
		 * @param slot name of the slot
		 * @return this builder
		 */
		public Builder slot(String slot) {
			this.slot = slot;
			return this;
		}

		/**
		 * Compare the rows and vectors of some tables only.
		 * @param tables the tables
		 * @return this builder
		 */
		public Builder tables(TableName... tables) {
			this.tables = List.of(tables);
			return this;
		}

		/**
		 * Set how many rows are hashed by one statement. Tables without a key are hashed
		 * by one statement as a whole.
		 * @param rangeRows number of rows, 2 or more
		 * @return this builder
		 */
		public Builder rangeRows(int rangeRows) {
			if (rangeRows < 2) {
				throw new IllegalArgumentException("rows of a range must be at least 2, but are " + rangeRows);
			}
			this.rangeRows = rangeRows;
			return this;
		}

		/**
		 * Set how long both servers are left alone after each range.
		 * @param pause the pause, not negative
		 * @return this builder
		 */
		public Builder pause(Duration pause) {
			if (pause.isNegative()) {
				throw new IllegalArgumentException("pause of a verification must not be negative, but is " + pause);
			}
			this.pause = pause;
			return this;
		}

		/**
		 * Set the longest time that one statement may take. A table that needs longer is
		 * undecided.
		 * @param statementTimeout the time, at least a millisecond
		 * @return this builder
		 */
		public Builder statementTimeout(Duration statementTimeout) {
			this.statementTimeout = atLeastOneMillisecond("statement timeout", statementTimeout);
			return this;
		}

		/**
		 * Set how long the target may take to reach the source's position. Rows that it
		 * had to reach it for are undecided.
		 * @param lagTimeout the time, at least a millisecond
		 * @return this builder
		 */
		public Builder lagTimeout(Duration lagTimeout) {
			this.lagTimeout = atLeastOneMillisecond("lag timeout", lagTimeout);
			return this;
		}

		/**
		 * Set the longest time that the whole may take. A statement that runs then ends
		 * first.
		 * @param timeout the time, at least a millisecond
		 * @return this builder
		 */
		public Builder timeout(Duration timeout) {
			this.timeout = atLeastOneMillisecond("timeout", timeout);
			return this;
		}

		private static Duration atLeastOneMillisecond(String name, Duration value) {
			if (value.toMillis() < 1) {
				throw new IllegalArgumentException(
						"%s of a verification must be at least 1 ms, but is %s".formatted(name, value));
			}
			return value;
		}

		/**
		 * Set how often a row that seems to differ, and is written in between, is looked
		 * at with a wait for the target.
		 * @param attempts the number, 2 or more
		 * @return this builder
		 */
		public Builder attempts(int attempts) {
			if (attempts < 2) {
				throw new IllegalArgumentException(
						"attempts of a verification must be at least 2, because a difference is seen twice, but are "
								+ attempts);
			}
			this.attempts = attempts;
			return this;
		}

		/**
		 * Set how many differences, and how many undecided rows, the report lists. It
		 * counts all.
		 * @param listedDifferences the number, 0 or more
		 * @return this builder
		 */
		public Builder listedDifferences(int listedDifferences) {
			if (listedDifferences < 0) {
				throw new IllegalArgumentException(
						"number of listed differences must not be negative, but is " + listedDifferences);
			}
			this.listedDifferences = listedDifferences;
			return this;
		}

		/**
		 * Show the values of columns that differ, up to 200 characters a side. Otherwise
		 * a report has no data but keys.
		 * @return this builder
		 */
		public Builder showValues() {
			this.values = true;
			return this;
		}

		/**
		 * Count the rows of views, too, and note those whose number differs. That runs
		 * the query of each view on both sides, within the statement timeout.
		 * Materialised views are counted anyway.
		 * @return this builder
		 */
		public Builder countViews() {
			this.countViews = true;
			return this;
		}

		/**
		 * Set how many vectors of each vector column are searched for. Each search reads
		 * the column as a whole on both sides, to know the exact answer, and is done by
		 * the index of each side, if it has one.
		 * @param vectorSamples number of vectors, 0 for no searches
		 * @return this builder
		 */
		public Builder vectorSamples(int vectorSamples) {
			if (vectorSamples < 0) {
				throw new IllegalArgumentException(
						"number of vector samples must not be negative, but is " + vectorSamples);
			}
			this.vectorSamples = vectorSamples;
			return this;
		}

		/**
		 * Set how many nearest rows are searched for.
		 * @param neighbours number of rows, 1 or more
		 * @return this builder
		 */
		public Builder neighbours(int neighbours) {
			if (neighbours < 1) {
				throw new IllegalArgumentException("number of neighbours must be at least 1, but is " + neighbours);
			}
			this.neighbours = neighbours;
			return this;
		}

		/**
		 * Begin where another verification has ended. What that has found equal is not
		 * read again, and what it has found different is found again.
		 * @param position its position
		 * @return this builder
		 */
		public Builder resumeFrom(MoveVerificationPosition position) {
			this.resumeFrom = position;
			return this;
		}

		/**
		 * Create the verification.
		 * @return the verification
		 */
		public MoveVerification build() {
			return new MoveVerification(this);
		}

	}

}
