package io.rdsboot.vector.recall;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TunedSetting} and {@link QuerySample}.
 */
class TunedSettingTests {

	private static final TunedSetting SETTING = new TunedSetting(Ladder.EF_SEARCH, 83, 0.957, 0.9512, 0.95, 10, 400,
			Instant.parse("2026-11-30T10:00:00.123456Z"), 50_000, 1_234_567);

	@Test
	void commentSaysAllOfIt() {
		assertThat(SETTING.writtenTo("")).isEqualTo(
				"rds-spring-boot: recall 0.9570 (at least 0.9512, target 0.95) of 10 rows at hnsw.ef_search 83, measured 2026-11-30T10:00:00.123456Z by 400 queries with 50000 rows and 1234567 changes");
		assertThat(TunedSetting.of(SETTING.writtenTo(""), Ladder.EF_SEARCH)).isEqualTo(SETTING);
	}

	@Test
	void otherLinesOfTheCommentStay() {
		TunedSetting next = new TunedSetting(Ladder.EF_SEARCH, 100, 0.96, 0.952, 0.95, 10, 400, Instant.EPOCH, 1, 2);
		String comment = next.writtenTo(SETTING.writtenTo("Owned by search team\nrds-spring-boot: built x") + "\nmore");
		assertThat(comment)
			.startsWith("Owned by search team\nrds-spring-boot: built x\nmore\nrds-spring-boot: recall ");
		assertThat(comment.lines()).hasSize(4);
		assertThat(TunedSetting.of(comment, Ladder.EF_SEARCH)).isEqualTo(next);
	}

	@Test
	void settingOfAnotherIndexOrAnEditedCommentIsNone() {
		String comment = SETTING.writtenTo("");
		assertThat(TunedSetting.of(comment, Ladder.PROBES)).isNull();
		assertThat(TunedSetting.of(comment.replace("83", "many"), Ladder.EF_SEARCH)).isNull();
		assertThat(TunedSetting.of(comment.replace("2026-", "20x6-"), Ladder.EF_SEARCH)).isNull();
		assertThat(TunedSetting.of("", Ladder.EF_SEARCH)).isNull();
	}

	@Test
	void sampleIsBoundedAndDrawnFromAll() {
		QuerySample sample = new QuerySample(ElementType.VECTOR, 100);
		float[] reused = new float[1];
		for (int i = 0; i < 10_000; i++) {
			reused[0] = i;
			sample.offer(VectorValue.of(reused));
		}
		List<Double> values = new ArrayList<>();
		sample.vectors().forEach((vector) -> values.add((double) vector.toFloats()[0]));
		assertThat(values).hasSize(100).doesNotHaveDuplicates();
		assertThat(values.stream().mapToDouble(Double::doubleValue).average().orElseThrow()).isBetween(3500.0, 6500.0);
	}

}
