package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexCatalog;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.session.BuildLimits;
import io.rdsboot.vector.index.session.BuildSettings;
import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.table.VectorColumn;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the statement that builds an index. Indexes on vectors are built with memory
 * and workers of their own, and with less of both if the server does not have as much.
 */
final class BuildExecutor {

	private static final Logger logger = LoggerFactory.getLogger(BuildExecutor.class);

	private static final String OUT_OF_MEMORY = "53200";

	/**
	 * The functions of the server that allocate shared memory.
	 */
	private static final String SHARED_MEMORY_ROUTINE = "dsm_impl";

	private static final Pattern REINDEX_SUFFIX = Pattern.compile("_cc(new|old)\\d*$");

	private final DdlSession session;

	private final BuildLimits limits;

	private final BuildCancellation cancellation;

	BuildExecutor(DdlSession session, BuildLimits limits, BuildCancellation cancellation) {
		this.session = session;
		this.limits = limits;
		this.cancellation = cancellation;
	}

	/**
	 * Build an index.
	 * @throws SQLException if that failed or was canceled; what the build leaves,
	 * {@link #dropRemains} drops
	 */
	void execute(IndexBuild build) throws SQLException {
		IndexDefinition index = build.index();
		VectorColumn column = index.vector();
		if (column == null) {
			executeOnce(build);
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
			execute(build, settings);
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
	private void execute(IndexBuild build, BuildSettings settings) throws SQLException {
		Iterator<String> attempts = settings.attempts().iterator();
		while (attempts.hasNext()) {
			this.session.execute(attempts.next());
			try {
				executeOnce(build);
				return;
			}
			catch (SQLException ex) {
				if (!attempts.hasNext() || !isLackOfMemory(ex)) {
					throw ex;
				}
				logger.info("Index {} of vector table {} is built with less memory or fewer workers, because of: {}",
						build.name(), build.table(), ex.getMessage());
				dropRemains(build);
			}
		}
	}

	private void executeOnce(IndexBuild build) throws SQLException {
		if (this.cancellation.isCanceled()) {
			throw new SQLException("Canceled by an operator", BuildCancellation.QUERY_CANCELED);
		}
		this.session.execute(build.statement());
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

	/**
	 * Drop the invalid index that a failed build leaves. After a failed {@code REINDEX}
	 * it has the name of the index, which may be cut off, and a suffix.
	 */
	void dropRemains(IndexBuild build) throws SQLException {
		for (ExistingIndex existing : new IndexCatalog(this.session.connection()).indexes(build.table())) {
			Matcher suffix = REINDEX_SUFFIX.matcher(existing.name());
			boolean left = build.again() ? suffix.find() && build.name().startsWith(suffix.replaceFirst(""))
					: existing.name().equals(build.name());
			if (left && !existing.valid() && !existing.building()) {
				this.session.execute("DROP INDEX CONCURRENTLY IF EXISTS " + existing.quotedName());
			}
		}
	}

}
