package io.rdsboot.vector.jdbc.write;

import java.util.Iterator;

import io.rdsboot.vector.VectorRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records of which the first one is looked at before the others are read. Not
 * thread-safe.
 *
 * @param <ID> type of the ids
 */
final class FirstRecord<ID> implements Iterator<VectorRecord<ID>> {

	private final Iterator<VectorRecord<ID>> records;

	private @Nullable VectorRecord<ID> first;

	FirstRecord(Iterator<VectorRecord<ID>> records) {
		this.records = records;
	}

	/**
	 * Read the first record.
	 * @return whether it has no id
	 */
	boolean isWithoutId() {
		if (this.records.hasNext()) {
			this.first = this.records.next();
		}
		return this.first != null && !this.first.hasId();
	}

	@Override
	public boolean hasNext() {
		return this.first != null || this.records.hasNext();
	}

	@Override
	public VectorRecord<ID> next() {
		VectorRecord<ID> next = (this.first != null) ? this.first : this.records.next();
		this.first = null;
		return next;
	}

}
