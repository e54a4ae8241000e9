package io.rdsboot.vector.text;

import java.util.HashMap;
import java.util.Map;

import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;

/**
 * Text on its way into the table. Immutable.
 *
 * @param <ID> type of the id
 * @param record the text
 * @param position its place among those that the caller gave, counted from 0
 * @param vectors its vectors as far as there are any, by column
 */
record PendingText<ID>(TextRecord<ID> record, long position, Map<String, VectorValue> vectors) {

	PendingText {
		vectors = Map.copyOf(vectors);
	}

	PendingText(TextRecord<ID> record, long position) {
		this(record, position, Map.of());
	}

	PendingText<ID> with(String column, VectorValue vector) {
		Map<String, VectorValue> more = new HashMap<>(this.vectors);
		more.put(column, vector);
		return new PendingText<>(this.record, this.position, more);
	}

	VectorRecord<ID> toRecord(VectorTable table) {
		Map<String, VectorValue> further = new HashMap<>(this.vectors);
		VectorValue embedding = further.remove(table.embedding().name());
		return new VectorRecord<>(this.record.id(), embedding, this.record.text(), this.record.metadata(), further);
	}

}
