package io.rdsboot.diagnostics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.Thresholds;
import io.rdsboot.diagnostics.report.DiagnosticsReport;

/**
 * Diagnosis of all instances of a cluster, answered within a time limit. It only reads:
 * each check has a read-only transaction of its own, which waits neither for locks nor
 * long for an answer, and statistics are never reset. Thread-safe; calls at the same time
 * share a run, and there is at most one connection to an instance at a time, outside the
 * application's pools.
 *
 * <pre class="code">
 * DatabaseDiagnostics diagnostics = DatabaseDiagnostics.builder(monitor, connector).build();
 * DiagnosticsReport report = diagnostics.report();
 * </pre>
 */
public final class DatabaseDiagnostics implements AutoCloseable {

	private static final String EVERYTHING = "";

	private final TopologyProvider topology;

	private final List<Check> checks;

	private final Duration timeout;

	private final InstanceSessions sessions;

	private final ExecutorService executor = Executors.newCachedThreadPool(daemons());

	private final Map<String, CompletableFuture<DiagnosticsReport>> running = new ConcurrentHashMap<>();

	private DatabaseDiagnostics(Builder builder) {
		this.topology = builder.topology;
		this.checks = Checks.all(
				new Thresholds(builder.longQuery, builder.idleInTransaction, builder.lockWait, builder.unusedIndex),
				builder.showLiterals);
		this.timeout = builder.timeout;
		this.sessions = new InstanceSessions(builder.connector);
	}

	/**
	 * Begin to build diagnostics.
	 * @param topology knows the instances
	 * @param connector opens connections to them
	 */
	public static Builder builder(TopologyProvider topology, InstanceConnector connector) {
		return new Builder(topology, connector);
	}

	/**
	 * Return the names of all sections, in the order of a report.
	 */
	public List<String> sections() {
		return this.checks.stream().map(Check::section).distinct().toList();
	}

	/**
	 * Diagnose everything.
	 * @return the report, within the time limit: what is not answered by then is told as
	 * missing
	 */
	public DiagnosticsReport report() {
		return shared(EVERYTHING, this.checks);
	}

	/**
	 * Diagnose one section.
	 * @param section its name
	 * @return the report with that section alone, within the time limit, or empty if
	 * there is no such section
	 */
	public Optional<DiagnosticsReport> report(String section) {
		List<Check> asked = this.checks.stream().filter((check) -> check.section().equals(section)).toList();
		return asked.isEmpty() ? Optional.empty() : Optional.of(shared(section, asked));
	}

	/**
	 * The first caller runs, the others wait for its report, which comes in time.
	 */
	private DiagnosticsReport shared(String key, List<Check> asked) {
		CompletableFuture<DiagnosticsReport> mine = new CompletableFuture<>();
		CompletableFuture<DiagnosticsReport> others = this.running.putIfAbsent(key, mine);
		if (others != null) {
			return others.join();
		}
		try {
			DiagnosticsReport report = new DiagnosticsRun(this.topology.topology(), asked, this.sessions, this.timeout)
				.run(this.executor);
			mine.complete(report);
			return report;
		}
		catch (RuntimeException | Error ex) {
			mine.completeExceptionally(ex);
			throw ex;
		}
		finally {
			this.running.remove(key, mine);
		}
	}

	private static ThreadFactory daemons() {
		AtomicInteger number = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, "rds-diagnostics-" + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	/**
	 * End what runs. Diagnoses from then on are refused.
	 */
	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * Builds {@link DatabaseDiagnostics}. Defaults: 2 seconds for a report, literals in
	 * queries hidden, statements are long after 60 seconds, sessions idle in a
	 * transaction after 60 seconds, waits for a lock long after 5 seconds, and an index
	 * is unused after 7 days. Not thread-safe.
	 */
	public static final class Builder {

		private final TopologyProvider topology;

		private final InstanceConnector connector;

		private Duration timeout = Duration.ofSeconds(2);

		private Duration longQuery = Duration.ofSeconds(60);

		private Duration idleInTransaction = Duration.ofSeconds(60);

		private Duration lockWait = Duration.ofSeconds(5);

		private Duration unusedIndex = Duration.ofDays(7);

		private boolean showLiterals;

		private Builder(TopologyProvider topology, InstanceConnector connector) {
			this.topology = Objects.requireNonNull(topology, "topology");
			this.connector = Objects.requireNonNull(connector, "connector");
		}

		/**
		 * Set how long a report may take.
		 * @param timeout at least 100 milliseconds
		 * @throws IllegalArgumentException if it is shorter
		 */
		public Builder timeout(Duration timeout) {
			if (timeout.toMillis() < 100) {
				throw new IllegalArgumentException(
						"Timeout " + timeout + " of diagnostics is not at least 100 milliseconds");
			}
			this.timeout = timeout;
			return this;
		}

		/**
		 * Set how long a statement may run before it is a finding.
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder longQuery(Duration longQuery) {
			this.longQuery = notNegative(longQuery, "longQuery");
			return this;
		}

		/**
		 * Set how long a session may be idle in a transaction before it is a finding.
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder idleInTransaction(Duration idleInTransaction) {
			this.idleInTransaction = notNegative(idleInTransaction, "idleInTransaction");
			return this;
		}

		/**
		 * Set how long a session may wait for a lock before it is a finding.
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder lockWait(Duration lockWait) {
			this.lockWait = notNegative(lockWait, "lockWait");
			return this;
		}

		/**
		 * Set how old the statistics of every instance must be before an index that
		 * nothing has scanned is a finding.
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder unusedIndex(Duration unusedIndex) {
			this.unusedIndex = notNegative(unusedIndex, "unusedIndex");
			return this;
		}

		/**
		 * Set whether queries are shown with their literals, which may be personal data.
		 */
		public Builder showLiterals(boolean showLiterals) {
			this.showLiterals = showLiterals;
			return this;
		}

		/**
		 * Build the diagnostics, which connect to nothing yet.
		 */
		public DatabaseDiagnostics build() {
			return new DatabaseDiagnostics(this);
		}

		private static Duration notNegative(Duration duration, String name) {
			if (duration.isNegative()) {
				throw new IllegalArgumentException(
						"%s %s of diagnostics is negative: give zero or more".formatted(name, duration));
			}
			return duration;
		}

	}

}
