package io.rdsboot.benchmarks.vector;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeapSamples}.
 */
class HeapSamplesTests {

	private static final int MEBIBYTES_64 = 64 * 1024 * 1024;

	private final HeapSamples samples = new HeapSamples();

	@Test
	void sampleWhenMoreIsHeldSeesIt() {
		this.samples.sample();
		byte[] held = new byte[MEBIBYTES_64];
		this.samples.sample();
		assertThat(this.samples.used().get(1) - this.samples.used().get(0)).isGreaterThan(held.length / 2);
		assertThat(this.samples.growth()).isPositive();
		assertThat(HeapSamples.peak()).isGreaterThanOrEqualTo(held.length);
	}

}
