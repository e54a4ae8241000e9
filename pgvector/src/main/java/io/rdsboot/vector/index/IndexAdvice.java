package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.List;

import io.rdsboot.vector.table.VectorColumn;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Index that fits a column and its rows. Immutable.
 *
 * @param column the column with the index, or with none
 * @param reason why this index
 * @param size size of the index when it is new, or {@code null} if that cannot be told or
 * there is no index
 * @param buildMemory memory with which it is built at full speed
 * @param buildTime about how long that takes with two workers, within a factor of two on
 * servers of the 2020s; zero if there is no index
 * @param hints what else is worth knowing, empty if there is nothing
 */
public record IndexAdvice(VectorColumn column, String reason, @Nullable DataSize size, DataSize buildMemory,
		Duration buildTime, List<String> hints) {

	public IndexAdvice {
		hints = List.copyOf(hints);
	}

}
