package io.rdsboot.vector.jdbc;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.LoadResult;
import io.rdsboot.vector.RecordChange;
import io.rdsboot.vector.RecordQuery;
import io.rdsboot.vector.RecordWindow;
import io.rdsboot.vector.ReportedMatches;
import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.TenantResolver;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.rows.RecordFinder;
import io.rdsboot.vector.jdbc.rows.RecordLineReader;
import io.rdsboot.vector.jdbc.rows.RowChanger;
import io.rdsboot.vector.jdbc.rows.RowReader;
import io.rdsboot.vector.jdbc.rows.RowRemover;
import io.rdsboot.vector.jdbc.search.VectorSearcher;
import io.rdsboot.vector.jdbc.session.Tenants;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.write.BulkLoader;
import io.rdsboot.vector.jdbc.write.OpenLoads;
import io.rdsboot.vector.jdbc.write.RecordInserter;
import io.rdsboot.vector.jdbc.write.RecordWriter;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.util.Assert;

/**
 * {@link VectorRepository} on JDBC, with vectors in the server's binary format.
 * Thread-safe. Spring Boot's auto-configuration makes one for each declared repository;
 * without Boot, {@link #of} and {@link #builder} do.
 *
 * @param <ID> type of the ids
 */
public final class JdbcVectorRepository<ID> implements VectorRepository<ID> {

	private final DataSource dataSource;

	private final VectorTable table;

	private final Class<ID> idClass;

	private final Tenants tenants;

	private final RecordWriter<ID> writer;

	private final RecordInserter<ID> inserter;

	private final BulkLoader<ID> loader;

	private final RowReader<ID> reader;

	private final RowRemover remover;

	private final RowChanger<ID> changer;

	private final RecordFinder<ID> finder;

	private final VectorSearcher<ID> searcher;

	private final UnknownKeys unknownKeys;

	private JdbcVectorRepository(DataSource dataSource, VectorTable table, Class<ID> idClass,
			@Nullable TenantResolver tenantResolver, @Nullable SQLExceptionTranslator exceptionTranslator,
			SearchLimits searchLimits, SearchSettings.Tuning tuning, UnaryOperator<VectorColumn> actualColumns) {
		VectorConnections connections = new VectorConnections(dataSource, exceptionTranslator);
		this.dataSource = dataSource;
		this.table = table;
		this.idClass = idClass;
		this.tenants = new Tenants(table, tenantResolver);
		this.loader = new BulkLoader<>(connections, table, System::nanoTime);
		this.writer = new RecordWriter<>(connections, table, this.loader);
		this.inserter = new RecordInserter<>(connections, table, idClass, this.loader);
		this.reader = new RowReader<>(table, idClass, connections, this.tenants);
		this.remover = new RowRemover(table, connections, this.tenants);
		this.changer = new RowChanger<>(table, connections, this.tenants);
		this.finder = new RecordFinder<>(table, idClass, connections, this.tenants);
		this.searcher = new VectorSearcher<>(table, idClass, connections, this.tenants, searchLimits, tuning,
				actualColumns);
		this.unknownKeys = new UnknownKeys(table, connections);
	}

	/**
	 * Return a repository of a table that exists and has no tenants.
	 * @param <ID> type of the ids
	 * @param dataSource where the table is
	 * @param table the table
	 * @param idClass class of the ids, which is the
	 * {@link io.rdsboot.vector.table.IdType#javaType() Java type} of the table's id type
	 * @return the repository
	 * @throws IllegalArgumentException if the class does not fit the table's id type, or
	 * the table is declared with a tenant
	 */
	public static <ID> VectorRepository<ID> of(DataSource dataSource, VectorTable table, Class<ID> idClass) {
		return builder(dataSource, table, idClass).build();
	}

	/**
	 * Return a builder of a repository of a table that exists.
	 * @param <ID> type of the ids
	 * @param dataSource where the table is
	 * @param table the table
	 * @param idClass class of the ids, which is the
	 * {@link io.rdsboot.vector.table.IdType#javaType() Java type} of the table's id type
	 * @return the builder
	 * @throws IllegalArgumentException if the class does not fit the table's id type
	 */
	public static <ID> Builder<ID> builder(DataSource dataSource, VectorTable table, Class<ID> idClass) {
		Assert.isTrue(table.idType().javaType() == idClass,
				() -> "ids of vector table %s are of type %s, which is %s in Java, not %s".formatted(table,
						table.idType().sqlType(), table.idType().javaType().getName(), idClass.getName()));
		return new Builder<>(dataSource, table, idClass);
	}

