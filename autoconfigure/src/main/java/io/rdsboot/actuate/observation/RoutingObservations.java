package io.rdsboot.actuate.observation;

import java.sql.SQLException;
import java.util.Locale;
import java.util.function.Consumer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.RoutedKeys;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Observes waits for an instance, and writes into the current observation where each
 * connection was borrowed, so that its span shows which server answered and why.
 * Thread-safe.
 *
 * <p>
 * The keys are of high cardinality although their values are few: others would become
 * tags of the meters of observations that are not this library's, and a registry refuses
 * meters of one name that differ in their tags.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingObservations implements RoutingListener {

	private static final ObservationConvention<RoutingWaitObservationContext> WAIT = new DefaultRoutingWaitObservationConvention();

	private final ObservationRegistry registry;

	private final GuardedObservations observations;

	private final String database;

	/**
	 * Create it.
	 * @param registry where observations go
	 * @param database name of the database
	 */
	public RoutingObservations(ObservationRegistry registry, String database) {
		this.registry = registry;
		this.observations = new GuardedObservations(registry);
		this.database = database;
	}

	@Override
	public void routed(RoutingDecision decision) {
		Observation current = this.registry.getCurrentObservation();
		if (current != null) {
			current.highCardinalityKeyValue(RoutedKeys.INSTANCE.withValue(decision.instance().name()))
				.highCardinalityKeyValue(RoutedKeys.ROLE.withValue(keyValue(decision.reason().role())))
				.highCardinalityKeyValue(RoutedKeys.REASON.withValue(keyValue(decision.reason())));
		}
	}

	@Override
	public @Nullable Consumer<@Nullable SQLException> waiting(InstanceRole role) {
		Observation wait = this.observations.start(() -> RdsObservationDocumentation.ROUTING_WAIT.observation(null,
				WAIT, () -> new RoutingWaitObservationContext(role, this.database), this.registry));
		return (wait != null) ? (failure) -> this.observations.end(wait, failure) : null;
	}

	private static String keyValue(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
