package io.rdsboot.vector.table;

import java.util.List;
import java.util.Objects;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Declaration of a column that holds vectors, and of its index. Immutable.
 *
 * @param name name of the column, without quotes
 * @param type type of the values
 * @param dimensions number of dimensions, from 1 to the type's greatest
 * @param distance measure by which searches order
 * @param index the index that the column should have
 * @param declaredQuantization how the index makes the vectors smaller, or {@code null} to
 * choose: not at all while the index can hold them as they are
 * @param hotFilters filters that are asked so often that each has an index of its own,
 * with its rows only
 */
public record VectorColumn(String name, ElementType type, int dimensions, Distance distance, VectorIndex index,
		@Nullable Quantization declaredQuantization, List<MetadataFilter> hotFilters) {

	private static final int MAX_INDEXED_VECTOR = 2_000;

	private static final int MAX_INDEXED_HALFVEC = 4_000;

	private static final int MAX_INDEXED_BIT = 64_000;

	public VectorColumn {
		Identifiers.check("vector column", name);
		Objects.requireNonNull(type, "type of a vector column must not be null");
		hotFilters = List.copyOf(hotFilters);
		if (dimensions < 1 || dimensions > type.maxDimensions()) {
			throw new IllegalArgumentException("dimensions of vector column %s must be between 1 and %d, but are %d"
				.formatted(name, type.maxDimensions(), dimensions));
		}
		if (!distance.supports(type)) {
			throw new IllegalArgumentException("distance of vector column %s is %s, which a %s does not have"
				.formatted(name, distance, type.sqlName()));
		}
		requireIndexable(name, type, dimensions, distance, index, declaredQuantization);
		if (!hotFilters.isEmpty() && index instanceof VectorIndex.None) {
			throw new IllegalArgumentException(
					"vector column %s has hot filters, but no index: declare one, or leave them out".formatted(name));
		}
	}

	private static void requireIndexable(String name, ElementType type, int dimensions, Distance distance,
			VectorIndex index, @Nullable Quantization declared) {
		Quantization quantization = quantization(type, dimensions, index, declared);
		boolean quantizable = switch (quantization) {
			case NONE -> true;
			case HALF -> type == ElementType.VECTOR;
			case BINARY -> type == ElementType.VECTOR || type == ElementType.HALFVEC;
		};
		if (!quantizable) {
			throw new IllegalArgumentException("vector column %s of type %s cannot have an index with quantization %s"
				.formatted(name, type.sqlName(), quantization));
		}
		ElementType indexed = indexedType(type, quantization);
		if (dimensions > maxIndexed(indexed) && !(index instanceof VectorIndex.None)) {
			throw new IllegalArgumentException(
					"dimensions of vector column %s must be at most %d to have an index of %s, but are %d"
						.formatted(name, maxIndexed(indexed), indexed.sqlName(), dimensions));
		}
		boolean unserved = indexed == ElementType.SPARSEVEC
				|| (quantization != Quantization.BINARY && (distance == Distance.L1 || distance == Distance.JACCARD));
		if (index instanceof VectorIndex.IvfFlat && unserved) {
			throw new IllegalArgumentException(
					"vector column %s cannot have an IVFFlat index, which serves no %s distance of a %s: declare an HNSW index"
						.formatted(name, distance, indexed.sqlName()));
		}
	}

	/**
	 * Return a column of type {@code vector} with {@link Distance#COSINE} and an
	 * {@link VectorIndex#hnsw() HNSW index}.
	 * @param name name of the column, without quotes
	 * @param dimensions number of dimensions
	 * @return the column
	 */
	public static VectorColumn of(String name, int dimensions) {
		return of(name, ElementType.VECTOR, dimensions, Distance.COSINE, VectorIndex.hnsw());
	}

	/**
	 * Return a column whose quantization is chosen, without hot filters.
	 * @param name name of the column, without quotes
	 * @param type type of the values
	 * @param dimensions number of dimensions
	 * @param distance measure by which searches order
	 * @param index the index
	 * @return the column
	 */
	public static VectorColumn of(String name, ElementType type, int dimensions, Distance distance, VectorIndex index) {
		return new VectorColumn(name, type, dimensions, distance, index, null, List.of());
	}

	/**
	 * Return this column with another index.
	 * @param other the index
	 * @param quantization how it makes the vectors smaller, or {@code null} to choose
	 * @return the column
	 */
	public VectorColumn withIndex(VectorIndex other, @Nullable Quantization quantization) {
		return new VectorColumn(this.name, this.type, this.dimensions, this.distance, other, quantization,
				this.hotFilters);
	}

	/**
	 * Return how the index makes the vectors smaller, as declared or chosen: not at all
	 * while the index can hold them as they are, else as half-precision floats if it can
	 * hold these, else as bits.
	 * @return the quantization
	 */
	public Quantization quantization() {
		return quantization(this.type, this.dimensions, this.index, this.declaredQuantization);
	}

	/**
	 * Return the type of what the index holds.
	 * @return the type after the quantization
	 */
	ElementType indexedType() {
		return indexedType(this.type, quantization());
	}

	private static ElementType indexedType(ElementType type, Quantization quantization) {
		return switch (quantization) {
			case NONE -> type;
			case HALF -> ElementType.HALFVEC;
			case BINARY -> ElementType.BIT;
		};
	}

	private static Quantization quantization(ElementType type, int dimensions, VectorIndex index,
			@Nullable Quantization declared) {
		if (declared != null) {
			return declared;
		}
		boolean dense = type == ElementType.VECTOR || type == ElementType.HALFVEC;
		if (!dense || dimensions <= maxIndexed(type) || index instanceof VectorIndex.None) {
			return Quantization.NONE;
		}
		return (type == ElementType.VECTOR && dimensions <= MAX_INDEXED_HALFVEC) ? Quantization.HALF
				: Quantization.BINARY;
	}

	private static int maxIndexed(ElementType type) {
		return switch (type) {
			case VECTOR -> MAX_INDEXED_VECTOR;
			case HALFVEC -> MAX_INDEXED_HALFVEC;
			case BIT -> MAX_INDEXED_BIT;
			case SPARSEVEC -> Integer.MAX_VALUE;
		};
	}

}
