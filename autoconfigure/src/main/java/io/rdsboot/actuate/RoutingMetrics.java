package io.rdsboot.actuate;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;
import org.apiguardian.api.API;

/**
 * Meters of borrows: {@code rds.routing.borrow}, the time that each took, tagged with the
 * {@code role} that was chosen and the {@code reason} for it, and
 * {@code rds.routing.borrow.failures}, tagged with the {@code role} that was asked for
 * and the {@code error}. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingMetrics implements RoutingListener {

	private final MeterRegistry registry;

	private final Map<RoutingReason, Timer> timers = new EnumMap<>(RoutingReason.class);

	/**
	 * Register one timer for each reason, so that all are there before the first
	 * decision.
	 * @param registry where to
	 */
	public RoutingMetrics(MeterRegistry registry) {
		this.registry = registry;
		new TelemetryGuard().run(this::registerTimers);
	}

	private void registerTimers() {
		for (RoutingReason reason : RoutingReason.values()) {
			this.timers.put(reason,
					Timer.builder("rds.routing.borrow")
						.description("Time to borrow a physical connection, by the role chosen and the reason for it")
						.tag("role", tagValue(reason.role()))
						.tag("reason", tagValue(reason))
						.register(this.registry));
		}
	}

	@Override
	public void routed(RoutingDecision decision) {
		routed(decision, 0);
	}

	@Override
	public void routed(RoutingDecision decision, long nanos) {
		Timer timer = this.timers.get(decision.reason());
		if (timer != null) {
			timer.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void failed(InstanceRole role, SQLException failure) {
		Counter.builder("rds.routing.borrow.failures")
			.description("Borrows that ended without a connection")
			.tag("role", tagValue(role))
			.tag("error", failure.getClass().getSimpleName())
			.register(this.registry)
			.increment();
	}

	private static String tagValue(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
