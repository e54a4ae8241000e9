package io.rdsboot.sample.embedding;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Home of the {@link TermStatistics}: the database, so that all instances of the service
 * weigh alike, now and after a restart. The statistics stand beside the vectors that were
 * made with them: a reader that lags behind has both from the same past. Thread-safe.
 */
@Repository
class TermStatisticsStore {

	private final JdbcClient jdbcClient;

	private volatile Versioned newest = new Versioned(0, TermStatistics.NONE);

	TermStatisticsStore(JdbcClient jdbcClient) {
		this.jdbcClient = jdbcClient;
	}

	/**
	 * The statistics as the caller's transaction sees them. Asks for the version each
	 * time, and reads on only where it is another than the one in memory.
	 * @return the statistics, {@link TermStatistics#NONE} before the first were stored
	 */
	@Transactional(readOnly = true)
	public TermStatistics current() {
		Versioned known = this.newest;
		Versioned found = this.jdbcClient.sql("""
				select version, texts, case when version <> :known then frequencies end as frequencies
				from term_statistics order by version desc limit 1
				""")
			.param("known", known.version())
			.query((row, number) -> versioned(row.getLong("version"), row.getInt("texts"), row.getBytes("frequencies"),
					known))
			.optional()
			.orElseGet(() -> new Versioned(0, TermStatistics.NONE));
		this.newest = found;
		return found.statistics();
	}

	@Transactional
	public void replace(TermStatistics statistics) {
		this.jdbcClient.sql("delete from term_statistics").update();
		this.jdbcClient.sql("insert into term_statistics (texts, frequencies) values (:texts, :frequencies)")
			.param("texts", statistics.texts())
			.param("frequencies", statistics.toBytes())
			.update();
	}

	private static Versioned versioned(long version, int texts, byte @Nullable [] frequencies, Versioned known) {
		return (frequencies != null) ? new Versioned(version, TermStatistics.ofBytes(texts, frequencies)) : known;
	}

	private record Versioned(long version, TermStatistics statistics) {

	}

}
