package io.rdsboot.actuate;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;
import org.apiguardian.api.API;

/**
 * Counts routing decisions in {@code rds.routing.decisions}, tagged with the {@code role}
 * that was chosen and the {@code reason} for it. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingMetrics implements RoutingListener {

	private final Map<RoutingReason, Counter> counters = new EnumMap<>(RoutingReason.class);

	/**
	 * Register one counter for each reason, so that all are there before the first
	 * decision.
	 * @param registry where to
	 */
	public RoutingMetrics(MeterRegistry registry) {
		for (RoutingReason reason : RoutingReason.values()) {
			this.counters.put(reason,
					Counter.builder("rds.routing.decisions")
						.description("Physical connections borrowed, by the role chosen and the reason for it")
						.tag("role", tagValue(reason.role()))
						.tag("reason", tagValue(reason))
						.register(registry));
		}
	}

	@Override
	public void routed(RoutingDecision decision) {
		Objects.requireNonNull(this.counters.get(decision.reason())).increment();
	}

	private static String tagValue(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
