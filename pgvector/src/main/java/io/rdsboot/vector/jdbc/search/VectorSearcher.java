package io.rdsboot.vector.jdbc.search;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.jdbc.rows.RowColumns;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.Tenants;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.QueryPlan;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.write.RecordValidator;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.RowMapper;

/**
 * Runs searches of one table. Thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class VectorSearcher<ID> {

	private final VectorTable table;

	private final Class<ID> idClass;

	private final VectorConnections connections;

	private final Tenants tenants;

	private final RecordValidator validator;

	private final SearchLimits limits;

	private final @Nullable WordCandidateSelector words;

	public VectorSearcher(VectorTable table, Class<ID> idClass, VectorConnections connections, Tenants tenants,
			SearchLimits limits) {
		this.table = table;
		this.idClass = idClass;
		this.connections = connections;
		this.tenants = tenants;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
		this.limits = limits;
		TextSearch textSearch = table.textSearch();
		this.words = (textSearch != null) ? new WordCandidateSelector(table, textSearch, connections, System::nanoTime)
				: null;
	}

	public List<VectorMatch<ID>> search(VectorSearch search) {
		return search(search.settings(), this.tenants.current());
	}

	private List<VectorMatch<ID>> search(SearchSettings settings, @Nullable Tenant tenant) {
		SearchSettings.Diversity diversity = settings.diversity();
		if (diversity != null) {
			return new MarginalRelevance(column(settings), diversity.lambda())
				.choose(search(settings.ofCandidates(), tenant), settings.limit(), settings.embedding());
		}
		SearchSettings.Reranking reranking = settings.reranking();
		if (reranking != null) {
			return Rerankings.rank(search(settings.ofCandidates(), tenant), reranking.reranker(), settings.limit());
		}
		NearestSql sql = statements(settings, tenant);
		return search(settings, tenant, sql, matchMapper(settings, sql));
	}

	public <T> List<T> search(VectorSearch search, RowMapper<T> mapper) {
		SearchSettings settings = search.settings();
		if (settings.diversity() != null || settings.reranking() != null) {
			throw new IllegalArgumentException("vector search is not possible: "
					+ "a diversified or reranked search has no row mapper, because it ranks matches");
		}
		Tenant tenant = this.tenants.current();
		return search(settings, tenant, statements(settings, tenant), mapper);
	}

	/**
	 * Search harder as long as fewer rows are found than asked for.
	 */
	private <T> List<T> search(SearchSettings settings, @Nullable Tenant tenant, NearestSql sql, RowMapper<T> mapper) {
		List<VectorValue> vectors = (settings.vector() != null) ? List.of(settings.vector()) : List.of();
		SearchResult<T> found = new SearchResult<>(List.of(), 0);
		for (ScanMode mode : sql.modes()) {
			SearchResultReader<T> reader = new SearchResultReader<>(settings, sql, mapper);
			found = this.connections.query(tenant, sql.statement(vectors, mode), reader::readOne);
			if (found.count() >= settings.limit()) {
				break;
			}
		}
		if (found.count() == 0 && settings.rowId() != null) {
			requireRow(settings.rowId(), sql, tenant);
		}
		return found.rows();
	}

	public List<List<VectorMatch<ID>>> searchAll(List<VectorSearch> searches) {
		Tenant tenant = this.tenants.current();
		Map<SearchKey, List<Integer>> alike = new LinkedHashMap<>();
		for (int i = 0; i < searches.size(); i++) {
			alike.computeIfAbsent(SearchKey.of(searches.get(i).settings(), i), (key) -> new ArrayList<>()).add(i);
		}
		Map<Integer, List<VectorMatch<ID>>> results = new TreeMap<>();
		return this.connections.queries(() -> {
			for (List<Integer> group : alike.values()) {
				List<VectorSearch> same = group.stream().map(searches::get).toList();
				List<List<VectorMatch<ID>>> found = (same.size() == 1) ? List.of(search(same.get(0).settings(), tenant))
						: searchTogether(same, tenant);
				for (int i = 0; i < found.size(); i++) {
					results.put(group.get(i), found.get(i));
				}
			}
			return List.copyOf(results.values());
		});
	}

	/**
	 * Run searches that differ in nothing but their vectors in one statement, and those
	 * again that find too little.
	 */
	private List<List<VectorMatch<ID>>> searchTogether(List<VectorSearch> searches, @Nullable Tenant tenant) {
		SearchSettings settings = searches.get(0).settings();
		List<VectorValue> vectors = new ArrayList<>();
		for (VectorSearch search : searches) {
			validate(search.settings());
			vectors.add(Objects.requireNonNull(search.settings().vector()));
		}
		NearestSql sql = statements(settings, tenant);
		List<ScanMode> modes = sql.modes();
		ScanMode mode = modes.contains(ScanMode.ITERATIVE) ? ScanMode.ITERATIVE : ScanMode.EXACT;
		SearchResultReader<VectorMatch<ID>> reader = new SearchResultReader<>(settings, sql,
				matchMapper(settings, sql));
		List<SearchResult<VectorMatch<ID>>> found = this.connections.query(tenant, sql.statement(vectors, mode),
				(rows) -> reader.readAll(rows, vectors.size()));
		List<List<VectorMatch<ID>>> results = new ArrayList<>();
		for (int i = 0; i < found.size(); i++) {
			boolean enough = found.get(i).count() >= settings.limit() || mode == ScanMode.EXACT;
			results.add(enough ? found.get(i).rows() : search(searches.get(i).settings().exactly(), tenant));
		}
		return results;
	}

	public String explain(VectorSearch search) {
		SearchSettings settings = search.settings();
		Tenant tenant = this.tenants.current();
		SearchSettings explained = settings.ofCandidates();
		NearestSql sql = statements(explained, tenant);
		List<VectorValue> vectors = (settings.vector() != null) ? List.of(settings.vector()) : List.of();
		SqlStatement statement = sql.statement(vectors, sql.modes().get(0)).explained();
		return this.connections.query(tenant, statement, QueryPlan::read);
	}

	private NearestSql statements(SearchSettings settings, @Nullable Tenant tenant) {
		validate(settings);
		SearchSettings.Hybrid hybrid = settings.hybrid();
		if (hybrid == null || this.words == null) {
			return new NearestSql(this.table, settings, tenant);
		}
		SearchSettings few = withFewWords(settings, hybrid);
		return new NearestSql(this.table, few, tenant,
				this.words.select(few, Objects.requireNonNull(few.hybrid()), tenant, this.limits.maxRankedRows(few)));
	}

	private SearchSettings withFewWords(SearchSettings settings, SearchSettings.Hybrid hybrid) {
		TextSearch textSearch = this.table.textSearch();
		if (textSearch == null || !ManyWords.are(hybrid.words())) {
			return settings;
		}
		SqlStatement choice = ManyWords.choose(this.table, textSearch, hybrid.words());
		String chosen = this.connections.query(null, choice, (row) -> {
			row.next();
			return Objects.requireNonNullElse(row.getString(1), "");
		});
		return settings
			.withHybrid(new SearchSettings.Hybrid(hybrid.words(), hybrid.vectorWeight(), hybrid.wordsWeight(), chosen));
	}

	private void validate(SearchSettings settings) {
		VectorColumn column = column(settings);
		if (settings.vector() != null) {
			this.validator.validateQuery(column, settings.vector());
		}
		if (settings.rowId() != null) {
			this.validator.validateId(settings.rowId());
		}
		if (settings.after() != null) {
			this.validator.validateId(settings.after().id());
		}
	}

	private VectorColumn column(SearchSettings settings) {
		return (settings.column() != null) ? this.table.vector(settings.column()) : this.table.embedding();
	}

	private void requireRow(Object id, NearestSql sql, @Nullable Tenant tenant) {
		SqlBuilder query = new SqlBuilder().append("SELECT count(*) FROM ");
		sql.appendVectors(query, List.of());
		long rows = this.connections.query(tenant, query.build(), (row) -> {
			row.next();
			return row.getLong(1);
		});
		if (rows == 0) {
			throw new EmptyResultDataAccessException(
					"vector table %s has no row '%s' with a vector in column %s to search from".formatted(this.table,
							id, sql.column().name()),
					1);
		}
	}

	private RowMapper<VectorMatch<ID>> matchMapper(SearchSettings settings, NearestSql sql) {
		int distanceColumn = sql.columns().size() + 1;
		return (row, number) -> match(row, number, settings, sql, distanceColumn);
	}

	private VectorMatch<ID> match(ResultSet row, int number, SearchSettings settings, NearestSql sql,
			int distanceColumn) throws SQLException {
		double distance = row.getDouble(distanceColumn);
		VectorColumn column = sql.column();
		double similarity = column.distance().toSimilarity(distance, column.dimensions());
		RowColumns columns = sql.columns();
		return new VectorMatch<>(columns.id(row, this.idClass), settings.firstRank() + number + 1, distance, similarity,
				(settings.hybrid() != null) ? row.getDouble(distanceColumn + 1) : similarity, columns.content(row),
				columns.metadata(row), settings.embedding() ? columns.vectors(row).get(column.name()) : null);
	}

}
