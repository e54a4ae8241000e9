package io.rdsboot.vector;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Thrown before anything is sent to the server when a record cannot be stored. Names the
 * record and its field.
 */
@SuppressWarnings("serial") // the id is of a serializable type
public class InvalidVectorRecordException extends IllegalArgumentException {

	private final @Nullable Object id;

	private final long position;

	private final String field;

	private final String problem;

	public InvalidVectorRecordException(VectorTable table, @Nullable Object id, long position, String field,
			String problem) {
		super("Record %d%s for vector table %s: %s %s".formatted(position, (id != null) ? " (id %s)".formatted(id) : "",
				table, field, problem));
		this.id = id;
		this.position = position;
		this.field = field;
		this.problem = problem;
	}

	/**
	 * Return the id of the record.
	 * @return the id, or {@code null} if the record has none
	 */
	public @Nullable Object getId() {
		return this.id;
	}

	/**
	 * Return where the record stood in the collection or stream that was given.
	 * @return the position, counted from 0
	 */
	public long getPosition() {
		return this.position;
	}

	/**
	 * Return which field of the record is wrong: {@code record}, {@code id},
	 * {@code content}, {@code metadata}, or the name of a vector column, such as
	 * {@code embedding}.
	 * @return the name of the field
	 */
	public String getField() {
		return this.field;
	}

	/**
	 * Return what is wrong with the field.
	 * @return the problem, such as {@code has 2 dimensions, but must have 3}
	 */
	public String getProblem() {
		return this.problem;
	}

}
