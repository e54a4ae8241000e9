package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	private final DdlSession session;

	private final BuildLimits limits;

	private final Duration progressInterval;

	private final Consumer<VectorIndexStatus> listener;

	private long lastLogged;

	/**
	 * Create a builder.
	 * @param progressInterval time between two looks at how far a build is
	 * @param listener what is told
	 */
	IndexBuilder(DdlSession session, BuildLimits limits, Duration progressInterval,
			Consumer<VectorIndexStatus> listener) {
		this.session = session;
		this.limits = limits;
		this.progressInterval = progressInterval;
		this.listener = listener;
	}

	/**
	 * Build an index, and tell about it.
	 * @return whether that worked
	 */
	boolean build(IndexDefinition index) {
		tell(index, State.BUILDING, null, null);
		logger.info("Building index {} of vector table {}: {}", index.name(), index.table(), index.createStatement());
		if (index.remark() != null) {
			logger.info("Index {} of vector table {}: {}", index.name(), index.table(), index.remark());
		}
		long start = System.nanoTime();
		this.lastLogged = start;
		BuildWatch watch = BuildWatch.start(this.session.dataSource(), index.table(), this.progressInterval,
				(progress) -> advanced(index, progress));
		try {
			create(index);
			logger.info("Built index {} of vector table {} in {} s", index.name(), index.table(),
					Duration.ofNanos(System.nanoTime() - start).toSeconds());
			return true;
		}
		catch (SQLException ex) {
			logger.debug("Building index {} of vector table {} failed", index.name(), index.table(), ex);
			tell(index, State.FAILED, ex.getMessage(), null);
			return false;
		}
		finally {
			watch.close();
		}
	}

	private void create(IndexDefinition index) throws SQLException {
		if (!index.isOnVectors()) {
			this.session.execute(index.createStatement());
			return;
		}
		BuildSettings settings = BuildSettings.of(index, this.limits, this.session.connection());
		// Nobody knows how many rows a partial index will hold.
		boolean foreseen = settings.isShort() && index.predicate() == null;
		if (foreseen) {
			logger.warn(
					"Index {} of vector table {} takes longer to build than it could: {}. If the server has as much, set rds.vector.index-build.max-memory; if not, an index with quantization needs less.",
					index.name(), index.table(), settings.memoryText());
		}
		try {
			create(index, settings);
		}
		finally {
			restore(settings);
		}
		SQLException advice = this.session.advice();
		if (advice != null && !foreseen) {
			logger.warn("Index {} of vector table {} was built, but the server reports: {} ({})", index.name(),
					index.table(), advice.getMessage(), settings.memoryText());
		}
	}

	/**
	 * Try with less as long as the server does not have what was asked for.
	 */
	private void create(IndexDefinition index, BuildSettings settings) throws SQLException {
		Iterator<String> attempts = settings.attempts().iterator();
		while (attempts.hasNext()) {
			this.session.execute(attempts.next());
			try {
				this.session.execute(index.createStatement());
				return;
			}
			catch (SQLException ex) {
				if (!attempts.hasNext() || !isLackOfMemory(ex)) {
					throw ex;
				}
				logger.info("Index {} of vector table {} is built with less memory or fewer workers, because of: {}",
						index.name(), index.table(), ex.getMessage());
				dropRemains(index);
			}
		}
	}

	private void dropRemains(IndexDefinition index) throws SQLException {
		for (ExistingIndex existing : new IndexCatalog(this.session.connection()).indexes(index.table())) {
			if (existing.name().equals(index.name()) && !existing.valid()) {
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

	private void advanced(IndexDefinition index, IndexBuildProgress progress) {
		tell(index, State.BUILDING, null, progress);
		long now = System.nanoTime();
		if (now - this.lastLogged >= LOG_INTERVAL.toNanos()) {
			this.lastLogged = now;
			logger.info("Building index {} of vector table {}: {}", index.name(), index.table(), progress);
		}
	}

	private void tell(IndexDefinition index, State state, @Nullable String detail,
			@Nullable IndexBuildProgress progress) {
		this.listener.accept(new VectorIndexStatus(index.table(), index.purpose(), state,
				(state == State.BUILDING) ? index.name() : null, detail, progress));
	}

}
