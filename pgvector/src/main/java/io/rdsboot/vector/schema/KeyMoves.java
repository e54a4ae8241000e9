package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * Metadata keys of a table that are on the move from one place to another, in SQL: a
 * trigger that brings to the new place what versions of the application write that know
 * the old one only.
 *
 * <p>
 * Versions that know of the move write both places, so a row that has only its old place
 * changed was written by one that does not.
 */
final class KeyMoves {

	static final String TRIGGER = "rdsboot_key_moves";

	/**
	 * Comment of the trigger once the rows that were there before have been moved.
	 */
	static final String COMPLETE = "all rows are moved";

	private static final String HEADER = "-- moves ";

	private final VectorTable table;

	private final List<MetadataColumn> keys;

	KeyMoves(VectorTable table) {
		this.table = table;
		this.keys = table.keys().stream().filter((key) -> key.formerly() != null).toList();
	}

	boolean isEmpty() {
		return this.keys.isEmpty();
	}

	/**
	 * Return the name of the trigger's function, in quotes, with the table's schema where
	 * one is declared. Tables whose long names begin alike have one each.
	 */
	static String function(VectorTable table) {
		String quoted = VectorTable.quote(IndexNames.of(table.name(), "key_moves", table.name()));
		return (table.schema() != null) ? VectorTable.quote(table.schema()) + "." + quoted : quoted;
	}

	/**
	 * Return the statements that add the columns that keys are moved to, where they are
	 * missing.
	 * @param present names of the columns that there are
	 */
	List<String> addColumns(Set<String> present) {
		return this.keys.stream()
			.filter((key) -> !key.place().isJson() && !present.contains(key.column()))
			.map((key) -> "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s".formatted(this.table.quotedName(),
					VectorTable.quote(key.column()), key.type().sqlType()))
			.toList();
	}

	/**
	 * Return the statements that make the trigger anew. The function may have served an
	 * earlier move, the end of which its comment says.
	 */
	List<String> create() {
		String quotedTable = this.table.quotedName();
		String body = body();
		String delimiter = "$rdsboot$";
		while (body.contains(delimiter)) {
			delimiter = delimiter.replace("rdsboot", "rdsboot_");
		}
		return List.of(
				"CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS %s%s%2$s"
					.formatted(function(this.table), delimiter, body),
				"COMMENT ON FUNCTION %s() IS NULL".formatted(function(this.table)),
				"DROP TRIGGER IF EXISTS %s ON %s".formatted(TRIGGER, quotedTable),
				"CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %s()".formatted(TRIGGER,
						quotedTable, function(this.table)));
	}

	/**
	 * Return the statements that move the values of rows that are there. They may be run
	 * again. Row-level security is not forced meanwhile, which shows all rows to the
	 * table's owner alone.
	 */
	List<String> moveRows() {
		String condition = this.keys.stream().map(this::isLeftBehind).collect(Collectors.joining(" OR "));
		String update = "UPDATE %s SET %s = %2$s WHERE %s".formatted(this.table.quotedName(),
				VectorTable.quote(this.table.idColumn()), condition);
		List<String> statements = new ArrayList<>(TenantPolicy.unforced(this.table, update));
		statements.add(markComplete());
		return statements;
	}

	String markComplete() {
		return "COMMENT ON TRIGGER %s ON %s IS '%s'".formatted(TRIGGER, this.table.quotedName(), COMPLETE);
	}

	private String isLeftBehind(MetadataColumn key) {
		KeyPlace former = Objects.requireNonNull(key.formerly());
		String from = former.isJson() ? member("", key) : VectorTable.quote(former.column());
		String to = key.place().isJson() ? member("", key) : VectorTable.quote(key.column());
		return "(%s IS NOT NULL AND %s IS NULL)".formatted(from, to);
	}

	/**
	 * Return the body of the function, which names the moves in comments first.
	 */
	String body() {
		StringBuilder body = new StringBuilder("\n");
		this.keys.forEach((key) -> body.append(HEADER).append(header(key)).append('\n'));
		body.append("BEGIN\n");
		this.keys.forEach((key) -> body.append(key.place().isJson() ? toJson(key) : toColumn(key)));
		return body.append("RETURN NEW;\nEND;\n").toString();
	}

	private static String header(MetadataColumn key) {
		return "%s from %s to %s".formatted(line(key.key()), line(String.valueOf(key.formerly())),
				line(key.place().toString()));
	}

	private static String line(String text) {
		return VectorTable.quote(text.replaceAll("[\\n\\r]", "_"));
	}

	/**
	 * Whether a trigger's function makes a move for versions newer than this one: from
	 * where this declaration has the key.
	 */
	boolean isBehind(String body) {
		return moves(body).anyMatch((move) -> this.table.keys()
			.stream()
			.anyMatch((key) -> move.startsWith(line(key.key()) + " from " + line(key.place().toString()) + " to "))
				|| isUndeclaredAnd(move, " from "));
	}

	/**
	 * Whether this declaration has all keys where a trigger's function moves them to.
	 */
	boolean isBeyond(String body) {
		return this.keys.isEmpty()
				&& moves(body)
					.allMatch((move) -> this.table.keys()
						.stream()
						.anyMatch((key) -> move.startsWith(line(key.key()) + " from ")
								&& move.endsWith(" to " + line(key.place().toString())))
							|| isUndeclaredAnd(move, " to "));
	}

