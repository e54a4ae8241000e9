package io.rdsboot.actuate.observation;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.LoadResult;
import io.rdsboot.vector.RecordChange;
import io.rdsboot.vector.RecordQuery;
import io.rdsboot.vector.RecordWindow;
import io.rdsboot.vector.ReportedMatches;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.VectorTable;
import org.apiguardian.api.API;

import org.springframework.jdbc.core.RowMapper;

/**
 * Vector repository whose searches and writes are observed. Thread-safe.
 *
 * @param <ID> type of the ids
 */
@API(status = API.Status.INTERNAL)
public final class ObservedVectorRepository<ID> implements VectorRepository<ID> {

	private static final ObservationConvention<VectorOperationObservationContext> OPERATION = new DefaultVectorOperationObservationConvention();

	private final VectorRepository<ID> delegate;

	private final ObservationRegistry registry;

	private final GuardedObservations observations;

	/**
	 * Create it.
	 * @param delegate what does the work
	 * @param registry where observations go
	 */
	public ObservedVectorRepository(VectorRepository<ID> delegate, ObservationRegistry registry) {
		this.delegate = delegate;
		this.registry = registry;
		this.observations = new GuardedObservations(registry);
	}

	private <T> T observe(VectorOperation operation, Supplier<T> work, ToLongFunction<T> rows) {
		VectorOperationObservationContext context = new VectorOperationObservationContext(operation, table().name());
		return observe(context, () -> {
			T result = work.get();
			context.ended(rows.applyAsLong(result), null);
			return result;
		});
	}

	private <T> T observe(VectorOperationObservationContext context, Supplier<T> work) {
		return this.observations.observe(() -> RdsObservationDocumentation.VECTOR_OPERATION.observation(null, OPERATION,
				() -> context, this.registry), work);
	}

	@Override
	public void upsert(VectorRecord<ID> record) {
		upsert(List.of(record));
	}

	@Override
	public void upsert(Collection<VectorRecord<ID>> records) {
		observe(VectorOperation.UPSERT, () -> {
			this.delegate.upsert(records);
			return records;
		}, Collection::size);
	}

	@Override
	public ID insert(VectorRecord<ID> record) {
		return observe(VectorOperation.INSERT, () -> this.delegate.insert(record), (id) -> 1);
	}

	@Override
	public List<ID> insert(Collection<VectorRecord<ID>> records) {
		return observe(VectorOperation.INSERT, () -> this.delegate.insert(records), List::size);
	}

	@Override
	public LoadResult load(Stream<VectorRecord<ID>> records, LoadOptions options) {
		return observe(VectorOperation.LOAD, () -> this.delegate.load(records, options), LoadResult::rows);
	}

	@Override
	public LoadResult load(InputStream lines, LoadOptions options) {
		return observe(VectorOperation.LOAD, () -> this.delegate.load(lines, options), LoadResult::rows);
	}

	@Override
	public List<VectorMatch<ID>> search(VectorSearch search) {
		return searchWithReport(search).matches();
	}

	@Override
	public <T> List<T> search(VectorSearch search, RowMapper<T> rowMapper) {
		return observe(VectorOperation.SEARCH, () -> this.delegate.search(search, rowMapper), List::size);
	}

	@Override
	public ReportedMatches<ID> searchWithReport(VectorSearch search) {
		VectorOperationObservationContext context = new VectorOperationObservationContext(VectorOperation.SEARCH,
				table().name());
		return observe(context, () -> {
			ReportedMatches<ID> found = this.delegate.searchWithReport(search);
			context.ended(found.matches().size(), found.report());
			return found;
		});
	}

	@Override
	public List<List<VectorMatch<ID>>> searchAll(List<VectorSearch> searches) {
		return observe(VectorOperation.SEARCH_ALL, () -> this.delegate.searchAll(searches),
				(found) -> found.stream().mapToLong(List::size).sum());
	}

	@Override
	public boolean update(ID id, RecordChange change) {
		return observe(VectorOperation.UPDATE, () -> this.delegate.update(id, change), (found) -> found ? 1 : 0);
	}

	@Override
	public int update(Collection<ID> ids, RecordChange change) {
		return observe(VectorOperation.UPDATE, () -> this.delegate.update(ids, change), Integer::longValue);
	}

	@Override
	public int update(MetadataFilter filter, RecordChange change) {
		return observe(VectorOperation.UPDATE, () -> this.delegate.update(filter, change), Integer::longValue);
	}

	@Override
	public boolean delete(ID id) {
		return observe(VectorOperation.DELETE, () -> this.delegate.delete(id), (found) -> found ? 1 : 0);
	}

	@Override
	public int delete(Collection<ID> ids) {
		return observe(VectorOperation.DELETE, () -> this.delegate.delete(ids), Integer::longValue);
	}

	@Override
	public int delete(MetadataFilter filter) {
		return observe(VectorOperation.DELETE, () -> this.delegate.delete(filter), Integer::longValue);
	}

	@Override
	public long deleteAll() {
		return observe(VectorOperation.DELETE, this.delegate::deleteAll, Long::longValue);
	}

	@Override
	public Optional<VectorRecord<ID>> findById(ID id) {
		return this.delegate.findById(id);
	}

	@Override
	public List<VectorRecord<ID>> findAllById(Collection<ID> ids) {
		return this.delegate.findAllById(ids);
	}

	@Override
	public boolean existsById(ID id) {
		return this.delegate.existsById(id);
	}

	@Override
	public RecordWindow<ID> find(RecordQuery query) {
		return this.delegate.find(query);
	}

	@Override
	public Stream<VectorRecord<ID>> stream(RecordQuery query) {
		return this.delegate.stream(query);
	}

	@Override
	public long exportTo(OutputStream out, RecordQuery query) {
		return this.delegate.exportTo(out, query);
	}

	@Override
	public String explain(RecordQuery query) {
		return this.delegate.explain(query);
	}

	@Override
	public String explain(VectorSearch search) {
		return this.delegate.explain(search);
	}

	@Override
	public long count() {
		return this.delegate.count();
	}

	@Override
	public long count(MetadataFilter filter) {
		return this.delegate.count(filter);
	}

	@Override
	public VectorTable table() {
		return this.delegate.table();
	}

}
