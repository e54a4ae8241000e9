package io.rdsboot.vector.text;

import java.util.HashMap;
import java.util.Map;

import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.write.IdRule;
import io.rdsboot.vector.jdbc.write.RecordValidator;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Checks texts before a model is paid for their vectors.
 */
final class TextValidator {

	private final VectorTable table;

	private final RecordValidator records;

	/**
	 * Takes the place of the vector that there is not yet.
	 */
	private final DenseVector placeholder;

	TextValidator(VectorTable table) {
		Assert.notNull(table.contentColumn(),
				() -> "vector table %s has no column for the texts: declare its content column".formatted(table));
		this.table = table;
		// Only the server knows how many words a text has: the write asks it.
		this.records = new RecordValidator(table, (content) -> true);
		float[] values = new float[table.embedding().dimensions()];
		values[0] = 1;
		this.placeholder = new DenseVector(values);
	}

	/**
	 * Check a text to store.
	 * @throws InvalidVectorRecordException if the table cannot hold it
	 */
	void validate(@Nullable TextRecord<?> record, long position) {
		if (record == null) {
			throw new InvalidVectorRecordException(this.table, null, position, "record", "is null");
		}
		if (record.id() == null) {
			throw new InvalidVectorRecordException(this.table, null, position, "id", "is missing");
		}
		String problem = textProblem(record.text());
		if (problem != null) {
			throw new InvalidVectorRecordException(this.table, record.id(), position, "content", problem);
		}
		this.records.validate(
				new VectorRecord<>(record.id(), this.placeholder, record.text(), withoutTenant(record.metadata())),
				position, null, IdRule.UPSERT);
	}

	/**
	 * Check a text to search for.
	 * @throws IllegalArgumentException if there is nothing to search for, or too much
	 */
	void validateQuery(@Nullable String words) {
		String problem = textProblem(words);
		if (problem != null) {
			throw new IllegalArgumentException(
					"text to search for in vector table %s %s".formatted(this.table, problem));
		}
	}

	private static @Nullable String textProblem(@Nullable String text) {
		if (text == null) {
			return "is missing";
		}
		if (text.isBlank()) {
			return "is blank, so there is nothing to embed";
		}
		return (text.length() > TextRepository.MAX_CHARACTERS) ? "has %d characters, but must have at most %d: split it"
			.formatted(text.length(), TextRepository.MAX_CHARACTERS) : null;
	}

	/**
	 * Whose a record is, the write compares with the caller's tenant, which is not known
	 * here.
	 */
	private Map<String, Object> withoutTenant(Map<String, Object> metadata) {
		MetadataColumn tenant = this.table.tenantKey();
		if (tenant == null || !metadata.containsKey(tenant.key())) {
			return metadata;
		}
		Map<String, Object> others = new HashMap<>(metadata);
		others.remove(tenant.key());
		return others;
	}

}
