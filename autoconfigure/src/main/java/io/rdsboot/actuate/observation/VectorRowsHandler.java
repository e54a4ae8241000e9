package io.rdsboot.actuate.observation;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.rdsboot.vector.SearchReport;
import org.apiguardian.api.API;

/**
 * Keeps distributions of the rows of vector operations: {@code rds.vector.rows}, those
 * found or written, and {@code rds.vector.visited}, those that a search has looked at.
 * Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class VectorRowsHandler implements ObservationHandler<VectorOperationObservationContext> {

	private final MeterRegistry registry;

	/**
	 * Create a handler.
	 * @param registry where to
	 */
	public VectorRowsHandler(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof VectorOperationObservationContext;
	}

	@Override
	public void onStop(VectorOperationObservationContext context) {
		if (context.rows() != null) {
			DistributionSummary.builder("rds.vector.rows")
				.description("Rows found or written by an operation of a vector repository")
				.tag("db.collection.name", context.table())
				.tag("db.operation.name", context.operation().toString())
				.register(this.registry)
				.record(context.rows());
		}
		SearchReport report = context.report();
		if (report != null && report.visited() != null) {
			DistributionSummary.builder("rds.vector.visited")
				.description("Rows that a search has looked at")
				.tag("db.collection.name", context.table())
				.register(this.registry)
				.record(report.visited());
		}
	}

}
