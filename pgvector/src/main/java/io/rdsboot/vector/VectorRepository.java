package io.rdsboot.vector;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.jdbc.core.RowMapper;

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
 * Where the table is declared with a tenant, every operation sees and changes the rows of
 * the {@link TenantResolver current tenant} only, and fails with an
 * {@link IllegalStateException} if there is none.
 *
 * <p>
 * What the database refuses is reported as a
 * {@link org.springframework.dao.DataAccessException}.
 *
 * @param <ID> type of the ids: {@link java.util.UUID}, {@link String}, {@link Long} or
 * {@link Integer}
 */
public interface VectorRepository<ID> {

	/**
	 * Insert a record, or replace the one that has its id.
	 * @param record the record
	 * @throws InvalidVectorRecordException if the record cannot be stored, or has no id
	 */
	void upsert(VectorRecord<ID> record);

	/**
	 * Insert records or replace those that have their ids, all or none. Where an id
	 * occurs more than once, the last one wins.
	 * @param records the records
	 * @throws InvalidVectorRecordException if one of the records cannot be stored, or has
	 * no id; nothing has been sent to the server then
	 */
	void upsert(Collection<VectorRecord<ID>> records);

	/**
	 * Insert a record whose id is new, or one without an id if the table is declared with
	 * {@link VectorTable.Builder#generatedIds() generated ids}.
	 * <p>
	 * An insert without an id is not idempotent: if it is repeated although its outcome
	 * is unknown, the row may be there twice, under two ids. Nothing in this library
	 * repeats it, and a retry of the caller's must not either, unless it knows that
	 * nothing was stored. With an id of the caller's, the second insert reports a
	 * conflict.
	 * @param record the record
	 * @return its id, which the database has generated if the record has none. A
	 * transaction that is rolled back takes the row with it; the id is not used again
	 * then, if it came from a sequence
	 * @throws InvalidVectorRecordException if the record cannot be stored
	 * @throws RecordConflictException if its id exists already
	 */
	ID insert(VectorRecord<ID> record);

	/**
	 * Insert records whose ids are new, and records without ids if the table is declared
	 * with {@link VectorTable.Builder#generatedIds() generated ids}, all or none. Not
	 * idempotent if there are records without ids, as {@link #insert(VectorRecord)}
	 * explains.
	 * @param records the records
	 * @return their ids, in the order of the records; the database has generated those
	 * that were missing
	 * @throws InvalidVectorRecordException if one of the records cannot be stored, or has
	 * the id of another of them; nothing has been sent to the server then
	 * @throws RecordConflictException if some of the ids exist already. It names them, or
	 * the positions of records whose generated ids are not new, nothing has been stored,
	 * and the caller's transaction can go on. Through a connection without binary
	 * parameters, a record that another transaction inserts at the same time is reported
	 * as a {@link org.springframework.dao.DuplicateKeyException} without its id
	 */
	List<ID> insert(Collection<VectorRecord<ID>> records);

	/**
	 * Load records by {@code COPY}, all or none, in memory that does not grow with their
	 * number. Much faster than {@link #upsert(Collection)}, the more so while the table
	 * has no vector index yet.
	 * <p>
	 * The stream and the progress listener may use the same {@code DataSource}: within a
	 * transaction of the caller's they take part in it, else they get other connections,
	 * which the pool must have. A write of a repository's to the table that is loaded is
	 * refused there. One that passes by the repositories, as in plain JDBC on a further
	 * connection, is not seen: if it waits for the load (any write beside one that
	 * replaces, one of the same id beside an insert), both wait until the server's
	 * {@code lock_timeout}, without one for ever.
	 * <p>
	 * Whether text search can hold a very long content is asked of the server, over a
	 * further connection too.
	 * <p>
	 * If the first record has no id, none may have one: the table must be declared with
	 * {@link VectorTable.Builder#generatedIds() generated ids}, and the load inserts or
	 * replaces all rows, but does not upsert. The generated ids are not returned. Such a
	 * load is not idempotent, as {@link #insert(VectorRecord)} explains.
	 * @param records the records; they are read on this thread, and closed when the load
	 * ends, however it ends. What the stream throws comes through
	 * @param options what becomes of rows that are there already, and more
	 * @return what was done
	 * @throws InvalidVectorRecordException if one of the records cannot be stored;
	 * nothing has been stored then
	 */
	LoadResult load(Stream<VectorRecord<ID>> records, LoadOptions options);

