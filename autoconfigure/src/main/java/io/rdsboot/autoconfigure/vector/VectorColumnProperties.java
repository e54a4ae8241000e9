package io.rdsboot.autoconfigure.vector;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * A column of vectors.
 */
public class VectorColumnProperties {

	/**
	 * Type of the column.
	 */
	private ElementType type = ElementType.VECTOR;

	/**
	 * Number of dimensions of the vectors.
	 */
	private @Nullable Integer dimensions;

	/**
	 * Measure by which searches order. By default cosine, and for bits hamming.
	 */
	private @Nullable Distance distance;

	private final Index index = new Index();

	public ElementType getType() {
		return this.type;
	}

	public void setType(ElementType type) {
		this.type = type;
	}

	public @Nullable Integer getDimensions() {
		return this.dimensions;
	}

	public void setDimensions(@Nullable Integer dimensions) {
		this.dimensions = dimensions;
	}

	public @Nullable Distance getDistance() {
		return this.distance;
	}

	public void setDistance(@Nullable Distance distance) {
		this.distance = distance;
	}

	public Index getIndex() {
		return this.index;
	}

	/**
	 * Index of a vector column.
	 */
	public static class Index {

		/**
		 * Type of the index. By default HNSW, which is built where Flyway makes the table
		 * too; a type that is given here is built in any case.
		 */
		private @Nullable IndexType type;

		/**
		 * Links of a node in each layer of an HNSW index. By default 16.
		 */
		private @Nullable Integer m;

		/**
		 * Candidates that are looked at while an HNSW index is built. By default 64, or
		 * twice m where that is more.
		 */
		private @Nullable Integer efConstruction;

		/**
		 * Number of lists of an IVFFlat index, about a thousandth of the expected rows.
		 * By default 100.
		 */
		private @Nullable Integer lists;

		/**
		 * Number of rows from which on an index of type auto is built. By default 10000.
		 */
		private @Nullable Integer minRows;

		/**
		 * How the index makes the vectors smaller. By default not at all while it can
		 * hold them as they are.
		 */
		private @Nullable Quantization quantization;

		/**
		 * Filters in text form that are asked so often that each has an index of its own.
		 */
		private final List<String> hotFilters = new ArrayList<>();

		public @Nullable IndexType getType() {
			return this.type;
		}

		public void setType(@Nullable IndexType type) {
			this.type = type;
		}

		public @Nullable Integer getM() {
			return this.m;
		}

		public void setM(@Nullable Integer m) {
			this.m = m;
		}

		public @Nullable Integer getEfConstruction() {
			return this.efConstruction;
		}

		public void setEfConstruction(@Nullable Integer efConstruction) {
			this.efConstruction = efConstruction;
		}

		public @Nullable Integer getLists() {
			return this.lists;
		}

		public void setLists(@Nullable Integer lists) {
			this.lists = lists;
		}

		public @Nullable Integer getMinRows() {
			return this.minRows;
		}

		public void setMinRows(@Nullable Integer minRows) {
			this.minRows = minRows;
		}

		public @Nullable Quantization getQuantization() {
			return this.quantization;
		}

		public void setQuantization(@Nullable Quantization quantization) {
			this.quantization = quantization;
		}

		public List<String> getHotFilters() {
			return this.hotFilters;
		}

	}

	/**
	 * Types of indexes.
	 */
	public enum IndexType {

		/**
		 * The index that fits the rows of the table and the memory of the server: none
		 * while there are few rows, then HNSW of the vectors as they are or made smaller,
		 * or IVFFlat.
		 */
		AUTO,

		/**
		 * A graph: good recall, slower to build.
		 */
		HNSW,

		/**
		 * Lists around centers that are drawn from the data, so built once there is data.
		 */
		IVFFLAT,

		/**
		 * No index: every search is exact and reads the whole table.
		 */
		NONE

	}

}
