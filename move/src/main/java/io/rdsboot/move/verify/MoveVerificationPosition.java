package io.rdsboot.move.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.rdsboot.move.TableName;

/**
 * How much of each table a verification has found equal, from the first row on. A later
 * verification that resumes from it reads the rest only. Immutable.
 *
 * @param tables the key of the last row of each table's equal beginning; an empty key
 * says that the whole table is equal. Where both servers may sort the key differently,
 * the side whose order it is comes first
 */
public record MoveVerificationPosition(Map<TableName, List<String>> tables) {

	public MoveVerificationPosition {
		Map<TableName, List<String>> copy = new LinkedHashMap<>();
		tables.forEach((table, key) -> copy.put(table, List.copyOf(key)));
		tables = Collections.unmodifiableMap(copy);
	}

	/**
	 * Return the position before all rows.
	 * @return the position
	 */
	public static MoveVerificationPosition start() {
		return new MoveVerificationPosition(Map.of());
	}

	/**
	 * Read a position that was kept as text.
	 * @param text what {@link #toString()} has returned
	 * @return the position
	 * @throws IllegalArgumentException if the text is none
	 */
	public static MoveVerificationPosition parse(String text) {
		Map<TableName, List<String>> tables = new LinkedHashMap<>();
		for (String line : text.split("\n", -1)) {
			if (line.isEmpty()) {
				continue;
			}
			List<String> fields = Arrays.stream(line.split("\t", -1)).map(MoveVerificationPosition::unescaped).toList();
			boolean whole = fields.size() == 3 && fields.get(2).equals("whole");
			if (!whole && !(fields.size() > 3 && fields.get(2).equals("up to"))) {
				throw new IllegalArgumentException(
						"each line of a verification's position must be a schema, a table, and 'whole' or 'up to' with a key, but one is '%s'"
							.formatted(line));
			}
			tables.put(new TableName(fields.get(0), fields.get(1)), fields.subList(3, fields.size()));
		}
		return new MoveVerificationPosition(tables);
	}

	/**
	 * Return the position as text that {@link #parse(String)} reads: a line for each
	 * table, its fields separated by tabs.
	 */
	@Override
	public String toString() {
		return this.tables.entrySet().stream().map((table) -> {
			List<String> fields = new ArrayList<>(List.of(table.getKey().schema(), table.getKey().table(),
					table.getValue().isEmpty() ? "whole" : "up to"));
			fields.addAll(table.getValue());
			return fields.stream().map(MoveVerificationPosition::escaped).collect(Collectors.joining("\t"));
		}).collect(Collectors.joining("\n"));
	}

	private static String escaped(String text) {
		return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
	}

	private static String unescaped(String text) {
		StringBuilder unescaped = new StringBuilder();
		boolean escaped = false;
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (!escaped && character == '\\') {
				escaped = true;
				continue;
			}
			unescaped.append(!escaped ? character : (character == 't') ? '\t' : (character == 'n') ? '\n' : character);
			escaped = false;
		}
		return unescaped.toString();
	}

}
