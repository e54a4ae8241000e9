package io.rdsboot.actuate.observation;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.DatabaseKeys;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.StatementKeys;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.VectorDetailKeys;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.VectorPlanKeys;
import io.rdsboot.vector.SearchReport;
import org.jspecify.annotations.Nullable;

/**
 * Default convention of {@link RdsObservationDocumentation#VECTOR_OPERATION}: a timer
 * {@code rds.vector.operation}, and spans such as {@code search documents}. Thread-safe.
 */
public class DefaultVectorOperationObservationConvention
		implements ObservationConvention<VectorOperationObservationContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof VectorOperationObservationContext;
	}

	@Override
	public String getName() {
		return "rds.vector.operation";
	}

	@Override
	public String getContextualName(VectorOperationObservationContext context) {
		return context.operation() + " " + context.table();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(VectorOperationObservationContext context) {
		return KeyValues.of(StatementKeys.COLLECTION_NAME.withValue(context.table()),
				StatementKeys.OPERATION_NAME.withValue(context.operation().toString()),
				VectorPlanKeys.PLAN.withValue(plan(context.report())));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(VectorOperationObservationContext context) {
		KeyValues keys = KeyValues.of(DatabaseKeys.SYSTEM_NAME.withValue("postgresql"),
				DatabaseKeys.QUERY_SUMMARY.withValue(getContextualName(context)));
		keys = and(keys,
				context.operation().isSearch() ? VectorDetailKeys.RETURNED_ROWS : VectorDetailKeys.WRITTEN_ROWS,
				context.rows());
		SearchReport report = context.report();
		if (report == null) {
			return keys;
		}
		keys = and(keys, VectorDetailKeys.STATEMENTS, report.statements());
		keys = and(keys, VectorDetailKeys.VISITED_ROWS, report.visited());
		keys = and(keys, VectorDetailKeys.EF_SEARCH, report.efSearch());
		return and(keys, VectorDetailKeys.PROBES, report.probes());
	}

	private static KeyValues and(KeyValues keys, KeyName name, @Nullable Number value) {
		return (value != null) ? keys.and(KeyValue.of(name, value.toString())) : keys;
	}

	private static String plan(@Nullable SearchReport report) {
		return (report != null) ? report.plan().name().toLowerCase(Locale.ROOT).replace('_', '-') : KeyValue.NONE_VALUE;
	}

}
