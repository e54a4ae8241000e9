package io.rdsboot.actuate.observation;

import io.micrometer.observation.Observation;
import io.rdsboot.vector.SearchReport;
import org.jspecify.annotations.Nullable;

/**
 * Context of {@link RdsObservationDocumentation#VECTOR_OPERATION}: one operation of a
 * vector repository. Not thread-safe, as it belongs to the thread of the operation.
 */
public final class VectorOperationObservationContext extends Observation.Context {

	private final VectorOperation operation;

	private final String table;

	private @Nullable Long rows;

	private @Nullable SearchReport report;

	/**
	 * Create a context.
	 * @param operation the operation
	 * @param table name of the table
	 */
	public VectorOperationObservationContext(VectorOperation operation, String table) {
		this.operation = operation;
		this.table = table;
	}

	/**
	 * Return the operation.
	 */
	public VectorOperation operation() {
		return this.operation;
	}

	/**
	 * Return the name of the table.
	 */
	public String table() {
		return this.table;
	}

	/**
	 * Return how many rows were found or written, or {@code null} if that is not known:
	 * before the end, or because it failed.
	 */
	public @Nullable Long rows() {
		return this.rows;
	}

	/**
	 * Return what a search has done, or {@code null} before its end, and if it is not
	 * known, as for several searches at once and those with a row mapper.
	 */
	public @Nullable SearchReport report() {
		return this.report;
	}

	void ended(long rows, @Nullable SearchReport report) {
		this.rows = rows;
		this.report = report;
	}

}
