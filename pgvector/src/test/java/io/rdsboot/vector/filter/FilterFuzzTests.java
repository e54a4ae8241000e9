package io.rdsboot.vector.filter;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Random filters, and random texts in place of filters. Each case has a seed of its own,
 * which a failure names.
 */
class FilterFuzzTests {

	private static final long FIRST_SEED = 20_261_121;

	private static final int CASES = 20_000;

	private static final List<String> PIECES = List.of("", "a", "Z", "_", "-", ".", "0", "9", "e", " ", "\t", "\n", "'",
			"''", "\"", "\"\"", "\\", "\\\\", "%", "(", ")", ",", "=", "<", ">", "!", "and", "OR", "Not", "lower",
			"lower(", "absent", "json", "timestamp", "in", "like", "between", "contains", "exists", "is", "null",
			"true", "ö", "\u00A0", "\u202E", "\u2028", "\uFEFF", "\uD83D\uDE00", "--", "/*", ";", "$1", "?", "\u001B",
			"\u0130");

	@Test
	void filterWhenPrintedIsReadAsItself() {
		eachSeed((random) -> {
			MetadataFilter filter = filter(random, random.nextInt(5));
			String text = filter.toString();
			assertThat(MetadataFilter.parse(text)).as(text).isEqualTo(filter).hasToString(text);
		});
	}

	@Test
	void textWhenMutatedIsAFilterOrRefusedWithinIt() {
		eachSeed((random) -> {
			StringBuilder text = new StringBuilder(filter(random, random.nextInt(4)).toString());
			for (int i = random.nextInt(4); i >= 0; i--) {
				int position = random.nextInt(text.length() + 1);
				int end = Math.min(text.length(), position + random.nextInt(4));
				text.replace(position, end, random.nextBoolean() ? piece(random) : "" + (char) random.nextInt(0x10000));
			}
			readOrRefuse(text.toString());
		});
	}

	@Test
	void textWhenGarbageIsAFilterOrRefusedWithinIt() {
		eachSeed((random) -> readOrRefuse(text(random, 40)));
	}

	private static void readOrRefuse(String text) {
		try {
			MetadataFilter filter = MetadataFilter.parse(text);
			assertThat(MetadataFilter.parse(filter.toString())).isEqualTo(filter);
		}
		catch (FilterSyntaxException ex) {
			assertThat(ex.getText()).isEqualTo(text);
			assertThat(ex.getPosition()).isBetween(0, text.length());
			String[] lines = String.valueOf(ex.getMessage()).split("\n", -1);
			assertThat(lines).as(ex.getMessage()).hasSize(3);
			assertThat(lines[2]).matches(" *\\^").hasSizeLessThanOrEqualTo(lines[1].length() + 1);
			assertThat(String.join("", lines).codePoints()).allMatch(SafeText::isVisible);
		}
	}

	private static void eachSeed(Consumer<Random> test) {
		for (long seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
			try {
				test.accept(new Random(seed));
			}
			catch (Throwable ex) {
				fail("Failed with seed " + seed, ex);
			}
		}
	}

	private static MetadataFilter filter(Random random, int depth) {
		int kind = (depth > 0) ? random.nextInt(4) : 3;
		Supplier<MetadataFilter> operand = () -> filter(random, depth - 1);
		return switch (kind) {
			case 0 -> MetadataFilter.and(Stream.generate(operand).limit(1 + random.nextInt(3)).toList());
			case 1 -> MetadataFilter.or(Stream.generate(operand).limit(1 + random.nextInt(3)).toList());
			case 2 -> MetadataFilter.not(operand.get());
			default -> condition(random, key(random));
		};
	}

	private static MetadataFilter condition(Random random, MetadataKey key) {
		return switch (random.nextInt(10)) {
			case 0 -> key.exists();
			case 1 -> key.isNull();
			case 2 -> key.like(text(random, 6) + "%");
			case 3 -> key.contains(value(random, random.nextInt(4)));
			case 4 -> {
				int type = random.nextInt(4);
				yield key.in(IntStream.rangeClosed(0, random.nextInt(4)).mapToObj((i) -> value(random, type)).toList());
			}
			case 5 -> random.nextBoolean() ? key.between(text(random, 4), text(random, 4))
					: key.between(-random.nextDouble(), random.nextInt(1000));
			case 6 -> key.isAbsent();
			case 7 -> key.isJsonNull();
			case 8 -> withoutCase(random, key.ignoringCase());
			default -> {
				Comparison.Operator operator = Comparison.Operator.values()[random.nextInt(6)];
				yield new Comparison(key, operator, value(random, random.nextInt(operator.isOrdering() ? 3 : 4)));
			}
		};
	}

	private static MetadataFilter withoutCase(Random random, MetadataKey key) {
		return switch (random.nextInt(5)) {
			case 0 -> key.eq(text(random, 8));
			case 1 -> key.ne(text(random, 8));
			case 2 -> key.in(text(random, 8), text(random, 8));
			case 3 -> key.contains(text(random, 8));
			default -> key.like(text(random, 6) + "%");
		};
	}

	private static Object value(Random random, int type) {
		return switch (type) {
			case 0 -> text(random, 8);
			case 1 -> number(random);
			case 2 -> Instant.ofEpochMilli(random.nextLong() >> 16);
			default -> random.nextBoolean();
		};
	}

	private static Number number(Random random) {
		return switch (random.nextInt(5)) {
			case 0 -> random.nextInt();
			case 1 -> random.nextLong();
			case 2 -> (float) random.nextGaussian();
			case 3 -> random.nextInt(10);
			default -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
		};
	}

	private static MetadataKey key(Random random) {
		String[] members = Stream.generate(() -> text(random, 4))
			.limit(random.nextBoolean() ? 0 : random.nextInt(3))
			.toArray(String[]::new);
		return MetadataKey.of(text(random, 4), members);
	}

	private static String text(Random random, int pieces) {
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(pieces + 1); i > 0; i--) {
			text.append(piece(random));
		}
		return text.toString();
	}

	private static String piece(Random random) {
		return PIECES.get(random.nextInt(PIECES.size()));
	}

}
