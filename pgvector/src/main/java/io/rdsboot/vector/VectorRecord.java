package io.rdsboot.vector;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Row of a vector table. Immutable, but for arrays that its vectors were made of.
 *
 * @param <ID> type of the id
 * @param id primary key, or {@code null} in a record to insert whose id the database is
 * to generate; see {@link #withoutId}
 * @param embedding value of the main vector column, or {@code null} in a record that was
 * read without its vectors, or from a row that others wrote without one; such a record
 * cannot be written
 * @param content text that the vector stands for, or {@code null}
 * @param metadata what is known about the row. Declared keys have values of their
 * {@link io.rdsboot.vector.table.KeyType}; the others form a JSON object, of which a
 * member that is {@code null} in the database is left out, whole numbers come back as
 * {@link Integer}, {@link Long} or {@link java.math.BigInteger}, and others as
 * {@link Double}, or as {@link java.math.BigDecimal} where a double is another number.
 * What other writers stored and cannot be read is left out, see
 * {@link #metadataProblems()}.
 * @param furtherVectors values of the table's other vector columns, by the name of the
 * column; one that has no value, or was not read, is left out
 */
public record VectorRecord<ID>(@Nullable ID id, @Nullable VectorValue embedding, @Nullable String content,
		Map<String, Object> metadata, Map<String, VectorValue> furtherVectors) {

	public VectorRecord {
		Objects.requireNonNull(metadata, () -> "metadata of vector record %s must not be null".formatted(id));
		metadata = (metadata instanceof ReadableMetadata) ? metadata : unmodifiableCopy(metadata);
		furtherVectors = unmodifiableCopy(furtherVectors);
	}

	/**
	 * Create a record of a table with one vector column.
	 * @param id primary key
	 * @param embedding the vector, or {@code null} for a record that is not to be written
	 * @param content text that the vector stands for, or {@code null}
	 * @param metadata what is known about the row
	 */
	public VectorRecord(@Nullable ID id, @Nullable VectorValue embedding, @Nullable String content,
			Map<String, Object> metadata) {
		this(id, embedding, content, metadata, Map.of());
	}

	/**
	 * Create a record of a table with one vector column of floats.
	 * @param id primary key
	 * @param embedding the vector; not copied, so it must not be changed while the record
	 * is in use
	 * @param content text that the vector stands for, or {@code null}
	 * @param metadata what is known about the row
	 */
	public VectorRecord(ID id, float[] embedding, @Nullable String content, Map<String, Object> metadata) {
		this(id, new DenseVector(embedding), content, metadata, Map.of());
	}

	/**
	 * Create a record without metadata, of a table with one vector column of floats.
	 * @param id primary key
	 * @param embedding the vector; not copied, so it must not be changed while the record
	 * is in use
	 * @param content text that the vector stands for, or {@code null}
	 */
	public VectorRecord(ID id, float[] embedding, @Nullable String content) {
		this(id, embedding, content, Map.of());
	}

	/**
	 * Create a record to insert whose id the database generates.
	 * @param <ID> type of the id
	 * @param embedding the vector
	 * @param content text that the vector stands for, or {@code null}
	 * @param metadata what is known about the row
	 * @return the record
	 * @see VectorRepository#insert(VectorRecord)
	 */
	public static <ID> VectorRecord<ID> withoutId(VectorValue embedding, @Nullable String content,
			Map<String, Object> metadata) {
		return new VectorRecord<>(null, embedding, content, metadata, Map.of());
	}

	/**
	 * Create a record to insert whose id the database generates, with a vector of floats.
	 * @param <ID> type of the id
	 * @param embedding the vector; not copied, so it must not be changed while the record
	 * is in use
	 * @param content text that the vector stands for, or {@code null}
	 * @param metadata what is known about the row
	 * @return the record
	 * @see VectorRepository#insert(VectorRecord)
	 */
	public static <ID> VectorRecord<ID> withoutId(float[] embedding, @Nullable String content,
			Map<String, Object> metadata) {
		return withoutId(new DenseVector(embedding), content, metadata);
	}

	/**
	 * Return the primary key.
	 * @return the id
	 * @throws IllegalStateException if the record has none; records that were read have
	 * one
	 */
	@Override
	public ID id() {
		if (this.id == null) {
			throw new IllegalStateException(
					"%s has no id: the database generates it when the record is inserted, and insert returns it"
						.formatted(this));
		}
		return this.id;
	}

	/**
	 * Return whether the record has an id.
	 * @return whether {@link #id()} returns one
	 */
	public boolean hasId() {
		return this.id != null;
	}

	/**
	 * Return this record with an id.
	 * @param id the id, such as the one that {@link VectorRepository#insert(VectorRecord)
	 * insert} returned
	 * @return the new record
	 */
	public VectorRecord<ID> withId(ID id) {
		return new VectorRecord<>(id, this.embedding, this.content, this.metadata, this.furtherVectors);
	}

	/**
	 * Return this record with a value in another vector column.
	 * @param column name of the column
	 * @param vector the value
	 * @return the new record
	 */
	public VectorRecord<ID> withVector(String column, VectorValue vector) {
		Map<String, VectorValue> vectors = new LinkedHashMap<>(this.furtherVectors);
		vectors.put(column, vector);
		return new VectorRecord<>(this.id, this.embedding, this.content, this.metadata, vectors);
	}

	/**
	 * Return what could not be read of the metadata and is left out of it: members of
	 * more than 500 levels, all beyond the first 1,048,576 characters of the JSON, all of
	 * it where it is no JSON object, and values of a declared key that its type does not
	 * have in Java. Such a record cannot be written with this metadata.
	 * @return the problems, each of which goes on from {@code metadata}; empty for a
	 * record that was read whole or was not read at all
	 */
	public List<String> metadataProblems() {
		return ReadableMetadata.problems(this.metadata);
	}

	private static <V> Map<String, V> unmodifiableCopy(Map<String, V> map) {
		return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
	}

	@Override
	public String toString() {
		return "VectorRecord[%sembedding=%s]".formatted((this.id != null) ? "id=%s, ".formatted(this.id) : "",
				this.embedding);
	}

}