	@Override
	public VectorTable table() {
		return this.table;
	}

	@Override
	public void upsert(VectorRecord<ID> record) {
		upsert(List.of(record));
	}

	@Override
	public void upsert(Collection<VectorRecord<ID>> records) {
		OpenLoads.requireNone(this.dataSource, this.table);
		this.writer.upsert(records, this.tenants.currentValue());
	}

	@Override
	public ID insert(VectorRecord<ID> record) {
		return insert(List.of(record)).get(0);
	}

	@Override
	public List<ID> insert(Collection<VectorRecord<ID>> records) {
		OpenLoads.requireNone(this.dataSource, this.table);
		return this.inserter.insert(records, this.tenants.currentValue());
	}

	@Override
	public LoadResult load(Stream<VectorRecord<ID>> records, LoadOptions options) {
		OpenLoads.requireNone(this.dataSource, this.table);
		return this.loader.load(records, options, this.tenants.currentValue());
	}

	@Override
	public LoadResult load(InputStream lines, LoadOptions options) {
		return load(RecordLineReader.stream(this.table, this.idClass, lines), options);
	}

	@Override
	public boolean update(ID id, RecordChange change) {
		return update(List.of(id), change) > 0;
	}

	@Override
	public int update(Collection<ID> ids, RecordChange change) {
		OpenLoads.requireNone(this.dataSource, this.table);
		return this.changer.update(ids, change);
	}

	@Override
	public int update(MetadataFilter filter, RecordChange change) {
		OpenLoads.requireNone(this.dataSource, this.table);
		int changed = this.changer.update(filter, change);
		this.unknownKeys.used(filter, changed > 0);
		return changed;
	}

	@Override
	public boolean delete(ID id) {
		return delete(List.of(id)) > 0;
	}

	@Override
	public int delete(Collection<ID> ids) {
		OpenLoads.requireNone(this.dataSource, this.table);
		return this.writer.delete(ids, this.tenants.currentValue());
	}

	@Override
	public int delete(MetadataFilter filter) {
		OpenLoads.requireNone(this.dataSource, this.table);
		int deleted = this.remover.delete(filter);
		this.unknownKeys.used(filter, deleted > 0);
		return deleted;
	}

	@Override
	public long deleteAll() {
		OpenLoads.requireNone(this.dataSource, this.table);
		return this.remover.deleteAll();
	}

	@Override
	public Optional<VectorRecord<ID>> findById(ID id) {
		return this.reader.findById(id);
	}

	@Override
	public List<VectorRecord<ID>> findAllById(Collection<ID> ids) {
		return this.reader.findAllById(ids);
	}

	@Override
	public boolean existsById(ID id) {
		return this.reader.existsById(id);
	}

	@Override
	public RecordWindow<ID> find(RecordQuery query) {
		RecordWindow<ID> window = this.finder.find(query);
		this.unknownKeys.used(query.filter(), !window.records().isEmpty());
		return window;
	}

	@Override
	public Stream<VectorRecord<ID>> stream(RecordQuery query) {
		Stream<VectorRecord<ID>> records = this.finder.stream(query);
		this.unknownKeys.used(query.filter(), false);
		return records;
	}

	@Override
	public long exportTo(OutputStream out, RecordQuery query) {
		long exported = this.finder.exportTo(out, query);
		this.unknownKeys.used(query.filter(), exported > 0);
		return exported;
	}

	@Override
	public String explain(RecordQuery query) {
		return this.finder.explain(query);
	}

	@Override
	public long count() {
		return this.reader.count(null);
	}

	@Override
	public long count(MetadataFilter filter) {
		long rows = this.reader.count(filter);
		this.unknownKeys.used(filter, rows > 0);
		return rows;
	}

	@Override
	public List<VectorMatch<ID>> search(VectorSearch search) {
		return noted(search, this.searcher.search(search));
	}

	@Override
	public <T> List<T> search(VectorSearch search, RowMapper<T> rowMapper) {
		return noted(search, this.searcher.search(search, rowMapper));
	}

