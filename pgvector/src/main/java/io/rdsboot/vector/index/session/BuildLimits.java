package io.rdsboot.vector.index.session;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * What the build of an index may take from the server.
 *
 * @param maxMemory the most memory, or {@code null} for a quarter of what the server's
 * {@code effective_cache_size} says it has
 * @param workers processes that help to build, or {@code null} for the server's own
 * {@code max_parallel_maintenance_workers}
 */
public record BuildLimits(@Nullable DataSize maxMemory, @Nullable Integer workers) {

	/**
	 * The least that the server takes for {@code maintenance_work_mem}.
	 */
	private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(1);

	private static final int MAX_WORKERS = 1024;

	public BuildLimits {
		if (maxMemory != null && maxMemory.compareTo(LEAST_MEMORY) < 0) {
			throw new IllegalArgumentException(
					"memory of the build of an index must be at least %d bytes, but is %d bytes"
						.formatted(LEAST_MEMORY.toBytes(), maxMemory.toBytes()));
		}
		if (workers != null && (workers < 0 || workers > MAX_WORKERS)) {
			throw new IllegalArgumentException("workers of the build of an index must be between 0 and %d, but are %d"
				.formatted(MAX_WORKERS, workers));
		}
	}

}