	/**
	 * Load records from JSON Lines as {@link #exportTo} writes them, all or none, like
	 * {@link #load(Stream, LoadOptions)}. For generated ids, all objects lack the
	 * {@code id}, or have {@code null} for it.
	 * @param lines the objects, in UTF-8, one behind the other; read on this thread, and
	 * not closed
	 * @param options what becomes of rows that are there already, and more
	 * @return what was done
	 * @throws InvalidVectorRecordException if one of the records cannot be stored;
	 * nothing has been stored then
	 * @throws IllegalArgumentException if there is anything else than records with ids
	 * and vectors of the table's types; nothing has been stored then
	 */
	LoadResult load(InputStream lines, LoadOptions options);

	/**
	 * Return the record with the given id, with its vectors.
	 * @param id the id
	 * @return the record, or empty if there is none
	 */
	Optional<VectorRecord<ID>> findById(ID id);

	/**
	 * Return the records with the given ids, with their vectors.
	 * @param ids the ids
	 * @return the records that there are, in the order of their ids, each once
	 */
	List<VectorRecord<ID>> findAllById(Collection<ID> ids);

	/**
	 * Return whether there is a record with the given id.
	 * @param id the id
	 * @return whether there is one
	 */
	boolean existsById(ID id);

	/**
	 * Return a window of the rows of a query, in its order. The next one begins
	 * {@linkplain RecordQuery#after after} the {@linkplain RecordWindow#next position}
	 * that this one ends with, however many rows come before.
	 * @param query which rows, and in which order
	 * @return the window
	 * @throws IllegalArgumentException if the query does not fit the table
	 */
	RecordWindow<ID> find(RecordQuery query);

	/**
	 * Return the rows of a query one after the other, in its order, in memory that does
	 * not grow with their number. There are as many as the query's limit says, and
	 * without one all.
	 * <p>
	 * The stream holds a connection, and rows on the server, until it is <em>closed</em>,
	 * by {@code try}-with-resources for one. All rows are of the moment at which this
	 * method was called. Within a transaction of the caller's the stream takes part in
	 * it, and ends with it; without one it has a read-only transaction of its own.
	 * @param query which rows, and in which order
	 * @return the records, with their vectors if the query asks for them; not for several
	 * threads
	 * @throws IllegalArgumentException if the query does not fit the table
	 */
	Stream<VectorRecord<ID>> stream(RecordQuery query);

	/**
	 * Write the rows of a query as JSON Lines that
	 * {@link #load(InputStream, LoadOptions)} reads: one object a line, in UTF-8, with
	 * {@code id}, {@code content}, {@code metadata} and {@code vectors}. Takes memory
	 * that does not grow with their number, and a transaction as {@link #stream} does.
	 * @param out where to write; flushed, but not closed
	 * @param query which rows, and in which order; their vectors are written in any case
	 * @return how many rows were written
	 * @throws IllegalArgumentException if the query does not fit the table
	 * @throws java.io.UncheckedIOException if they cannot be written
	 */
	long exportTo(OutputStream out, RecordQuery query);

	/**
	 * Return how the server would run a query.
	 * @param query the query
	 * @return the lines of {@code EXPLAIN}
	 * @throws IllegalArgumentException if the query does not fit the table
	 */
	String explain(RecordQuery query);

