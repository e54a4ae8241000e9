package io.rdsboot.actuate.observation;

import java.util.function.Consumer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.table.VectorTable;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Observes builds of indexes. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class IndexBuildObservations implements VectorIndexManager.BuildListener {

	private static final ObservationConvention<IndexBuildObservationContext> BUILD = new DefaultIndexBuildObservationConvention();

	private final ObservationRegistry registry;

	private final GuardedObservations observations;

	/**
	 * Create it.
	 * @param registry where observations go
	 */
	public IndexBuildObservations(ObservationRegistry registry) {
		this.registry = registry;
		this.observations = new GuardedObservations(registry);
	}

	@Override
	public @Nullable Consumer<@Nullable Throwable> building(VectorTable table, String index, boolean again) {
		Observation build = this.observations.start(() -> RdsObservationDocumentation.INDEX_BUILD.observation(null,
				BUILD, () -> new IndexBuildObservationContext(table.name(), index, again), this.registry));
		return (build != null) ? (failure) -> this.observations.end(build, failure) : null;
	}

}
