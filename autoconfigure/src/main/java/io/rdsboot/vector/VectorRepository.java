package io.rdsboot.vector;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.springframework.util.Assert;

/**
 * Rows of one {@link VectorTable}: written, found by id, and searched by distance.
 * Thread-safe.
 *
 * <p>
 * Every operation takes part in the Spring transaction that is active on the
 * {@link DataSource}; without one it opens its own, read-only for reads, so that a
 * routing {@code DataSource} serves them from a reader. Within a transaction of the
 * caller's, {@link #search} leaves pgvector's scan settings changed until the transaction
 * ends.
 *
 * <p>
 * What the database refuses is reported as a
 * {@link org.springframework.dao.DataAccessException}.
 *
 * @param <ID> type of the ids: {@link java.util.UUID}, {@link String} or {@link Long}
 */
public interface VectorRepository<ID> {

	/**
	 * Insert a record, or replace the one that has its id.
	 * @param record the record
	 * @throws InvalidVectorRecordException if the record cannot be stored
	 */
	void upsert(VectorRecord<ID> record);

	/**
	 * Insert records or replace those that have their ids, all or none. Where an id
	 * occurs more than once, the last one wins.
	 * @param records the records
	 * @throws InvalidVectorRecordException if one of the records cannot be stored;
	 * nothing has been sent to the server then
	 */
	void upsert(Collection<VectorRecord<ID>> records);

	/**
	 * Load records by {@code COPY}, all or none, in memory that does not grow with their
	 * number. Much faster than {@link #upsert(Collection)}, the more so while the table
	 * has no vector index yet.
	 * @param records the records; they are read on this thread, and closed when the load
	 * ends, however it ends. What the stream throws comes through
	 * @param options what becomes of rows that are there already, and more
	 * @return what was done
	 * @throws InvalidVectorRecordException if one of the records cannot be stored;
	 * nothing has been stored then
	 */
	LoadResult load(Stream<VectorRecord<ID>> records, LoadOptions options);

	/**
	 * Return the record with the given id.
	 * @param id the id
	 * @return the record, or empty if there is none
	 */
	Optional<VectorRecord<ID>> findById(ID id);

	/**
	 * Return the rows that are nearest to a vector, nearest first. As many rows as the
	 * search's limit come back where the table has them; with an index the search is
	 * approximate, and with a filter that few rows fulfil it ends once
	 * {@code hnsw.max_scan_tuples} or {@code ivfflat.max_probes} is reached.
	 * @param search what to search for
	 * @return the rows
	 * @throws IllegalArgumentException if the vector does not fit the table
	 */
	List<VectorMatch<ID>> search(VectorSearch search);

	/**
	 * Delete the record with the given id.
	 * @param id the id
	 * @return whether there was one
	 */
	boolean delete(ID id);

	/**
	 * Delete the records with the given ids.
	 * @param ids the ids
	 * @return how many there were
	 */
	int delete(Collection<ID> ids);

	/**
	 * Return how many records there are, counted exactly.
	 * @return the number of records
	 */
	long count();

	/**
	 * Return the table.
	 * @return the table
	 */
	VectorTable table();

	/**
	 * Return a repository of a table that exists.
	 * @param <ID> type of the ids
	 * @param dataSource where the table is
	 * @param table the table
	 * @param idClass class of the ids, which is the {@link IdType#javaType() Java type}
	 * of the table's id type
	 * @return the repository
	 * @throws IllegalArgumentException if the class does not fit the table's id type
	 */
	static <ID> VectorRepository<ID> of(DataSource dataSource, VectorTable table, Class<ID> idClass) {
		Assert.isTrue(table.idType().javaType() == idClass,
				() -> "ids of vector table %s are of type %s, which is %s in Java, not %s".formatted(table,
						table.idType().sqlType(), table.idType().javaType().getName(), idClass.getName()));
		return new JdbcVectorRepository<>(dataSource, table, idClass);
	}

}
