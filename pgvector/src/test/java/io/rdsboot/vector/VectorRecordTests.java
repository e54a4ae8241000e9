package io.rdsboot.vector;

import java.util.Map;

import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link VectorRecord}.
 */
class VectorRecordTests {

	private static final VectorRecord<Long> RECORD = VectorRecord.withoutId(new float[] { 1, 2 }, "c", Map.of("a", 1));

	@Test
	void recordWithoutIdSaysSo() {
		assertThat(RECORD.hasId()).isFalse();
		assertThatIllegalStateException().isThrownBy(RECORD::id)
			.withMessage(RECORD
					+ " has no id: the database generates it when the record is inserted, and insert returns it");
		assertThat(RECORD).hasToString("VectorRecord[embedding=%s]".formatted(VectorValue.of(1, 2)));
	}

	@Test
	void recordsWithoutIdsAreEqualIfAllElseIs() {
		VectorRecord<Long> equal = VectorRecord.withoutId(VectorValue.of(1, 2), "c", Map.of("a", 1));
		assertThat(RECORD).isEqualTo(equal).hasSameHashCodeAs(equal);
		assertThat(RECORD).isNotEqualTo(VectorRecord.<Long>withoutId(VectorValue.of(1, 3), "c", Map.of("a", 1)));
		assertThat(RECORD).isNotEqualTo(RECORD.withId(1L));
	}

	@Test
	void idIsAddedToAllThatTheRecordHas() {
		VectorRecord<Long> record = RECORD.withVector("title", VectorValue.of(3)).withId(5L);
		assertThat(record).isEqualTo(
				new VectorRecord<>(5L, VectorValue.of(1, 2), "c", Map.of("a", 1), Map.of("title", VectorValue.of(3))));
		assertThat(record.hasId()).isTrue();
		assertThat(record.id()).isEqualTo(5);
		assertThat(record.withVector("title", VectorValue.of(4)).id()).isEqualTo(5);
		assertThat(record).hasToString("VectorRecord[id=5, embedding=%s]".formatted(VectorValue.of(1, 2)));
	}

}
