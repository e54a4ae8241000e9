package io.rdsboot.vector.table;

import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link VectorTable}.
 */
class VectorTableTests {

	static Stream<Arguments> contradictions() {
		return Stream.of(
				Arguments.of(table().key("year", KeyType.TEXT).key("year", KeyType.INTEGER),
						"metadata key 'year' of vector table documents is declared twice"),
				Arguments.of(table().key("year", KeyType.INTEGER).tenant("who"),
						"tenant of vector table documents must be a declared metadata key with a column of one value, "
								+ "but is 'who'"),
				Arguments.of(table().key("who", KeyType.JSON).tenant("who"),
						"tenant of vector table documents must be a declared metadata key with a column of one value, "
								+ "but is 'who'"),
				Arguments.of(table().key("who", KeyType.TEXT_ARRAY).tenant("who"),
						"tenant of vector table documents must be a declared metadata key with a column of one value, "
								+ "but is 'who'"),
				Arguments.of(table().key("who", KeyType.JSON).metadataColumn(null),
						"metadata key 'who' of vector table documents needs a metadata column, and there is none"),
				Arguments.of(table().contentColumn(null).textSearch(TextSearch.of("english")),
						"vector table documents has no content column, so its words cannot be searched"),
				Arguments.of(table().idColumn("content"),
						"columns of vector table documents must differ, but are [content, embedding, content, metadata]"),
				Arguments.of(table().vector(VectorColumn.of("embedding", 3)),
						"columns of vector table documents must differ, but are [id, embedding, content, metadata]"));
	}

	@ParameterizedTest
	@MethodSource("contradictions")
	void declarationThatContradictsItselfIsRefused(VectorTable.Builder table, String message) {
		assertThatIllegalArgumentException().isThrownBy(table::build).withMessage(message);
	}

	@Test
	void idsAreGeneratedIfThatIsDeclared() {
		assertThat(table().build().hasGeneratedIds()).isFalse();
		assertThat(table().generatedIds().build().hasGeneratedIds()).isTrue();
	}

	@Test
	void keysWithColumnsAreNoPartOfTheJson() {
		VectorTable table = table().key("year", KeyType.INTEGER).key("free", KeyType.JSON).build();
		assertThat(table.untyped(Map.of("year", 2026, "free", 1, "other", 2))).isEqualTo(Map.of("free", 1, "other", 2));
		Map<String, Object> untyped = Map.of("free", 1);
		assertThat(table.untyped(untyped)).isSameAs(untyped);
		assertThat(table.typedKeys()).containsExactly(MetadataColumn.of("year", KeyType.INTEGER));
		assertThat(table.key("free")).isPresent();
		assertThat(table.key("other")).isEmpty();
	}

	private static VectorTable.Builder table() {
		return VectorTable.builder("documents").dimensions(3);
	}

}
