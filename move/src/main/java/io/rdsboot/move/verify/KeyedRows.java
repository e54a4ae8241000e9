package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.move.verify.ComparedTable.Column;
import io.rdsboot.move.verify.MoveDifference.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table with a key.
 */
final class KeyedRows implements SuspectRows {

	private static final int LONGEST_VALUE = 200;

	private final ComparedTable table;

	private final Databases databases;

	private final VerificationRun run;

	private final boolean values;

	KeyedRows(ComparedTable table, Databases databases, VerificationRun run, boolean values) {
		this.table = table;
		this.databases = databases;
		this.run = run;
		this.values = values;
	}

	/**
	 * Return keys and hashes of a query's rows. Two rows of one key, which a target
	 * without a unique index can have, have another hash than one.
	 */
	Map<List<String>, String> hashes(List<List<String>> rows) {
		int keySize = this.table.key().size();
		Map<List<String>, String> hashes = new HashMap<>();
		rows.forEach((row) -> hashes.merge(List.copyOf(row.subList(0, keySize)), row.get(keySize), String::concat));
		return hashes;
	}

	@Override
	public Map<List<String>, RowState> read(VerifiedDatabase database, List<List<String>> keys) throws SQLException {
		int keySize = this.table.key().size();
		Map<List<String>, RowState> rows = new HashMap<>();
		for (List<String> row : database.rows(this.table.versionsOfKeys(), this.table.keyParameters(keys))) {
			rows.merge(List.copyOf(row.subList(0, keySize)),
					new RowState(row.get(keySize), List.copyOf(row.subList(keySize + 1, row.size()))),
					(one, two) -> new RowState(one.version() + two.version(), concat(one.hashes(), two.hashes())));
		}
		return rows;
	}

	private static List<String> concat(List<String> first, List<String> second) {
		List<String> both = new ArrayList<>(first);
		both.addAll(second);
		return both;
	}

	@Override
	public void differs(List<String> key, @Nullable RowState source, @Nullable RowState target) throws SQLException {
		Kind kind = (target == null) ? Kind.MISSING_ON_TARGET : (source == null) ? Kind.ONLY_ON_TARGET : Kind.DIFFERENT;
		List<Column> columns = (source != null && target != null) ? different(source, target) : List.of();
		String shown = (this.values && !columns.isEmpty() && this.run.listsAnother()) ? values(key, columns) : null;
		this.run.differs(new MoveDifference(this.table.name(), key, kind, columns.stream().map(Column::name).toList(),
				1, shown));
	}

	private List<Column> different(RowState source, RowState target) {
		List<Column> columns = new ArrayList<>();
		if (source.hashes().size() == target.hashes().size()) {
			for (int i = 0; i < source.hashes().size(); i++) {
				if (!source.hashes().get(i).equals(target.hashes().get(i))) {
					columns.add(this.table.columns().get(i % this.table.columns().size()));
				}
			}
		}
		return columns.stream().distinct().toList();
	}

	private String values(List<String> key, List<Column> columns) throws SQLException {
		Object[] parameters = this.table.keyParameters(List.of(key));
		String query = this.table.valuesOfKeys(columns);
		return "source %s, target %s".formatted(shortened(this.databases.source().rows(query, parameters)),
				shortened(this.databases.target().rows(query, parameters)));
	}

	private static String shortened(List<List<String>> rows) {
		String text = rows.isEmpty() ? "none" : String.join(" ", rows.get(0));
		return (text.length() <= LONGEST_VALUE) ? text : text.substring(0, LONGEST_VALUE) + "...";
	}

	@Override
	public void undecided(List<String> key, String reason) {
		this.run.undecided(new MoveUndecided(this.table.name(), key, reason));
	}

}
