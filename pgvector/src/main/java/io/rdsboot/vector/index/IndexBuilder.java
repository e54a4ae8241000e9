package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.BuildRecord;
import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexCatalog;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Builds the indexes of one session, one after the other: those on vectors with memory
 * and workers of their own. Tells how far it is.
 */
final class IndexBuilder {

	private static final Logger logger = LoggerFactory.getLogger(IndexBuilder.class);

	private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

	private static final String OUT_OF_MEMORY = "53200";

	/**
	 * The functions of the server that allocate shared memory.
	 */
	private static final String SHARED_MEMORY_ROUTINE = "dsm_impl";

	/**
	 * What is told of an index whose build was canceled.
	 */
	static final String CANCELED = "an operator has canceled its build; it is built when somebody asks for it, or by the next start";

	/**
	 * A statement that is only just on its way is not hit by a request to cancel it.
	 */
	private static final long CANCEL_INTERVAL_MILLIS = 100;

	private static final String QUERY_CANCELED = "57014";

	private static final Pattern REINDEX_SUFFIX = Pattern.compile("_cc(new|old)\\d*$");

	private final DdlSession session;

	private final BuildLimits limits;

	private final Duration progressInterval;

	private final Consumer<VectorIndexStatus> listener;

	private final VectorIndexManager.BuildListener buildListener;

	private long lastLogged;

	private @Nullable Build running;

	private boolean canceled;

	/**
	 * Create a builder.
	 * @param progressInterval time between two looks at how far a build is
	 * @param listener what is told
	 * @param buildListener told of begin and end of each build
	 */
	IndexBuilder(DdlSession session, BuildLimits limits, Duration progressInterval,
			Consumer<VectorIndexStatus> listener, VectorIndexManager.BuildListener buildListener) {
		this.session = session;
		this.limits = limits;
		this.progressInterval = progressInterval;
		this.listener = listener;
		this.buildListener = buildListener;
	}

	/**
	 * Build an index, and tell about it.
	 * @return whether that worked
	 * @throws SQLException if the connection was lost
	 */
	boolean build(IndexDefinition index) throws SQLException {
		logger.info("Building index {} of vector table {}: {}", index.name(), index.table(), index.createStatement());
		if (index.remark() != null) {
			logger.info("Index {} of vector table {}: {}", index.name(), index.table(), index.remark());
		}
		return execute(new Build(index, index.name(), index.createStatement(), false, null));
	}

	/**
	 * Build an index anew that serves until the new one is ready, and tell about it.
	 * @param condition its condition, or {@code null} if it has none
	 * @param reason why it is built anew
	 * @return whether that worked
	 * @throws SQLException if the connection was lost
	 */
	boolean rebuild(IndexDefinition index, ExistingIndex existing, @Nullable VectorIndexCondition condition,
			String reason) throws SQLException {
		String statement = "REINDEX INDEX CONCURRENTLY " + existing.quotedName();
		logger.info("Rebuilding index {} of vector table {}, because {}: {}", existing.name(), index.table(), reason,
				statement);
		return execute(new Build(index, existing.name(), statement, true, condition));
	}

	/**
	 * Cancel the build of an index, if it is the one that is running, and wait until it
	 * has ended. May be called from another thread.
	 * @param timeout the longest time to wait
	 * @return whether it has ended, or {@code null} if it is not running
	 */
	synchronized @Nullable Boolean cancel(VectorTable table, String name, Duration timeout)
			throws SQLException, InterruptedException {
		Build build = this.running;
		if (build == null || !build.index().table().equals(table) || !build.name().equals(name)) {
			return null;
		}
		this.canceled = true;
		long deadline = System.nanoTime() + timeout.toNanos();
		while (build.equals(this.running) && System.nanoTime() < deadline) {
			this.session.cancelStatement();
			wait(CANCEL_INTERVAL_MILLIS);
		}
		return !build.equals(this.running);
	}

	/**
	 * Return whether the last build was canceled.
	 */
	synchronized boolean wasCanceled() {
		return this.canceled;
	}

	private synchronized void begin(Build build) {
		this.running = build;
		this.canceled = false;
	}

