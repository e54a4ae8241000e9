package io.rdsboot.actuate.observation;

import java.util.function.Consumer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.credentials.RenewalListener;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Observes renewals of credentials. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RenewalObservations implements RenewalListener {

	private static final ObservationConvention<CredentialsRenewalObservationContext> RENEWAL = new DefaultCredentialsRenewalObservationConvention();

	private final ObservationRegistry registry;

	private final GuardedObservations observations;

	/**
	 * Create it.
	 * @param registry where observations go
	 */
	public RenewalObservations(ObservationRegistry registry) {
		this.registry = registry;
		this.observations = new GuardedObservations(registry);
	}

	@Override
	public @Nullable Consumer<@Nullable Throwable> renewing(String description) {
		Observation renewal = this.observations.start(() -> RdsObservationDocumentation.CREDENTIALS_RENEWAL
			.observation(null, RENEWAL, () -> new CredentialsRenewalObservationContext(description), this.registry));
		return (renewal != null) ? (failure) -> this.observations.end(renewal, failure) : null;
	}

}