	/**
	 * A key that is not declared is in the metadata.
	 */
	private boolean isUndeclaredAnd(String move, String direction) {
		boolean declared = this.table.keys().stream().anyMatch((key) -> move.startsWith(line(key.key()) + " from "));
		String json = line("json");
		return !declared
				&& (direction.equals(" to ") ? move.endsWith(" to " + json) : move.contains(" from " + json + " to "));
	}

	/**
	 * Whether a trigger's function moves a key from a column.
	 */
	static boolean hasMovedFrom(String body, String column) {
		return moves(body).anyMatch((move) -> Stream.of(KeyType.values())
			.anyMatch((type) -> move.contains(" from " + line(new KeyPlace(type, column).toString()) + " to ")));
	}

	private static Stream<String> moves(String body) {
		return body.lines().filter((line) -> line.startsWith(HEADER)).map((line) -> line.substring(HEADER.length()));
	}

	/**
	 * What can be made of the old place is, and of what cannot there is nothing in the
	 * new one.
	 */
	private String toColumn(MetadataColumn key) {
		KeyPlace former = Objects.requireNonNull(key.formerly());
		String column = VectorTable.quote(key.column());
		String source = former.isJson() ? member("NEW.", key) : "NEW." + VectorTable.quote(former.column());
		String sourceBefore = former.isJson() ? member("OLD.", key) : "OLD." + VectorTable.quote(former.column());
		return """
				IF (TG_OP = 'INSERT' AND NEW.%1$s IS NULL) OR (TG_OP = 'UPDATE' AND NEW.%1$s IS NOT DISTINCT FROM OLD.%1$s
					AND (NEW.%1$s IS NULL OR %2$s IS DISTINCT FROM %3$s)) THEN
					BEGIN
						NEW.%1$s := %4$s;
					EXCEPTION WHEN data_exception THEN
						NEW.%1$s := NULL;
					END;
				END IF;
				"""
			.formatted(column, source, sourceBefore, converted(key, former, source));
	}

	private String converted(MetadataColumn key, KeyPlace former, String source) {
		if (!former.isJson() && former.type() == key.type()) {
			return source;
		}
		if (key.type() == KeyType.TEXT_ARRAY) {
			return """
					CASE WHEN jsonb_typeof(%1$s) = 'array' AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(%1$s) item
						WHERE jsonb_typeof(item) <> 'string') THEN ARRAY(SELECT jsonb_array_elements_text(%1$s)) END"""
				.formatted(source);
		}
		String text = former.isJson() ? "(%s #>> '{}')".formatted(source)
				: "(%s)::text".formatted(plain(former.type(), source));
		String type = key.type().sqlType();
		return switch (key.type()) {
			case TEXT ->
				former.isJson() ? "CASE WHEN jsonb_typeof(%s) = 'string' THEN %s END".formatted(source, text) : text;
			case INTEGER, BIGINT ->
				"CASE WHEN %s ~ '^-?[0-9]+([.]0+)?$' THEN trunc(%1$s::numeric)::%s END".formatted(text, type);
			case NUMERIC, DOUBLE -> "CASE WHEN %s ~ '^-?[0-9]+([.][0-9]+)?$' THEN %1$s::%s END".formatted(text, type);
			case BOOLEAN -> "CASE WHEN %s IN ('true', 'false') THEN %1$s::boolean END".formatted(text);
			case TIMESTAMPTZ ->
				"CASE WHEN %s ~ '^[0-9]{4,}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)$' THEN %1$s::timestamptz END"
					.formatted(text);
			default -> "%s::%s".formatted(text, type);
		};
	}

	private String toJson(MetadataColumn key) {
		KeyPlace former = Objects.requireNonNull(key.formerly());
		String source = "NEW." + VectorTable.quote(former.column());
		return """
				IF jsonb_typeof(NEW.%1$s) = 'object' AND ((%2$s IS NULL AND %3$s IS NOT NULL)
					OR (TG_OP = 'UPDATE' AND %2$s IS NOT DISTINCT FROM %4$s AND %3$s IS DISTINCT FROM %5$s)) THEN
					NEW.%1$s := CASE WHEN %3$s IS NULL THEN NEW.%1$s - %6$s
						ELSE NEW.%1$s || jsonb_build_object(%6$s, %7$s) END;
				END IF;
				""".formatted(metadata(), member("NEW.", key), source, member("OLD.", key),
				"OLD." + VectorTable.quote(former.column()), literal(key.key()), plain(former.type(), source));
	}

	/**
	 * Times have the form that filters look for, whatever the session's settings.
	 */
	private static String plain(KeyType type, String source) {
		return (type != KeyType.TIMESTAMPTZ) ? source : """
				regexp_replace(regexp_replace(to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
					'000Z$', 'Z'), '[.](000)?Z$', 'Z')""".formatted(source);
	}

	private String member(String row, MetadataColumn key) {
		return "(%s%s -> %s)".formatted(row, metadata(), literal(key.key()));
	}

	private String metadata() {
		return VectorTable.quote(String.valueOf(this.table.metadataColumn()));
	}

	private static String literal(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

}
