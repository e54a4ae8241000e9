package io.rdsboot.vector.jdbc.sql;

import java.math.BigDecimal;
import java.util.stream.Stream;

/**
 * Text that is a number, as Java prints numbers.
 */
final class NumericText {

	/**
	 * Regular expression of PostgreSQL for decimal numbers that it can cast, in little
	 * time.
	 */
	static final String PATTERN = "^[+-]?[0-9]{1,200}([.][0-9]{1,200})?([eE][+-]?[0-9]{1,3})?$";

	private NumericText() {
	}

	/**
	 * Return a value, and if it is a number, the texts that Java prints of it as one of
	 * its types.
	 */
	static Stream<Object> forms(Object value) {
		if (!(value instanceof BigDecimal number)) {
			return Stream.of(value);
		}
		Stream<String> floating = Stream.of(Double.toString(number.doubleValue()), Float.toString(number.floatValue()))
			.filter((text) -> isEqual(text, number));
		return Stream.<Object>concat(Stream.of(number, number.toPlainString()), floating).distinct();
	}

	private static boolean isEqual(String text, BigDecimal number) {
		// An infinity is no decimal number.
		return !text.endsWith("y") && new BigDecimal(text).compareTo(number) == 0;
	}

}
