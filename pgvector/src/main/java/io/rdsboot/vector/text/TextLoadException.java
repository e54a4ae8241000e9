package io.rdsboot.vector.text;

import io.rdsboot.vector.table.VectorTable;

/**
 * Thrown when a load of texts stops before its end. Tells exactly what has been stored:
 * all records before {@link #getPosition() a position}, and none from there on. The cause
 * is what stopped the load: an {@link io.rdsboot.vector.InvalidVectorRecordException}, an
 * {@link EmbeddingException}, a {@link org.springframework.dao.DataAccessException} or
 * what the stream threw. If it says that the outcome of a commit is unknown, the batch at
 * the position may be stored too; a load that is repeated stores it again.
 */
@SuppressWarnings("serial") // the result is for the caller in the same process
public class TextLoadException extends RuntimeException {

	private final long position;

	private final TextLoadResult result;

	/**
	 * Create an exception.
	 * @param table the table
	 * @param position how many records of the stream are done
	 * @param result what has been done
	 * @param cause what stopped the load
	 */
	public TextLoadException(VectorTable table, long position, TextLoadResult result, Throwable cause) {
		super("Load of texts into vector table %s has stopped. Of the first %d records, %d are stored now, %d were unchanged and %d were rejected; nothing after them is stored. %s"
			.formatted(table, position, result.stored(), result.unchanged(), result.rejected().size(),
					(cause.getMessage() != null) ? cause.getMessage() : cause),
				cause);
		this.position = position;
		this.result = result;
	}

	/**
	 * Return how many records of the stream are done: stored, unchanged or rejected. The
	 * load can go on from there, with {@link java.util.stream.Stream#skip}.
	 * @return the position of the first record that is not done, counted from 0
	 */
	public long getPosition() {
		return this.position;
	}

	/**
	 * Return what has been done up to {@link #getPosition()}.
	 * @return the result
	 */
	public TextLoadResult getResult() {
		return this.result;
	}

}
