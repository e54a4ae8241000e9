package io.rdsboot.actuate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import org.apiguardian.api.API;

/**
 * Counts in {@code rds.logins.refused} the credentials that a server has refused, tagged
 * with the {@code rds.instance} and the {@code outcome}: {@code recovered} if others were
 * accepted then, otherwise {@code failed}. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class LoginMetrics implements ConnectivityListener {

	private final MeterRegistry registry;

	private final TelemetryGuard guard = new TelemetryGuard();

	/**
	 * Create it. A counter is registered with the first refusal at an instance.
	 * @param registry where to
	 */
	public LoginMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void loginRefused(DatabaseInstance instance, int refusals, boolean recovered) {
		this.guard.run(() -> Counter.builder("rds.logins.refused")
			.description("Credentials that a server has refused")
			.tag("rds.instance", instance.name())
			.tag("outcome", recovered ? "recovered" : "failed")
			.register(this.registry)
			.increment(refusals));
	}

}
