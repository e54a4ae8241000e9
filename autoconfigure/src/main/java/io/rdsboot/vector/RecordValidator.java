package io.rdsboot.vector;

import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Refuses what the table cannot hold, before it reaches the server.
 */
final class RecordValidator {

	private final VectorTable table;

	RecordValidator(VectorTable table) {
		this.table = table;
	}

	void validate(@Nullable VectorRecord<?> record, int position) {
		if (record == null) {
			throw new InvalidVectorRecordException(this.table, null, position, "record", "is null");
		}
		idProblem(record.id()).ifPresent((problem) -> fail(record, position, "id", problem));
		embeddingProblem(record.embedding().toFloats())
			.ifPresent((problem) -> fail(record, position, "embedding", problem));
		String content = record.content();
		if (content != null && MetadataRules.hasNul(content)) {
			fail(record, position, "content", "has a NUL character, which PostgreSQL cannot store");
		}
		for (Map.Entry<String, Object> member : record.metadata().entrySet()) {
			if (member.getValue() == null) {
				fail(record, position, "metadata",
						"has the value null at '%s': leave the member out".formatted(member.getKey()));
			}
			MetadataRules.problem(member.getKey(), member.getValue())
				.ifPresent((problem) -> fail(record, position, "metadata", problem));
		}
	}

	void validateId(@Nullable Object id) {
		idProblem(id).ifPresent((problem) -> {
			throw new IllegalArgumentException("id for vector table %s %s".formatted(this.table, problem));
		});
	}

	void validateQuery(float[] vector) {
		embeddingProblem(vector).ifPresent((problem) -> {
			throw new IllegalArgumentException(
					"vector to search for in vector table %s %s".formatted(this.table, problem));
		});
	}

	private void fail(VectorRecord<?> record, int position, String field, String problem) {
		throw new InvalidVectorRecordException(this.table, record.id(), position, field, problem);
	}

	private Optional<String> idProblem(@Nullable Object id) {
		if (id == null) {
			return Optional.of("is null");
		}
		Class<?> expected = this.table.idType().javaType();
		if (!expected.isInstance(id)) {
			return Optional.of("is a %s, but must be a %s".formatted(id.getClass().getName(), expected.getName()));
		}
		if (id instanceof String text) {
			if (text.isEmpty()) {
				return Optional.of("is empty");
			}
			if (MetadataRules.hasNul(text)) {
				return Optional.of("has a NUL character, which PostgreSQL cannot store");
			}
		}
		return Optional.empty();
	}

	private Optional<String> embeddingProblem(float @Nullable [] embedding) {
		if (embedding == null) {
			return Optional.of("is null");
		}
		if (embedding.length != this.table.embedding().dimensions()) {
			return Optional.of("has %d dimensions, but must have %d".formatted(embedding.length,
					this.table.embedding().dimensions()));
		}
		boolean zero = true;
		for (int i = 0; i < embedding.length; i++) {
			if (!Float.isFinite(embedding[i])) {
				return Optional.of("is %s at index %d, but must be finite".formatted(embedding[i], i));
			}
			zero = zero && embedding[i] == 0;
		}
		if (zero && this.table.embedding().distance() == Distance.COSINE) {
			return Optional.of("is a zero vector, which has no cosine distance");
		}
		return Optional.empty();
	}

}
