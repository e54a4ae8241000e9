package io.rdsboot.vector.index;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Condition of an index on vectors that serves, as the server's statistics show it.
 * Immutable.
 *
 * @param size size of the index
 * @param sizeWhenNew size that it would have if it were built anew, reckoned from its
 * rows, or {@code null} if that is not known
 * @param rows rows that it holds, as the server estimates, or -1 if the table was never
 * analyzed
 * @param deadRows rows of the table that were deleted or replaced and are not vacuumed
 * yet, as the server estimates
 * @param scans how often the writer has used the index since its statistics were reset;
 * readers count for themselves
 * @param builtAt when it was built last, or {@code null} if that was not here
 * @param rowsWhenBuilt how many rows it had then, or -1 if that is not known
 * @param defect why it should be built anew, or {@code null} if it is in order
 */
public record VectorIndexCondition(DataSize size, @Nullable DataSize sizeWhenNew, long rows, long deadRows, long scans,
		@Nullable Instant builtAt, long rowsWhenBuilt, @Nullable Defect defect) {

	private static final int MEBIBYTE = 1 << 20;

	/**
	 * Return the condition in words, for a log.
	 */
	@Override
	public String toString() {
		String size = "it has %,d MB".formatted(this.size.toBytes() / MEBIBYTE);
		if (this.defect == null) {
			return size;
		}
		return switch (this.defect) {
			case TOO_LARGE -> size + ", and would have about %s if it were built anew".formatted(
					(this.sizeWhenNew != null) ? "%,d MB".formatted(this.sizeWhenNew.toBytes() / MEBIBYTE) : "less");
			case DEAD_ROWS ->
				"about %,d deleted or replaced rows of the table are not vacuumed yet, and searches visit them"
					.formatted(this.deadRows);
			case OUTGROWN ->
				"its lists were drawn from %,d rows, and it has about %,d now".formatted(this.rowsWhenBuilt, this.rows);
		};
	}

	/**
	 * Why an index should be built anew.
	 */
	public enum Defect {

		/**
		 * It is much larger than its rows need, because many were deleted.
		 */
		TOO_LARGE,

		/**
		 * Vacuum does not keep up with rows that are deleted or replaced.
		 */
		DEAD_ROWS,

		/**
		 * The lists of an IVFFlat index were drawn when the table had far fewer rows.
		 */
		OUTGROWN

	}

}
