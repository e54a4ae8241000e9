package io.rdsboot.actuate.observation;

import java.util.Locale;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.DatabaseKeys;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.RoutingWaitKeys;

/**
 * Default convention of {@link RdsObservationDocumentation#ROUTING_WAIT}: a timer
 * {@code rds.routing.wait} and a span {@code wait for writer}. Thread-safe.
 */
public class DefaultRoutingWaitObservationConvention implements ObservationConvention<RoutingWaitObservationContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof RoutingWaitObservationContext;
	}

	@Override
	public String getName() {
		return "rds.routing.wait";
	}

	@Override
	public String getContextualName(RoutingWaitObservationContext context) {
		return "wait for " + role(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(RoutingWaitObservationContext context) {
		return KeyValues.of(RoutingWaitKeys.ROLE.withValue(role(context)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(RoutingWaitObservationContext context) {
		return KeyValues.of(DatabaseKeys.SYSTEM_NAME.withValue("postgresql"),
				DatabaseKeys.NAMESPACE.withValue(context.database()));
	}

	private static String role(RoutingWaitObservationContext context) {
		return context.role().name().toLowerCase(Locale.ROOT);
	}

}
