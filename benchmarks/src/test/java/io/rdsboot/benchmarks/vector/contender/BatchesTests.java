package io.rdsboot.benchmarks.vector.contender;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Batches}.
 */
class BatchesTests {

	@Test
	void ofWhenRowsAreNoMultipleOfTheSizeEndsWithTheRest() {
		assertThat(Batches.of(List.of(1, 2, 3, 4, 5), 2)).containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
	}

	@Test
	void ofWhenSizeIsUnlimitedReturnsOneBatch() {
		assertThat(Batches.of(List.of(1, 2, 3), Integer.MAX_VALUE)).containsExactly(List.of(1, 2, 3));
	}

}
