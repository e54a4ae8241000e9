package io.rdsboot.actuate.observation;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.DatabaseKeys;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.IndexBuildKeys;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.StatementKeys;

/**
 * Default convention of {@link RdsObservationDocumentation#INDEX_BUILD}: a timer
 * {@code rds.vector.index.build}, and spans such as {@code CREATE INDEX documents}.
 * Thread-safe.
 */
public class DefaultIndexBuildObservationConvention implements ObservationConvention<IndexBuildObservationContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof IndexBuildObservationContext;
	}

	@Override
	public String getName() {
		return "rds.vector.index.build";
	}

	@Override
	public String getContextualName(IndexBuildObservationContext context) {
		return operation(context) + " " + context.table();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(IndexBuildObservationContext context) {
		return KeyValues.of(StatementKeys.COLLECTION_NAME.withValue(context.table()),
				StatementKeys.OPERATION_NAME.withValue(operation(context)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(IndexBuildObservationContext context) {
		return KeyValues.of(DatabaseKeys.SYSTEM_NAME.withValue("postgresql"),
				DatabaseKeys.QUERY_SUMMARY.withValue(getContextualName(context)),
				IndexBuildKeys.INDEX.withValue(context.index()));
	}

	private static String operation(IndexBuildObservationContext context) {
		return context.again() ? "REINDEX INDEX" : "CREATE INDEX";
	}

}