	@Override
	public ReportedMatches<ID> searchWithReport(VectorSearch search) {
		ReportedMatches<ID> found = this.searcher.searchWithReport(search);
		noted(search, found.matches());
		return found;
	}

	private <T> List<T> noted(VectorSearch search, List<T> found) {
		this.unknownKeys.used(search.settings().filter(), !found.isEmpty());
		return found;
	}

	@Override
	public List<List<VectorMatch<ID>>> searchAll(List<VectorSearch> searches) {
		List<List<VectorMatch<ID>>> found = this.searcher.searchAll(searches);
		for (int i = 0; i < found.size(); i++) {
			noted(searches.get(i), found.get(i));
		}
		return found;
	}

	@Override
	public String explain(VectorSearch search) {
		return this.searcher.explain(search);
	}

	/**
	 * Builder of a {@link VectorRepository}. Not thread-safe.
	 *
	 * <p>
	 * Defaults: no tenant resolver, Spring's own exceptions,
	 * {@link SearchLimits#DEFAULTS}, no tuning.
	 *
	 * @param <ID> type of the ids
	 */
	public static final class Builder<ID> {

		private final DataSource dataSource;

		private final VectorTable table;

		private final Class<ID> idClass;

		private @Nullable TenantResolver tenantResolver;

		private @Nullable SQLExceptionTranslator exceptionTranslator;

		private SearchLimits searchLimits = SearchLimits.DEFAULTS;

		private SearchSettings.Tuning tuning = SearchSettings.Tuning.NONE;

		private UnaryOperator<VectorColumn> actualColumns = UnaryOperator.identity();

		private Builder(DataSource dataSource, VectorTable table, Class<ID> idClass) {
			this.dataSource = dataSource;
			this.table = table;
			this.idClass = idClass;
		}

		/**
		 * Set what says which tenant a call is for. Required if the table is declared
		 * with a tenant, and not asked otherwise.
		 * @param tenantResolver the resolver, or {@code null} for none
		 * @return this builder
		 */
		public Builder<ID> tenantResolver(@Nullable TenantResolver tenantResolver) {
			this.tenantResolver = tenantResolver;
			return this;
		}

		/**
		 * Set what makes {@link org.springframework.dao.DataAccessException}s of those of
		 * JDBC, so that a repository throws what the application's {@code JdbcTemplate}
		 * throws.
		 * @param exceptionTranslator the translator, or {@code null} for Spring's own
		 * @return this builder
		 */
		public Builder<ID> exceptionTranslator(@Nullable SQLExceptionTranslator exceptionTranslator) {
			this.exceptionTranslator = exceptionTranslator;
			return this;
		}

		/**
		 * Set limits of what searches take from the server.
		 * @param searchLimits the limits
		 * @return this builder
		 */
		public Builder<ID> searchLimits(SearchLimits searchLimits) {
			this.searchLimits = searchLimits;
			return this;
		}

		/**
		 * Set what searches are tuned to, such as
		 * {@code io.rdsboot.vector.recall.RecallTuner.tuning(table)}.
		 * @param tuning the tuning
		 * @return this builder
		 */
		public Builder<ID> tuning(SearchSettings.Tuning tuning) {
			this.tuning = tuning;
			return this;
		}

		/**
		 * Set what gives a column the index that it has, where its declaration leaves the
		 * choice:
		 * {@code io.rdsboot.vector.index.VectorIndexManager.actualColumns(table)}.
		 * Without it, searches of such a column read all rows unless it has an HNSW index
		 * of the vectors as they are.
		 * @param actualColumns the function
		 * @return this builder
		 */
		public Builder<ID> actualColumns(UnaryOperator<VectorColumn> actualColumns) {
			this.actualColumns = actualColumns;
			return this;
		}

		/**
		 * Build the repository.
		 * @return the repository
		 * @throws IllegalArgumentException if the table is declared with a tenant and
		 * there is no resolver
		 */
		public VectorRepository<ID> build() {
			return new JdbcVectorRepository<>(this.dataSource, this.table, this.idClass, this.tenantResolver,
					this.exceptionTranslator, this.searchLimits, this.tuning, this.actualColumns);
		}

	}

}
