package io.rdsboot.vector.jdbc.search;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.QueryPlan;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the rows that the words of a hybrid search are ranked in. Thread-safe.
 */
final class WordCandidateSelector {

	/**
	 * How long statistics are used.
	 */
	private static final Duration STATISTICS_AGE = Duration.ofMinutes(1);

	private final VectorTable table;

	private final TextSearch textSearch;

	private final VectorConnections connections;

	private final LongSupplier clock;

	private volatile @Nullable TimedStatistics latest;

	/**
	 * Create a selector.
	 * @param clock nanoseconds
	 */
	WordCandidateSelector(VectorTable table, TextSearch textSearch, VectorConnections connections, LongSupplier clock) {
		this.table = table;
		this.textSearch = textSearch;
		this.connections = connections;
		this.clock = clock;
	}

	WordCandidates select(VectorColumn column, SearchSettings settings, SearchSettings.Hybrid hybrid,
			@Nullable Tenant tenant, int limit) {
		WordStatistics statistics = statistics();
		if (statistics.rows() <= limit || !statistics.known()) {
			return WordCandidates.all(limit);
		}
		List<String> words = words(hybrid);
		WordCandidates candidates = WordCandidates.choose(limit, words, statistics, statistics.rows());
		if (candidates.partly() == WordCandidates.Partly.ANY || (settings.filter() == null && tenant == null)) {
			return candidates;
		}
		double filtered = filteredRows(column, settings, tenant);
		return (filtered <= limit) ? WordCandidates.all(limit)
				: WordCandidates.choose(limit, words, statistics, Math.min(filtered, statistics.rows()));
	}

	private WordStatistics statistics() {
		TimedStatistics current = this.latest;
		long now = this.clock.getAsLong();
		if (current == null || now - current.time() > STATISTICS_AGE.toNanos()) {
			current = new TimedStatistics(this.connections.query(null,
					WordStatistics.query(this.table, this.textSearch), WordStatistics::read), now);
			this.latest = current;
		}
		return current.statistics();
	}

	private List<String> words(SearchSettings.Hybrid hybrid) {
		SqlBuilder sql = new SqlBuilder().append("SELECT w.lexeme FROM unnest(");
		String chosen = hybrid.chosen();
		if (chosen != null) {
			sql.append("replace(")
				.bind((statement, parameter) -> statement.setString(parameter, chosen))
				.append(", ' & ', ' ')::tsvector");
		}
		else {
			sql.append("to_tsvector(")
				.bind((statement, parameter) -> statement.setString(parameter, this.textSearch.configuration()))
				.append("::regconfig, ")
				.bind((statement, parameter) -> statement.setString(parameter, hybrid.words()))
				.append(")");
		}
		return this.connections.query(null, sql.append(") w").build(), (row) -> {
			List<String> words = new ArrayList<>();
			while (row.next()) {
				words.add(row.getString(1));
			}
			return words;
		});
	}

	/**
	 * Return about how many rows fulfil the conditions of a search, as the planner
	 * estimates.
	 */
	private double filteredRows(VectorColumn column, SearchSettings settings, @Nullable Tenant tenant) {
		SqlBuilder sql = new SqlBuilder().append("SELECT FROM %s t WHERE ".formatted(this.table.quotedName()));
		new SearchConditions(this.table, column, settings, tenant).append(sql);
		return this.connections.query(tenant, sql.buildPlannedAnew().explained(), QueryPlan::readRows);
	}

	/**
	 * Statistics and when they were read.
	 */
	private record TimedStatistics(WordStatistics statistics, long time) {

	}

}