	/**
	 * Return whether the build was canceled, which it cannot be any more after that.
	 */
	private synchronized boolean end(boolean failed) {
		this.running = null;
		this.canceled &= failed;
		notifyAll();
		return this.canceled;
	}

	private boolean execute(Build build) throws SQLException {
		IndexDefinition index = build.index();
		tell(build, build.state(), null, null);
		Consumer<@Nullable Throwable> end = this.buildListener.building(index.table(), build.name(), build.again());
		Throwable failure = null;
		long start = System.nanoTime();
		this.lastLogged = start;
		BuildWatch watch = BuildWatch.start(this.session.dataSource(), index.table(), this.progressInterval,
				(progress) -> advanced(build, progress));
		begin(build);
		try {
			run(build);
			end(false);
			Duration time = Duration.ofNanos(System.nanoTime() - start);
			about(logger.atInfo(), build).addKeyValue("rds.build_ms", time.toMillis())
				.log("Built index {} of vector table {} in {} s", build.name(), index.table(), time.toSeconds());
			record(build);
			return true;
		}
		catch (SQLException ex) {
			logger.debug("Building index {} of vector table {} failed", build.name(), index.table(), ex);
			failure = ex;
			watch.close();
			if (end(QUERY_CANCELED.equals(ex.getSQLState()))) {
				abandon(build);
				return false;
			}
			fail(build, ex);
			if (DdlSession.isLoss(ex)) {
				throw ex;
			}
			return false;
		}
		finally {
			end(wasCanceled());
			watch.close();
			if (end != null) {
				end.accept(failure);
			}
		}
	}

	/**
	 * Write into the comment of an index on vectors when it was built.
	 */
	private void record(Build build) {
		if (!build.index().isOnVectors()) {
			return;
		}
		IndexCatalog catalog = new IndexCatalog(this.session.connection());
		try {
			for (ExistingIndex existing : catalog.indexes(build.index().table())) {
				if (existing.name().equals(build.name()) && existing.valid()) {
					BuildRecord built = new BuildRecord(catalog.now(), catalog.rows(existing));
					this.session.comment(existing, (claims) -> claims.withBuilt(built));
				}
			}
		}
		catch (SQLException ex) {
			logger.debug("Could not comment on index {}", build.name(), ex);
		}
	}

	/**
	 * Leave nothing of a build that was canceled. What cannot be dropped now is dropped
	 * by a later look.
	 */
	private void abandon(Build build) {
		logger.info("Building index {} of vector table {} was canceled by an operator", build.name(),
				build.index().table());
		tell(build, build.again() ? State.READY : State.CANCELED,
				build.again() ? "an operator has canceled its rebuild" : CANCELED, null);
		try {
			dropRemains(build);
		}
		catch (SQLException ex) {
			logger.debug("Could not drop what the build of index {} has left", build.name(), ex);
		}
	}

	private void fail(Build build, SQLException failure) {
		if (!build.again()) {
			if (DdlSession.isLoss(failure)) {
				logger.info("Building index {} of vector table {} was interrupted, and is tried again: {}",
						build.name(), build.index().table(), failure.getMessage());
			}
			else {
				tell(build, State.FAILED, failure.getMessage(), null);
			}
			return;
		}
		tell(build, State.READY, "could not be built anew: " + failure.getMessage(), null);
		about(logger.atWarn(), build).addKeyValue("rds.cause", failure.getMessage())
			.log("Index {} of vector table {} could not be built anew, and serves as before: {}", build.name(),
					build.index().table(), failure.getMessage());
	}

	private static LoggingEventBuilder about(LoggingEventBuilder event, Build build) {
		return event.addKeyValue("rds.vector.table", build.index().table().toString())
			.addKeyValue("rds.vector.index", build.name());
	}

