package io.rdsboot.vector;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Part of the rows of a {@link RecordQuery}, in their order. Immutable.
 *
 * @param <ID> type of the ids
 * @param records the records
 * @param next the position {@linkplain RecordQuery#after after} which the next window
 * begins, or {@code null} if this one is the last
 */
public record RecordWindow<ID>(List<VectorRecord<ID>> records, @Nullable RecordPosition next) {

	public RecordWindow {
		records = List.copyOf(records);
	}

	/**
	 * Return whether there were more rows when this window was read.
	 * @return whether there is a {@link #next} position
	 */
	public boolean hasNext() {
		return this.next != null;
	}

}
