package io.rdsboot.vector.filter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the parts of a filter's text form.
 */
final class FilterText {

	private static final Pattern BARE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

	private FilterText() {
	}

	static String name(String name) {
		boolean bare = BARE_NAME.matcher(name).matches() && Keyword.of(name) == null;
		return bare ? name : "\"" + name.replace("\"", "\"\"") + "\"";
	}

	static String value(Object value) {
		if (value instanceof BigDecimal number) {
			return number.toPlainString();
		}
		if (value instanceof Boolean) {
			return value.toString();
		}
		String text = "'" + value.toString().replace("'", "''") + "'";
		return (value instanceof Instant) ? "timestamp " + text : text;
	}

	static String operand(MetadataFilter filter) {
		return (filter instanceof And || filter instanceof Or) ? "(" + filter + ")" : filter.toString();
	}

	static String join(String separator, List<MetadataFilter> filters) {
		return filters.stream().map(FilterText::operand).collect(Collectors.joining(separator));
	}

}
