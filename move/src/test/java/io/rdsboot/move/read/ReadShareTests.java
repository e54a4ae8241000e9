package io.rdsboot.move.read;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link ReadShare} and its hash.
 */
class ReadShareTests {

	/**
	 * Hashes that the tests of other implementations hold, too.
	 */
	@ParameterizedTest
	@CsvSource({ "'', 0, 00000000", "'', 1, 514e28b7", "'', ffffffff, 81f16f39", "test, 0, ba6bd213",
			"test, 9747b28c, 704b81dc", "'Hello, world!', 0, c0363e43", "'Hello, world!', 9747b28c, 24884cba",
			"The quick brown fox jumps over the lazy dog, 0, 2e4ff723",
			"The quick brown fox jumps over the lazy dog, 9747b28c, 2fa826cd", "aaaa, 9747b28c, 5a97808a",
			"aaa, 9747b28c, 283e0130", "aa, 9747b28c, 5d211726", "a, 9747b28c, 7fa09ea6" })
	void hashIsMurmur3(String text, String seed, String hash) {
		assertThat(Murmur3.hash(text.getBytes(StandardCharsets.UTF_8), Integer.parseUnsignedInt(seed, 16)))
			.isEqualTo(Integer.parseUnsignedInt(hash, 16));
	}

	/**
	 * The vectors of docs/moving.md.
	 */
	@ParameterizedTest
	@CsvSource({ "'', 00000000, 0", "test, ba6bd213, 7282", "user-1, f8a28763, 9712", "user-2, de9747cb, 8694",
			"user-3, 2b6266fb, 1694", "tenant-42, aca623b6, 6744", "Zoë, 86712d1a, 5251" })
	void bucketsAreThoseOfTheDocumentation(String key, String hash, int bucket) {
		assertThat(Murmur3.hash(key.getBytes(StandardCharsets.UTF_8), 0)).isEqualTo(Integer.parseUnsignedInt(hash, 16));
		assertThat(ReadShare.bucket(key)).isEqualTo(bucket);
	}

	@Test
	void largerShareOnlyAddsKeys() {
		for (int key = 0; key < 200; key++) {
			String text = "user-" + key;
			int first = IntStream.rangeClosed(0, 10_000)
				.filter((share) -> share(share).includes(text))
				.findFirst()
				.orElseThrow();
			assertThat(first).isEqualTo(ReadShare.bucket(text) + 1);
			assertThat(IntStream.rangeClosed(first, 10_000).allMatch((share) -> share(share).includes(text))).isTrue();
		}
	}

	private static ReadShare share(int hundredths) {
		return ReadShare.ofPercent(BigDecimal.valueOf(hundredths, 2));
	}

	@Test
	void shareOfKeysIsTheShare() {
		ReadShare share = ReadShare.ofPercent("12.5");
		long included = IntStream.range(0, 100_000).filter((key) -> share.includes("user-" + key)).count();
		assertThat(included / 1000.0).isCloseTo(12.5, within(0.4));
	}

	@Test
	void endsOfTheScaleIncludeNobodyAndEverybody() {
		assertThat(IntStream.range(0, 10_000).mapToObj(Integer::toString))
			.allMatch((key) -> !ReadShare.NONE.includes(key) && ReadShare.ALL.includes(key));
		assertThat(ReadShare.ofPercent("100.00")).isEqualTo(ReadShare.ALL).hasSameHashCodeAs(ReadShare.ALL);
		assertThat(ReadShare.ofPercent("0")).isEqualTo(ReadShare.NONE).isNotEqualTo(ReadShare.ALL);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0 %", "0.01, 0.01 %", "12.50, 12.5 %", "1e1, 10 %", "100, 100 %" })
	void textIsThePercentage(String percent, String text) {
		assertThat(ReadShare.ofPercent(percent)).hasToString(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-0.01", "100.01", "0.001", "1e999999999", "1e-999999999", "ten", "" })
	void whatIsNoShareIsRefused(String percent) {
		assertThatIllegalArgumentException().isThrownBy(() -> ReadShare.ofPercent(percent))
			.withMessageStartingWith(
					"share of reads must be a number from 0 to 100 (percent) with two decimals at most");
	}

	@Test
	void instancesOfAServiceCanBeShared() {
		assertThat(MoveKeyResolver.ofInstance("app-7d9f").key()).isEqualTo("app-7d9f");
		assertThatIllegalArgumentException().isThrownBy(() -> MoveKeyResolver.ofInstance(" "));
	}

}
