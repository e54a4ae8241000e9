package io.rdsboot.vector.filter;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the parts of a filter's text form.
 */
final class FilterText {

	private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

	private FilterText() {
	}

	static String key(String key) {
		boolean bare = BARE_KEY.matcher(key).matches() && Keyword.of(key) == null;
		return bare ? key : "\"" + key.replace("\"", "\"\"") + "\"";
	}

	static String value(Object value) {
		if (value instanceof BigDecimal number) {
			return number.toPlainString();
		}
		return (value instanceof Boolean) ? value.toString() : "'" + value.toString().replace("'", "''") + "'";
	}

	static String operand(MetadataFilter filter) {
		return (filter instanceof And || filter instanceof Or) ? "(" + filter + ")" : filter.toString();
	}

	static String join(String separator, List<MetadataFilter> filters) {
		return filters.stream().map(FilterText::operand).collect(Collectors.joining(separator));
	}

}
