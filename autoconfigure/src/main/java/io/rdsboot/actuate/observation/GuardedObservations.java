package io.rdsboot.actuate.observation;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.actuate.TelemetryGuard;
import org.jspecify.annotations.Nullable;

/**
 * Starts and ends observations whose handlers and conventions may fail without failing
 * what is observed. Thread-safe.
 */
final class GuardedObservations {

	private final ObservationRegistry registry;

	private final TelemetryGuard guard = new TelemetryGuard();

	GuardedObservations(ObservationRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Start an observation.
	 * @param observation makes the observation
	 * @return the observation, or {@code null} if it could not be started
	 */
	@Nullable Observation start(Supplier<Observation> observation) {
		return this.guard.get(() -> observation.get().start());
	}

	/**
	 * End an observation.
	 * @param failure why what was observed has failed, or {@code null} if it has not
	 */
	void end(Observation observation, @Nullable Throwable failure) {
		if (failure != null) {
			this.guard.run(() -> observation.error(failure));
		}
		this.guard.run(observation::stop);
	}

	/**
	 * Observe an action, in whose scope others see the observation as the current one.
	 * @param observation makes the observation
	 * @param action the action
	 * @return what the action returns
	 */
	<T> T observe(Supplier<Observation> observation, Supplier<T> action) {
		Observation started = start(observation);
		if (started == null) {
			return action.get();
		}
		Observation.Scope before = this.registry.getCurrentObservationScope();
		Observation.Scope scope = this.guard.get(started::openScope);
		Throwable failure = null;
		try {
			return action.get();
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			if (scope != null) {
				this.guard.run(scope::close);
			}
			// A handler that fails leaves its scope the current one.
			this.registry.setCurrentObservationScope(before);
			end(started, failure);
		}
	}

}
