package io.rdsboot.actuate;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.RenewalStatus;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/**
 * Meters of credentials that are renewed: {@code rds.credentials.age} and
 * {@code rds.credentials.remaining} (seconds; NaN where that is not known), and
 * {@code rds.credentials.renewals}, tagged with the {@code outcome}. Nothing of the
 * credentials is in a tag.
 */
@API(status = API.Status.INTERNAL)
public final class CredentialsMetrics {

	private final DatabaseCredentialsProvider provider;

	/**
	 * Register the meters, unless the credentials are not renewed.
	 * @param provider the application's provider
	 * @param registry where to
	 */
	public CredentialsMetrics(DatabaseCredentialsProvider provider, MeterRegistry registry) {
		this.provider = provider;
		new TelemetryGuard().run(() -> register(registry));
	}

	private void register(MeterRegistry registry) {
		if (this.provider.renewalStatus() == null) {
			return;
		}
		register(registry, "rds.credentials.age", "Time since the credentials in use were made or read",
				RenewalStatus::age);
		register(registry, "rds.credentials.remaining", "Time for which the credentials in use are still served",
				RenewalStatus::remaining);
		register(registry, "success", RenewalStatus::renewals);
		register(registry, "failure", RenewalStatus::failures);
	}

	private void register(MeterRegistry registry, String name, String description,
			Function<RenewalStatus, @Nullable Duration> property) {
		TimeGauge.builder(name, this, TimeUnit.SECONDS, (metrics) -> metrics.seconds(property))
			.description(description)
			.strongReference(true)
			.register(registry);
	}

	private void register(MeterRegistry registry, String outcome, ToLongFunction<RenewalStatus> count) {
		FunctionCounter.builder("rds.credentials.renewals", this, (metrics) -> metrics.count(count))
			.description("Renewals of credentials, the first time included")
			.tag("outcome", outcome)
			.register(registry);
	}

	private double seconds(Function<RenewalStatus, @Nullable Duration> property) {
		RenewalStatus status = this.provider.renewalStatus();
		Duration value = (status != null) ? property.apply(status) : null;
		return (value != null) ? value.toMillis() / 1000.0 : Double.NaN;
	}

	private double count(ToLongFunction<RenewalStatus> count) {
		RenewalStatus status = this.provider.renewalStatus();
		return (status != null) ? count.applyAsLong(status) : 0;
	}

}