	private void run(Build build) throws SQLException {
		IndexDefinition index = build.index();
		VectorColumn column = index.vector();
		if (column == null) {
			build(build);
			return;
		}
		BuildSettings settings = BuildSettings.of(index.table(), column, this.limits, this.session.connection());
		// Nobody knows how many rows a partial index will hold.
		boolean foreseen = settings.isShort() && index.predicate() == null;
		if (foreseen) {
			logger.warn(
					"Index {} of vector table {} takes longer to build than it could: {}. If the server has as much, set rds.vector.index-build.max-memory; if not, an index with quantization needs less.",
					build.name(), index.table(), settings.memoryText());
		}
		try {
			run(build, settings);
		}
		finally {
			restore(settings);
		}
		SQLException advice = this.session.advice();
		if (advice != null && !foreseen) {
			logger.warn("Index {} of vector table {} was built, but the server reports: {} ({})", build.name(),
					index.table(), advice.getMessage(), settings.memoryText());
		}
	}

	/**
	 * Try with less as long as the server does not have what was asked for.
	 */
	private void run(Build build, BuildSettings settings) throws SQLException {
		Iterator<String> attempts = settings.attempts().iterator();
		while (attempts.hasNext()) {
			this.session.execute(attempts.next());
			try {
				build(build);
				return;
			}
			catch (SQLException ex) {
				if (!attempts.hasNext() || !isLackOfMemory(ex)) {
					throw ex;
				}
				logger.info("Index {} of vector table {} is built with less memory or fewer workers, because of: {}",
						build.name(), build.index().table(), ex.getMessage());
				dropRemains(build);
			}
		}
	}

	private void build(Build build) throws SQLException {
		if (wasCanceled()) {
			throw new SQLException("Canceled by an operator", QUERY_CANCELED);
		}
		this.session.execute(build.statement());
	}

	/**
	 * What a failed {@code REINDEX} leaves has the name of the index, which may be cut
	 * off, and a suffix.
	 */
	private void dropRemains(Build build) throws SQLException {
		for (ExistingIndex existing : new IndexCatalog(this.session.connection()).indexes(build.index().table())) {
			Matcher suffix = REINDEX_SUFFIX.matcher(existing.name());
			boolean left = build.again() ? suffix.find() && build.name().startsWith(suffix.replaceFirst(""))
					: existing.name().equals(build.name());
			if (left && !existing.valid() && !existing.building()) {
				this.session.execute("DROP INDEX CONCURRENTLY IF EXISTS " + existing.quotedName());
			}
		}
	}

	private static boolean isLackOfMemory(SQLException failure) {
		ServerErrorMessage message = (failure instanceof PSQLException postgres) ? postgres.getServerErrorMessage()
				: null;
		String routine = (message != null) ? message.getRoutine() : null;
		return OUT_OF_MEMORY.equals(failure.getSQLState())
				|| (routine != null && routine.startsWith(SHARED_MEMORY_ROUTINE));
	}

	/**
	 * Also after the application began to stop, when the session executes nothing more.
	 */
	private void restore(BuildSettings settings) {
		try (Statement statement = this.session.connection().createStatement()) {
			statement.execute(settings.before());
		}
		catch (SQLException ex) {
			logger.debug("The session of a build has ended before its settings were restored", ex);
		}
	}

	private void advanced(Build build, IndexBuildProgress progress) {
		tell(build, build.state(), null, progress);
		long now = System.nanoTime();
		if (now - this.lastLogged >= LOG_INTERVAL.toNanos()) {
			this.lastLogged = now;
			logger.info("Building index {} of vector table {}: {}", build.name(), build.index().table(), progress);
		}
	}

	private void tell(Build build, State state, @Nullable String detail, @Nullable IndexBuildProgress progress) {
		this.listener.accept(new VectorIndexStatus(build.index().table(), build.index().purpose(), state,
				(state != State.FAILED && state != State.CANCELED) ? build.name() : null, detail, progress,
				build.condition()));
	}

	/**
	 * An index that is built.
	 *
	 * @param index what it should be
	 * @param name its name, without schema and quotes
	 * @param statement the statement that builds it
	 * @param again whether one of that name serves meanwhile
	 * @param condition condition of the one that serves meanwhile, or {@code null} if
	 * that is not known
	 */
	private record Build(IndexDefinition index, String name, String statement, boolean again,
			@Nullable VectorIndexCondition condition) {

		State state() {
			return this.again ? State.READY : State.BUILDING;
		}

	}

}
