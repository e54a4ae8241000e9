package io.rdsboot.actuate.observation;

import java.sql.SQLException;
import java.util.function.Consumer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.actuate.TelemetryGuard;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Observes waits for an instance. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingObservations implements RoutingListener {

	private static final ObservationConvention<RoutingWaitObservationContext> WAIT = new DefaultRoutingWaitObservationConvention();

	private final ObservationRegistry registry;

	private final String database;

	private final TelemetryGuard guard = new TelemetryGuard();

	/**
	 * Create it.
	 * @param registry where observations go
	 * @param database name of the database
	 */
	public RoutingObservations(ObservationRegistry registry, String database) {
		this.registry = registry;
		this.database = database;
	}

	@Override
	public void routed(RoutingDecision decision) {
	}

	@Override
	public @Nullable Consumer<@Nullable SQLException> waiting(InstanceRole role) {
		Observation wait = this.guard.get(() -> RdsObservationDocumentation.ROUTING_WAIT
			.observation(null, WAIT, () -> new RoutingWaitObservationContext(role, this.database), this.registry)
			.start());
		return (wait != null) ? (failure) -> end(wait, failure) : null;
	}

	private void end(Observation wait, @Nullable SQLException failure) {
		if (failure != null) {
			this.guard.run(() -> wait.error(failure));
		}
		this.guard.run(wait::stop);
	}

}
