package io.rdsboot.test.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A request in AWS's Query protocol, with what all of RDS's descriptions have in common:
 * filters and pages.
 */
final class RdsQuery {

	private static final int MIN_RECORDS = 20;

	static final int MAX_RECORDS = 100;

	private final Map<String, String> parameters = new HashMap<>();

	RdsQuery(HttpRequestText request) {
		for (String pair : new String(request.body(), StandardCharsets.UTF_8).split("&", -1)) {
			String[] parts = pair.split("=", 2);
			if (parts.length == 2) {
				this.parameters.put(decode(parts[0]), decode(parts[1]));
			}
		}
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	/**
	 * Value of a parameter.
	 * @param name the parameter
	 * @return the value, or {@code null} when it is not there
	 */
	@Nullable String parameter(String name) {
		return this.parameters.get(name);
	}

	/**
	 * Records that pass all filters of the request.
	 * @param <T> the records' type
	 * @param records all records
	 * @param filters for each filter the values of a record, any of which may be asked
	 * for
	 * @return those that pass
	 * @throws AwsError when the request has another filter
	 */
	<T> List<T> filter(List<T> records, Map<String, Function<T, Collection<String>>> filters) {
		List<T> passing = records;
		for (int number = 1; this.parameters.containsKey("Filters.Filter.%d.Name".formatted(number)); number++) {
			String name = Objects.requireNonNull(parameter("Filters.Filter.%d.Name".formatted(number)));
			Function<T, Collection<String>> property = filters.get(name);
			if (property == null) {
				throw AwsError.badRequest("InvalidParameterValue", "Unrecognized filter name: " + name);
			}
			String prefix = "Filters.Filter.%d.Values.".formatted(number);
			List<String> wanted = this.parameters.entrySet()
				.stream()
				.filter((parameter) -> parameter.getKey().startsWith(prefix))
				.map(Map.Entry::getValue)
				.toList();
			passing = passing.stream().filter((record) -> containsAny(property.apply(record), wanted)).toList();
		}
		return passing;
	}

	private static boolean containsAny(Collection<String> values, List<String> wanted) {
		return values.stream().anyMatch((value) -> wanted.stream().anyMatch(value::equalsIgnoreCase));
	}

	/**
	 * The page that is asked for. Its marker is the identifier after which the next one
	 * begins, so that records which come and go meanwhile move no others.
	 * @param <T> the records' type
	 * @param records all records, in any order
	 * @param identifier identifier of a record
	 * @param limit number of records on a page at most, whatever the request says
	 * @return the page
	 * @throws AwsError when the request asks for a page of a size that RDS does not have
	 */
	<T> Page<T> page(List<T> records, Function<T, String> identifier, int limit) {
		int size = Math.min(limit, maxRecords());
		String marker = this.parameters.getOrDefault("Marker", "");
		List<T> left = records.stream()
			.filter((record) -> identifier.apply(record).compareTo(marker) > 0)
			.sorted(Comparator.comparing(identifier))
			.toList();
		return (left.size() <= size) ? new Page<>(left, null)
				: new Page<>(left.subList(0, size), identifier.apply(left.get(size - 1)));
	}

	private int maxRecords() {
		String value = this.parameters.getOrDefault("MaxRecords", Integer.toString(MAX_RECORDS));
		if (!value.matches("[0-9]{1,3}") || Integer.parseInt(value) < MIN_RECORDS
				|| Integer.parseInt(value) > MAX_RECORDS) {
			throw AwsError.badRequest("InvalidParameterValue",
					"Invalid value %s for MaxRecords. Must be between %d and %d".formatted(value, MIN_RECORDS,
							MAX_RECORDS));
		}
		return Integer.parseInt(value);
	}

	record Page<T>(List<T> records, @Nullable String marker) {
	}

}
