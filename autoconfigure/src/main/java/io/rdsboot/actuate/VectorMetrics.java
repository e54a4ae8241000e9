package io.rdsboot.actuate;

import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.rdsboot.vector.index.IndexBuildProgress;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.index.VectorIndexStatus;
import io.rdsboot.vector.recall.RecallStatus;
import io.rdsboot.vector.recall.RecallTuner;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Meters of vector indexes, {@code rds.vector.index.ready} and
 * {@code rds.vector.index.progress}, and of the recall of searches,
 * {@code rds.vector.recall}, {@code rds.vector.recall.target} and
 * {@code rds.vector.recall.setting}. Values that are not known are NaN. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class VectorMetrics {

	private final VectorIndexManager indexes;

	private final RecallTuner recall;

	/**
	 * Register the meters of all indexes and columns that are declared.
	 * @param indexes knows how far the indexes are
	 * @param recall knows the recall
	 * @param registry where to
	 */
	public VectorMetrics(VectorIndexManager indexes, RecallTuner recall, MeterRegistry registry) {
		this.indexes = indexes;
		this.recall = recall;
		TelemetryGuard guard = new TelemetryGuard();
		guard.run(() -> indexes.status().forEach((status) -> registerIndex(status, registry)));
		guard.run(() -> recall.status().forEach((status) -> registerRecall(status, registry)));
	}

	private void registerIndex(VectorIndexStatus declared, MeterRegistry registry) {
		Predicate<VectorIndexStatus> same = (status) -> status.table().equals(declared.table())
				&& status.purpose().equals(declared.purpose());
		Tags tags = Tags.of("db.collection.name", declared.table().name(), "purpose", declared.purpose());
		Gauge
			.builder("rds.vector.index.ready", this,
					(metrics) -> metrics.index(same,
							(status) -> (status.state() == VectorIndexStatus.State.READY) ? 1 : 0))
			.description("Whether the index is as declared")
			.tags(tags)
			.register(registry);
		Gauge.builder("rds.vector.index.progress", this, (metrics) -> metrics.index(same, VectorMetrics::progress))
			.description("How much of the present phase of a build is done, from 0 to 1")
			.tags(tags)
			.register(registry);
	}

	private double index(Predicate<VectorIndexStatus> same, ToDoubleFunction<VectorIndexStatus> value) {
		return this.indexes.status().stream().filter(same).mapToDouble(value).findFirst().orElse(Double.NaN);
	}

	private static double progress(VectorIndexStatus status) {
		IndexBuildProgress progress = status.progress();
		return (progress != null && progress.total() > 0) ? (double) progress.done() / progress.total() : Double.NaN;
	}

	private void registerRecall(RecallStatus declared, MeterRegistry registry) {
		Predicate<RecallStatus> same = (status) -> status.table().equals(declared.table())
				&& status.column().equals(declared.column());
		Tags tags = Tags.of("db.collection.name", declared.table().name(), "column", declared.column());
		Gauge.builder("rds.vector.recall", this, (metrics) -> metrics.recall(same, (status) -> orNaN(status.recall())))
			.description("Measured part of the nearest rows that searches find, from 0 to 1")
			.tags(tags)
			.register(registry);
		Gauge.builder("rds.vector.recall.target", this, (metrics) -> metrics.recall(same, RecallStatus::target))
			.description("Recall that searches are to reach")
			.tags(tags)
			.register(registry);
		Gauge
			.builder("rds.vector.recall.setting", this,
					(metrics) -> metrics.recall(same, (status) -> orNaN(status.value())))
			.description("Value of hnsw.ef_search or ivfflat.probes that searches are tuned to")
			.tags(tags)
			.register(registry);
	}

	private double recall(Predicate<RecallStatus> same, ToDoubleFunction<RecallStatus> value) {
		return this.recall.status().stream().filter(same).mapToDouble(value).findFirst().orElse(Double.NaN);
	}

	private static double orNaN(@Nullable Number value) {
		return (value != null) ? value.doubleValue() : Double.NaN;
	}

}
