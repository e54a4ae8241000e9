package io.rdsboot.move.shadow;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts of floating-point numbers: one, or several in an array or a vector.
 */
final class NumberTexts {

	private static final Pattern NUMBER = Pattern.compile("[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d+)?");

	private NumberTexts() {
	}

	/**
	 * Return whether two texts have the same form, and numbers that differ by no more
	 * than a tolerance, relative to the larger one.
	 */
	static boolean nearlyEqual(String one, String other, double tolerance) {
		if (!NUMBER.matcher(one).replaceAll("#").equals(NUMBER.matcher(other).replaceAll("#"))) {
			return false;
		}
		Matcher numbers = NUMBER.matcher(one);
		Matcher others = NUMBER.matcher(other);
		while (numbers.find() && others.find()) {
			double a = Double.parseDouble(numbers.group());
			double b = Double.parseDouble(others.group());
			if (Math.abs(a - b) > tolerance * Math.max(Math.abs(a), Math.abs(b))) {
				return false;
			}
		}
		return true;
	}

}
