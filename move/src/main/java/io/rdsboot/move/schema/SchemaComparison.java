package io.rdsboot.move.schema;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Side;
import io.rdsboot.move.TableName;
import io.rdsboot.move.schema.SchemaDifference.Kind;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Compares the catalogs of both sides. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class SchemaComparison {

	private static final int SHOWN = 200;

	private SchemaComparison() {
	}

	/**
	 * Return what the two sides do not have alike, in the order in which the statements
	 * can be executed.
	 * @param limit of each query
	 */
	public static List<SchemaDifference> differences(MoveDatabase source, MoveDatabase target, Duration limit)
			throws SQLException {
		try (MoveSession inSource = MoveSession.open(source, limit);
				MoveSession inTarget = MoveSession.open(target, limit)) {
			boolean sameVersion = inSource.version() == inTarget.version();
			List<SchemaDifference> differences = compare(SchemaCatalog.read(inSource, sameVersion),
					SchemaCatalog.read(inTarget, sameVersion));
			differences.addAll(MigrationHistory.differences(inSource, inTarget));
			return differences;
		}
	}

	private static List<SchemaDifference> compare(SortedMap<SchemaObject.Key, SchemaObject> source,
			SortedMap<SchemaObject.Key, SchemaObject> target) {
		TreeSet<SchemaObject.Key> keys = new TreeSet<>(source.keySet());
		keys.addAll(target.keySet());
		Set<TableName> sourceTables = tables(source);
		Set<TableName> targetTables = tables(target);
		List<SchemaDifference> differences = new ArrayList<>();
		for (SchemaObject.Key key : keys) {
			SchemaObject wanted = source.get(key);
			SchemaObject there = target.get(key);
			if (wanted == null && there != null && !comesWithTable(there, sourceTables)) {
				differences.add(onlyOnTarget(there));
			}
			else if (wanted != null && there == null && !comesWithTable(wanted, targetTables)) {
				differences.add(onlyInSource(wanted));
			}
			else if (wanted != null && there != null && !wanted.definition().equals(there.definition())) {
				differences.add(different(wanted, there));
			}
		}
		return differences;
	}

	private static Set<TableName> tables(SortedMap<SchemaObject.Key, SchemaObject> objects) {
		return objects.values()
			.stream()
			.filter((object) -> object.kind() == Kind.TABLE)
			.map(SchemaObject::table)
			.collect(Collectors.toSet());
	}

	/** A table that the other side does not have is made with its columns. */
	private static boolean comesWithTable(SchemaObject object, Set<TableName> tables) {
		return object.kind() == Kind.COLUMN && !tables.contains(object.table());
	}

	private static SchemaDifference onlyInSource(SchemaObject wanted) {
		boolean endangers = wanted.kind() == Kind.TABLE || (wanted.kind() == Kind.COLUMN && !wanted.strict().isEmpty());
		return new SchemaDifference(wanted.kind(), wanted.name(), wanted.table(), Side.SOURCE,
				"Only the source has it.", endangers, wanted.create());
	}

	private static SchemaDifference onlyOnTarget(SchemaObject there) {
		return new SchemaDifference(there.kind(), there.name(), there.table(), Side.TARGET,
				there.refuses() ? "Only the target has it, and may refuse rows of the source."
						: "Only the target has it, which does not disturb the move.",
				there.refuses(), there.refuses() ? there.drop() : null);
	}

	private static SchemaDifference different(SchemaObject wanted, SchemaObject there) {
		return new SchemaDifference(wanted.kind(), wanted.name(), wanted.table(), null,
				"It is \"%s\" in the source, and \"%s\" on the target.".formatted(shown(wanted.definition()),
						shown(there.definition())),
				!there.strict().isEmpty() && !there.strict().equals(wanted.strict()), change(wanted, there));
	}

	private static @Nullable String change(SchemaObject wanted, SchemaObject there) {
		if (wanted.alter() != null) {
			return wanted.alter();
		}
		return (there.drop() != null && wanted.kind() != Kind.COLUMN) ? there.drop() + "; " + wanted.create() : null;
	}

	private static String shown(String definition) {
		String line = definition.replaceAll("\\s+", " ").strip();
		return (line.length() <= SHOWN) ? line : line.substring(0, SHOWN) + "...";
	}

}