	/**
	 * Return the rows that are nearest to a vector, nearest first. As many rows as the
	 * search's limit come back where that many qualify. With an index the search is
	 * approximate; where the index yields too few rows, for it ends once
	 * {@code hnsw.max_scan_tuples} or {@code ivfflat.max_probes} is reached, an exact
	 * search follows.
	 * @param search what to search for
	 * @return the rows
	 * @throws IllegalArgumentException if the search does not fit the table
	 */
	List<VectorMatch<ID>> search(VectorSearch search);

	/**
	 * Return the rows that are nearest to a vector, as objects of the caller's.
	 * @param <T> type of the objects
	 * @param search what to search for, neither diversified nor reranked
	 * @param rowMapper makes objects of rows that have the table's columns, under their
	 * names and as far as the search asks for them, then {@code distance}, and for a
	 * hybrid search {@code score}
	 * @return the objects
	 * @throws IllegalArgumentException if the search does not fit the table
	 */
	<T> List<T> search(VectorSearch search, RowMapper<T> rowMapper);

	/**
	 * Find the rows nearest to a vector, as {@link #search} does, and tell what the
	 * search has done. Of a diversified or reranked search that is the search for the
	 * rows that are chosen from.
	 * @param search what to search for
	 * @return the rows that were found, in order, and the report
	 * @throws IllegalArgumentException if the search does not fit the table
	 */
	ReportedMatches<ID> searchWithReport(VectorSearch search);

	/**
	 * Run several searches, in one transaction. Those that differ in nothing but their
	 * vectors take one statement.
	 * @param searches what to search for
	 * @return the rows of each search, in the order of the searches
	 * @throws IllegalArgumentException if one of the searches does not fit the table
	 */
	List<List<VectorMatch<ID>>> searchAll(List<VectorSearch> searches);

	/**
	 * Return how the server would run a search: the plan of its first statement.
	 * @param search what to search for
	 * @return the lines of {@code EXPLAIN}
	 * @throws IllegalArgumentException if the search does not fit the table
	 */
	String explain(VectorSearch search);

	/**
	 * Change the content or the metadata of the record with the given id. Its vectors
	 * stay as they are.
	 * @param id the id
	 * @param change what to change
	 * @return whether there was such a record
	 * @throws IllegalArgumentException if the table cannot hold what the change puts
	 * @throws org.springframework.dao.DataIntegrityViolationException if the record's
	 * metadata would become too long, or is no JSON object
	 */
	boolean update(ID id, RecordChange change);

	/**
	 * Change the content or the metadata of the records with the given ids, all or none.
	 * Their vectors stay as they are.
	 * @param ids the ids
	 * @param change what to change
	 * @return how many such records there were
	 * @throws IllegalArgumentException if the table cannot hold what the change puts
	 * @throws org.springframework.dao.DataIntegrityViolationException if the metadata of
	 * one of them would become too long, or is no JSON object
	 */
	int update(Collection<ID> ids, RecordChange change);

	/**
	 * Change the content or the metadata of the records that a filter holds for, all or
	 * none. Their vectors stay as they are.
	 * @param filter the filter
	 * @param change what to change
	 * @return how many there were
	 * @throws IllegalArgumentException if the table cannot hold what the change puts
	 * @throws org.springframework.dao.DataIntegrityViolationException if the metadata of
	 * one of them would become too long, or is no JSON object
	 */
	int update(MetadataFilter filter, RecordChange change);

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
	 * Delete the records that a filter holds for.
	 * @param filter the filter
	 * @return how many there were
	 */
	int delete(MetadataFilter filter);

	/**
	 * Delete all records, in a table with tenants those of the current tenant, whose ids
	 * are locked in order. Without tenants, other writes of the table wait until the
	 * transaction ends, and reads do not.
	 * @return how many there were
	 */
	long deleteAll();

	/**
	 * Return how many records there are, counted exactly.
	 * @return the number of records
	 */
	long count();

	/**
	 * Return how many records a filter holds for, counted exactly.
	 * @param filter the filter
	 * @return the number of records
	 */
	long count(MetadataFilter filter);

	/**
	 * Return the table.
	 * @return the table
	 */
	VectorTable table();

}
