package io.rdsboot.sample.secrecy;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link SoughtTexts}.
 */
class SoughtTextsTests {

	/**
	 * Of two letters, so that texts overlap and many lines contain one.
	 */
	@Test
	void linesThatContainATextAreThoseThatStringSays() {
		Random random = new Random(7);
		List<String> texts = Stream.generate(() -> text(random, 4 + random.nextInt(8))).limit(5).toList();
		SoughtTexts sought = new SoughtTexts(texts);
		List<String> lines = Stream.generate(() -> text(random, random.nextInt(40))).limit(2000).toList();
		assertThat(lines)
			.allSatisfy((line) -> assertThat(sought.areIn(line)).isEqualTo(texts.stream().anyMatch(line::contains)));
		assertThat(lines).anyMatch(sought::areIn).anyMatch((line) -> !sought.areIn(line));
	}

	private static String text(Random random, int length) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < length; i++) {
			text.append(random.nextBoolean() ? 'a' : '\u00e9');
		}
		return text.toString();
	}

	@Test
	void textThatIsTooShortIsRefusedAndNotShown() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SoughtTexts(List.of("pin")))
			.withMessage("A text of 3 characters is too short to look for, which takes 4");
	}

}
