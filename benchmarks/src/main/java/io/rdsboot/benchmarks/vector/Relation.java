package io.rdsboot.benchmarks.vector;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.rdsboot.benchmarks.vector.data.Cell;

/**
 * Where the rows of a filter lie, seen from the vector that is searched for.
 */
enum Relation {

	/** Anywhere. */
	UNRELATED {

		@Override
		String filter(int thousandths, Cell cell) {
			return "bucket < " + thousandths;
		}

	},

	/** Around it. */
	CORRELATED {

		@Override
		String filter(int thousandths, Cell cell) {
			return around(thousandths, cell);
		}

	},

	/** Far away. */
	ANTI_CORRELATED {

		@Override
		String filter(int thousandths, Cell cell) {
			return around(thousandths, cell.elsewhere());
		}

	};

	private static final int AUTHORS_OF_A_CATEGORY = 10;

	/**
	 * Returns a filter of so many rows in a thousand, as the library and the server
	 * understand it.
	 */
	abstract String filter(int thousandths, Cell cell);

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static String around(int thousandths, Cell cell) {
		if (thousandths == 1) {
			return "document = 'document-%d'".formatted(cell.number());
		}
		int author = cell.number() / 10;
		int authors = thousandths / 10;
		if (authors < AUTHORS_OF_A_CATEGORY) {
			int first = author - author % authors;
			return "author between %d and %d".formatted(first, first + authors - 1);
		}
		return IntStream.range(0, authors / AUTHORS_OF_A_CATEGORY)
			.mapToObj((i) -> "'category-%d'".formatted((author / AUTHORS_OF_A_CATEGORY + i) % 10))
			.collect(Collectors.joining(", ", "category in (", ")"));
	}

}
